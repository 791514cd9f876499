"""By how much figures move when rules do: each side is what it is alone, each row is counted once."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars
import pytest
from golden import CASES, same_as

import cli
import engine
from engine.comparing import compare_days
from engine.comparing.figures import as_of
from engine.report.comparison import comparison_html, comparison_markdown, comparison_plain
from engine.report.comparison_words import Words
from engine.report.movement import Moving, movement_text, movements_plain
from engine.report.wording import Wording
from engine.run.moves import MOST_PAIRS, moves_of

BASE = CASES / "explanation" / "definitions"
BORN = date(1980, 1, 1)
STAFF = [
    {"id": name, "team": team, "degree": degree, "appraisal": points, "born": BORN, "counted": True}
    for name, team, degree, points in [
        ("a", "north", "master", 95), ("b", "north", "bachelor", 80), ("c", "south", "bachelor", 70),
        ("d", "south", "master", None), ("e", "south", "master", 76),
    ]
]  # fmt: skip
DATA = {"staff": STAFF, "course": [{"person": "a", "kind": "seminar", "hours": 1}]}


@pytest.fixture(scope="module")
def before():
    return engine.load(BASE)


@pytest.fixture(scope="module")
def after(before, tmp_path_factory):
    folder = tmp_path_factory.mktemp("after") / "definitions"
    shutil.copytree(BASE, folder)
    path = folder / "indicators" / "quality.yaml"
    path.write_text(path.read_text().replace("{above: 75, value: 25", "{above: 75, value: 29"))
    return engine.load(folder)


@pytest.fixture
def iku(capsys):
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def test_each_side_is_what_it_is_alone(before, after):
    found = before.movements(after, "2021", DATA, only=["quality", "overall"])
    for number, side in enumerate((before, after)):
        alone = side.evaluate("2021", DATA, only=["quality", "overall"])
        got = {m.indicator: (m.old, m.new)[number].value for m in found.figures}
        assert got == {result.indicator: result.value for result in alone}
    (figure,) = (m for m in found.figures if m.indicator == "quality")
    assert (figure.old.value, figure.new.value, figure.difference) == (35.0, 36.6, 1.6)
    assert (figure.old.category, figure.new.category) == ("middle", "middle")
    assert (figure.achieved, figure.still) == (4.0, False)


def test_groups_move_each_by_its_own(before, after):
    found = before.movements(after, "2021", DATA, by="team", only=["quality"])
    assert [(m.group, m.old.value, m.new.value) for m in found.figures] == [
        ("north", 45.0, 47.0),
        ("south", 28.3, 29.7),
    ]
    assert {row.step: row.moves.moved for row in found.rows} == {"appraised": 2, "points": 2}


def test_rows_are_counted_by_what_they_move_between(before, after):
    found = before.movements(after, "2021", DATA, only=["quality"])
    assert {row.step: row.moves.pairs for row in found.rows} == {
        "appraised": ((25, 29, 2),),
        "points": ((40.0, 44.0, 1), (45.0, 49.0, 1)),
    }
    assert {(row.moves.rows, row.moves.up, row.moves.down) for row in found.rows} == {(5, 2, 0)}


def test_frames_move_as_records_do(before, after):
    frames = {name: polars.DataFrame(rows) for name, rows in DATA.items() if rows}
    as_frames = before.movements(after, "2021", frames, by="team", only=["quality"])
    as_records = before.movements(after, "2021", DATA, by="team", only=["quality"])
    assert [row.moves for row in as_frames.rows] == [row.moves for row in as_records.rows]
    assert [(m.group, m.difference) for m in as_frames.figures] == [
        (m.group, m.difference) for m in as_records.figures
    ]


def test_by_equal_rules_nothing_moves(before):
    found = before.movements(before, "2021", DATA, only=["quality"])
    assert all(m.still and m.difference == 0 for m in found.figures)
    assert found.rows == ()


def test_rows_that_only_one_side_has_are_counted_apart():
    old = [{"k": "a", "v": 1}, {"k": "b", "v": 2}, {"k": "c", "v": None}]
    new = [{"k": "b", "v": 3}, {"k": "c", "v": 0}, {"k": "d", "v": 2}]
    expected = moves_of(old, new, "v", "k")
    assert expected is not None
    assert (expected.rows, expected.moved, expected.came, expected.went) == (2, 2, 1, 1)
    assert (expected.pairs, expected.up, expected.down) == (((2, 3, 1), (None, 0, 1)), 1, 0)
    assert moves_of(polars.LazyFrame(old), polars.LazyFrame(new), "v", "k") == expected


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        (0.1 + 0.2, 0.3, 0),
        (1, 1.0, 0),
        (True, 1, 1),
        (None, 0, 1),
        (None, None, 0),
        ("a", "a", 0),
        ("a", "b", 1),
    ],
)
def test_a_row_moves_where_its_value_is_another_at_nine_decimals(old, new, moved):
    found = moves_of([{"v": old}], [{"v": new}], "v", None)
    assert found is not None
    assert found.moved == moved


def test_rows_without_a_key_that_are_not_as_many_can_t_be_compared():
    assert moves_of([{"v": 1}], [], "v", None) is None
    assert moves_of(polars.LazyFrame({"v": [1]}), polars.LazyFrame({"v": [1]}), "v", None) is None


def test_of_many_pairs_those_of_most_rows_are_told():
    old = [{"v": number} for number in range(40)] + [{"v": 1}]
    new = [{"v": number + 1} for number in range(40)] + [{"v": 2}]
    found = moves_of(old, new, "v", None)
    assert found is not None
    assert (len(found.pairs), found.pairs[0], found.moved) == (MOST_PAIRS, (1, 2, 2), 41)


def test_a_step_with_a_personal_value_is_not_told(before, tmp_path):
    """`birthday` hands on a personal column by the old rules, and moves in every row by the new ones."""
    folder = tmp_path / "definitions"
    shutil.copytree(BASE, folder)
    path = folder / "indicators" / "quality.yaml"
    path.write_text(path.read_text().replace("formula: born", "formula: period.end"))
    found = before.movements(engine.load(folder), "2021", DATA, only=["quality"])
    assert {row.step for row in found.rows} == {"age"}


def test_the_rules_of_a_day_hold_in_every_period(before):
    """The figures of 2021 by the rule of 2022 are those of a rule that was always there."""
    later = replace(before, definitions=as_of(before.definitions, date(2022, 6, 30)))
    found = before.movements(later, "2021", DATA, only=["quality"])
    assert [(m.old.value, m.new.value) for m in found.figures] == [(35.0, 35.0)]
    course = [{"person": "a", "kind": "technical", "hours": 5}]
    found = before.movements(later, "2021", {**DATA, "course": course}, only=["quality"])
    assert [(m.old.value, m.new.value) for m in found.figures] == [(35.0, 37.0)]
    compared = compare_days(before.definitions, date(2021, 12, 31), date(2022, 6, 30))
    assert "quality" in compared.moved


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_printed_forms(before, after, request, language):
    wording = Wording(language)
    compared = before.compare(after, ("v1", "v2"))
    words = Words(compared, before.definitions, after.definitions, wording)
    found = before.movements(after, "2021", DATA, by="team", only=["quality"])
    moving = Moving(found, after.definitions, wording, ("v1", "v2"))
    same_as(request, f"comparing/moved.{language}.txt", movement_text(moving))
    same_as(request, f"comparing/moved.{language}.md", comparison_markdown(words, moving))
    same_as(request, f"comparing/moved.{language}.html", comparison_html(words, moving))
    assert comparison_plain(words, moving)["values"] == movements_plain(found, language)


def test_the_command_tells_by_how_much(iku, tmp_path, monkeypatch):
    """The shipped catalogue and its invented data, one row of bands changed."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(Path(engine.__file__).parent.parent / "definitions", "definitions")
    shutil.copytree("definitions", "later", ignore=shutil.ignore_patterns("data"))
    path = Path("later/indicators/ip_asn.yaml")
    path.write_text(path.read_text().replace("{from: 61, value: 15, title: Cukup}", "{from: 61, value: 20}"))
    code, out, err = iku(
        "diff", "definitions", "later", "--values", "--period", "2021", "--data", "definitions"
    )
    assert (code, err) == (0, "")
    alone = engine.load("later").evaluate("2021", "definitions", only=["ip_asn"])["ip_asn"].value
    assert f"{alone:.2f}" in out
    assert "ip_asn.kinerja: 71 of 696 rows: 71 up, 0 down; 15 → 20: 71" in out


def test_options_of_figures_need_values(iku, monkeypatch):
    monkeypatch.chdir(CASES / "cli")
    code, out, err = iku("diff", "2020", "2021", "--period", "2021")
    assert (code, out) == (2, "")
    assert err.endswith("Error: --period is about figures: say --values too\n")
