"""Which indicators a change reaches through the graph, on the days on which it counts.

A change of a figure reaches all that uses it, directly or not, in this period or as an earlier one's
value, on any day on which the changed entry is in force, before the change or after it. Words reach
those alone that print them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property

from engine.comparing.nouns import Change, Effect
from engine.definition import Basis, Catalogue, Indicator, Name
from engine.graph import Graph, Node, build
from engine.versions import Rule, in_force_on, rules
from engine.versions.windows import ONE_DAY

_WORDS = frozenset(
    ("title", "note", "certainty", "basis", "wording", "concept", "interpretation", "measure", "coverage",
     "access", "objective", "division", "contributors", "sources", "examples", "breakdowns", "succeeded_by",
     "one_row_is", "unit", "limit_unit", "id", "en")
)  # fmt: skip
"""Keys that no figure depends on. A unit is checked and printed, never computed with."""
_NAMES = ("parameters", "steps", "table", "columns", "rows", "format", "unpivot", "aliases")
"""Keys below which names stand that authors choose: one called `title` is none of `_WORDS`."""
_OWN = frozenset(("categories", "targets", "achievement", "better"))
"""Keys that decide what is said of an indicator's figure, which others don't read."""


class Reach:
    """What changes between two catalogues reach."""

    def __init__(self, old: Catalogue, new: Catalogue) -> None:
        self.sides = (_Side(old), _Side(new))

    def of(self, change: Change) -> Change:
        """Return the change with what it reaches."""
        found = set[str]()
        effect: Effect = "figures" if moves_figures(change) else "words"
        for side in self.sides:
            found |= side.reached(change) if effect == "figures" else side.printed(change)
        return replace(change, effect=effect, reaches=tuple(sorted(found)))


def moves_figures(change: Change) -> bool:
    """Return whether a figure, its category or its achievement may be another because of a change."""
    if change.restated:
        return False
    kind, path = change.subject.kind, change.path
    if kind in ("source", "indicator"):
        return not _is_of_words(path)
    return kind == "organization" and path[:1] == ("achievement",) and not _is_of_words(path)


def _is_of_words(path: tuple[str, ...]) -> bool:
    named = False
    for key in path:
        if key in _WORDS and not named:
            return True
        named = key in _NAMES
    return False


class _Side:
    """One of the two catalogues."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.rules = {name: rules(indicator) for name, indicator in catalogue.indicators.items()}
        self.users: dict[date, dict[Node, list[Node]]] = {}

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days on which another rule of any indicator begins to count, or one ends."""
        days = {rule.version.from_ for written in self.rules.values() for rule in written}
        ends = {rule.version.until for written in self.rules.values() for rule in written}
        return tuple(sorted(days | {day + ONE_DAY for day in ends if day is not None and day < date.max}))

    def reached(self, change: Change) -> set[str]:
        """Return the indicators whose figures may be others."""
        kind, name = change.subject
        catalogue = self.catalogue
        if kind == "organization":
            return {i.id for i in catalogue.indicators.values() if i.targets}
        if kind == "source":
            own = {i.id for i in catalogue.indicators.values() if name in _ids(i.sources)}
            return own | self._through(Node("source", name), self.days)
        if name not in catalogue.indicators:
            return set()
        found = {name}
        if change.path[:1] and change.path[0] in _OWN:
            return found
        for node, day in self._starts(change):
            found |= self._through(node, (day,))
        return found

    def printed(self, change: Change) -> set[str]:
        """Return the indicators that words of a change belong to, or that name what it is of."""
        kind, name = change.subject
        if kind == "indicator":
            return {name} & self.catalogue.indicators.keys()
        return {
            i.id
            for i in self.catalogue.indicators.values()
            if (kind == "objective" and i.objective.id == name)
            or (kind == "division" and name in (i.division.id, *_ids(i.contributors)))
            or (kind == "source" and name in _ids(i.sources))
            or (kind == "regulation" and name in _acts(i))
        }

    def _starts(self, change: Change) -> Iterator[tuple[Node, date]]:
        """Yield the nodes that a change of an indicator is of, with the days on which it counts."""
        name, path = change.subject.id, change.path
        entry = ".".join(path[:2]) if path[:1] and path[0] in ("parameters", "steps") else ""
        for day in self.days:
            rule = in_force_on(self.catalogue.indicators[name], day)
            if not isinstance(rule, Rule):
                continue
            if entry:
                origin = rule.origins.get(entry)
                if origin is not None and change.version in (origin.from_, rule.version.from_):
                    kind, own = path[:2]
                    yield Node("parameter" if kind == "parameters" else "step", name, own), day
            elif not path or path[0] in ("version", "replaces", "from", "until"):
                if change.version is None or any(part.from_ == change.version for part in rule.chain):
                    yield from ((node, day) for node in _nodes(rule))
            else:
                yield Node("indicator", name), day

    def _through(self, start: Node, days: Iterable[date]) -> set[str]:
        found = set[str]()
        for day in days:
            users = self._users(day)
            seen, waiting = {start}, [start]
            while waiting:
                for user in users.get(waiting.pop(), ()):
                    if user not in seen:
                        seen.add(user)
                        waiting.append(user)
            found |= {node.id for node in seen if node.kind in ("indicator", "step")}
        return found

    def _users(self, day: date) -> Mapping[Node, list[Node]]:
        """Return who uses each node on a day, values of earlier periods included."""
        if day not in self.users:
            found: dict[Node, list[Node]] = {}
            for edge in self._graph(day).edges:
                found.setdefault(edge.used, []).append(edge.user)
            self.users[day] = found
        return self.users[day]

    def _graph(self, day: date) -> Graph:
        now = {name: in_force_on(i, day) for name, i in self.catalogue.indicators.items()}
        return build(self.catalogue, {name: rule for name, rule in now.items() if isinstance(rule, Rule)})


def _nodes(rule: Rule) -> Iterator[Node]:
    name = rule.indicator.id
    yield Node("indicator", name)
    yield from (Node("step", name, step) for step in rule.steps)


def _ids(names: Iterable[Name]) -> set[str]:
    return {name.id for name in names}


def _acts(indicator: Indicator) -> set[str]:
    """Return the regulations that an indicator names."""
    found: list[Basis | None] = []
    successors: list[Name | None] = []
    for version in indicator.versions:
        entries = (*version.parameters.values(), *version.steps.values(), version.result)
        remarks = [getattr(entry, "remarks", None) for entry in entries]
        found += [version.basis, *(own.basis for own in remarks if own is not None)]
        successors.append(version.succeeded_by)
    named = (*successors, *(basis.regulation for basis in found if basis is not None))
    return {name.id for name in named if name is not None}
