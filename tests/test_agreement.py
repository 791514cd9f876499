"""Random formulas over random data: records and every kind of frame give what exact arithmetic gives.

Each seed makes a catalogue of some thirty formulas and rows with blanks, ties, huge and tiny numbers.
`exact` computes every value a second time, with fractions. `python tests/test_agreement.py 1000 1100`
tries other seeds and prints what it finds.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import narwhals
import polars
import pytest
from catalogues import read_texts
from exact import Doubt, Near, Nothing, World, value_in_row, value_of_whole
from formulas import PARAMETERS, REFERENCES, SOURCES, Maker, data

from engine.api import Catalogue
from engine.checking import prove, rules_at
from engine.evaluation import period_parts
from engine.formula.columns import Words
from engine.graph import Node
from engine.plan import make
from engine.problems import Problem, errors_in
from engine.run.frames import FrameRun, Library
from engine.values import Absent
from engine.versions import Period

SEEDS = range(16)
ROW_FORMULAS, WHOLE_FORMULAS = 20, 10
YEAR = Period.parse("2021")
ORGANIZATION = """
organization: uji
name: Uji
language: id
objectives: {o: {title: O}}
divisions: {d: {title: D}}
"""
TYPES = {"number": polars.Float64, "integer": polars.Int64, "boolean": polars.Boolean, "date": polars.Date}


def texts(steps: Mapping[str, Any]) -> dict[str, str]:
    """Return a catalogue with these steps, one a line from line 2 on."""
    found = {"organization.yaml": ORGANIZATION, "regulations.yaml": "regulations: {}\n"}
    for name, source in SOURCES.items():
        head = {"source": name, "title": name, "division": "d", "file": f"{name}.csv"}
        found[f"sources/{name}.yaml"] = json.dumps({**head, **source})
    used = ", ".join(SOURCES)
    written = ",\n".join(f"{json.dumps(name)}: {json.dumps(step)}" for name, step in steps.items())
    parameters = json.dumps(PARAMETERS).replace('"1/9"', "1/9")
    found["indicators/uji.yaml"] = (
        f"{{indicator: uji, title: U, objective: o, division: d, sources: [{used}], breakdowns: [k], "
        f"versions: [{{from: 2000-01-01, parameters: {parameters}, result: count(p) + count(c), "
        f"steps: {{\n{written}\n}}}}]}}"
    )
    return found


def catalogue_of(maker: Maker, dice: random.Random) -> tuple[Catalogue, dict[str, str], dict[str, str]]:
    """Return a catalogue of valid formulas, those of rows and those of the whole."""
    rows: dict[str, str] = {}
    wanted = {f"w{number}": maker.whole_formula() for number in range(WHOLE_FORMULAS)}
    for number in range(ROW_FORMULAS):
        name = f"r{number}"
        rows[name], kind = maker.row_formula()
        if not errors_of({**rows}, {}):
            maker.steps[name] = kind
        else:
            del rows[name]
    while refused := errors_of(rows, wanted):  # What one stage refuses hides what the next would.
        wanted = {name: formula for name, formula in wanted.items() if name not in refused}
    definitions, problems = read_texts(Path(), texts(as_steps(rows, wanted)))
    assert definitions is not None, problems
    return Catalogue(definitions), rows, wanted


def as_steps(rows: Mapping[str, str], whole: Mapping[str, str]) -> dict[str, Any]:
    steps: dict[str, Any] = {name: {"each": "p", "formula": formula} for name, formula in rows.items()}
    return steps | {name: {"formula": formula} for name, formula in whole.items()}


def errors_of(rows: Mapping[str, str], whole: Mapping[str, str]) -> dict[str, Problem]:
    """Return the steps that the engine refuses, with the reason."""
    steps = as_steps(rows, whole)
    definitions, problems = read_texts(Path(), texts(steps))
    if definitions is not None:
        problems = prove(definitions, rules_at(definitions, YEAR)).problems
    names = list(steps)
    found = {}
    for problem in errors_in(problems):
        line = getattr(problem.place, "line", 0) or 0
        if problem.code != "unused-source" and 2 <= line < len(names) + 2:
            found[names[line - 2]] = problem
    return found


# ── the ways to compute ──


def frames_of(rows: Mapping[str, Any]) -> dict[str, polars.DataFrame]:
    return {
        name: polars.DataFrame(
            listed,
            schema={
                column: TYPES.get(declared["type"], polars.String)
                for column, declared in SOURCES[name]["columns"].items()
            },
        )
        for name, listed in rows.items()
    }


def narwhals_library() -> Library:
    """Return narwhals over lazy Polars: the words that every other library will be spoken to with."""
    return Library(
        Words(narwhals),
        lambda frames: [frame.collect().to_native().to_dicts() for frame in frames],
        lambda frame, other, **on: frame.join(other, how="left", **on),
        lambda value, values: value.cast(narwhals.Enum(list(values))),
        lambda columns: narwhals.from_native(polars.LazyFrame(columns)),
    )


def narwhals_values(
    catalogue: Catalogue, frames: Mapping[str, polars.DataFrame]
) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """Return the values of all row steps and of the whole from the plan as narwhals carries it out."""
    found = rules_at(catalogue.definitions, YEAR)
    proof = prove(catalogue.definitions, found)
    steps = proof.rules["uji"].steps
    plan = make(proof, [Node("indicator", "uji"), *[Node("step", "uji", name) for name in steps]])
    run = FrameRun(plan, period_parts(YEAR), narwhals_library())
    typed = {
        name: frame.with_columns(
            polars.col(column).cast(polars.Enum(declared["values"]))
            for column, declared in SOURCES[name]["columns"].items()
            if declared["type"] == "category"
        )
        for name, frame in frames.items()
    }
    lazy = {name: narwhals.from_native(typed[name].with_row_index("=at").lazy()) for name in plan.sources}
    kept: dict[str, polars.DataFrame] = {}

    def keep(source: str, frame: Any) -> Any:
        kept[source] = frame.collect().to_native()
        return frame

    (outcome,) = run.outcomes(lazy, {None: {}}, keep)
    people = kept["p"].sort("=at")
    return (
        {name: people[f"uji.{name}"].to_list() for name in steps if steps[name].each is not None},
        {value.step: found for value, found in outcome.values.items() if value.step is not None},
    )


def values_of(rows: Any, column: str) -> list[Any]:
    if isinstance(rows, list):
        return [row[column] for row in rows]
    if isinstance(rows, polars.LazyFrame):
        rows = rows.collect()
    return polars.DataFrame(rows)[column].to_list()


def all_values(
    catalogue: Catalogue, rows: Mapping[str, Any]
) -> dict[str, tuple[dict[str, list[Any]], dict[str, Any]]]:
    """Return row values and whole values by the way in which they were computed."""
    frames = frames_of(rows)
    given = {
        "records": rows,
        "polars": frames,
        "lazy": {name: frame.lazy() for name, frame in frames.items()},
        "pandas": {name: frame.to_pandas() for name, frame in frames.items()},
        "pyarrow": {name: frame.to_arrow() for name, frame in frames.items()},
    }
    steps = catalogue.definitions.indicators["uji"].versions[0].steps
    of_rows = [step.id for step in steps.values() if step is not None and step.each is not None]
    ways = {}
    for way, data_given in given.items():
        results = catalogue.evaluate("2021", data_given)
        held = results.rows("p")
        ways[way] = {name: values_of(held, f"uji.{name}") for name in of_rows}, dict(results["uji"].steps)
    ways["narwhals"] = narwhals_values(catalogue, frames)
    return ways


# ── the comparison ──


def expected(compute: Any) -> Any:
    """Return the exact value, the class Nothing where there is none, or Doubt where noise may decide."""
    try:
        return compute()
    except (Nothing, Doubt) as reason:
        return type(reason)


def agrees(found: Any, exact: Any) -> bool:
    nan = isinstance(found, float) and math.isnan(found)
    if exact is Doubt:
        return True
    if exact is Nothing:
        return found is None or nan or isinstance(found, Absent)
    if exact is None:
        return found is None or nan
    if isinstance(exact, Near):
        if isinstance(found, bool) or not isinstance(found, (int, float)) or nan:
            return False
        return abs(found - exact.exact) <= 4 * exact.off + 1e-12
    if isinstance(exact, date):
        return (found.date() if isinstance(found, datetime) else found) == exact  # pandas has no other days
    if isinstance(exact, bool):
        return found is not None and not isinstance(found, (float, Absent)) and bool(found) is exact
    return str(found) == exact


def world_of(rows: Mapping[str, Any], steps: Mapping[str, str]) -> World:
    keys = {name: source["key"] for name, source in SOURCES.items() if "key" in source}
    return World(rows, PARAMETERS, period_parts(YEAR), steps, keys, REFERENCES, "p")


def disagreements(seed: int) -> tuple[list[str], int, int]:
    """Return what differs, how many values were compared, and how many were in doubt."""
    dice = random.Random(seed)
    maker = Maker(dice)
    catalogue, of_rows, of_whole = catalogue_of(maker, dice)
    rows = data(dice)
    world = world_of(rows, of_rows)
    exact_rows = {
        name: [expected(lambda f=formula, r=row: value_in_row(world, f, r)) for row in rows["p"]]
        for name, formula in of_rows.items()
    }
    exact_whole = {
        name: expected(lambda f=formula: value_of_whole(world, f)) for name, formula in of_whole.items()
    }
    wrong = []
    for way, (row_values, whole_values) in all_values(catalogue, rows).items():
        for name, formula in of_rows.items():
            for row, found, exact in zip(rows["p"], row_values[name], exact_rows[name], strict=True):
                if not agrees(found, exact):
                    wrong.append(f"{seed} {way} {name}: {formula}\n  {row}\n  gives {found!r}, not {exact}")
        for name, formula in of_whole.items():
            if not agrees(whole_values[name], exact_whole[name]):
                wrong.append(
                    f"{seed} {way} {name}: {formula}\n  gives {whole_values[name]!s}, not {exact_whole[name]}"
                )
    wrong += wrong_in_groups(seed, catalogue, rows, of_rows, of_whole)
    values = [value for held in exact_rows.values() for value in held] + list(exact_whole.values())
    return wrong, len(values), values.count(Doubt)


def wrong_in_groups(
    seed: int,
    catalogue: Catalogue,
    rows: Mapping[str, Any],
    of_rows: Mapping[str, str],
    of_whole: Mapping[str, str],
) -> list[str]:
    """Compare the whole's formulas in each group with what exact arithmetic gives for its rows alone."""
    wrong = []
    for way, given in (("records", rows), ("polars", frames_of(rows))):
        for result in catalogue.evaluate("2021", given, by="k"):
            people = [row for row in rows["p"] if row["k"] == result.group]
            known = {row["id"] for row in people}
            children = [row for row in rows["c"] if row["p"] in known]
            world = world_of({**rows, "p": people, "c": children}, of_rows)
            for name, formula in of_whole.items():
                exact = expected(lambda f=formula, w=world: value_of_whole(w, f))
                if not agrees(result.steps[name], exact):
                    gives = f"gives {result.steps[name]!s}, not {exact}"
                    wrong.append(f"{seed} {way} {result.group} {name}: {formula}\n  {gives}")
    return wrong


@pytest.mark.parametrize("seed", SEEDS)
def test_random_formulas_agree_with_exact_arithmetic_whatever_the_rows_come_as(seed):
    wrong, values, in_doubt = disagreements(seed)
    assert not wrong, "\n".join(wrong[:5])
    assert values - in_doubt > values / 2


if __name__ == "__main__":
    first, last = (int(word) for word in sys.argv[1:])
    compared = doubted = 0
    for number in range(first, last):
        found, values, in_doubt = disagreements(number)
        compared, doubted = compared + values, doubted + in_doubt
        if found:
            print(len(found), "\n".join(found[:2]), flush=True)
    print(f"{compared} values, {doubted} in doubt")
