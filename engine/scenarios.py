"""Assume a scenario: the catalogue as it would be then, and what is wrong with that.

An amendment of a scenario holds for every rule of the indicator that has the entry, whatever version put
it there; an entry that no rule has is there in all of them. What an entry of a scenario does not say of
itself (its unit, title and basis) stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from engine import sources
from engine.definition import Catalogue, Indicator, Parameter, Remarks, Removed, Scenario, Step, Version
from engine.problems import InvalidData, InvalidRequest, Problem, Related, error, errors_in, nearest, say
from engine.text import Place
from engine.versions import Rule, rules

E = TypeVar("E", Parameter, Step)
_PLAIN = ("result", "categories", "unit", "range", "decimals", "rounding")
_WORD = re.compile(r"[a-z][a-z0-9_]*")


def scenario_of(catalogue: Catalogue, name: str) -> Scenario:
    """Return a scenario by id; raises InvalidRequest with the nearest ids for an unknown one."""
    found = catalogue.scenarios.get(name)
    if found is None:
        known = sorted(catalogue.scenarios)
        hint = nearest(name, known) or (
            say("the scenarios are {all}", all=", ".join(known))
            if known
            else say("write one as a file in the folder `scenarios`")
        )
        raise InvalidRequest(
            error("unknown-name", None, say("there is no scenario `{name}`", name=name), hint)
        )
    return found


def assumed(catalogue: Catalogue, scenario: Scenario) -> Catalogue:
    """Return the catalogue in which the rules are as *scenario* assumes; inputs are no part of it."""
    amended = {
        name: _amended(catalogue.indicators[name], amendment)
        for name, amendment in scenario.indicators.items()
    }
    return replace(catalogue, indicators={**catalogue.indicators, **amended})


def _amended(indicator: Indicator, amendment: Version) -> Indicator:
    written = {rule.version.from_: rule for rule in rules(indicator)}
    versions = tuple(
        _version(version, written.get(version.from_), amendment, written) for version in indicator.versions
    )
    return replace(indicator, versions=versions)


def _version(version: Version, rule: Rule | None, amendment: Version, written: Mapping[Any, Rule]) -> Version:
    if rule is None:
        return version
    plain = {key: own for key in _PLAIN if (own := getattr(amendment, key)) is not None}
    parameters = _entries(amendment.parameters, rule.parameters, [r.parameters for r in written.values()])
    steps = _entries(amendment.steps, rule.steps, [r.steps for r in written.values()])
    return replace(
        version,
        parameters={**version.parameters, **parameters},
        steps={**version.steps, **steps},
        **plain,
    )


def _entries(
    amended: Mapping[str, E | Removed], here: Mapping[str, E], everywhere: Iterable[Mapping[str, E]]
) -> dict[str, E | Removed]:
    known = {name for entries in everywhere for name in entries}
    found: dict[str, E | Removed] = {}
    for name, entry in amended.items():
        if name in here:
            found[name] = entry if isinstance(entry, Removed) else _like(here[name], entry)
        elif name not in known:
            found[name] = entry
    return found


def _like(old: E, new: E) -> E:
    """Return *new* with what it does not say of itself."""
    remarks = Remarks(
        new.remarks.title or old.remarks.title,
        new.remarks.note,
        new.remarks.certainty,
        new.remarks.basis or old.remarks.basis,
    )
    kept: dict[str, Any] = {"unit": new.unit or old.unit, "remarks": remarks}
    if isinstance(old, Step) and isinstance(new, Step):
        kept |= {"each": new.each or old.each}
    elif isinstance(old, Parameter) and isinstance(new, Parameter) and type(old.content) is type(new.content):
        kept |= {"limit_unit": new.limit_unit or old.limit_unit}
    return replace(new, **kept)


# ── what is wrong with a scenario ──


def check(
    catalogue: Catalogue, scenario: Scenario, judge: Callable[[Catalogue], Iterable[Problem]]
) -> Iterator[Problem]:
    """Yield what is wrong with a scenario of a catalogue that has no errors without it.

    *judge* finds the problems of a catalogue. An error that stands elsewhere is told at the indicator
    whose amendment leads to it.
    """
    yield from _inputs(catalogue, scenario)
    if not scenario.indicators:
        return
    part = replace(catalogue, indicators=_around(catalogue, scenario.indicators))
    before = {_key(problem) for problem in errors_in(judge(part))}
    told = set[tuple[Any, ...]]()
    for problem in errors_in(judge(assumed(part, scenario))):
        key = _key(problem)
        if key in before or key in told:
            continue
        told.add(key)
        if isinstance(problem.place, Place) and problem.place.path == scenario.text.path:
            yield problem
            continue
        related = [Related(problem.place, problem.message)] if isinstance(problem.place, Place) else []
        yield error(
            "scenario",
            _place(scenario, problem, catalogue),
            say("if this is assumed, the rules no longer hold: {problem}", problem=problem.message),
            problem.hint,
            related,
        )


def _place(scenario: Scenario, problem: Problem, catalogue: Catalogue) -> Place:
    """Return where the scenario names the indicator that a problem is of, else the first that it names."""
    path = None if problem.place is None else problem.place.path
    own = (name for name in scenario.indicators if catalogue.indicators[name].text.path == path)
    return scenario.places[next(own, next(iter(scenario.indicators)))]


def _key(problem: Problem) -> tuple[Any, ...]:
    return problem.code, problem.place, problem.message


def _around(catalogue: Catalogue, names: Iterable[str]) -> dict[str, Indicator]:
    """Return the indicators that some are, need, or are needed by, as far as formulas mention them."""
    mentions = {
        name: _WORD.findall(" ".join(_formulas(indicator)))
        for name, indicator in catalogue.indicators.items()
    }
    uses = {name: catalogue.indicators.keys() & set(words) for name, words in mentions.items()}
    found, waiting = set(names), list(names)
    while waiting:  # all that needs one of them
        name = waiting.pop()
        for user in uses.keys() - found:
            if name in uses[user]:
                found.add(user)
                waiting.append(user)
    waiting = list(found)
    while waiting:  # and all that those need
        for used in uses[waiting.pop()] - found:
            found.add(used)
            waiting.append(used)
    return {name: indicator for name, indicator in catalogue.indicators.items() if name in found}


def _formulas(indicator: Indicator) -> Iterator[str]:
    for version in indicator.versions:
        for step in (*version.steps.values(), version.result):
            if isinstance(step, Step):
                yield step.formula.text


def _inputs(catalogue: Catalogue, scenario: Scenario) -> Iterator[Problem]:
    """Yield what is wrong with values of records, as it would be found in a file."""
    for name, values in scenario.inputs.items():
        source = catalogue.sources[name]
        given = replace(source, columns={column: source.columns[column] for column in values}, key=None)
        try:
            sources.from_records(given, [values], sources=catalogue.sources, where=name, text_dates=True)
        except InvalidData as refused:
            for problem in refused.problems:
                column = getattr(problem.place, "column", None)
                place = scenario.places.get(f"{name}.{column}", scenario.places[name])
                yield replace(problem, place=place)
