"""Every feature of formulas, for records and for every kind of frame, short and long: all agree.

A case (``cases/features``) is a family of features with rows and expected values. Each formula becomes a
step; the steps are computed from lists of dicts, Polars frames (eager and lazy), pandas and PyArrow
frames and CSV files, and once more with the rows repeated 400 times.
"""

from __future__ import annotations

import ast
import math
from datetime import date
from pathlib import Path
from typing import Any

import polars
import pytest
import yaml
from catalogues import read_texts

from engine.api import Catalogue
from engine.checking import check
from engine.formula.algebra import _COMPARISONS, _OPERATORS
from engine.formula.functions import AGGREGATES, FUNCTIONS
from engine.numbers import at_nine
from engine.problems import errors_in
from engine.values import Absent

FOLDER = Path(__file__).parent / "cases" / "features"
FAMILIES = sorted(FOLDER.glob("*.yaml"))
KINDS = ("records", "polars", "lazy", "pandas", "pyarrow", "csv")
REPEATED = 400
ORGANIZATION = """
organization: uji
name: Uji
language: id
objectives: {o: {title: O}}
divisions: {d: {title: D}}
"""


def family(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def catalogue_of(case: dict[str, Any]) -> Catalogue:
    """Write the family as a catalogue: one step a formula, ``r0`` in rows and ``w0`` of the whole."""
    texts = {"organization.yaml": ORGANIZATION, "regulations.yaml": "regulations: {}\n"}
    for name, source in case["sources"].items():
        head = {"source": name, "title": name, "division": "d", "file": f"{name}.csv"}
        texts[f"sources/{name}.yaml"] = yaml.safe_dump({**head, **source}, sort_keys=False)
    steps: dict[str, Any] = {
        f"r{number}": {"each": case["each"], "formula": entry["formula"]}
        for number, entry in enumerate(case.get("rows_give", ()))
    }
    steps |= {f"w{number}": {"formula": entry["formula"]} for number, entry in enumerate(whole(case))}
    indicator = {
        "indicator": "uji",
        "title": "Uji",
        "objective": "o",
        "division": "d",
        "sources": list(case["sources"]),
        "versions": [
            {"from": "2000-01-01", "parameters": case.get("parameters", {}), "steps": steps, "result": "1"}
        ],
    }
    texts["indicators/uji.yaml"] = plain(indicator)
    definitions, problems = read_texts(Path(), texts)
    assert definitions is not None, [str(problem) for problem in problems]
    problems = errors_in(check(definitions).problems)
    assert not problems, [str(problem) for problem in problems]
    return Catalogue(definitions)


def plain(value: Any) -> str:
    """Return plain values as the JSON-like YAML that definitions allow."""
    import json

    return json.dumps(value, default=str).replace('"1/9"', "1/9")


def whole(case: dict[str, Any]) -> list[dict[str, Any]]:
    return [*case.get("whole_gives", ()), *case.get("short_only", ())]


def repeated(case: dict[str, Any], times: int) -> dict[str, list[dict[str, Any]]]:
    """Return the rows *times* over, each time with keys of their own."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, rows in case["rows"].items():
        source = case["sources"][name]
        named = [
            column
            for column, declared in source["columns"].items()
            if declared["type"] == "reference" or column == source.get("key")
        ]
        found[name] = [
            {
                column: f"{value}-{turn}" if column in named and turn else value
                for column, value in row.items()
            }
            for turn in range(times)
            for row in rows
        ]
    return found


def given(catalogue: Catalogue, rows: dict[str, list[dict[str, Any]]], kind: str, folder: Path) -> Any:
    """Return rows as one kind of data."""
    if kind == "records":
        return rows
    types = {
        "number": polars.Float64,
        "integer": polars.Int64,
        "boolean": polars.Boolean,
        "date": polars.Date,
    }
    frames = {
        name: polars.DataFrame(
            listed,
            schema={
                column.name: types.get(column.type, polars.String)
                for column in catalogue.definitions.sources[name].columns.values()
            },
        )
        for name, listed in rows.items()
    }
    if kind == "csv":
        for name, frame in frames.items():
            frame.write_csv(folder / f"{name}.csv")
        return folder
    convert = {
        "polars": lambda frame: frame,
        "lazy": lambda frame: frame.lazy(),
        "pandas": lambda frame: frame.to_pandas(),
        "pyarrow": lambda frame: frame.to_arrow(),
    }[kind]
    return {name: convert(frame) for name, frame in frames.items()}


def same(found: Any, expected: Any) -> bool:
    if expected == "no value":
        return isinstance(found, Absent) or found is None or (isinstance(found, float) and math.isnan(found))
    if isinstance(found, Absent):
        return False
    if expected is None:
        return found is None or (isinstance(found, float) and math.isnan(found))
    if isinstance(expected, bool):
        return found is expected or (not isinstance(found, (int, float, str)) and bool(found) is expected)
    if isinstance(expected, (int, float)):
        return isinstance(found, (int, float)) and at_nine(float(found)) == at_nine(float(expected))
    return str(found) == str(expected)


def values_of(rows: Any, column: str) -> list[Any]:
    if isinstance(rows, list):
        return [row[column] for row in rows]
    if isinstance(rows, polars.LazyFrame):
        rows = rows.collect()
    return polars.DataFrame(rows)[column].to_list()


@pytest.mark.parametrize("times", [1, REPEATED], ids=["short", "long"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.stem)
def test_a_family_of_features(path, kind, times, tmp_path):
    case = family(path)
    catalogue = catalogue_of(case)
    data = given(catalogue, repeated(case, times), kind, tmp_path)
    results = catalogue.evaluate("2021", data)
    result = results["uji"]
    wrong = []
    for number, entry in enumerate(whole(case)):
        if times > 1 and entry in case.get("short_only", ()):
            continue
        expected = entry["gives"]
        if times > 1 and entry.get("grows"):
            expected *= times
        found = result.steps[f"w{number}"]
        if not same(found, expected):
            wrong.append((entry["formula"], expected, str(found)))
    rows = results.rows(case["each"]) if case.get("rows_give") else []
    for number, entry in enumerate(case.get("rows_give", ())):
        found = values_of(rows, f"uji.r{number}")
        if not all(same(one, other) for one, other in zip(found, entry["gives"] * times, strict=True)):
            wrong.append((entry["formula"], entry["gives"], found[: len(entry["gives"])]))
    assert not wrong


def test_every_function_operator_and_part_of_the_period_has_a_case():
    """A new entry of the language fails here until it has one."""
    formulas = [
        entry["formula"]
        for path in FAMILIES
        for key in ("rows_give", "whole_gives", "short_only")
        for entry in family(path).get(key, ())
    ]
    names: set[str] = set()
    operators: set[type] = set()
    for formula in formulas:
        for node in ast.walk(ast.parse(formula.strip(), mode="eval")):
            if isinstance(node, ast.Call):
                names.add(node.func.id)
            operators |= {type(node.op)} if isinstance(node, ast.BinOp) else set()
            operators |= {type(op) for op in node.ops} if isinstance(node, ast.Compare) else set()
    assert {*FUNCTIONS, *AGGREGATES} - names == set()
    assert {*_OPERATORS, *_COMPARISONS} - operators == set()


def test_dates_of_records_are_dates():
    """YAML's own dates in the cases are what callers give."""
    assert isinstance(family(FOLDER / "values.yaml")["rows"]["p"][0]["day"], date)
