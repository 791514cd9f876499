"""Graphs of steps and indicators, made at random: right values, whole cycles, missing values that spread."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from catalogues import read_texts

from engine import checking
from engine.api import Catalogue
from engine.problems import Problem
from fuzz.judging import Case

_HEAD = "title: T\nobjective: o\ndivision: d\nsources: []\n"
ORGANIZATION = (
    "organization: b\nname: B\nlanguage: en\nobjectives: {o: {title: O}}\ndivisions: {d: {title: D}}\n"
)
MISSING_IN_2021 = "(1 if period.year > 2021 else no_value)"
Uses = dict[str, list[str]]


def made(uses: Uses, leaves: dict[str, str], owners: dict[str, str]) -> dict[str, str]:
    """Return the files of a catalogue in which each step is 1 more than the sum of those it uses."""
    files = {"organization.yaml": ORGANIZATION, "regulations.yaml": "regulations: {r: {citation: R}}\n"}
    for indicator in sorted(set(owners.values())):
        steps = []
        for step, used in uses.items():
            if owners[step] == indicator:
                names = [name if owners[name] == indicator else f"{owners[name]}.{name}" for name in used]
                steps.append(f"      {step}: {' + '.join([leaves.get(step, '1'), *names])}\n")
        last = next(step for step in uses if owners[step] == indicator)
        files[f"indicators/{indicator}.yaml"] = (
            f"indicator: {indicator}\n{_HEAD}versions:\n  - from: 2020-01-01\n    basis: {{regulation: r}}\n"
            f"    steps:\n{''.join(steps)}    result: {last}\n"
        )
    return files


def catalogue(files: dict[str, str]) -> tuple[Catalogue | None, tuple[Problem, ...]]:
    """Return the checked catalogue of these files, or what is wrong."""
    found, problems = read_texts(Path("definitions"), files)
    if found is not None:
        problems = (*problems, *checking.check(found).problems)
    errors = tuple(problem for problem in problems if problem.severity == "error")
    return (None if found is None or errors else Catalogue(found, ())), errors


def judged_graph(seed: int) -> str | None:
    """Make a graph; compare every step with a plain evaluation, and a cycle with the edges that exist."""
    chance = random.Random(seed)
    size, indicators = chance.randint(2, 40), chance.randint(1, 4)
    names = [f"s{number}" for number in range(size)]
    owners = {name: f"i{chance.randrange(indicators)}" for name in names}
    uses: Uses = {name: [] for name in names}
    for number, name in enumerate(names):
        later = names[number + 1 :]
        uses[name] = sorted(chance.sample(later, min(len(later), chance.choice([0, 1, 1, 2, 5]))))
    cyclic = chance.random() < 0.3
    if cyclic:
        first, last = sorted(chance.sample(range(size), 2)) if size > 1 else (0, 0)
        path = names[first : last + 1]
        for here, following in pairwise(path):
            uses[here] = sorted({*uses[here], following})
        uses[names[last]] = sorted({*uses[names[last]], names[first]})
    missing = chance.sample(names, 1 if chance.random() < 0.4 else 0)
    leaves = dict.fromkeys(missing, MISSING_IN_2021)
    order = names[:]
    chance.shuffle(order)
    found, errors = catalogue(made({name: uses[name] for name in order}, leaves, owners))
    if cyclic:
        codes = {problem.code for problem in errors}
        if "cycle" not in codes:
            return f"a cycle was not found: {codes}"
        if any(len(problem.related) > 20 for problem in errors):
            return "a cycle is told in more than 20 links"
        return None
    if found is None:
        return f"refused: {errors[0]}"
    expected: dict[str, int | None] = {}
    for name in reversed(names):
        parts = [expected[used] for used in uses[name]]
        whole = (
            None if name in missing or None in parts else 1 + sum(part for part in parts if part is not None)
        )
        expected[name] = whole
    results = found.evaluate("2021", {})
    for result in results:
        for name, value in result.steps.items():
            told = None if not isinstance(value, int | float) else value
            if told != expected[name]:
                return f"{name} is {value}, though it is {expected[name]}"
    return None


def cases(count: int, seed: int = 1) -> Iterator[Case]:
    """Yield *count* graphs."""
    for number in range(count):
        yield Case(f"graph {seed}-{number}", lambda number=number: judged_graph(seed * 100_000 + number))  # type: ignore[misc]
