"""What the files of a catalogue may be, how much they may hold, and what is said of others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from catalogues import STAFF, indicator, write
from mistakes import answer

import engine
from engine import schema
from engine.problems import errors_in
from engine.versions import Period

SCORE = {
    "sources/staff.yaml": STAFF,
    "indicators/score.yaml": indicator("score", "mean(staff.points, where=staff.team == 'north')"),
}


def told(folder: Path, severity: str = "error") -> str:
    """Return what is said of a catalogue, of one severity."""
    return answer(tuple(p for p in engine.validate(folder) if p.severity == severity), folder)


# ── files ──


def test_a_folder_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    problems = engine.validate("nowhere")
    assert [(p.code, str(p.message)) for p in problems] == [("missing-file", "there is no folder `nowhere`")]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        (
            "indicators/other.yml",
            "indicators/other.yml:1:1: not-read: the file is not read\n  hint: rename it to `other.yaml`",
        ),
        (
            "organisation.yaml",
            "organisation.yaml:1:1: not-read: the file is not read\n"
            "  hint: did you mean `organization.yaml` or `regulations.yaml`?",
        ),
        (
            "score.yml",
            "score.yml:1:1: not-read: the file is not read\n"
            "  hint: put it into the folder `sources` or `indicators`",
        ),
        (
            "indicator/score.yaml",
            "indicator/score.yaml:1:1: not-read: the file is not read\n  hint: did you mean `indicators`?",
        ),
        (
            "backup/score.yaml",
            "backup/score.yaml:1:1: not-read: the file is not read\n"
            "  hint: the folders are `sources`, `indicators` and `scenarios`",
        ),
    ],
)
def test_a_file_that_is_not_read_is_told_with_what_is_to_be_done(tmp_path, path, says):
    folder = write(tmp_path / "katalog", {**SCORE, path: "indicator: other\n"})
    assert told(folder, "warning") == says


def test_a_file_is_no_link_to_a_place_outside(tmp_path):
    folder = write(tmp_path / "katalog", SCORE)
    (tmp_path / "secret.yaml").write_text("indicator: secret\n", encoding="utf-8")
    (folder / "indicators" / "secret.yaml").symlink_to(tmp_path / "secret.yaml")
    assert told(folder) == (
        "indicators/secret.yaml:1:1: missing-file: the file is a link to a place outside the catalogue\n"
        "  hint: put the file itself into the folder"
    )


def test_a_pipe_is_no_file_and_is_not_waited_for(tmp_path):
    folder = write(tmp_path / "katalog", SCORE)
    os.mkfifo(folder / "indicators" / "pipe.yaml")
    assert told(folder) == "indicators/pipe.yaml:1:1: missing-file: this is not an ordinary file"


# ── how much ──


def many(count: int, formula: str, *, more: str = "") -> str:
    """Return an indicator of *count* steps with one formula; *more* are lines behind its first version."""
    steps = "".join(f"      s{chr(97 + n // 26)}{chr(97 + n % 26)}: {formula}\n" for n in range(count))
    text = indicator("score", "mean(staff.points)")
    return text.replace("    result:", f"    steps:\n{steps}    result:") + more


@pytest.mark.parametrize(
    "formula", ["1 +", "1 + nothing", "1 + (2 > 1)"], ids=["of the grammar", "of names", "of kinds"]
)
def test_of_the_formulas_of_a_file_fifty_mistakes_are_told(tmp_path, formula):
    """O1: and it is said that there are more."""
    folder = write(tmp_path, {**SCORE, "indicators/score.yaml": many(60, f'"{formula}"')})
    problems = [p for p in engine.validate(folder) if p.severity == "error"]
    assert len(problems) == 51
    assert [str(p.message) for p in problems if p.code == "more-problems"] == [
        "more is wrong with this file than the 50 problems listed"
    ]


LONG = "1" + " + 1" * 200 + " " * 1100
AMENDED = "".join(f"  - from: {year}-01-01\n    note: baru\n" for year in range(2021, 2025))


def test_the_formulas_of_a_file_have_so_many_characters_in_all(tmp_path):
    folder = write(tmp_path, {**SCORE, "indicators/score.yaml": many(25, f'"{LONG}"')})
    assert [str(p.message) for p in errors_in(engine.validate(folder)) if p.code == "too-large"] == [
        "the formulas of this file have more than 40000 characters"
    ]


def test_the_formulas_in_force_have_so_many_characters_over_all_versions(tmp_path):
    """Each amendment has all of them proved anew, however little it changes."""
    count = len(LONG) * 15 + len("mean(staff.points)")
    folder = write(tmp_path, {**SCORE, "indicators/score.yaml": many(15, f'"{LONG}"', more=AMENDED)})
    assert [str(p.message) for p in errors_in(engine.validate(folder)) if p.code == "too-large"] == [
        f"the formulas in force have {5 * count} characters over all versions; 80000 are allowed"
    ]


# ── what only some catalogues can show ──


def test_a_result_that_may_be_blank_is_an_error(tmp_path):
    form = (
        "source: form\ntitle: Form\ndivision: people\nshape: record\nfile: data/{period}/form.csv\n"
        "columns: {score: {type: number, range: [0, 100], missing: keep}}\n"
    )
    text = indicator("score", "form.score").replace("sources: []", "sources: [form]")
    folder = write(tmp_path, {"sources/form.yaml": form, "indicators/score.yaml": text})
    assert told(folder) == (
        "indicators/score.yaml:8:13: blank-value: the result may be blank\n"
        "  hint: decide with `coalesce` or `is_missing`"
    )


def test_an_aggregate_over_a_source_that_refers_twice_is_ambiguous(tmp_path):
    visits = (
        "source: visits\ntitle: Visits\ndivision: people\nfile: data/{period}/visits.csv\n"
        "columns: {host: {type: reference, to: staff}, guest: {type: reference, to: staff}}\n"
    )
    text = indicator("score", "mean(staff.met)").replace("sources: [staff]", "sources: [staff, visits]")
    text = text.replace(
        "    result:", "    steps:\n      met: {each: staff, formula: count(visits)}\n    result:"
    )
    folder = write(
        tmp_path,
        {"sources/staff.yaml": STAFF, "sources/visits.yaml": visits, "indicators/score.yaml": text},
    )
    assert told(folder) == (
        "indicators/score.yaml:9:35: unrelated-sources: `visits` refers to `staff` in more than one way"
    )


def test_a_cycle_keeps_no_other_mistake_from_being_told(tmp_path):
    files = {
        "indicators/first.yaml": indicator("first", "second + 1"),
        "indicators/second.yaml": indicator("second", "first + 1"),
        "indicators/other.yaml": indicator("other", '1 + "a"'),
    }
    assert [problem.code for problem in errors_in(engine.validate(write(tmp_path, files)))] == [
        "cycle",
        "wrong-kind",
    ]


def test_values_of_steps_that_examples_expect_reach_rows(tmp_path):
    """A row of a table, looked up by a step, is reached where an example expects that value of the step."""
    rule = """\
    parameters:
      worth_of: {table: {low: 1, high: 2}}
    steps:
      level: {each: staff, formula: '"high" if points > 50 else "low"'}
      worth: {each: staff, formula: "worth_of[level]"}
    result: mean(staff.worth)
examples:
  - title: One of each
    period: 2021
    given: {staff: [{id: a, team: north, points: 80}, {id: b, team: south, points: 20}]}
    expect: {steps: {level: [high, WORD]}}
"""
    head = indicator("score", "mean(staff.worth)").partition("    result:")[0]

    def gaps(word: str) -> list[str]:
        files = {"sources/staff.yaml": STAFF, "indicators/score.yaml": head + rule.replace("WORD", word)}
        problems = engine.validate(write(tmp_path / word, files))
        assert errors_in(problems) == ()
        return [str(problem.message) for problem in problems if problem.code == "limit-untouched"]

    assert gaps("low") == []
    assert gaps("high") == ["no worked example reaches `low` of `worth_of`"]


# ── what only programs ask for ──


def test_a_schema_that_is_not_there_has_no_text():
    with pytest.raises(KeyError, match="nothing"):
        schema.schema_text("nothing")


def test_a_period_is_a_text():
    with pytest.raises(engine.IkuError) as refused:
        Period.parse(2021)  # type: ignore[arg-type]
    assert [str(problem) for problem in refused.value.problems] == [
        'wrong-period: a period is given as int; a text such as "2021" is needed'
    ]
