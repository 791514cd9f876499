"""What is different between two catalogues is told whole, in the words of definitions, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path, PurePath
from typing import Any

import pytest
from golden import CASES, same_as

import cli
import engine
from engine import definition
from engine.comparing import HIDDEN, Comparison, compare, compare_days
from engine.comparing.fields import differences
from engine.document import Passage
from engine.formula.grammar import Tree, parse
from engine.problems import InvalidRequest
from engine.report.comparison import comparison_html, comparison_markdown, comparison_plain, comparison_text
from engine.report.comparison_words import Words
from engine.report.wording import Wording
from engine.text import Place, Text

BASE = CASES / "explanation" / "definitions"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(BASE, tmp_path / "definitions")
    return tmp_path / "definitions"


@pytest.fixture(scope="module")
def before():
    return engine.load(BASE).definitions


def changed(folder: Path, file: str, *pairs: tuple[str, str]) -> definition.Catalogue:
    """Return the catalogue after texts of a file were replaced by others."""
    path = folder / file
    text = path.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    return engine.load(folder).definitions


def told(found: Comparison) -> list[tuple[str, Any, Any]]:
    return [(".".join(change.path), change.old, change.new) for change in found.changes]


# ── nothing is left out ──

SAMPLES: dict[str, Any] = {
    "bool": True,
    "int": 7,
    "Number": 7,
    "str": "other",
    "Label": definition.Label("other"),
    "date": date(2030, 1, 1),
    "Value": "other",
    "Name": definition.Name("other", Place(Text("x", ""), 0, 0)),
    "Range": definition.Range(0, 7, Place(Text("x", ""), 0, 0)),
    "Basis": definition.Basis(None, "other", Place(Text("x", ""), 0, 0)),
    "Signatory": definition.Signatory("other", "post"),
    "AchievementRule": definition.AchievementRule(cap=7),
    "Unpivot": definition.Unpivot({"a": "a"}, "n", "v", Place(Text("x", ""), 0, 0)),
    "Amended[int]": definition.Amended(7, Place(Text("x", ""), 0, 0)),
    "Amended[str]": definition.Amended("other", Place(Text("x", ""), 0, 0)),
    "Amended[Rounding]": definition.Amended("down", Place(Text("x", ""), 0, 0)),
    "Amended[tuple[Threshold, ...]]": definition.Amended(
        (definition.Threshold(None, True, "other", Place(Text("x", ""), 0, 0)),), Place(Text("x", ""), 0, 0)
    ),
    "tuple[Threshold, ...]": (definition.Threshold(None, True, "other", Place(Text("x", ""), 0, 0)),),
    "tuple[Value, ...]": ("other",),
    "tuple[str, ...]": ("other",),
    "tuple[Name, ...]": (definition.Name("other", Place(Text("x", ""), 0, 0)),),
    "tuple[Mapping[str, Value | None], ...]": ({"a": 1},),
    "Literal": "inverse",
    "Mapping[str, Number": {"a": 7},
    "OverTheYear": "sum",
}
SCENARIO = definition.Scenario(
    "s", definition.Label("s"), Place(Text("x", ""), 0, 0), Text("x", ""), inputs={"form": {"asked": 31}}
)
NOT_SAID = (Place, Text, Tree, Passage, PurePath)


def mutations(
    owner: Any, put: Callable[[Any], Any], kind: str = ""
) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield what a definition may say otherwise, one at a time, with what makes the whole then."""
    if isinstance(owner, definition.Formula):
        other = "1 + 2"
        yield (
            f"{kind}.text",
            partial(put, definition.Formula(Passage(other, owner.passage.place), parse(other))),
        )
    elif is_dataclass(owner):
        for field in fields(owner):
            value = getattr(owner, field.name)
            name = f"{type(owner).__name__}.{field.name}"
            if isinstance(value, NOT_SAID) or "Place" in str(field.type):
                continue

            def set_field(new: Any, name: str = field.name) -> Any:
                return put(replace(owner, **{name: new}))

            if value is None or value == () or value == {}:
                sample = next((s for t, s in SAMPLES.items() if str(field.type).startswith(t)), None)
                if sample is not None:
                    yield name, partial(set_field, sample)
            else:
                if is_dataclass(value):
                    yield name, next(mutations(value, set_field, name))[1]
                yield from mutations(value, set_field, name)
    elif isinstance(owner, Mapping):
        for key, value in owner.items():
            yield f"{kind}[]", partial(put, {k: v for k, v in owner.items() if k != key})

            def set_key(new: Any, key: str = key) -> Any:
                return put({**owner, key: new})

            yield from mutations(value, set_key, kind)
    elif isinstance(owner, tuple):
        for number, value in enumerate(owner):
            yield f"{kind}()", partial(put, owner[:number] + owner[number + 1 :])

            def set_item(new: Any, number: int = number) -> Any:
                return put((*owner[:number], new, *owner[number + 1 :]))

            yield from mutations(value, set_item, kind)
    elif isinstance(owner, frozenset):
        yield kind, partial(put, owner | {"other"})
    elif isinstance(owner, bool):
        yield kind, partial(put, not owner)
    elif isinstance(owner, int | float):
        yield kind, partial(put, owner + 1)
    elif isinstance(owner, date):
        yield kind, partial(put, owner + timedelta(days=1))
    elif isinstance(owner, str):
        yield kind, partial(put, owner + "x")
    else:
        assert owner is None or isinstance(owner, NOT_SAID), type(owner)


def parts_of(catalogue: definition.Catalogue) -> Iterator[tuple[str, Any, Callable[[Any], Any]]]:
    yield "organization", catalogue.organization, lambda new: replace(catalogue, organization=new)
    for kind in ("regulations", "sources", "indicators", "scenarios"):
        things = getattr(catalogue, kind)
        for name, thing in things.items():
            yield kind, thing, lambda new, k=kind, t=things, n=name: replace(catalogue, **{k: {**t, n: new}})


def all_mutations(*catalogues: definition.Catalogue) -> dict[str, tuple[Any, Any]]:
    """Return one case of each field of each kind of definition: the catalogue before and after."""
    found: dict[str, tuple[Any, Any]] = {}
    for catalogue in catalogues:
        for _, thing, put in parts_of(catalogue):
            for name, new in mutations(thing, put):
                if name not in found:
                    found[name] = (catalogue, new())
    return found


KINDS = [
    kind
    for kind in vars(definition).values()
    if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == definition.__name__
]
SAID_TOGETHER = {
    "Single.written": "shown only of fractions, where the value is the same",
    "Formula.tree": "text",
}


@pytest.fixture(scope="module")
def everything():
    return all_mutations(
        engine.load(BASE).definitions,
        engine.load().definitions,
        engine.load(CASES / "codes" / "base").definitions,
        replace(engine.load(BASE).definitions, scenarios={"s": SCENARIO}),
        in_a_database(engine.load(BASE).definitions),
    )


def in_a_database(catalogue):
    """Return a catalogue whose sources are tables."""
    table = definition.DatabaseTable("IKU_DATA", "own.rows", Place(Text("x", ""), 0, 0), "year")
    sources = {name: replace(source, file=None, table=table) for name, source in catalogue.sources.items()}
    return replace(catalogue, sources=sources)


def test_the_cases_hold_every_field_of_every_definition(everything):
    """A field that is added to a definition is either tried here or fails here."""
    tried = {name.rstrip("[]()") for name in everything}
    lacking = {
        f"{kind.__name__}.{field.name}"
        for kind in KINDS
        for field in fields(kind)
        if kind not in (definition.Catalogue, definition.Formula, definition.Removed)
        and "Place" not in str(field.type)
        and str(field.type) != "Text"
        and f"{kind.__name__}.{field.name}" not in tried
    }
    assert lacking == {"Amended.value"} - tried


def test_whatever_a_definition_says_otherwise_is_reported(everything):
    """Each field of each kind of definition, changed alone, is at least one change, and told in words."""
    silent = []
    for name, (old, new) in everything.items():
        found = compare(old, new)
        if not found.changes and name not in SAID_TOGETHER:
            silent.append(name)
        words = Words(found, old, new, Wording("en"))
        comparison_text(words, 100), comparison_markdown(words), comparison_plain(words)
        assert all(change.old != change.new or change.old is HIDDEN for change in found.changes), name
    assert silent == []


@pytest.mark.parametrize("catalogue", [BASE, CASES / "codes" / "base", None])
def test_equal_catalogues_report_nothing(catalogue):
    assert compare(engine.load(catalogue).definitions, engine.load(catalogue).definitions).changes == ()


def test_how_a_file_is_laid_out_is_no_change(before, folder):
    """Comments, blank lines, quotes, the order of entries, and blanks within a formula."""
    after = changed(
        folder,
        "indicators/quality.yaml",
        ("table: {master: 20, bachelor: 15}", "table: {bachelor: 15, master: 20.0}  # as printed"),
        ("formula: degree_points[degree] + training + appraised",
         "formula: >-\n          degree_points[degree]\n          + training + appraised"),
        ("training_points if hours >= least_hours else 0", "'training_points if hours>=least_hours else 0'"),
    )  # fmt: skip
    assert compare(before, after).changes == ()


def test_a_value_that_looks_alike_is_told():
    """1 and true are two values, 1 and 1.0 one."""
    assert [found[1:3] for found in differences((1,), (True,))] == [((1,), (True,))]
    assert list(differences(1, 1.0)) == []
    assert [found[1:3] for found in differences(1, True)] == [(1, True)]


# ── in the terms of the language ──


def test_a_row_of_bands_is_told_by_its_number_and_its_limit(before, folder):
    after = changed(folder, "indicators/quality.yaml", ("{above: 75, value: 25", "{above: 75, value: 26"))
    (change,) = compare(before, after).changes
    assert (change.path, change.old, change.new) == (
        ("parameters", "appraisal_points", "bands", "2", "value"),
        25,
        26,
    )
    assert change.row is not None
    assert change.row.limit == 75
    assert change.basis is not None
    assert (str(change.basis.regulation), change.basis.locator) == (
        "rule_1_2020",
        "Article 4",
    )


def test_a_row_that_is_put_between_leaves_the_others_alone(before, folder):
    after = changed(
        folder,
        "indicators/quality.yaml",
        ("title: Good}", "title: Good}\n          - {from: 60, value: 9}"),
    )  # fmt: skip
    (change,) = compare(before, after).changes
    assert (change.path, change.how, change.new.value) == (
        ("parameters", "appraisal_points", "bands", "3"),
        "added",
        9,
    )


def test_a_new_version_is_told_as_what_it_changes(before, folder):
    """Each entry of it with what it was until then, by the regulation of the new version."""
    after = changed(
        folder,
        "indicators/response.yaml",
        ("    result: open_share * 100",
         "    result: open_share * 100\n  - from: 2023-01-01\n    basis: {regulation: letter_7_2022}\n"
         "    steps:\n      open_share:\n        range: [0, 1]\n        decimals: 2\n"
         "        formula: (form.asked - form.answered) / form.asked"),
    )  # fmt: skip
    found = compare(before, after)
    assert [(change.path, change.how) for change in found.changes] == [
        ((), "added"),
        (("steps", "open_share", "decimals"), "changed"),
    ]
    assert {change.version for change in found.changes} == {date(2023, 1, 1)}
    assert {str(change.basis.regulation) for change in found.changes if change.basis} == {"letter_7_2022"}


def test_a_version_that_begins_on_another_day_is_the_same_version(before, folder):
    after = changed(folder, "indicators/quality.yaml", ("from: 2022-01-01", "from: 2023-01-01"))
    assert told(compare(before, after)) == [("from", date(2022, 1, 1), date(2023, 1, 1))]


def test_an_entry_that_a_version_no_longer_amends_has_its_old_value_again(before, folder):
    after = changed(
        folder, "indicators/quality.yaml", ("      training_points: {value: 10, basis: point 4}\n", "")
    )
    assert told(compare(before, after))[0] == ("parameters.training_points.value", 10, 15)


def test_an_entry_that_is_stated_twice_with_one_content_moves_nothing(before, folder):
    after = changed(
        folder,
        "indicators/quality.yaml",
        ("      least_hours: null\n", "      least_hours: null\n      degree_points:\n        unit: points\n"
         "        title: {id: Nilai pendidikan, en: Points by degree}\n        basis: Article 2\n"
         "        table: {master: 20, bachelor: 15}\n"),
    )  # fmt: skip
    (change,) = compare(before, after).changes
    assert change.restated
    assert (change.path, change.effect) == (("parameters", "degree_points"), "words")


def test_two_days_of_one_catalogue(before):
    """Between the days a version began; what it took away is told too."""
    found = compare_days(before, date(2021, 12, 31), date(2022, 12, 31))
    assert [(".".join(change.path), change.how) for change in found.changes] == [
        ("version", "changed"),
        ("parameters.least_hours", "removed"),
        ("parameters.training_points.value", "changed"),
        ("parameters.training_points.basis.locator", "changed"),
        ("steps.training.formula", "changed"),
        ("steps.training.basis", "removed"),
    ]
    assert {str(change.basis.regulation) for change in found.changes if change.basis} == {"letter_7_2022"}
    assert compare_days(before, date(2021, 1, 1), date(2021, 12, 31)).changes == ()


def test_between_two_days_a_rule_may_begin_or_end(before):
    began = compare_days(before, date(2019, 12, 31), date(2020, 1, 1))
    assert {change.how for change in began.changes} == {"added"}
    assert {change.subject.id for change in began.changes} == set(before.indicators)
    ended = compare_days(before, date(2023, 12, 31), date(2024, 1, 1))
    assert [(change.subject.id, change.how) for change in ended.changes] == [("quality", "removed")]


# ── what a change reaches ──


QUALITY, RESPONSE = "indicators/quality.yaml", "indicators/response.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "reached", "moved"),
    [
        (QUALITY, "master: 20", "master: 21", {"quality", "overall"}, {"quality", "overall"}),
        (RESPONSE, "open_share * 100", "open_share * 99",
         {"response", "overall", "before"}, {"response", "overall", "before"}),
        (QUALITY, "title: {id: Mutu pegawai", "title: {id: Mutu", {"quality"}, set()),
        (QUALITY, "targets: {2021: 40", "targets: {2021: 41", {"quality"}, {"quality"}),
        (QUALITY, "{from: 60, label: high}", "{from: 59, label: high}", {"quality"}, {"quality"}),
        (QUALITY, "formula: max(staff.age)", "formula: min(staff.age)", {"quality"}, {"quality"}),
    ],
)  # fmt: skip
def test_a_change_reaches_what_uses_it(before, folder, file, old, new, reached, moved):
    """Also by way of an earlier period's value; words, targets and categories reach their own alone."""
    found = compare(before, changed(folder, file, (old, new)))
    assert (set(found.reached), set(found.moved)) == (reached, moved)


def test_a_change_of_a_source_reaches_all_that_reads_it(before, folder):
    text = (folder / "sources" / "form.yaml").read_text()
    assert "asked" in text
    (folder / "sources" / "form.yaml").write_text(text + "note: Counted anew.\n")
    found = compare(before, engine.load(folder).definitions)
    assert (set(found.reached), found.moved) == ({"response"}, ())
    columns = dict(before.sources["form"].columns)
    columns["asked"] = replace(columns["asked"], header="Asked")
    other = replace(
        before, sources={**before.sources, "form": replace(before.sources["form"], columns=columns)}
    )
    assert compare(before, other).moved == ("before", "overall", "response")


def test_what_moves_is_among_what_a_change_is_said_to_reach(before):
    """Every parameter and step changed in turn: a figure that is another belongs to what was said to move."""
    data = {"form": {"asked": 100, "answered": 30}}
    base = engine.Catalogue(before).evaluate("2021", data=data, only=["response", "overall"])
    response = before.indicators["response"]
    version = response.versions[0]
    assert version.result is not None
    other = replace(version.result, formula=definition.Formula(
        Passage("open_share * 50", version.result.formula.passage.place), parse("open_share * 50")
    ))  # fmt: skip
    after = replace(before, indicators={
        **before.indicators, "response": replace(response, versions=(replace(version, result=other),))
    })  # fmt: skip
    now = engine.Catalogue(after).evaluate("2021", data=data, only=["response", "overall"])
    moved = {a.indicator for a, b in zip(base, now, strict=True) if a.value != b.value}
    assert moved == {"response"} <= set(compare(before, after).moved)


# ── what may not be shown ──


def test_personal_values_of_rows_in_a_definition_are_never_shown(before):
    source = before.sources["staff"]
    personal = next(name for name, column in source.columns.items() if column.personal)
    rows = ({personal: "Siti", "degree": "master"}, {personal: "Budi", "degree": "master"})
    other = ({personal: "Wati", "degree": "master"},)
    old, new = (
        replace(before, sources={**before.sources, "staff": replace(source, rows=given)})
        for given in (rows, other)
    )
    found = compare(old, new)
    words = Words(found, old, new, Wording("en"))
    for shown in (str(comparison_plain(words)), comparison_text(words, 100), comparison_markdown(words),
                  comparison_html(words), str(found.changes)):  # fmt: skip
        assert not any(name in shown for name in ("Siti", "Budi", "Wati"))
    assert len(found.changes) == 2


# ── printed ──

EDITS = (
    ("{above: 75, value: 25", "{above: 75, value: 26"),
    ("training_points if hours >= least_hours else 0", "training_points if hours > least_hours else 1"),
    ("targets: {2021: 40, 2022: 45}", "targets: {2021: 41, 2022: {from: 50, to: 60}, 2023: 5}"),
    ("title: {id: Mutu pegawai, en: Quality of staff}", "title: {id: Mutu pegawai, en: Staff quality}"),
    ("      least_hours: null\n", ""),
)  # fmt: skip


@pytest.fixture
def edited(before, folder):
    after = changed(folder, QUALITY, *EDITS)
    return compare(before, after, ("v1", "v2")), before, after


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_printed_forms(edited, request, language):
    words = Words(*edited, Wording(language))
    same_as(request, f"comparing/edited.{language}.txt", comparison_text(words, 100))
    same_as(request, f"comparing/edited.{language}.md", comparison_markdown(words))
    same_as(request, f"comparing/edited.{language}.html", comparison_html(words))


def test_json_tells_ids_paths_and_plain_values(edited):
    found = comparison_plain(Words(*edited, Wording("en")))
    place = found["changes"][0].pop("place")
    assert place["file"].endswith("quality.yaml")
    assert found["changes"][0] == {
        "kind": "indicator", "id": "quality", "version": None, "path": ["title", "en"], "how": "changed",
        "old": "Quality of staff", "new": "Staff quality", "told": "title, English", "regulation": None,
        "locator": None, "effect": "words", "reaches": ["quality"],
    }  # fmt: skip
    assert found["moved"] == ["overall", "quality"]


def test_no_text_of_a_file_is_markup(before):
    nasty = "</td><script>alert(1)</script> | [x](http://a.b) @all #1 `c` **b** ![i](j)"
    indicator = before.indicators["quality"]
    after = replace(
        before, indicators={**before.indicators, "quality": replace(indicator, title=definition.Label(nasty))}
    )
    words = Words(compare(before, after, ("<b>", "::error::x")), before, after, Wording("en"))
    assert "<script>" not in comparison_html(words)
    assert "<b>" not in comparison_html(words)
    markdown = comparison_markdown(words)
    row = next(line for line in markdown.splitlines() if "alert" in line)
    assert row.count("|") == 7
    assert not any(
        mark in markdown.replace("**Changes", "").replace("**", "")
        for mark in ("<script", "[x]", "@all", "`c`", "://a")
    )


# ── revisions of git ──


def git(folder: Path, *words: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True, env=environment
    )
    return done.stdout.strip()


@pytest.fixture
def repository(folder):
    top = folder.parent
    git(top, "init", "-q", "-b", "main")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "first")
    git(top, "tag", "v1")
    return top


@pytest.fixture
def iku(capsys):
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def test_a_revision_is_compared_with_what_lies_in_the_folder(repository, iku):
    changed(repository / "definitions", "indicators/response.yaml", ("open_share * 100", "open_share * 99"))
    assert iku("diff", "v1") == (
        0,
        "Changes from v1 to definitions\n\n"
        "Indicator Backlog of answers (response), version from 1 January 2020\n"
        "  result, formula: from open_share * 100 to open_share * 99 — Rule 1 of 2020, Article 9\n\n"
        "Their figures may move: before, overall, response\n"
        "Indicators: Backlog before (before); Overall (overall); Backlog of answers (response)\n"
        "Objectives: Good work (good_work)\n"
        "Responsible: People Division (people)\n",
        "",
    )


def test_two_revisions_are_compared_without_the_folder(repository, iku):
    changed(repository / "definitions", "indicators/response.yaml", ("open_share * 100", "open_share * 99"))
    git(repository, "commit", "-qam", "second")
    changed(repository / "definitions", "indicators/response.yaml", ("open_share * 99", "open_share * 98"))
    code, out, _ = iku("diff", "HEAD~1", "HEAD")
    assert (code, "from open_share * 100 to open_share * 99" in out) == (0, True)


@pytest.mark.parametrize(
    "name",
    [
        "--output=x",
        "-h",
        "--upload-pack=touch x",
        "nowhere",
        "v1:definitions",
        "HEAD^{tree}",
        "a b",
        "",
        "\n",
    ],
)
def test_what_is_no_commit_is_refused(repository, name):
    with pytest.raises(InvalidRequest) as refused:
        engine.load(repository / "definitions").at(name)
    assert refused.value.problems[0].code == "revision"
    assert sorted(path.name for path in repository.iterdir()) == [".git", "definitions"]


def test_outside_a_repository_a_revision_is_refused_in_plain_words(folder, iku, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", "/")
    code, out, err = iku("diff", "main")
    assert (code, out) == (2, "")
    assert err == (
        "revision: the catalogue lies in no git repository\n"
        "   hint: compare two folders, or two days such as 2022 and 2023\n"
    )


def test_reading_a_revision_runs_nothing_that_the_repository_names(repository, monkeypatch):
    """No hook, no filter, no monitor of files; and what the environment says leads nowhere else."""
    script = repository / "ran.sh"
    script.write_text(f"#!/bin/sh\ntouch '{repository}/RAN'\ncat\n")
    script.chmod(0o755)
    (repository / ".gitattributes").write_text("*.yaml filter=evil diff=evil\n")
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        shutil.copy(script, repository / ".git" / "hooks" / hook)
    settings = {
        "core.fsmonitor": str(script), "core.pager": str(script), "filter.evil.smudge": str(script),
        "filter.evil.clean": str(script), "diff.evil.textconv": str(script), "diff.external": str(script),
        "core.sshCommand": str(script), "alias.ls-tree": f"!{script}", "core.askpass": str(script),
    }  # fmt: skip
    for key, value in settings.items():
        git(repository, "config", key, value)
    (repository / "RAN").unlink(missing_ok=True)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_EXEC_PATH"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(script))
    catalogue = engine.load(repository / "definitions")
    assert catalogue.at("v1").compare(catalogue).changes == ()
    assert not (repository / "RAN").exists()


def test_a_link_in_a_revision_leads_nowhere(repository):
    (repository / "definitions" / "indicators" / "extra.yaml").symlink_to("/etc/passwd")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "link")
    (repository / "definitions" / "indicators" / "extra.yaml").unlink()
    assert "extra" not in engine.load(repository / "definitions").at("HEAD").definitions.indicators


# ── changed:REVISION ──


@pytest.mark.parametrize(
    ("old", "new", "chosen"),
    [
        ("open_share * 100", "open_share * 99", ("before", "overall", "response")),
        ("targets: {2021: 30}", "targets: {2021: 31}", ("response",)),
        ("better: lower", "better: lower  # as printed", ()),
    ],
)
def test_changed_selects_what_a_change_reaches(repository, old, new, chosen):
    changed(repository / "definitions", "indicators/response.yaml", (old, new))
    catalogue = engine.load(repository / "definitions")
    assert tuple(sorted(catalogue.select(["changed:v1"]))) == chosen
    assert tuple(sorted(catalogue.select(["changed:v1", "quality"]))) == tuple(sorted({*chosen, "quality"}))


@pytest.mark.parametrize("verb", ["test", "graph", "evaluate"])
def test_where_nothing_is_reached_nothing_is_done_and_that_is_no_failure(repository, iku, verb):
    code, _, err = iku(verb, "changed:v1", *(["--period", "2021"] if verb == "evaluate" else []))
    assert (code, err) == (0, "nothing is chosen: what changed reaches no indicator\n")


# ── the command line ──


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("2021", "v1"), "2021 and v1: a day is compared with another day"),
        (("v1", "2021"), "v1 and 2021: a day is compared with another day"),
    ],
)
def test_a_day_is_compared_with_a_day(repository, iku, words, told):
    code, out, err = iku("diff", *words)
    assert (code, out) == (2, "")
    assert err.endswith(f"Error: {told}\n")


def test_two_folders_and_a_file_that_stays(repository, iku):
    shutil.copytree("definitions", "later")
    changed(Path("later"), "indicators/response.yaml", ("open_share * 100", "open_share * 99"))
    code, out, err = iku("diff", "definitions", "later", "--format", "markdown", "-o", "diff.md")
    assert (code, out, err) == (0, "", "written: diff.md\n")
    assert (
        Path("diff.md").read_text().startswith("<!-- iku diff -->\n**Changes from definitions to later**\n")
    )
    assert iku("diff", "definitions", "later", "-o", "diff.md")[0] == 2
    assert iku("diff", "later", "later")[1] == "Changes from later to later\n\nNothing is different.\n"


def test_what_is_shown_is_words(everything):
    """No class and no enumeration of ours."""
    for name, (old, new) in everything.items():
        shown = str(comparison_plain(Words(compare(old, new), old, new, Wording("en"))))
        assert "NOTHING" not in shown, name
        assert "Place(" not in shown, name
