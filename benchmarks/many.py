"""Many indicators over one source, and many steps: what one plan for all saves, and how large a plan may be.

    python -m benchmarks.many [--rows 1000000] [--indicators 1000] [--steps 100000]

The indicators all go over the same invented rows, each with a step of each row and a mean of its own. The
time of all together is compared with a pass for one indicator alone, on the same rows in memory. Then
one catalogue with many steps that use one another is made into a graph and a plan, and networkx sorts the
same graph for comparison.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PERIOD = "2024"
PER_INDICATOR = 100
ORGANIZATION = """\
organization: invented
name: Invented agency
language: en
objectives: {good: {title: Good work}}
divisions: {people: {title: People}}
"""
SOURCE = """\
source: staff
title: Staff
division: people
file: data/{period}/staff.parquet
key: id
columns:
  id: {type: text, unique: true}
  kind: {type: category, values: [a, b, c, d]}
  points: {type: number, range: [0, 100]}
  hours: {type: number, range: [0, 1000]}
"""
INDICATOR = """\
indicator: {name}
title: Indicator {name}
objective: good
division: people
sources: [staff]
versions:
  - from: 2020-01-01
    steps:
      score: {{each: staff, formula: "points * {weight} + (hours if kind == 'a' else {number})"}}
    result: mean(staff.score, where=staff.points > {limit})
"""


def indicators(folder: Path, count: int) -> None:
    """Write a catalogue of *count* indicators over one source."""
    texts = {"organization.yaml": ORGANIZATION, "sources/staff.yaml": SOURCE}
    for number in range(count):
        texts[f"indicators/i{number}.yaml"] = INDICATOR.format(
            name=f"i{number}", weight=1 + number % 7 / 10, number=number % 50, limit=number % 90
        )
    _write(folder, texts)


def steps(folder: Path, count: int) -> None:
    """Write a catalogue of *count* steps in indicators of a hundred, each using the one before it."""
    texts = {"organization.yaml": ORGANIZATION, "sources/staff.yaml": SOURCE}
    for number in range(max(1, count // PER_INDICATOR)):
        before = f"i{number - 1}" if number else "mean(staff.points)"
        lines = [f"      s0: {before}"]
        lines += [f"      s{step}: s{step - 1} * 0.5 + {step % 9}" for step in range(1, PER_INDICATOR)]
        texts[f"indicators/i{number}.yaml"] = (
            f"indicator: i{number}\ntitle: I{number}\nobjective: good\ndivision: people\nsources: [staff]\n"
            "versions:\n  - from: 2020-01-01\n    steps:\n"
            + "\n".join(lines)
            + f"\n    result: s{PER_INDICATOR - 1}\n"
        )
    _write(folder, texts)


def _write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def rows(count: int) -> pl.DataFrame:
    """Return invented rows, the same ones for the same number of them."""
    number = pl.int_range(count, eager=True).alias("n")
    return pl.select(
        ("S" + number.cast(pl.String)).alias("id"),
        pl.Series(["a", "b", "c", "d"]).gather(number.hash(seed=1) % 4).alias("kind"),
        ((number.hash(seed=2) % 10_000).cast(pl.Float64) / 100).alias("points"),
        ((number.hash(seed=3) % 1_000).cast(pl.Float64)).alias("hours"),
    )


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that *work* took, and what it gave."""
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def many_indicators(count: int, height: int) -> None:
    """Print what each further indicator costs of a pass of its own."""
    import engine

    with tempfile.TemporaryDirectory() as name:
        indicators(Path(name), count)
        took, catalogue = timed(lambda: engine.load(name))
    print(f"{count:,} indicators: read and checked in {took:.1f} s")
    data, names = {"staff": rows(height)}, list(catalogue.definitions.indicators)
    alone = min(timed(lambda: catalogue.evaluate(PERIOD, data, only=names[:1]))[0] for _ in range(5))
    took, results = timed(lambda: catalogue.evaluate(PERIOD, data))
    assert all(result.unrounded is not None for result in results)
    each = (took - alone) / (count - 1)
    print(
        f"{height:,} rows: one indicator alone {alone:.2f} s, all {took:.1f} s, "
        f"each further one {each * 1000:.1f} ms, {each / alone:.1%} of a pass of its own"
    )


def many_steps(count: int) -> None:
    """Print what graph, order and plan of many steps take."""
    import networkx

    from engine import reading
    from engine.checking import prove, rules_at
    from engine.graph import Node, build
    from engine.plan import make
    from engine.versions import Period, Rule

    with tempfile.TemporaryDirectory() as name:
        steps(Path(name), count)
        took, parts = timed(lambda: reading.read_parts(Path(name)))
    whole = parts.catalogue
    assert whole is not None, parts.problems[:3]
    found = rules_at(whole, Period.parse(PERIOD))
    rules = {name: rule for name, rule in found.items() if isinstance(rule, Rule)}
    print(f"{count:,} steps: read in {took:.1f} s")
    took, proof = timed(lambda: prove(whole, rules))
    print(f"every formula proved, with the graph, in {took:.1f} s")
    building, graph = timed(lambda: build(whole, rules))
    ordering, _ = timed(lambda: list(graph.in_order(graph.order)))
    planning, plan = timed(lambda: make(proof, [Node("indicator", name) for name in rules]))
    print(
        f"graph {building:.2f} s, order {ordering:.2f} s, plan {planning:.2f} s: "
        f"{building + ordering + planning:.1f} s for {len(plan.unit_steps):,} formulas"
    )
    same = networkx.DiGraph([(edge.used, edge.user) for edge in graph.edges])
    took, _ = timed(lambda: list(networkx.topological_sort(same)))
    print(f"networkx sorts the same graph in {took:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.many",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--indicators", type=int, default=1_000)
    parser.add_argument("--steps", type=int, default=100_000)
    chosen = parser.parse_args()
    many_indicators(chosen.indicators, chosen.rows)
    many_steps(chosen.steps)


if __name__ == "__main__":
    main()
