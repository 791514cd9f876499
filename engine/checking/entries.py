"""Check the entries of one rule against each other: names, values."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checking.declared import content_of
from engine.definition import (
    NOUNS,
    Catalogue,
)
from engine.formula import kinds
from engine.formula.algebra import BandsContent, SetContent, SingleContent, TableContent
from engine.formula.functions import AGGREGATES, FUNCTIONS
from engine.formula.grammar import RESERVED
from engine.problems import Problem, Related, error, say
from engine.text import Place
from engine.versions import Rule


def name_clashes(catalogue: Catalogue, rule: Rule) -> Iterator[Problem]:
    """Each name means one thing: steps, parameters, columns, sources, indicators and functions."""
    functions = {*FUNCTIONS, *AGGREGATES, "previous", "period", *RESERVED}
    named: list[tuple[str, Place, str, str | None]] = [
        (name, parameter.place, "parameter", None) for name, parameter in rule.parameters.items()
    ]
    named += [
        (name, step.place, "step", step.each.id if step.each else None) for name, step in rule.steps.items()
    ]
    taken: dict[str, Place] = {}
    for name, place, what, each in named:
        owner = None
        if name in functions:
            owner = say("`{name}` is a word of the formula language", name=name)
        elif name in catalogue.sources:
            owner = say("`{name}` is the name of a source too", name=name)
        elif name in catalogue.indicators:
            owner = say("`{name}` is the name of an indicator too", name=name)
        elif each is not None and name in catalogue.sources[each].columns:
            owner = say("`{name}` is a column of `{each}` too", name=name, each=each)
        elif name in taken:
            owner = say("`{name}` is a parameter and a step", name=name)
        if owner is not None:
            related = [Related(taken[name], say("the other one"))] if name in taken else []
            yield error(
                "name-clash", place, owner, say("give the {what} another name", what=NOUNS[what]), related
            )
        taken[name] = place


def mixed_contents(rule: Rule) -> Iterator[Problem]:
    """Values of one parameter are of one kind."""
    for parameter in rule.parameters.values():
        content = content_of(parameter)
        values = {
            TableContent: lambda c: list(c.entries.values()),
            BandsContent: lambda c: [value for _, _, value in c.rows],
            SetContent: lambda c: list(c.values),
            SingleContent: lambda c: [c.value, *c.choices],
        }[type(content)](content)
        if kinds.joined([kinds.constant(value) for value in values]) is None:
            yield error(
                "wrong-kind",
                parameter.place,
                say("the values of `{name}` are of different kinds", name=parameter.id),
                say("give only numbers, or only words"),
            )
