"""Problems for programs: JSON, SARIF, JUnit and GitHub, whole, bounded, and harmless whatever a file says."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from explained import without_advice
from golden import CASES, same_as
from jsonschema import Draft4Validator

import cli
import engine
from engine.problems import Edit, Fix, Problem, Related, advice, error, say, warning
from engine.report.fingerprint import identities
from engine.report.github import github
from engine.report.junit import problems_junit
from engine.report.sarif import sarif
from engine.text import Cell, Place, Text

SCHEMA = json.loads((CASES / "formats" / "sarif-schema-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
SPOILT = {
    "indicators/mutu.yaml": [
        ("* bobot[jenis]", "* bobo[jenis]"),
        ("title: Mutu layanan loket", "title: Mutu layanan loket #1"),
        ("  - from: 2020-01-01\n", "  - from: 2020-01-01\n    until: 2022-06-30\n"),
    ],
    "indicators/cepat.yaml": [
        (
            "result: share(antrean.menit <= batas) * 100",
            "result: >-\n      share(antrean.menit\n      <= loket.jenis)",
        ),
    ],
    "sources/sewa.yaml": [("title: Sewa gedung", "title: Sewa gedung #2")],
}


@pytest.fixture
def spoilt(tmp_path, monkeypatch):
    """The current folder: one above a catalogue with some mistakes."""
    without_advice(tmp_path / "definitions")
    for file, changes in SPOILT.items():
        path = tmp_path / "definitions" / file
        for was, becomes in changes:
            text = path.read_text(encoding="utf-8")
            assert text.count(was) == 1, was
            path.write_text(text.replace(was, becomes), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path / "definitions"


@pytest.fixture
def iku(capsys):
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


# ── whole ──


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "github"])
def test_the_problems_of_a_catalogue_in_each_form(request, spoilt, iku, form):
    code, out, err = iku("validate", "--format", form)
    assert (code, err) == (1, "")
    same_as(
        request,
        f"formats/validate.{form}.txt",
        re.sub(r'"semanticVersion": "[^"]+"', '"semanticVersion": "0"', out),
    )


@pytest.mark.parametrize("form", ["json", "sarif", "junit", "github"])
def test_a_catalogue_without_problems_in_each_form(request, spoilt, iku, form):
    shutil.rmtree(spoilt)
    without_advice(spoilt)
    code, out, err = iku("validate", "--format", form)
    assert (code, err) == (0, "")
    same_as(
        request,
        f"formats/fine.{form}.txt",
        re.sub(r'"semanticVersion": "[^"]+"', '"semanticVersion": "0"', out),
    )


@pytest.mark.parametrize("form", ["text", "json", "junit"])
def test_worked_examples_in_each_form(request, spoilt, iku, form):
    shutil.rmtree(spoilt)
    without_advice(spoilt)
    path = spoilt / "indicators" / "mutu.yaml"
    text = path.read_text(encoding="utf-8")
    same = text[text.index("  - title: Satu loket") :]
    other = same.replace("Satu loket", "Satu loket lain").replace(
        "result: 85, category: A", "result: 80, category: B"
    )
    path.write_text(text + other, encoding="utf-8")
    code, out, err = iku("test", "--format", form)
    assert (code, err) == (1, "")
    same_as(request, f"formats/test.{form}.txt", out)


# ── files ──


def test_a_report_goes_to_a_file_and_never_over_another(spoilt, iku):
    assert iku("validate", "--format", "sarif", "--output", "iku.sarif") == (1, "", "written: iku.sarif\n")
    first = Path("iku.sarif").read_text(encoding="utf-8")
    assert json.loads(first)["version"] == "2.1.0"
    code, out, err = iku("validate", "--format", "json", "-o", "iku.sarif")
    assert (code, out) == (2, "")
    assert err.startswith("output-file: `iku.sarif` is there already\n")
    assert Path("iku.sarif").read_text(encoding="utf-8") == first
    assert iku("validate", "--format", "json", "-o", "iku.sarif", "--force")[0] == 1
    assert list(json.loads(Path("iku.sarif").read_text(encoding="utf-8"))) == ["counts", "problems"]
    assert iku("test", "-C", str(CASES / "codes" / "base"), "--format", "junit", "-o", "iku.sarif")[0] == 2


def test_a_text_in_a_file_has_no_colours(spoilt, iku):
    iku("validate", "--color", "always", "-o", "problems.txt")
    assert "\x1b" not in Path("problems.txt").read_text(encoding="utf-8")


# ── which files ──


def test_only_the_problems_of_the_files_named_are_shown_and_the_whole_is_checked(spoilt, iku):
    code, out, _ = iku("validate", "definitions/sources")
    assert code == 1, "the exit code is that of the whole"
    assert re.findall(r"^(\S+):\d+:\d+: ", out, re.MULTILINE) == ["definitions/sources/sewa.yaml"]
    assert out.splitlines()[-1].endswith(" of them in other files")
    assert iku("validate", "definitions/organization.yaml") == (
        1,
        "4 indicators, 5 sources, 2 regulations: 3 errors, 2 warnings, 5 of them in other files\n",
        "",
    )


def test_files_say_which_catalogue_is_meant(spoilt, iku, monkeypatch):
    monkeypatch.chdir(spoilt.parent.parent)
    here = spoilt.parent.name
    _, out, err = iku("validate", f"{here}/definitions/sources/sewa.yaml")
    assert (out.count("lost-comment: "), err) == (1, "")
    _, whole, _ = iku("validate", here)
    assert whole == iku("validate", f"{here}/definitions")[1]
    assert whole.count("lost-comment: ") == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["definitions/indicators/x.yaml"], "there is no definitions/indicators/x.yaml"),
        (["definitions/data/2021/biaya.csv"],
         "definitions/data/2021/biaya.csv is no definition; those are files that end in .yaml"),
        (["definitions/sources", "other.yaml"],
         "other.yaml does not belong to the definitions in definitions"),
        (["-C", "definitions", "other.yaml"],
         "other.yaml does not belong to the definitions in definitions"),
    ],
)  # fmt: skip
def test_a_wrong_path_is_wrong_usage(spoilt, iku, words, says):
    Path("other.yaml").touch()
    code, out, err = iku("validate", *words)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == f"Error: {says}"


def test_a_file_outside_of_any_catalogue_is_wrong_usage(tmp_path, monkeypatch, iku):
    monkeypatch.chdir(tmp_path)
    Path("other.yaml").touch()
    assert iku("validate", "other.yaml")[2].splitlines()[-1] == "Error: other.yaml belongs to no definitions"


# ── SARIF ──


def at(content: str, part: str, path: str = "a.yaml") -> Place:
    start = content.index(part)
    return Place(Text(path, content), start, start + len(part))


def valid(log: dict) -> dict:
    Draft4Validator(SCHEMA).validate(log)
    return log["runs"][0]


def test_sarif_is_valid_and_speaks_of_codes_that_occur(spoilt, iku):
    run = valid(json.loads(iku("validate", "--format", "sarif")[1]))
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [
        result["ruleId"] for result in run["results"]
    ]
    assert {rule["id"] for rule in rules} == {result["ruleId"] for result in run["results"]}
    assert all("markdown" in rule["help"] for rule in rules)


def test_the_rules_of_sarif_speak_the_language_asked_for(spoilt, iku):
    driver = valid(json.loads(iku("validate", "--format", "sarif", "--lang", "id")[1]))["tool"]["driver"]
    assert driver["language"] == "id"
    texts = {rule["id"]: rule["shortDescription"]["text"] for rule in driver["rules"]}
    assert texts["unknown-name"] == "nama yang tidak dikenal di tempat itu"


def test_sarif_carries_fixes_and_related_places():
    """Columns count characters, an insertion deletes nothing, a deleted line ends where the next begins."""
    content = "доход: 1\nb: 2\nc: 3\n"
    one = at(content, "1")
    insertion = Place(one.text, 9, 9)
    line = at(content, "c: 3\n")
    problem = error(
        "unknown-key",
        one,
        say("s"),
        say("h"),
        [Related(at("x: 1", "1", "b c.yaml"), say("r")), Related(Cell("x.xlsx", "S", 2, "c"), say("sheet"))],
        [
            Fix(say("say `{what}`", what="2"), (Edit(one, "2"), Edit(insertion, "a: 0\n")), safe=True),
            Fix(say("delete"), (Edit(line, ""),)),
        ],
    )
    result = valid(sarif([problem], "0"))["results"][0]
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "a.yaml"},
                "region": {"startLine": 1, "startColumn": 8, "endLine": 1, "endColumn": 9},
            }
        }
    ]
    assert result["message"] == {"text": "s\nh"}
    assert [place["physicalLocation"]["artifactLocation"]["uri"] for place in result["relatedLocations"]] == [
        "b%20c.yaml",
        "x.xlsx",
    ]
    first, second = result["fixes"]
    assert (first["description"]["text"], first["properties"]) == ("say `2`", {"safe": True})
    assert first["artifactChanges"][0]["replacements"] == [
        {
            "deletedRegion": {"startLine": 1, "startColumn": 8, "endLine": 1, "endColumn": 9},
            "insertedContent": {"text": "2"},
        },
        {
            "deletedRegion": {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 1},
            "insertedContent": {"text": "a: 0\n"},
        },
    ]
    assert second["artifactChanges"][0]["replacements"][0]["deletedRegion"] == {
        "startLine": 3, "startColumn": 1, "endLine": 4, "endColumn": 1,
    }  # fmt: skip


def test_severities_become_levels_and_a_problem_without_a_place_has_no_location():
    place = at("a: 1", "1")
    problems = [error("a", None, say("s")), warning("b", place, say("s")), advice("c", place, say("s"))]
    results = valid(sarif(problems, "0"))["results"]
    assert [result["level"] for result in results] == ["error", "warning", "note"]
    assert "locations" not in results[0]


def test_no_text_of_a_definition_becomes_a_link():
    problem = error("a", None, say("`{x}`", x="[click](https://evil.example)"))
    assert (
        valid(sarif([problem], "0"))["results"][0]["message"]["text"] == "`\\[click\\](https://evil.example)`"
    )


def test_what_was_left_out_is_told():
    run = valid(sarif([error("a", None, say("s"))], "0", omitted=7))
    assert (
        run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
        == "7 more problems were left out"
    )


# ── the same problem tomorrow ──


def found(folder: Path) -> dict[str, int]:
    """Return the identity of every problem in *folder*, with its line."""
    problems = engine.validate(folder)
    return {
        name: problem.place.line if isinstance(problem.place, Place) else 0
        for name, problem in zip(identities(problems), problems, strict=True)
    }


def test_problems_are_known_by_their_keys(spoilt):
    mutu = "definitions/indicators/mutu.yaml"
    assert list(found(Path("definitions"))) == [
        "wrong-kind definitions/indicators/cepat.yaml versions[2020-01-01].result",
        f"lost-comment {mutu} title",
        f"unknown-name {mutu} versions[2020-01-01].steps.poin.formula",
        f"date-overlap {mutu} versions[2022-01-01].from",
        "lost-comment definitions/sources/sewa.yaml title",
    ]


def test_a_problem_stays_the_same_while_lines_move(spoilt):
    """Lines, versions, steps and examples before it change where it stands and not which one it is."""
    before = found(spoilt)
    path = spoilt / "indicators" / "mutu.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace(
        "versions:\n",
        'versions:\n  - from: 2019-01-01\n    basis: {regulation: perda_1_2020}\n    result: "1"\n',
    )
    text = text.replace(
        "    steps:\n", "    steps:\n      awal:\n        each: loket\n        formula: petugas\n", 1
    )
    path.write_text("# a comment\n\n" + text, encoding="utf-8")
    after = found(spoilt)
    assert sorted(before) == sorted(after)
    assert all(line != after[name] for name, line in before.items() if "mutu.yaml versions" in name)


@pytest.mark.parametrize(
    ("content", "part", "keys"),
    [
        ("a: {b: [x, y, x]}\n", "x]", "a.b[x 2]"),
        ("a:\n  - from: 2020\n    b: 1 # here\n  - from: 2021\n", "here", "a[2020].b"),
        ("a:\n  - [1, 2]\n  - {}\n", "{}", "a[]"),
        ("a: |\n  one\n  two\nb: 1\n", "two", "a"),
        ("a: 1\n\n# between\nb: 2\n", "between", ""),
        (f"a: [{'x' * 500}]\n", "xx", f"a[{'x' * 59}…]"),
    ],
)
def test_the_keys_that_lead_to_a_place(content, part, keys):
    problem = error("c", at(content, part), say("s"))
    assert identities([problem]) == [f"c a.yaml {keys}".rstrip()]


def test_the_same_mistake_twice_at_one_place_is_two_problems():
    content = "a: xx yy\n"
    problems = [error("unknown-name", at(content, part), say("s")) for part in ("xx", "yy")]
    assert identities(problems) == ["unknown-name a.yaml a", "unknown-name a.yaml a (2)"]


def test_in_a_file_that_can_not_be_read_the_line_itself_is_the_name():
    content = "a: [1\nb: 2\n"
    assert identities([error("yaml-bracket", at(content, "["), say("s"))]) == ["yaml-bracket a.yaml a: [1"]


# ── GitHub ──


def test_no_text_of_a_definition_gives_an_order_to_a_runner():
    """A line break, a colon or a percent sign of a file ends neither the message nor a property (O1)."""
    path = "a,b:c\n::error::x%0A.yaml"
    problem = error(
        "code", at("a: 1\n", "1", path), say("`{x}`", x="x\n::add-mask::y\r##[add-path]z %0A::stop"), say("h")
    )
    text = github([problem])
    assert text == (
        "::error file=a%2Cb%3Ac\\n%3A%3Aerror%3A%3Ax%250A.yaml,line=1,col=4,endColumn=5,title=code::"
        "`x\\x0a::add-mask::y\\x0d##\\[add-path]z %250A::stop`%0Ah\n"
    )


def test_annotations_of_several_lines_have_no_columns():
    """GitHub draws columns within one line only."""
    content = "a: |\n  one\n  two\n"
    assert github([warning("w", at(content, "one\n  two"), say("s")), advice("x", None, say("t"))]) == (
        "::warning file=a.yaml,line=2,endLine=3,title=w::s\n::notice title=x::t\n"
    )


def test_orders_of_other_formats_are_broken(iku, tmp_path, monkeypatch):
    """Only the format that is meant for a runner writes lines that begin like orders."""
    without_advice(tmp_path / "definitions")
    monkeypatch.chdir(tmp_path)
    Path("definitions/indicators/::error::x.yaml").write_text("a: 1\n")
    for form in ("text", "json", "sarif", "junit"):
        assert not re.search(r"^\s*::", iku("validate", "--format", form)[1], re.MULTILINE), form
    out = iku("validate", "--format", "github")[1]
    assert all(re.match(r"::(error|warning|notice) ", line) for line in out.splitlines())


# ── JUnit ──


def test_junit_counts_and_can_be_read(spoilt, iku):
    root = ElementTree.fromstring(iku("validate", "--format", "junit")[1])
    cases = root.findall("testsuite/testcase")
    assert root.get("tests") == str(len(cases))
    assert root.get("failures") == str(len(root.findall("testsuite/testcase/failure"))) != "0"


def test_a_common_reader_of_junit_understands_it(spoilt, iku):
    from junitparser import Failure, JUnitXml

    read = JUnitXml.fromstring(iku("validate", "--format", "junit")[1].encode())
    failed = [case for suite in read for case in suite if any(isinstance(r, Failure) for r in case.result)]
    assert len(failed) == read.failures > 0


def test_warnings_are_told_but_fail_only_if_they_count():
    problem = warning("w", at("a: 1", "1"), say("s"))
    fine = ElementTree.fromstring(problems_junit([problem], [], ["a.yaml", "b.yaml"]))
    assert [case.get("name") for case in fine.iter("testcase")] == ["no problems", "no problems"]
    assert "warning: w: s" in (fine.findtext("testsuite/system-out") or "")
    strict = ElementTree.fromstring(problems_junit([problem], [problem], ["a.yaml"]))
    assert [case.get("name") for case in strict.iter("testcase")] == ["w a"]


def test_characters_that_xml_can_not_hold_are_written_as_escapes():
    problem = Problem("error", "c", at("a: \x01\n", "\x01", "x\x1b.yaml"), say("s"))
    ElementTree.fromstring(problems_junit([problem], [problem], []))


# ── bounds ──


def test_reports_for_programs_are_bounded_and_say_so(iku, monkeypatch, spoilt):
    monkeypatch.setattr("engine.commands.validate.MOST_REPORTED", 2)
    report = json.loads(iku("validate", "--format", "json")[1])
    assert len(report["problems"]) == 2
    assert sum(report["counts"].values()) > 2
    omitted = sum(report["counts"].values()) - 2
    run = valid(json.loads(iku("validate", "--format", "sarif")[1]))
    assert len(run["results"]) == 2
    for form in ("sarif", "junit", "github"):
        assert f"{omitted} more problems were left out" in iku("validate", "--format", form)[1]
