"""What it would take to reach a target: what is found reaches it, and its neighbour does not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from golden import CASES, same_as
from hypothesis import given, settings
from hypothesis import strategies as st

import cli
import engine
from engine.problems import InvalidRequest, say
from engine.solving import Question, Tried, solve

BASE = CASES / "explanation" / "definitions"
SHIPPED = str(Path(engine.__file__).parent.parent / "definitions")
DATA = {"form": [{"asked": 100, "answered": 20}]}


@pytest.fixture(scope="module")
def catalogue():
    return engine.load(BASE)


@pytest.fixture
def iku(capsys):
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def asked(target: float, better: str = "higher", now: float = 10, decimals: int = 0) -> Question:
    return Question("i", "2021", "i.p", target, better, 0, 100, decimals, now)  # type: ignore[arg-type]


# ── the search ──


@settings(deadline=None)
@given(
    rising=st.booleans(),
    better=st.sampled_from(["higher", "lower"]),
    target=st.integers(-50, 350),
    now=st.integers(0, 100),
    decimals=st.integers(0, 2),
    steps=st.lists(st.integers(0, 5), min_size=101, max_size=101),
)
def test_what_is_found_is_where_a_figure_that_only_rises_or_falls_crosses(
    rising, better, target, now, decimals, steps
):
    """Compared with trying every value there is."""
    heights = [sum(steps[: place + 1]) for place in range(101)]

    def figure(at: float) -> Tried:
        height = heights[int(at)]
        return Tried(at, height if rising else 300 - height)

    found = solve(asked(target, better, now, decimals), figure)
    every = [figure(round(step / 10**decimals, decimals)) for step in range(100 * 10**decimals + 1)]
    good = [(p.value >= target) if better == "higher" else (p.value <= target) for p in every]  # type: ignore[operator]
    border = [i for i in range(len(good) - 1) if good[i] != good[i + 1]]
    assert len(border) <= 1
    assert found.reached == good[now * 10**decimals]
    if not border:
        assert (found.found, found.beside) == (None, None)
    else:
        assert found.found is not None
        assert found.beside is not None
        sides = (every[border[0]], every[border[0] + 1])
        assert {found.found.at, found.beside.at} == {side.at for side in sides}
        assert (found.found.value, found.beside.value) == tuple(
            p.value for p in (sides if good[border[0]] else reversed(sides))
        )
    assert found.course == (
        "stays" if len({p.value for p in found.points}) == 1 else "rises" if rising else "falls"
    )


def test_a_figure_that_rises_and_falls_is_said_to():
    """The nearest crossing to the value as it is, and no claim that it is the only one."""
    found = solve(asked(40, now=20), lambda at: Tried(at, 50 - abs(at - 50)))
    assert (found.course, found.found, found.beside) == ("turns", Tried(40, 40), Tried(39, 39))


def test_a_value_with_more_decimals_than_are_searched_is_judged_by_itself():
    found = solve(asked(11, now=10.5), lambda at: Tried(at, at))
    assert (found.reached, found.now, found.found, found.beside) == (
        False, Tried(10.5, 10.5), Tried(11, 11), Tried(10, 10),
    )  # fmt: skip
    only = solve(asked(5, now=10.5), lambda at: Tried(at, 5 if at == 10.5 else 4))
    assert (only.reached, only.found) == (True, Tried(10.5, 5))


def test_where_there_is_no_figure_the_target_is_not_reached():
    why = say("no value")
    found = solve(asked(60), lambda at: Tried(at, at) if at <= 80 else Tried(at, None, why))
    assert (found.found, found.course) == (Tried(60, 60), "rises")
    nothing = solve(asked(60), lambda at: Tried(at, None, why))
    assert (nothing.found, nothing.best, nothing.reached) == (None, None, False)


# ── of a catalogue ──


def test_an_input_of_a_record_within_the_range_of_its_column(catalogue):
    """Backlog: lower is better; it falls by a point for each answer more."""
    found = catalogue.solve("response", 75, "form.answered", "2021", DATA)
    assert (found.now.value, found.found, found.beside) == (80, Tried(25, 75), Tried(24, 76))
    assert (found.reached, found.course, [found.points[0].at, found.points[-1].at]) == (
        False,
        "falls",
        [0, 30],
    )


def test_where_the_target_cannot_be_reached_the_ends_and_the_proof_are_told(catalogue):
    found = catalogue.solve("response", 60, "form.answered", "2021", DATA)
    assert (found.found, found.best, found.proved) == (None, Tried(30, 70), (0.0, 100.0))


def test_what_is_found_is_what_evaluating_with_it_gives(catalogue):
    found = catalogue.solve("response", 75, "form.answered", "2021", DATA)
    assert found.found is not None
    again = catalogue.evaluate(
        "2021", {"form": [{"asked": 100, "answered": found.found.at}]}, only=["response"]
    )
    assert again["response"].value == found.found.value


def test_a_value_under_which_the_rules_do_not_hold_gives_no_figure():
    """`jp_minimum` may be anything; points beyond the declared range of the step may not."""
    shipped = engine.load()
    found = shipped.solve(
        "ip_asn", 70, "ip_asn.poin_diklat_kepemimpinan", "2021", between=(0, 40), decimals=0
    )
    beyond = [point for point in found.points if point.at > 15]
    assert beyond
    assert all(point.value is None and point.reason is not None for point in beyond)
    assert found.points[0].value is not None


@pytest.mark.parametrize(
    ("vary", "between", "told"),
    [
        ("form.answred", None, "the source `form` has no column `answred`"),
        ("staff.appraisal", None, "`staff` has many rows; what is varied is one value"),
        (
            "quality.degree_points",
            (0, 1),
            "`quality.degree_points` is not a single number and can't be varied",
        ),
        (
            "quality.training_points",
            None,
            "nothing says between which values `quality.training_points` may lie",
        ),
        ("quality.trainig_points", None, "there is no parameter or input `quality.trainig_points` in 2021"),
        (
            "quality.training_points",
            (16, 20),
            "`quality.training_points` is 15, which does not lie between 16 and 20",
        ),
        ("quality.training_points", (15, 15), "the search goes from 15 to 15; the first must be smaller"),
    ],
)
def test_what_cannot_be_varied_is_refused(catalogue, vary, between, told):
    with pytest.raises(InvalidRequest) as refused:
        catalogue.solve("quality", 40, vary, "2021", DATA, between=between)
    assert str(refused.value.problems[0].message) == told


# ── the command ──


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_command_answers_in_sentences(iku, request, language):
    told = []
    for words in (
        ("ip_asn", "--target", "76.5", "--vary", "ip_asn.jp_minimum", "--between", "0", "40"),
        ("ip_asn", "--target", "82", "--vary", "ip_asn.jp_minimum", "--between", "0", "40"),
        ("sistem_merit", "--target", "330", "--vary", "penilaian_merit.pengadaan"),
        ("sistem_merit", "--target", "500", "--vary", "penilaian_merit.pengadaan", "--decimals", "0"),
    ):
        _, out, err = iku("solve", *words, "-C", SHIPPED, "--period", "2023", "--lang", language, "-q")
        assert err == ""
        told.append(f"── {' '.join(words)}\n\n{out}")
    same_as(request, f"scenarios/solve.{language}.txt", "\n".join(told))


def test_the_exit_code_says_whether_it_can_be_reached(iku, tmp_path, monkeypatch):
    shutil.copytree(BASE, tmp_path / "definitions")
    (tmp_path / "definitions" / "data" / "2021").mkdir(parents=True)
    (tmp_path / "definitions" / "data" / "2021" / "form.csv").write_text("asked,answered\n100,20\n")
    monkeypatch.chdir(tmp_path)
    code, out, _ = iku("solve", "response", "--target", "75", "--vary", "form.answered", "--format", "json")
    found = json.loads(out)
    assert (code, found["found"], found["course"]) == (0, {"at": 25, "value": 75.0, "reason": None}, "falls")
    assert iku("solve", "response", "--target", "60", "--vary", "form.answered")[0] == 3
    assert iku("solve", "response", "--target", "60", "--vary", "form.answered", "--by", "team")[0] == 2
