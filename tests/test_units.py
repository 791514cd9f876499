"""Units: their laws, what each function makes of them, and that what is proved holds for numbers."""

from __future__ import annotations

import json
import math
import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import engine
from engine.checking import units as proof
from engine.formula.algebra import BandsContent, SetContent, SingleContent, TableContent
from engine.formula.checked import check
from engine.formula.functions import AGGREGATES, FUNCTIONS, NoValue
from engine.formula.grammar import parse
from engine.formula.kinds import DATE, Kind, category
from engine.formula.measured import measure
from engine.formula.names import Landscape, ParameterValue, RowValue, Scope, SourceNames, bind
from engine.formula.scalar import compile_closure
from engine.formula.units import HUNDRED, PERCENT, RATIO, Unit, rows_of, unit_of

ROOT = Path(__file__).parent.parent
COLUMNS = {
    "jp": "JP",
    "jp2": "jp",
    "hari": "hari",
    "orang": "orang",
    "luas": "m2",
    "persen": "%",
    "lain": None,
}
PARAMETERS = {
    "minimum": (SingleContent(2), "JP", None),
    "tarif": (SingleContent(3), "Rp/JP", None),
    "bobot": (SingleContent(3), None, None),
    "poin": (TableContent({"a": 1, "b": 2}), "poin", None),
    "pita": (BandsContent(((5.0, True, 2), (None, True, 1))), "poin", "JP"),
    "pilihan": (SetContent((1, 2)), "hari", None),
}


def bound_of(text: str, each: str | None):
    columns = frozenset({*COLUMNS, "jenis", "tanggal"})
    sources = {"s": SourceNames(columns, {}), "t": SourceNames(columns, {"s": "s"})}
    landscape = Landscape(sources, {"x": {}})
    bound, faults = bind(parse(text), Scope(landscape, "x", each, frozenset(PARAMETERS)))
    assert not faults, faults
    return bound


def kind_of(reference):
    if reference.item == "jenis":
        return category(["a", "b"])
    return DATE if reference.item == "tanggal" else Kind("number", low=1, high=9)


def declared(reference):
    if isinstance(reference, ParameterValue):
        text = PARAMETERS[reference.name][1]
    else:
        text = COLUMNS.get(reference.item) if isinstance(reference, RowValue) else None
    return None if text is None else unit_of(text)


def limits(reference):
    text = PARAMETERS[reference.name][2]
    return None if text is None else unit_of(text)


def measured(text: str, each: str | None = "s"):
    """Return the unit of a formula as an Indonesian reads it, and the sentences about it."""
    bound = bound_of(text, each)
    contents = {name: content for name, (content, _, _) in PARAMETERS.items()}
    assert check(bound, contents, kind_of)[1] == ()
    unit, faults = measure(bound, contents, declared, limits, "id")
    return (unit.written("id") if unit is not None else None), [str(fault.message) for fault in faults]


# ── laws ──

names = st.sampled_from(["poin", "JP", "orang", "hari", "persen", "Rp", "m"])
closed = st.dictionaries(names, st.integers(-3, 3).filter(bool), max_size=3).map(
    lambda powers: math.prod((unit_of(name) ** power for name, power in powers.items()), start=RATIO)
)
units = st.one_of(
    closed, st.just(HUNDRED), st.sampled_from("st").map(rows_of), closed.map(lambda u: u * HUNDRED)
)


@settings(deadline=None)
@given(units, units, units)
def test_units_multiply_as_numbers_do(one, other, third):
    assert one * other == other * one
    assert one * RATIO == one
    assert one / one == RATIO
    if not {"percent", "#100"} <= {name for unit in (one, other, third) for name, _ in unit.powers}:
        assert (one * other) * third == one * (other * third)
        assert one * other / other == one


@settings(deadline=None)
@given(closed, st.integers(-3, 3))
def test_powers_are_products(unit, exponent):
    again = math.prod([unit] * abs(exponent), start=RATIO)
    assert unit**exponent == (again if exponent >= 0 else RATIO / again)
    assert (unit**2) ** Fraction(1, 2) == unit


def test_a_hundred_percent_are_one():
    assert PERCENT / HUNDRED == RATIO
    assert HUNDRED / PERCENT == RATIO
    assert PERCENT * unit_of("JP") / HUNDRED == unit_of("JP")


@settings(deadline=None)
@given(units, units)
def test_fitting_goes_both_ways_and_every_unit_fits_itself(one, other):
    assert one.fits(one)
    assert one.fits(other) == other.fits(one)


@settings(deadline=None)
@given(closed, closed)
def test_declared_units_fit_only_if_they_are_the_same(one, other):
    assert one.fits(other) == (one == other)


@settings(deadline=None)
@given(closed, st.sampled_from(["id", "en"]))
def test_a_unit_that_is_printed_is_read_as_itself(unit, language):
    assume(unit != RATIO)
    assert unit_of(unit.written(language)) == unit
    assert re.search(PATTERN, unit.written(language))


PATTERN = json.loads((ROOT / "schemas/indicator.schema.json").read_text())["$defs"]["unit"]["pattern"]


@settings(deadline=None)
@given(st.from_regex(PATTERN, fullmatch=True))
def test_whatever_the_schema_lets_through_is_a_unit(text):
    unit = unit_of(text)
    assert unit is None or isinstance(unit, Unit)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("poin", "poin"),
        ("Poin", "Poin"),
        ("JP/orang", "JP/orang"),
        ("JP per orang", "JP/orang"),
        ("orang-kunjungan", "kunjungan*orang"),
        ("orang * kunjungan", "kunjungan*orang"),
        ("m2", "m^2"),
        ("m²", "m^2"),
        ("m^2", "m^2"),
        ("1/tahun", "1/tahun"),
        ("%", "persen"),
        ("percent", "persen"),
        ("days", "hari"),
        ("kasus per 100.000 penduduk", "kasus/100.000 penduduk"),
        ("juta Rp", "juta Rp"),
        ("Rp/m^2/tahun", "Rp/m^2/tahun"),
        ("1", "1 (rasio)"),
        ("rasio", "1 (rasio)"),
        ("indeks", None),
    ],
)
def test_units_as_people_write_them(text, written):
    unit = unit_of(text)
    assert (None if unit is None else unit.written("id")) == written
    assert re.search(PATTERN, text)


@pytest.mark.parametrize(
    "text", ["poin (0-100)", "skala 1-4", "/orang", "JP/", "a//b", "100", "m^", "a\n", "2,5", "#100"]
)
def test_what_is_no_unit_is_refused(text):
    assert not re.search(PATTERN, text)


def test_one_pattern_rules_all_files():
    source = json.loads((ROOT / "schemas/source.schema.json").read_text())["$defs"]["unit"]
    assert source == json.loads((ROOT / "schemas/indicator.schema.json").read_text())["$defs"]["unit"]


# ── formulas ──

GIVES = {
    "min(jp, minimum)": "JP",
    "max(0, jp)": "JP",
    "abs(hari)": "hari",
    "round(jp, 1)": "JP",
    "floor(jp)": "JP",
    "ceil(jp)": "JP",
    "sqrt(luas)": "m",
    "exp(jp / minimum)": "1 (rasio)",
    "log(jp)": "log(JP)",
    "clip(jp, 0, minimum)": "JP",
    "coalesce(jp, 0)": "JP",
    "is_missing(jp)": None,
    "band(jp, pita)": "poin",
    "year(tanggal)": "tahun",
    "month(tanggal)": "bulan",
    "days_between(tanggal, tanggal)": "hari",
}
GIVES_OF_ROWS = {
    "sum(s.jp)": "JP",
    "count(s)": "baris s",
    "mean(s.jp)": "JP",
    "share(s.jp > 1)": "1 (rasio)",
    "min(s.jp)": "JP",
    "max(s.jp)": "JP",
    "median(s.jp)": "JP",
    "stdev(s.jp)": "JP",
    "percentile(s.jp, 50)": "JP",
    "weighted_mean(s.jp, s.orang)": "JP",
    "any(s.jp > 1)": None,
    "all(s.jp > 1)": None,
}


@pytest.mark.parametrize("formula", GIVES)
def test_what_a_function_makes_of_units(formula):
    assert measured(formula) == (GIVES[formula], [])


@pytest.mark.parametrize("formula", GIVES_OF_ROWS)
def test_what_an_aggregate_makes_of_units(formula):
    assert measured(formula, each=None) == (GIVES_OF_ROWS[formula], [])


def test_every_function_is_asked():
    assert {text.split("(")[0] for text in GIVES} == set(FUNCTIONS)
    assert {text.split("(")[0] for text in GIVES_OF_ROWS} == set(AGGREGATES)


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        ("jp + jp2", "JP"),
        ("jp - minimum", "JP"),
        ("jp % minimum", "JP"),
        ("-jp", "JP"),
        ("jp + 5", "JP"),
        ("5 + jp", "JP"),
        ("jp + lain", "JP"),
        ("jp * tarif", "Rp"),
        ("jp / orang", "JP/orang"),
        ("jp * 1", "JP"),
        ("1 / hari", "1/hari"),
        ("jp ** 2", "JP^2"),
        ("luas ** 0.5", "m"),
        ("jp ** bobot", "JP^3"),
        ("poin[jenis]", "poin"),
        ("jp if hari > 3 else 0", "JP"),
        ("0 if hari > 3 else jp if orang > 1 else minimum", "JP"),
        ("jp / minimum * 100", "persen"),
        ("100 * jp / minimum", "persen"),
        ("persen / 100", "1 (rasio)"),
        ("persen / 100 * jp", "JP"),
        ("persen / 100 + jp / minimum", "1 (rasio)"),
        ("period.year - year(tanggal)", "tahun"),
        ("(log(jp) - log(minimum)) / (log(jp) - log(minimum))", "1 (rasio)"),
    ],
)
def test_the_unit_of_a_formula(formula, unit):
    assert measured(formula) == (unit, [])


@pytest.mark.parametrize(
    "formula", ["jp / 60", "jp * 2", "jp * bobot", "jp * lain", "jp ** lain", "lain + 1", "log(log(jp))"]
)
def test_a_number_without_a_name_or_a_unit_may_convert_so_nothing_is_said(formula):
    assert measured(formula) == (None, [])


@pytest.mark.parametrize(
    "formula",
    [
        "jp >= minimum and jp2 != minimum",
        "jp >= 20",
        "0 <= jp < minimum",
        "hari in pilihan",
        "jp in [1, 2]",
        "jp * tarif > jp2 * tarif",
        'jp > 1 and jenis == "a"',
        "tanggal <= period.end",
    ],
)
def test_conditions_that_honest_authors_write(formula):
    assert measured(formula) == (None, [])


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("jp + hari", "`jp` is in JP and `hari` in hari; the two can't be added"),
        ("jp - hari", "`jp` is in JP and `hari` in hari; the two can't be subtracted"),
        ("jp % hari", "`jp` is in JP and `hari` in hari; nothing remains of the two by %"),
        ("lain + jp + hari", "`lain + jp` is in JP and `hari` in hari; the two can't be added"),
        ("jp < hari", "`jp` is in JP and `hari` in hari; the two can't be compared"),
        ("1 < jp < hari", "`jp` is in JP and `hari` in hari; the two can't be compared"),
        ("jp in pilihan", "`jp` is in JP and `pilihan` in hari; the two can't be compared"),
        ("jp if orang > 1 else hari", "`jp` is in JP and `hari` in hari; one value can't be in both"),
        ("max(0, jp, hari)", "`jp` is in JP and `hari` in hari; one value can't be in both"),
        ("clip(jp, 0, orang)", "`jp` is in JP and `orang` in orang; one value can't be in both"),
        ("coalesce(jp, hari)", "`jp` is in JP and `hari` in hari; one value can't be in both"),
        ("band(hari, pita)", "`hari` is in hari, but the limits of `pita` are in JP"),
        (
            "persen + jp / minimum",
            "`persen` is in persen and `jp / minimum` in 1 (rasio); the two can't be added",
        ),
        ("jp * hari + jp", "`jp * hari` is in hari*JP and `jp` in JP; the two can't be added"),
        ("exp(jp)", "`jp` is in JP; exp needs a ratio"),
        (
            "log(jp) - log(hari)",
            "`log(jp)` is in log(JP) and `log(hari)` in log(hari); the two can't be subtracted",
        ),
    ],
)
def test_units_that_do_not_go_together(formula, says):
    assert measured(formula)[1] == [says]


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        ("count(s) + sum(s.orang)", "orang"),
        ("sum(s.orang) - count(s)", "orang"),
        ("max(0, share(s.jp > 1) * 100, mean(s.persen))", "persen"),
    ],
)
def test_what_is_open_takes_the_unit_that_it_meets(formula, unit):
    assert measured(formula, each=None) == (unit, [])


def test_one_mix_up_is_told_once():
    """What holds a mix-up is of no known unit, and causes no second one."""
    assert len(measured("1 if jp + hari > orang else max(jp + 1, 2)")[1]) == 1


@pytest.mark.parametrize(
    ("formula", "declared", "fits"),
    [
        ("count(s)", "orang", True),
        ("count(s) / count(t)", "orang/loket", True),
        ("sum(s.jp) / count(s)", "JP", True),
        ("count(s, where=s.jp > 1) / count(s) * 100", "persen", True),
        ("count(s, where=s.jp > 1) / count(s)", "persen", False),
        ("count(s) / count(t)", "persen", False),
        ("share(s.jp > 1)", "%", False),
        ("share(s.jp > 1) * 100", "poin", True),
        ("share(s.jp > 1) * 100", "rasio", False),
    ],
)
def test_rows_are_what_a_definition_calls_them_but_never_percent(formula, declared, fits):
    bound = bound_of(formula, None)
    unit, faults = measure(bound, {}, globals()["declared"], limits, "id")
    assert not faults
    assert unit.fits(unit_of(declared)) is fits


def test_names_of_logarithms_do_not_grow_over_steps():
    unit = unit_of("Rp")
    for _ in range(200):
        found = proof.measure(bound_of("log(jp) * log(jp) * jp", "s"), {}, lambda r, u=unit: u, limits, "id")[
            0
        ]
        unit = found or unit_of("Rp")
        assert len(unit.written("id")) < 100


@pytest.mark.parametrize(
    "formula",
    ["jp ** 1000000000000", "sqrt(sqrt(jp))", "jp ** 9 ** 9", "jp * " + " * ".join(["hari"] * 200)],
)
def test_units_do_not_grow_over_steps(formula):
    unit = unit_of("JP")
    for _ in range(100):
        found, faults = measure(bound_of(formula, "s"), {}, lambda reference, u=unit: u, limits, "id")
        assert not faults
        assert found is None or len(found.written("id")) < 100
        unit = found


def test_a_product_of_hundreds_of_units_is_not_followed():
    declared = "*".join(f"u{number}x" for number in range(20))
    assert measure(bound_of("jp * jp", "s"), {}, lambda reference: unit_of(declared), limits, "id") == (
        None,
        (),
    )


# ── what is proved holds ──


class Slots:
    def path(self, reference):
        return (list(COLUMNS).index(reference.item),)


def formulas():
    """Formulas that units judge whole. Conditions compare whole numbers, far apart in any scale."""
    leaves = st.sampled_from(["jp", "jp2", "hari", "orang", "luas"])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*/%"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            st.tuples(inner, leaves, leaves, inner).map(lambda t: f"({t[0]} if {t[1]} > {t[2]} else {t[3]})"),
            st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
            inner.map(lambda x: f"sqrt(abs({x}))"),
            inner.map(lambda x: f"{x} ** 2"),
            inner.map(lambda x: f"(-{x})"),
        ),
        max_leaves=6,
    )


def value(text: str, record: list[float]) -> float:
    bound = bound_of(text, "s")
    checked, faults, _ = check(bound, {}, lambda reference: Kind("number", low=-1e6, high=1e6))
    assert checked is not None, faults
    return float(compile_closure(checked, Slots(), {})(record))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(formulas(), st.lists(st.integers(1, 9), min_size=7, max_size=7), st.sampled_from(["jp", "day", "m"]))
def test_a_change_of_scale_changes_results_as_their_unit_says(text, record, name):
    """JP counted in quarters: what is in JP becomes four times as large, in JP^2 sixteen times."""
    unit, faults = measure(bound_of(text, "s"), {}, declared, limits, "id")
    assume(not faults and unit is not None)
    column_units = [unit_of(text) if text else RATIO for text in COLUMNS.values()]
    scaled = [
        n * 4.0 ** float(dict(u.powers).get(name, 0)) for n, u in zip(record, column_units, strict=True)
    ]
    try:
        before, after = value(text, [float(n) for n in record]), value(text, scaled)
    except NoValue:
        assume(False)
    exponent = float(dict(unit.powers).get(name, 0))
    assert after == pytest.approx(before * 4.0**exponent, rel=1e-6, abs=1e-9)


# ── the whole catalogue ──


def test_the_unit_of_every_number_of_the_shipped_catalogue_is_known(monkeypatch):
    """Each step with a number has a unit that follows from its formula, and it is the declared one."""
    unknown = []
    whole = proof.Units.step

    def watched(self, rule, step, checked):
        def of(reference):
            return self.unit_of(rule, reference)

        def of_limits(reference):
            return unit_of(rule.parameters[reference.name].limit_unit or "indeks")

        given = measure(checked.bound, checked.parameters, of, of_limits, "id")[0]
        if checked.kind.numeric and given is None:
            unknown.append((rule.indicator.id, step.id))
        yield from whole(self, rule, step, checked)

    monkeypatch.setattr(proof.Units, "step", watched)
    assert engine.validate(ROOT / "definitions") == ()
    assert unknown == []


# ── across indicators ──

AGENCY = {
    "organization.yaml": """
organization: dinas
name: Dinas
language: id
objectives: {layanan: {title: Layanan}}
divisions: {umum: {title: Umum}}
""",
    "regulations.yaml": "regulations: {perda: {citation: Perda}}",
    "sources/form.yaml": """
source: form
title: Formulir
division: umum
shape: record
file: form.csv
columns:
  biaya: {type: number, range: [1, 100], unit: Rp}
  orang: {type: number, range: [1, 100], unit: orang}
""",
}
OTHER = """
indicator: biaya
title: Biaya
objective: layanan
division: umum
sources: [form]
unit: Rp
versions:
  - from: 2020-01-01
    basis: {regulation: perda}
    steps: {per_orang: form.biaya / form.orang}
    result: form.biaya
"""
USER = """
indicator: pakai
title: Pakai
objective: layanan
division: umum
sources: [form]
versions:
  - from: 2019-01-01
    basis: {regulation: perda}
    result: form.orang + FORMULA
"""


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        ("biaya", "Rp"),
        ("biaya.per_orang", "Rp/orang"),
        ("previous(biaya)", "Rp"),
        ("biaya / biaya.per_orang", None),
    ],
)
def test_other_indicators_bring_their_units(formula, unit, tmp_path):
    """Also where the other one has no rule yet, and where its unit follows from a formula alone."""
    files = AGENCY | {
        "indicators/biaya.yaml": OTHER,
        "indicators/pakai.yaml": USER.replace("FORMULA", formula),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text.lstrip())
    found = [
        str(problem.message) for problem in engine.validate(tmp_path) if problem.code == "different-units"
    ]
    told = f"`form.orang` is in orang and `{formula}` in {unit}; the two can't be added"
    assert found == ([told] if unit else [])


def test_a_unit_that_a_version_changes_is_not_known_one_period_earlier(tmp_path):
    files = AGENCY | {
        "indicators/biaya.yaml": OTHER
        + "  - from: 2022-01-01\n    basis: {regulation: perda}\n    unit: juta Rp\n"
        "    result: form.biaya / 1000000\n",
        "indicators/pakai.yaml": USER.replace("FORMULA", "previous(biaya)"),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text.lstrip())
    assert not [problem for problem in engine.validate(tmp_path) if problem.code == "different-units"]


def warned(tmp_path, units) -> list[str]:
    """Return what is said about columns in *units*, each with its name."""
    columns = "".join(
        f"  c{n}: {{type: number, range: [1, 2], unit: '{unit}'}}\n" for n, unit in enumerate(units)
    )
    files = AGENCY | {
        "sources/form.yaml": AGENCY["sources/form.yaml"] + columns,
        "indicators/biaya.yaml": OTHER,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text.lstrip())
    return [str(problem.message) for problem in engine.validate(tmp_path) if problem.code == "unit-lookalike"]


@pytest.mark.parametrize(
    ("units", "says"),
    [
        (["responden", "responden", "respoden"], "the unit `respoden` looks like `responden`"),
        (["responden", "responden", "resppnden/orang"], "the unit `resppnden` looks like `responden`"),
        (["JP", "JP", "Jp", "kelas/JP"], "the unit `Jp` looks like `JP`"),
        (["hours", "hours", "hour"], "the unit `hour` looks like `hours`"),
    ],
)
def test_a_unit_misspelt_is_shown_with_the_usual_one(units, says, tmp_path):
    assert warned(tmp_path, units) == [says]


def test_units_that_merely_resemble_each_other_are_left_alone(tmp_path):
    """Short ones, other first letters, words that both are usual, synonyms."""
    units = [
        "jam",
        "jam",
        "jan",
        "skor",
        "skor",
        "ekor",
        "buah",
        "buah",
        "buih",
        "buih",
        "hari",
        "days",
        "m",
        "m2",
    ]
    assert warned(tmp_path, units) == []
