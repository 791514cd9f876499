"""Tell which steps mean the same in two moments, so that what is proved of them need not be proved again.

A step means the same where all that its proof can read is the very same: its own declaration and, for each
word of its formula, the parameter, the step or the other indicator of that name. A word that names nothing
now, such as a column, named nothing before either; sources are the same at all times.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping

from engine.definition import Step
from engine.graph import RESULT, StepKey, in_order_of_use, turned
from engine.versions import Rule

_WORD = re.compile(r"[a-z][a-z0-9_]*")

Marks = Mapping[StepKey, int]
"""A number for each step: steps with the same number mean the same."""


class Marking:
    """The numbers of an indicator's steps in all moments."""

    def __init__(self) -> None:
        self._words: dict[int, tuple[str, ...]] = {}
        self._numbers: dict[Hashable, int] = {}

    def marks(self, rule: Rule, others: Mapping[str, Hashable]) -> Marks:
        """Return the numbers of the steps of *rule* where *others* is what other indicators are.

        Steps that need each other have no numbers, nor have those that need one of them.
        """
        steps = {**rule.steps, RESULT: rule.result}
        words = {name: self._words_of(step) for name, step in steps.items()}
        # A step that has its own name in its formula reads a column of that name: else it has an error.
        used = {name: (frozenset(words[name]) & rule.steps.keys()) - {name} for name in steps}
        found: dict[str, int] = {}
        for name in in_order_of_use(used, turned(used)):
            read = tuple(self._meant(word, rule, others, found) for word in words[name])
            mark = (_declared(rule, steps[name]), read)
            found[name] = self._numbers.setdefault(mark, len(self._numbers))
        return {(rule.indicator.id, name): number for name, number in found.items()}

    def _words_of(self, step: Step) -> tuple[str, ...]:
        key = id(step.formula)
        if key not in self._words:
            self._words[key] = tuple(dict.fromkeys(_WORD.findall(step.formula.text)))
        return self._words[key]

    @staticmethod
    def _meant(
        word: str, rule: Rule, others: Mapping[str, Hashable], found: Mapping[str, int]
    ) -> Hashable | None:
        """Return what a word names, as something that is equal only to itself."""
        parameter = rule.parameters.get(word)
        own = id(rule) if word == rule.indicator.id else None
        meant = (None if parameter is None else id(parameter), found.get(word), own, others.get(word))
        return None if meant == (None, None, None, None) else meant


def _declared(rule: Rule, step: Step) -> Hashable:
    """Return what is declared of a step besides its formula; a rule puts its result together anew."""
    if step.id != RESULT:
        return id(step)
    limits = None if step.range is None else (step.range.low, step.range.high)
    return id(step.formula), limits, step.decimals, step.rounding, step.unit, id(rule.origins.get("unit"))
