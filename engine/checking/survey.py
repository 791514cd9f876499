"""Check what only the whole catalogue shows, after each of its rules has been seen once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.checking import names
from engine.checking.leftover import Uses
from engine.checking.times import Readings
from engine.checking.tried import Tried
from engine.checking.twins import Twins
from engine.definition import Catalogue
from engine.graph import Graph
from engine.problems import Problem
from engine.versions import Key, Rule, windows


class Survey:
    """What the rules of a catalogue read, use and compute."""

    def __init__(self) -> None:
        self._seen: set[Key] = set()
        self._parts: tuple[Readings | Uses | Tried | Twins, ...]
        self._parts = self._readings, self._uses, self._tried, self._twins = (
            Readings(),
            Uses(),
            Tried(),
            Twins(),
        )

    def add(self, graph: Graph) -> None:
        """Take note of those rules of a graph that were not seen before."""
        new = {rule.key: rule for rule in graph.rules.values() if rule.key not in self._seen}
        if new:
            self._seen |= new.keys()
            for part in self._parts:
                part.add(graph, new)

    def check(self, catalogue: Catalogue, written: Mapping[str, Sequence[Rule]]) -> Iterator[Problem]:
        """Give the problems of the indicators whose rules are *written*, all of which were added."""
        timeline = {name: windows(rules) for name, rules in written.items() if rules}
        yield from names.check(catalogue)
        yield from self._readings.check(catalogue, timeline)
        yield from self._uses.check(catalogue, timeline)
        yield from self._tried.check(catalogue, timeline)
        yield from self._twins.check(timeline)
