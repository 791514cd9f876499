"""Problems drawn: the mark stands under what is meant, and nothing that a file holds gets out of hand."""

from __future__ import annotations

import pytest

from engine.problems import Problem, Related, advice, error, say, warning
from engine.report.paint import painted
from engine.report.problems_text import counted, plain, problems_text, visible
from engine.text import Cell, Place, Text


def at(content: str, part: str, path: str = "a.yaml") -> Place:
    start = content.index(part)
    return Place(Text(path, content), start, start + len(part))


def drawn(content: str, part: str) -> list[str]:
    """Return the lines below the sentence of a problem at *part* of a file."""
    return problems_text([error("code", at(content, part), say("sentence"))]).splitlines()[1:]


def test_a_problem_is_drawn_with_the_line_before_and_its_hint():
    text = problems_text([error("code", at("one: 1\ntwo: 2\n", "2"), say("sentence"), say("do this"))])
    assert text == (
        "a.yaml:2:6: code: sentence\n"
        "    1 | one: 1\n"
        "    2 | two: 2\n"
        "      |      ~\n"
        "   hint: do this\n"
    )  # fmt: skip


def test_a_problem_on_the_first_line_has_no_line_before():
    assert drawn("one: 1", "one") == ["    1 | one: 1", "      | ~~~"]


@pytest.mark.parametrize(
    ("content", "part", "expected"),
    [
        ("\tone: 1", "1", ["    1 |     one: 1", "      |          ~"]),
        ("доход: 1", "1", ["    1 | доход: 1", "      |        ~"]),
        ("収入: 1", "1", ["    1 | 収入: 1", "      |       ~"]),
        ("収入: 1", "収入", ["    1 | 収入: 1", "      | ~~~~"]),
        ("e\u0301: 1", "1", ["    1 | e\u0301: 1", "      |    ~"]),
        ("a\u202eb: 1", "1", ["    1 | a\\u202eb: 1", "      |           ~"]),
        ("a\x1b[2J: 1", "1", ["    1 | a\\x1b[2J: 1", "      |           ~"]),
        ("a:\u00a01", "\u00a0", ["    1 | a:\\xa01", "      |   ~~~~"]),
    ],
    ids=["tab", "Cyrillic", "wide", "wide mark", "combining", "bidirectional", "control", "no-break space"],
)  # fmt: skip
def test_the_mark_stands_below_what_is_meant(content, part, expected):
    assert drawn(content, part) == expected


def test_a_span_of_several_lines_is_marked_on_each():
    content = "a: 1\nformula:\n  x +\n  y\nb: 2\n"
    assert drawn(content, "x +\n  y") == [
        "    2 | formula:",
        "    3 |   x +",
        "      |   ~~~",
        "    4 |   y",
        "      |   ~",
    ]


def test_a_long_span_is_cut_after_four_lines():
    content = "\n".join(f"line {number}" for number in range(1, 9))
    assert drawn(content, content)[-3:] == ["    4 | line 4", "      | ~~~~~~", "      | …"]


def test_a_long_line_is_cut_around_the_span():
    content = "a" * 300 + " here " + "b" * 300
    shown, mark = drawn(content, "here")
    assert shown == f"    1 | …{'a' * 39} here {'b' * 55}…"
    assert mark == f"      | {' ' * 41}~~~~"


def test_a_span_longer_than_the_line_shown_is_marked_to_its_end():
    shown, mark = drawn("a" * 300, "a" * 300)
    assert shown == f"    1 | {'a' * 100}…"
    assert mark == f"      | {'~' * 100}"


def test_related_places_are_drawn_too():
    content = "from: 2021\nuntil: 2020\n"
    related = [Related(at(content, "2021"), say("it begins here"))]
    assert problems_text([error("code", at(content, "2020"), say("sentence"), None, related)]) == (
        "a.yaml:2:8: code: sentence\n"
        "    1 | from: 2021\n"
        "    2 | until: 2020\n"
        "      |        ~~~~\n"
        "   a.yaml:1:7: it begins here\n"
        "    1 | from: 2021\n"
        "      |       ~~~~\n"
    )  # fmt: skip


def test_many_related_places_are_listed_without_their_lines():
    content = "a b c d"
    related = [Related(at(content, name), say("link")) for name in "abcd"]
    text = problems_text([error("cycle", at(content, "a"), say("sentence"), None, related)])
    assert text.splitlines()[3:] == [f"   a.yaml:1:{column}: link" for column in (1, 3, 5, 7)]


def test_at_most_fifty_are_shown_and_the_others_counted():
    content = "x\n" * 60
    problems = [
        error("code", Place(Text("a.yaml", content), 2 * line, 2 * line + 1), say("s")) for line in range(60)
    ]
    text = problems_text(problems)
    assert text.count("code: s") == 50
    assert text.endswith("\n\nand 10 more\n")


def finding(line: int, column: str, hint: str | None = None, path: str = "data/x.csv") -> Problem:
    return error("code", Cell(path, None, line, column), say("sentence"), None if hint is None else say(hint))


def test_findings_of_a_file_stand_below_its_name_and_share_their_hint():
    found = [finding(2, "a", "do this"), finding(3, "a", "do this"), finding(4, "b", "do that")]
    assert problems_text(found) == (
        "data/x.csv\n"
        "   line 2, column a: code: sentence\n"
        "   line 3, column a: code: sentence\n"
        "      hint: do this\n"
        "   line 4, column b: code: sentence\n"
        "      hint: do that\n"
    )


def test_one_finding_is_one_line_and_files_are_apart():
    sheet = error("code", Cell("data/y.xlsx", "Sheet1", 3, "B"), say("sentence"))
    assert problems_text([finding(2, "a"), sheet]) == (
        "data/x.csv, line 2, column a: code: sentence\n"
        "\n"
        "data/y.xlsx, sheet Sheet1, row 3, column B: code: sentence\n"
    )


def test_a_data_file_is_named_as_seen_from_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions" / "data").mkdir(parents=True)
    (tmp_path / "definitions" / "data" / "x.csv").touch()
    text = problems_text([finding(2, "a")], base=tmp_path / "definitions")
    assert text.startswith("definitions/data/x.csv, line 2")
    assert plain(finding(2, "a"), tmp_path / "definitions")["path"] == "definitions/data/x.csv"


def test_a_file_name_can_not_write_on_the_terminal_or_to_a_runner():
    text = problems_text([error("code", at("a: 1", "1", "x\n::error::y\x1b[2J.yaml"), say("sentence"))])
    assert text.splitlines()[0] == "x\\n::error::y\\x1b[2J.yaml:1:4: code: sentence"
    assert "\x1b" not in text


def test_severities_are_told_and_counted():
    place = at("a: 1", "1")
    problems = [
        warning("w", place, say("one")),
        advice("x", place, say("two")),
        advice("y", place, say("three")),
        error("z", None, say("four")),
    ]
    text = problems_text(problems)
    assert "a.yaml:1:4: warning: w: one\n" in text
    assert "a.yaml:1:4: advice: x: two\n" in text
    assert text.endswith("\nz: four\n")
    assert counted(problems) == "1 error, 1 warning, 2 advice"
    assert counted([]) == "no problems"


def test_colours_change_nothing_but_the_colours():
    import re

    problems = [error("code", at("one: 1\n", "1"), say("sentence"), say("do this")), finding(1, "a")]
    coloured = problems_text(problems, painted)
    assert coloured != problems_text(problems)
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == problems_text(problems)


def test_a_problem_as_plain_values_has_every_place():
    content = "a: 1\nb: 2"
    problem = error(
        "code", at(content, "2"), say("s"), say("h"), [Related(Cell("x.xlsx", "S", 2, "c"), say("r"))]
    )
    assert plain(problem) == {
        "severity": "error",
        "code": "code",
        "path": "a.yaml",
        "line": 2,
        "column": 4,
        "end_line": 2,
        "end_column": 5,
        "message": "s",
        "hint": "h",
        "related": [{"path": "x.xlsx", "sheet": "S", "line": 2, "column": "c", "message": "r"}],
        "fixes": [],
    }
    assert plain(error("code", None, say("s")))["path"] is None


def test_what_is_visible_stays_as_it_is():
    assert visible("Rp1.234,00 – ≥ 収入") == "Rp1.234,00 – ≥ 収入"
