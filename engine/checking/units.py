"""Prove that units agree: in every formula, with what is declared, in spelling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.definition import Catalogue, Parameter, Step
from engine.formula.checked import Checked
from engine.formula.measured import conversion, measure
from engine.formula.names import (
    ParameterValue,
    PreviousValue,
    RecordValue,
    Reference,
    RowValue,
    UnitValue,
)
from engine.formula.units import Unit, unit_of
from engine.graph import RESULT, StepKey, as_problem
from engine.problems import Problem, Related, error, say, warning
from engine.text import Place
from engine.versions import Rule

_SHORTEST_ALIKE, _LONGEST_ALIKE = 4, 24


class Units:
    """The units of one moment's steps, filled in while the formulas are checked, each after what it uses."""

    def __init__(
        self, catalogue: Catalogue, rules: Mapping[str, Rule], around: Mapping[StepKey, Unit | None]
    ) -> None:
        self.catalogue, self.rules, self.around = catalogue, rules, around
        self.language = catalogue.organization.language
        self.found: dict[StepKey, Unit | None] = {}

    def step(self, rule: Rule, step: Step, checked: Checked) -> Iterator[Problem]:
        """Keep the unit of a step's value; yield where its formula mixes units or gives another one."""

        def of(reference: Reference) -> Unit | None:
            return self.unit_of(rule, reference)

        def of_limits(reference: Reference) -> Unit | None:
            parameter = _parameter(rule, reference)
            return None if parameter is None else _declared(parameter.limit_unit)

        given, faults = measure(checked.bound, checked.parameters, of, of_limits, self.language)
        for fault in faults:
            yield as_problem(fault, step.formula)
        text, place = _said_of(rule, step)
        declared = _declared(text)
        key = rule.indicator.id, step.id
        self.found[key] = given if text is None else declared
        if given is None or declared is None or place is None or given.fits(declared):
            return
        self.found[key] = None
        yield error(
            "wrong-unit",
            place,
            say(
                "the formula of `{step}` gives {given}, not {declared}",
                step=step.id,
                given=given.written(self.language),
                declared=declared.written(self.language),
            ),
            conversion(given, declared, self.language),
            [Related(step.formula.passage.place, say("the formula"))],
        )

    def unit_of(self, rule: Rule, reference: Reference) -> Unit | None:
        """Return the unit of what a name in a formula of *rule* refers to; None where it is not known."""
        match reference:
            case RowValue(source=source, item=item, step_of=None) | RecordValue(source=source, item=item):
                return _declared(self.catalogue.sources[source].columns[item].unit)
            case RowValue(item=item, step_of=str() as owner):
                return self.of_step(owner, item)
            case UnitValue(indicator=owner, step=step) if step is not None or owner in self.rules:
                return self.of_step(owner, step or RESULT)
            case UnitValue(indicator=owner) | PreviousValue(indicator=owner):
                return self.at_any_time(owner)
            case ParameterValue():
                parameter = _parameter(rule, reference)
                return None if parameter is None else _declared(parameter.unit)
            case _:
                return None

    def of_step(self, indicator: str, step: str) -> Unit | None:
        """Return the unit of an indicator's step or result, proved here or around."""
        key = indicator, step
        return self.found.get(key) if key in self.found else self.around.get(key)

    def at_any_time(self, owner: str) -> Unit | None:
        """Return the declared unit of an indicator if no version changes it, else None."""
        indicator = self.catalogue.indicators[owner]
        texts = {version.unit.value for version in indicator.versions if version.unit is not None}
        if indicator.unit is not None:
            texts.add(indicator.unit)
        return _declared(texts.pop()) if len(texts) == 1 else None


def look_alikes(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield a warning for each unit that is probably another one misspelt.

    That is one in other capitals than most, and one that is written once and differs in a single
    letter from one that is written more often.
    """
    places: dict[str, list[Place]] = {}
    for text, place in _written_units(catalogue):
        unit = _declared(text)
        if unit is not None and place is not None:
            for name in unit.names:
                places.setdefault(name, []).append(place)
    by_commonness = sorted(places, key=lambda name: (-len(places[name]), name))
    usual: dict[str, str] = {}
    for name in by_commonness:
        first = usual.setdefault(name.casefold(), name)
        if first != name:
            for place in places[name]:
                yield _look_alike(place, name, places[first][0], first)
    near: dict[str, str] = {}
    for name in usual.values():
        folded = name.casefold()
        if not _SHORTEST_ALIKE <= len(folded) <= _LONGEST_ALIKE:
            continue
        shapes = _shapes(folded)
        other = next((near[shape] for shape in shapes if shape in near), None)
        if other is not None and len(places[name]) == 1 < len(places[other]):
            yield _look_alike(places[name][0], name, places[other][0], other)
        for shape in shapes:
            near.setdefault(shape, name)


def _look_alike(place: Place, name: str, other: Place, usual: str) -> Problem:
    return warning(
        "unit-lookalike",
        place,
        say("the unit `{name}` looks like `{usual}`", name=name, usual=usual),
        say("write `{usual}` if the two are the same", usual=usual),
        [Related(other, say("`{usual}` stands here", usual=usual))],
    )


def _shapes(word: str) -> list[str]:
    """Return forms of which two words share one if they differ in one letter behind the first."""
    places = range(1, len(word))
    return [word, *(f"{word[:i]}{word[i + 1 :]}" for i in places)]


def _written_units(catalogue: Catalogue) -> Iterator[tuple[str | None, Place | None]]:
    for source in catalogue.sources.values():
        for column in source.columns.values():
            yield column.unit, column.unit_place
    for indicator in catalogue.indicators.values():
        yield indicator.unit, indicator.unit_place
        for version in indicator.versions:
            if version.unit is not None:
                yield version.unit.value, version.unit.place
            for entry in (*version.parameters.values(), *version.steps.values(), version.result):
                if isinstance(entry, (Parameter, Step)):
                    yield entry.unit, entry.unit_place
                if isinstance(entry, Parameter):
                    yield entry.limit_unit, entry.limit_unit_place


def _declared(text: str | None) -> Unit | None:
    return None if text is None else unit_of(text)


def _parameter(rule: Rule, reference: Reference) -> Parameter | None:
    return rule.parameters.get(reference.name) if isinstance(reference, ParameterValue) else None


def _said_of(rule: Rule, step: Step) -> tuple[str | None, Place | None]:
    """Return the declared unit of a step and its place; the result's is its own or the indicator's."""
    if step.unit is not None or step.id != RESULT:
        return step.unit, step.unit_place
    origin = rule.origins.get("unit")
    place = rule.indicator.unit_place if origin is None or origin.unit is None else origin.unit.place
    return rule.unit, place
