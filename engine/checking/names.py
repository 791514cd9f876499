"""Check that no two names look alike: ``skm_1`` and ``skm_l``, ``no_urut`` and ``nourut``.

Names that a reader cannot tell apart at all are an error, since a formula that uses the wrong one would
pass every review; names that are easily taken for one another are a warning.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from engine.definition import Catalogue, Column, Indicator, Removed, Source
from engine.problems import Problem, Related, error, say, warning
from engine.text import Place

Named = tuple[str, Place]
_SAME_LOOK = str.maketrans("01", "ol")
_UNDERSCORES = re.compile(r"(?<![0-9])_+|_+(?![0-9])")
_BETWEEN_WORDS = re.compile(r"(?<![0-9])[ _-]+|[ _-]+(?![0-9])")
"""Underscores that carry no meaning; between digits they do: ``butir_1_11`` is not ``butir_11_1``."""


def check(catalogue: Catalogue) -> Iterator[Problem]:
    """Give a problem for each name that looks like an earlier one among those it could be confused with."""
    formula_names: dict[str, Source | Indicator] = {**catalogue.sources, **catalogue.indicators}
    yield from _alike((name, found.place) for name, found in sorted(formula_names.items()))
    organization = catalogue.organization
    for entries in (organization.divisions, organization.objectives, catalogue.regulations):
        yield from _alike((name, found.place) for name, found in entries.items())
    looks: dict[str, dict[str, Named]] = {}
    for source in catalogue.sources.values():
        columns = [(column.name, column.place) for column in source.columns.values()]
        yield from _alike(columns)
        looks[source.id] = {_look(name): (name, place) for name, place in columns}
        for column in source.columns.values():
            yield from _alike_words(column)
    for indicator in catalogue.indicators.values():
        used = [looks[source.id] for source in indicator.sources if source.id in looks]
        yield from _alike(_entries(indicator).items(), ChainMap(*used))


def _entries(indicator: Indicator) -> Mapping[str, Place]:
    """Return the parameters and steps of all versions; formulas name them beside the columns."""
    named: dict[str, Place] = {}
    for version in indicator.versions:
        for entries in (version.parameters, version.steps):
            for name, entry in entries.items():
                if not isinstance(entry, Removed):
                    named.setdefault(name, entry.place)
    return named


def _alike(names: Iterable[Named], known: Mapping[str, Named] = MappingProxyType({})) -> Iterator[Problem]:
    """Give a problem for each of *names* that looks like one before it, or like one of *known*, by look."""
    seen: dict[str, Named] = {}
    for name, place in names:
        look = _look(name)
        first, where = known.get(look) or seen.setdefault(look, (name, place))
        if first == name:
            continue
        related = [Related(where, say("`{first}` stands here", first=first))]
        if name.translate(_SAME_LOOK) == first.translate(_SAME_LOOK):
            message = say("`{name}` and `{first}` cannot be told apart by their look", name=name, first=first)
            yield error("look-alike", place, message, say("rename one of them"), related)
        else:
            yield _easily_taken(name, first, place, related)


def _look(name: str) -> str:
    """Return what all ids have in common that look like *name*."""
    return _UNDERSCORES.sub("", name).translate(_SAME_LOOK).replace("rn", "m").replace("vv", "w")


def _alike_words(column: Column) -> Iterator[Problem]:
    """The values of a column differ by more than capitals and the signs between words."""
    seen: dict[str, str] = {}
    for value in column.values:
        first = seen.setdefault(_BETWEEN_WORDS.sub("", value.casefold()), value)
        if first != value:
            yield _easily_taken(value, first, column.place, [])


def _easily_taken(name: str, first: str, place: Place, related: list[Related]) -> Problem:
    message = say("`{name}` and `{first}` are easily taken for one another", name=name, first=first)
    return warning("look-alike", place, message, say("rename one of them"), related)
