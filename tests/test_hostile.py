"""What is hostile is refused in our words, and what is good has the value that plain arithmetic gives it.

Each reader is shown a corpus that it makes for itself; `python tests/fuzz corpora` shows it ten times as much
and says how long the worst input took.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from pathlib import Path

import determinism
import pytest
from fuzz import datafiles, documents, formulas, graphs, scalars
from fuzz.judging import judged
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engine
from engine.problems import IkuError

ROOT = Path(__file__).parent.parent
BOUNDED = settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def test_a_formula_has_the_value_that_plain_arithmetic_gives_it():
    """F5 to F9: thousands of formulas against fractions, each on several rows."""
    found = judged(formulas.cases(2_000))
    assert found.failures == []
    assert found.cases > 1_800  # the proofs may refuse a few


def test_a_broken_formula_is_a_refusal_or_a_plain_value():
    """F1 to F10: whatever stands there, faults within the text, or a finite value."""
    assert judged(formulas.broken_cases(2_000)).failures == []


def test_a_scalar_is_what_both_readers_of_yaml_take_it_for_or_refused():
    """Y5, compared with PyYAML's resolver and with the core schema of YAML 1.2."""
    found = judged(scalars.cases(4_000))
    assert found.failures == []
    assert found.cases > 5_000


def test_a_hostile_document_is_refused_in_our_words():
    """Y1 to Y6, J1 to J3, O1: 256 KB of one thing, catalogues around it, and mutations of good ones."""
    assert judged(documents.cases(120)).failures == []


def test_a_hostile_data_file_is_refused_or_its_rows_are_as_declared():
    """D1 to D6: bombs, far cells, broken containers, flipped bytes; cells against an independent reading."""
    assert judged(datafiles.cases(600)).failures == []


def test_a_graph_has_the_values_of_a_plain_evaluation():
    """G1 to G5: every step of random graphs, cycles found, and one missing value spoils what needs it."""
    assert judged(graphs.cases(200)).failures == []


# ── anything at all ──


@given(st.text(max_size=80))
@BOUNDED
def test_any_text_is_a_formula_or_none(text):
    assert formulas.judged_text(text) is None


@given(
    st.binary(max_size=200) | st.text(max_size=120).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
@BOUNDED
def test_any_bytes_are_a_document_or_none(content):
    documents.decoding(content)


@given(st.binary(max_size=200), st.sampled_from(["x.csv", "x.csv.gz", "x.xlsx", "x.parquet"]))
@BOUNDED
def test_any_bytes_are_a_data_file_or_none(content, name):
    with contextlib.suppress(IkuError):
        assert datafiles.judged_file(datafiles.PLAIN, name, content) is None


# ── many mistakes, much nesting ──


def test_of_a_file_full_of_mistakes_fifty_are_told(tmp_path):
    """O1: and the rest is not looked for, so that it takes no longer than a good file."""
    text = "indicator: x\n" + "".join(f"titl{number}: 1\n" for number in range(5_000))
    documents.shutil.copytree(documents.BASE, tmp_path / "definitions")
    (tmp_path / "definitions" / "indicators" / "x.yaml").write_text(text, encoding="utf-8")
    problems = [
        p for p in engine.validate(tmp_path / "definitions") if str(p.place).startswith(str(tmp_path))
    ]
    assert len(problems) == 51
    assert [str(p.message) for p in problems if p.code == "more-problems"] == [
        "more is wrong with this file than the 50 problems listed"
    ]


def _evaluated(formula: str, rows):
    found, errors = formulas.catalogue_of({"s0": formula})
    assert found is not None, errors
    result = found.evaluate("2021", {"s": rows}, keep_rows=["s"], only=["f"])
    return [row["f.s0"] if isinstance(row, dict) else row for row in _listed(result.rows("s"))]


def _listed(rows):
    return rows.to_dicts() if hasattr(rows, "to_dicts") else rows


DEEP = {
    "240 terms": "+".join(["a"] * 240),
    "47 brackets to the right": "1-(" * 47 + "a" + ")" * 47,
    "40 calls in calls": "max(1, " * 40 + "a" + ")" * 40,
    "32 arguments": "max(" + ", ".join(["a"] * 32) + ")",
    "45 floors": "floor(" * 45 + "a" + ")" * 45,
    "32 signs": "-" * 32 + "a",
    "45 negations": "1 if " + "not " * 45 + "t else 2",
    "45 powers": "**".join(["1"] * 45),
    "60 choices": "1 if a > 50 else " * 60 + "2",
    "30 ratios": "+".join(["a / b"] * 30),
}


def deep(levels: int, function):
    """Call *function* from a caller so many frames deep."""
    return function() if levels == 0 else deep(levels - 1, function)


@pytest.mark.parametrize("formula", DEEP.values(), ids=DEEP.keys())
def test_a_formula_within_the_limits_has_the_same_value_from_a_deep_caller(formula):
    """F5: for records and for a frame, near the top of the stack and 500 frames below."""
    import polars

    rows = [
        {"id": "1", "a": 2.0, "b": 4.0, "p": 1.0, "i": 1, "c": None, "k": "x", "t": True},
        {"id": "2", "a": -7.5, "b": 0.5, "p": 1.0, "i": 1, "c": 1.0, "k": "y", "t": False},
    ]
    frame = polars.DataFrame(rows)
    here = _evaluated(formula, rows)
    assert here == _evaluated(formula, frame)
    assert here == deep(500, lambda: _evaluated(formula, rows))
    assert here == deep(500, lambda: _evaluated(formula, frame))


# ── threads, seeds, failing disks ──


def test_eight_threads_compute_what_one_does():
    """F11: 100,000 evaluations of shared closures, with the interpreter switching as often as it can."""
    batch = formulas.Batch(7, 25)
    given_rows = [formulas.plain(row) for row in batch.rows]
    steps = [
        batch.catalogue.compile(f"f.{name}", "2021") for name in batch.meant if name not in batch.refused
    ]

    def outcome(step, row):
        try:
            return step(row)
        except IkuError as failure:
            return str(failure)

    alone = [[outcome(step, row) for row in given_rows] for step in steps]
    different: list[object] = []
    rounds = -(-100_000 // (8 * len(steps) * len(given_rows)))

    def work():
        different.extend(
            threading.current_thread().name
            for _ in range(rounds)
            if [[outcome(step, row) for row in given_rows] for step in steps] != alone
        )

    threads = [threading.Thread(target=work) for _ in range(8)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert different == []


CORNERS = [(0, "C", "UTC"), (7, "id_ID.UTF-8", "Asia/Makassar")]
FEW = [(3, "C.UTF-8", "America/New_York"), (5, "C", "Asia/Makassar")]


def test_results_are_the_same_bytes_for_every_seed_locale_zone_and_order_of_files(tmp_path):
    """G4 and O5: some corners of the matrix that `python tests/determinism.py` goes through in whole."""

    def found(corner, *names):
        seed, _, _ = corner
        return determinism.outputs(determinism.shuffled(tmp_path / str(seed), seed), corner, *names)

    first, last = (found(corner) for corner in CORNERS)
    assert first == last
    assert set(first) == {"validate", "evaluate", "diff", "iku", "lkjip", "graph", "site"}
    for corner in FEW:
        some = found(corner, ("validate", "evaluate", "diff"))
        assert some == {name: first[name] for name in some}
