"""Check the whole catalogue, at every day on which some rule begins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine import versions
from engine.checking.formulas import Proof, prove
from engine.definition import (
    Catalogue,
    Indicator,
    Name,
    Parameter,
)
from engine.graph import build
from engine.problems import Problem, error, errors_in, in_order, say, warning
from engine.text import Place
from engine.versions import Rule


def check(catalogue: Catalogue) -> tuple[Problem, ...]:
    """Return all problems of the definitions, of every version, in order of file and position."""
    problems: list[Problem] = []
    for indicator in catalogue.indicators.values():
        problems.extend(versions.check(indicator))
        problems.extend(_used_sources(catalogue, indicator))
    proofs: dict[tuple[tuple[str, int], ...], Proof] = {}
    for day in _days_of_change(catalogue):
        found = {
            name: versions.in_force_on(indicator, day) for name, indicator in catalogue.indicators.items()
        }
        rules = {name: rule for name, rule in found.items() if isinstance(rule, Rule)}
        key = tuple((name, id(rule.version)) for name, rule in rules.items())
        if key not in proofs:
            proofs[key] = prove(catalogue, rules)
            problems.extend(proofs[key].problems)
    used = {
        (edge.used.id, edge.used.name)
        for proof in proofs.values()
        for edge in proof.graph.edges
        if edge.used.kind == "parameter"
    }
    broken = {problem.place.path for problem in errors_in(problems) if isinstance(problem.place, Place)}
    for indicator in catalogue.indicators.values():
        if indicator.text.path not in broken:
            problems.extend(_unused_parameters(indicator, used))
    return in_order(problems)


def _days_of_change(catalogue: Catalogue) -> list[date]:
    return sorted(
        {version.from_ for indicator in catalogue.indicators.values() for version in indicator.versions}
    )


def _used_sources(catalogue: Catalogue, indicator: Indicator) -> Iterator[Problem]:
    """`sources` lists exactly what the formulas of all versions use."""
    rules = versions.rules(indicator)
    graphs = [build(catalogue, {indicator.id: rule}) for rule in rules]
    if any(errors_in(graph.problems) for graph in graphs):
        return
    uses = {
        edge.used.id: edge.place for graph in graphs for edge in graph.edges if edge.used.kind == "source"
    }
    listed: dict[str, Name] = {name.id: name for name in indicator.sources}
    for name in indicator.sources:
        if name.id not in uses and name.id in catalogue.sources:
            yield error(
                "unused-source",
                name.place,
                say("no formula uses the source `{name}`", name=name.id),
                say("remove it from `sources`, or use it"),
            )
    for source, place in uses.items():
        if source not in listed:
            yield error(
                "missing-source",
                place,
                say("`{name}` is used here but not listed under `sources`", name=source),
                say("add `{name}` to the indicator's `sources`", name=source),
            )


def _unused_parameters(indicator: Indicator, used: set[tuple[str, str]]) -> Iterator[Problem]:
    for version in indicator.versions:
        for parameter in version.parameters.values():
            if isinstance(parameter, Parameter) and (indicator.id, parameter.id) not in used:
                yield warning(
                    "unused-parameter",
                    parameter.place,
                    say("no formula uses the parameter `{name}`", name=parameter.id),
                    say("remove it, or use it"),
                )
