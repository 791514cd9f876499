"""What is proved of ranges and operations before any data arrive, and what refutes the rest.

Each case is a small catalogue: the columns of ``orang``, of its child ``kursus``, of the rows ``unsur`` that
stand in the definition and of the form ``isian``; parameters, steps, a result. What is left after the proofs
is compared in whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from catalogues import read_texts
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import proving
from engine.api import Catalogue
from engine.checking import check, prove, rules_at
from engine.checking.boxes import out_of_range, unproved
from engine.formula.ranges import Box, Nothing
from engine.problems import IkuError
from engine.versions import Period, Rule

ORGANIZATION = """
organization: uji
name: Uji
language: id
objectives: {o: {title: O}}
divisions: {d: {title: D}}
"""
ORANG: dict[str, Any] = {
    "id": {"type": "text", "unique": True},
    "jabatan": {"type": "category", "values": ["struktural", "fungsional", "pelaksana"]},
    "predikat": {"type": "category", "values": ["baik", "cukup"], "missing": "keep"},
    "aktif": {"type": "boolean"},
    "skor": {"type": "number", "range": [0, 10]},
    "jam": {"type": "integer", "range": [0, 40]},
    "upah": {"type": "number"},
}
SOURCES: dict[str, dict[str, Any]] = {
    "orang": {"key": "id", "columns": ORANG},
    "kursus": {
        "columns": {
            "orang": {"type": "reference", "to": "orang"},
            "jenis": {"type": "category", "values": ["teknis", "seminar"]},
            "jp": {"type": "number", "range": [1, 100]},
            "tahun": {"type": "integer", "range": [1990, 2100]},
        }
    },
    "isian": {
        "shape": "record",
        "columns": {"a": {"type": "number", "range": [0, 60]}, "b": {"type": "number", "range": [0, 50]}},
    },
    "unsur": {
        "key": "id",
        "columns": {"id": {"type": "text", "unique": True}, "bobot": {"type": "number", "range": [0, 5]}},
        "rows": [{"id": "a", "bobot": 1}, {"id": "b", "bobot": 2}, {"id": "c", "bobot": 3}],
    },
}
PARAMETERS: dict[str, Any] = {
    "naik": {"table": {"struktural": 15, "fungsional": 20, "pelaksana": 5}},
    "turun": {"table": {"struktural": 25, "fungsional": 20, "pelaksana": 35}},
    "pita": {"bands": [{"from": 5, "value": 3}, {"from": 2, "value": 1}]},
    "cara": {"value": 1, "choices": [1, 2, 3]},
}


def catalogue_of(steps: dict[str, tuple[Any, ...]]) -> Any:
    """Return the definitions with steps (formula, range): ``orang: ...`` goes through the rows of orang."""
    made: dict[str, Any] = {}
    for name, (formula, *declared) in steps.items():
        each, mark, text = formula.partition(": ")
        made[name] = {"each": each, "formula": text} if mark else {"formula": formula}
        if declared:
            made[name]["range"] = declared[0]
    version = {"from": "2020-01-01", "parameters": PARAMETERS, "steps": made, "result": "1"}
    indicator = {"indicator": "uji", "title": "U", "objective": "o", "division": "d", "sources": []}
    texts = {"organization.yaml": ORGANIZATION, "regulations.yaml": "regulations: {}\n"}
    for name, source in SOURCES.items():
        place = {} if "rows" in source else {"file": f"{name}.csv"}
        head = {"source": name, "title": name, "division": "d", **place, **source}
        texts[f"sources/{name}.yaml"] = yaml.safe_dump(head, sort_keys=False)
    texts["indicators/uji.yaml"] = yaml.safe_dump({**indicator, "versions": [version]}, sort_keys=False)
    definitions, problems = read_texts(Path(), texts)
    assert definitions is not None, [str(problem) for problem in problems]
    return definitions


def left(steps: dict[str, tuple[Any, ...]]) -> list[str]:
    """Return what is said of steps after all proofs; `sources` is left empty here and told about."""
    definitions = catalogue_of(steps)
    found = check(definitions)
    errors = [p for p in found.problems if p.severity == "error" and p.code != "missing-source"]
    assert not errors, [str(problem) for problem in errors]
    return [
        f"{problem.code}: {problem.message} | {problem.hint}"
        for problem in proving.settle(definitions, found.unsettled)
    ]


CORRECT = "correct the formula, its numbers or the range"
DECIDE = "decide what counts then: `x if condition else y`, or `else no_value`"
ROWS = 'any(kursus.jp >= 20, where=kursus.tahun == period.year and kursus.jenis == "seminar")'

PROVED: dict[str, dict[str, tuple[Any, ...]]] = {
    "two tables of one category": {"k": ("orang: naik[jabatan] + turun[jabatan]", [0, 40])},
    "through steps and aggregates": {
        "a": ("orang: naik[jabatan] if jam >= 20 else 0",),
        "b": (f"orang: turun[jabatan] if {ROWS} else 0",),
        "k": ("orang: a + b", [0, 40]),
    },
    "a branch for each kind": {
        "k": ('orang: 1 if jabatan == "struktural" else 2 if jabatan == "fungsional" else 3', [1, 3])
    },
    "the same condition twice": {
        "k": ("orang: (10 if jam >= 20 else 0) + (0 if jam >= 20 else 10)", [10, 10])
    },
    "a condition on a step": {
        "s": ("orang: skor * 2",),
        "k": ("orang: s if s <= 8 else 0", [0, 8]),
    },
    "a condition on a sum": {"k": ("orang: skor + jam if skor + jam <= 30 else 0", [0, 30])},
    "two unknown numbers compared": {
        "k": ("orang: (5 if skor > upah else 0) + (0 if skor > upah else 5)", [5, 5])
    },
    "a blank decided": {
        "k": ('orang: 0 if is_missing(predikat) else 10 if predikat == "baik" else 5', [0, 10])
    },
    "coalesce": {"k": ('orang: 1 if coalesce(predikat, "cukup") == "baik" else 2', [1, 2])},
    "not a band too many": {"k": ("orang: band(skor, pita) if skor >= 2 else 0", [0, 3])},
    "a square": {"k": ("orang: (skor - 5) * (skor - 5)", [0, 25])},
    "every choice of a parameter": {"k": ("isian.a * cara", [0, 180])},
    "a division after a question": {"k": ("orang: skor / jam if jam > 0 else 0", [0, 10])},
    "a division that has no value": {"k": ("orang: skor / jam if aktif and jam > 0 else no_value", [0, 10])},
    "a divisor that is not one number": {"k": ("orang: skor / (jam - 3) if jam != 3 else no_value",)},
    "a divisor in the whole": {"k": ("isian.a / isian.b if isian.b > 0 else no_value",)},
    "a divisor in chosen rows": {"k": ("mean(orang.skor / orang.jam, where=orang.jam > 0)",)},
    "a divisor that is a count": {"k": ("sum(orang.skor) / count(orang) if count(orang) > 0 else 0",)},
    "a root": {"k": ("orang: sqrt(skor - 1) if skor > 1 else 0", [0, 3])},
    "a logarithm": {"k": ("orang: log(skor) if skor > 0 else no_value",)},
    "rows of the definition": {"k": ("sum(unsur.bobot)", [0, 15])},
    "rounded beyond the end": {"k": ("orang: round(skor * 0.949)", [0, 9])},
    "clipped": {"k": ("orang: clip(upah, 0, 5) + max(0, min(upah, 3))", [0, 8])},
}
LEFT: dict[str, tuple[dict[str, tuple[Any, ...]], list[str]]] = {
    "the sum and the category that break it": (
        {"k": ("orang: naik[jabatan] + turun[jabatan]", [0, 39])},
        [
            "range-exceeded: `k` can be 15 + 25 = 40, outside its range 0 to 39 | "
            f"for example with `orang.jabatan` = struktural; {CORRECT}"
        ],
    ),
    "rows of a child": (
        {
            "a": ("orang: naik[jabatan] if jam >= 20 else 0",),
            "b": (f"orang: turun[jabatan] if {ROWS} else 0",),
            "k": ("orang: a + b", [0, 39]),
        },
        [
            "range-exceeded: `k` can be 15 + 25 = 40, outside its range 0 to 39 | for example with "
            "`kursus.jenis` = seminar, `kursus.jp` = 25, `kursus.tahun` = 2020, "
            f"`orang.jabatan` = struktural, `orang.jam` = 26; {CORRECT}"
        ],
    ),
    "a mean of rows": (
        {"a": ("orang: skor * 2",), "k": ("mean(orang.a, where=orang.aktif)", [0, 19])},
        [
            "range-exceeded: `k` can be 20, outside its range 0 to 19 | "
            f"for example with `orang.aktif` = true, `orang.skor` = 10; {CORRECT}"
        ],
    ),
    "many rows": (
        {"k": ("sum(orang.skor)", [0, 100])},
        [
            "range-exceeded: `k` can be 1000, outside its range 0 to 100 | "
            f"for example with `orang.skor` = 10, 100 such rows of `orang`; {CORRECT}"
        ],
    ),
    "a form": (
        {"k": ("isian.a + isian.b", [0, 100])},
        [
            "range-exceeded: `k` can be 60 + 50 = 110, outside its range 0 to 100 | "
            f"for example with `isian.a` = 60, `isian.b` = 50; {CORRECT}"
        ],
    ),
    "a choice of a parameter": (
        {"k": ("isian.a * cara", [0, 100])},
        [
            "range-exceeded: `k` can be 120, outside its range 0 to 100 | "
            f"for example with `cara` = 2, `isian.a` = 60; {CORRECT}"
        ],
    ),
    "an input without bounds": (
        {"k": ("orang: upah * 2", [0, 100])},
        [
            "range-unproved: it is not proved that `k` stays within 0 to 100 | "
            "`orang.upah` may be any number: give it a `range` where it is declared"
        ],
    ),
    "a value less itself": (
        {"k": ("orang: skor - skor", [0, 0])},
        [
            "range-unproved: it is not proved that `k` stays within 0 to 0 | "
            "make parts of the formula steps with a `range` of their own; a result outside is no value"
        ],
    ),
    "a division by zero": (
        {"k": ("orang: skor / jam",)},
        [
            "division-by-zero: `jam` can be 0, and this divides by it | "
            f"for example with `orang.jam` = 0; {DECIDE}"
        ],
    ),
    "a remainder": (
        {"k": ("orang: skor % jam",)},
        [
            "division-by-zero: `jam` can be 0, and this divides by it | "
            f"for example with `orang.jam` = 0; {DECIDE}"
        ],
    ),
    "the other of two divisions": (
        {"k": ("orang: (skor / jam if jam > 0 else 0) + 1 / skor",)},
        [
            "division-by-zero: `skor` can be 0, and this divides by it | "
            f"for example with `orang.skor` = 0; {DECIDE}"
        ],
    ),
    "a question too few": (
        {"k": ("orang: skor / (jam - 3) if jam > 0 else 0",)},
        [
            "division-by-zero: `jam - 3` can be 0, and this divides by it | "
            f"for example with `orang.jam` = 3; {DECIDE}"
        ],
    ),
    "a division in a mean": (
        {"k": ("mean(orang.skor / orang.jam)",)},
        [
            "division-by-zero: `orang.jam` can be 0, and this divides by it | "
            f"for example with `orang.jam` = 0; {DECIDE}"
        ],
    ),
    "a count of chosen rows": (
        {"k": ("sum(orang.skor) / count(orang, where=orang.aktif)",)},
        [
            "division-by-zero: `count(orang, where=orang.aktif)` can be 0, and this divides by it | "
            f"for example with `orang.aktif` = false; {DECIDE}"
        ],
    ),
    "a root of what is negative": (
        {"k": ("orang: sqrt(skor - 1)",)},
        [
            "out-of-domain: `skor - 1` can be -1, which has no square root | "
            f"for example with `orang.skor` = 0; {DECIDE}"
        ],
    ),
    "a logarithm of nothing": (
        {"k": ("orang: log(skor)",)},
        [
            "out-of-domain: `skor` can be 0, which has no logarithm | "
            f"for example with `orang.skor` = 0; {DECIDE}"
        ],
    ),
    "below the lowest band": (
        {"k": ("orang: band(skor, pita)",)},
        [
            "band-gap: `skor` can be 0, below the lowest row of `pita` | "
            "for example with `orang.skor` = 0; add a last row that has only a value"
        ],
    ),
}


@pytest.mark.parametrize("name", PROVED)
def test_it_is_proved_for_every_input(name):
    assert left(PROVED[name]) == []


@pytest.mark.parametrize("name", LEFT)
def test_what_is_not_proved_shows_a_witness_or_says_what_is_missing(name):
    steps, expected = LEFT[name]
    assert left(steps) == expected


def test_the_shipped_indicators_stay_within_their_printed_maxima():
    """IP ASN, merit and SKM stay within their printed maxima: nothing is left of the shipped catalogue."""
    import engine

    catalogue = engine.load()
    assert check(catalogue.definitions).unsettled == ()
    for year, most in {
        "2021": {"kompetensi": 40, "nilai": 100},
        "2024": {"kompetensi": 40, "nilai": 100},
    }.items():
        rules = rules_at(catalogue.definitions, Period.parse(year))
        proof = prove(catalogue.definitions, {n: r for n, r in rules.items() if isinstance(r, Rule)})
        assert {step: proof.kinds["ip_asn", step].high for step in most} == most
        assert proof.kinds["sistem_merit", "total"].high == 400
        nik = proof.kinds["skm", "nik"]  # with the weight 0.11, which an agency may choose, down to 24.75
        assert (nik.low, nik.high) == (24.75, 100)
        assert all(proof.checked[key].held for key in proof.checked if proof.meanings.steps(key).range)


# ── laws ──

NUMBERS = st.sampled_from(["skor", "jam", "upah", "2", "0.5", "naik[jabatan]", "turun[jabatan]", "100"])


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return formulas one level deeper."""
    conditions = st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), inner),
        st.sampled_from(
            ["aktif", "not aktif", 'jabatan == "struktural"', 'jabatan in ["fungsional", "pelaksana"]']
        ),
        st.sampled_from(["is_missing(predikat)", 'not is_missing(predikat) and predikat == "baik"']),
    )
    both = st.builds("({} {} {})".format, conditions, st.sampled_from(["and", "or"]), conditions)
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/", "%"]), inner),
        st.builds("({} if {} else {})".format, inner, st.one_of(conditions, both), inner),
        st.builds("({} if {} else no_value)".format, inner, conditions),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner),
        st.builds("{}({})".format, st.sampled_from(["abs", "round", "floor", "ceil", "sqrt"]), inner),
        st.builds("clip({}, 0, 10)".format, inner),
        st.builds("band({}, pita)".format, inner),
    )


FORMULAS = st.recursive(NUMBERS, combined, max_leaves=7)
PEOPLE = st.fixed_dictionaries(
    {
        "id": st.just("a"),
        "jabatan": st.sampled_from(ORANG["jabatan"]["values"]),
        "predikat": st.sampled_from(["baik", "cukup", None]),
        "aktif": st.booleans(),
        "skor": st.one_of(st.sampled_from([0.0, 2.0, 5.0, 10.0]), st.floats(0, 10)),
        "jam": st.integers(0, 40),
        "upah": st.one_of(st.sampled_from([0.0, -1.0, 1.0]), st.floats(-1e6, 1e6)),
    }
)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(FORMULAS, st.lists(PEOPLE, min_size=1, max_size=12), st.integers(-20, 60), st.integers(1, 80))
def test_no_row_leaves_the_bounds_of_a_box_nor_a_range_that_is_proved(formula, people, low, width):
    """Bounds may be wide, never too narrow; what is proved holds for whatever row comes."""
    definitions = catalogue_of({"k": (f"orang: {formula}",)})
    if any(p.severity == "error" and p.code != "missing-source" for p in check(definitions).problems):
        return
    rules = rules_at(definitions, Period.parse("2020"))
    proof = prove(definitions, {name: rule for name, rule in rules.items() if isinstance(rule, Rule)})
    meaning = proof.meanings.formula(("uji", "k"))
    try:
        kind = meaning(Box({}))
    except Nothing:
        kind = None
    held = unproved(out_of_range(meaning, low, low + width)) is None
    compute = Catalogue(definitions).compile("uji.k", "2020")
    for person in people:
        try:
            value = compute(person)
        except IkuError:
            continue  # no value: nothing is claimed of it
        assert kind is not None, "a value where none can be"
        slack = 1e-9 * max(1.0, abs(value))
        assert kind.low - slack <= value <= kind.high + slack
        assert not held or low - slack <= value <= low + width + slack
