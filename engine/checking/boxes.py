"""Search boxes of inputs for one in which a claim about a formula does not hold.

Branch and bound: the box in which the claim is furthest from holding is split first, at the condition,
category or limit that decides most about it. A claim that holds in every box is proved. What is left
otherwise is the box in which no further split helps; it tells where to look for a witness.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from heapq import heappop, heappush

from engine.definition import Step
from engine.formula import kinds
from engine.formula.checked import Checked
from engine.formula.kinds import Kind
from engine.formula.names import Reference, RowValue, UnitValue
from engine.formula.ranges import Box, Key, Meaning, Nothing, Wish, key_of, meaning_of, within
from engine.graph import RESULT, StepKey

MOST_BOXES = 400
"""So many boxes are looked at for a claim; a few suffice for what regulations print."""
MOST_UNBOUNDED = 40
"""So many while the claim is endlessly far from holding: splits seldom bound what has no bounds."""
TOLERANCE = 5e-10
"""Bounds are compared at nine decimals."""

Excess = Callable[[Box], float]
"""How far a claim is from holding in a box; zero or less where it holds."""


@dataclass(frozen=True, eq=False)
class Unproved:
    """A box in which a claim is not seen to hold: what it confines, and the inputs that were looked at."""

    limits: Mapping[Key, Kind]
    inputs: Mapping[Key, Kind]


class Meanings:
    """What steps can give in a box. Steps of the same view are worked in, the rest are inputs."""

    def __init__(
        self,
        steps: Callable[[StepKey], Step | None],
        checked: Mapping[StepKey, Checked],
        kind_of: Callable[[Reference], Kind | None],
    ) -> None:
        self.steps, self.checked, self.kind_of = steps, checked, kind_of
        self.own: dict[StepKey, Meaning] = {}
        self.finished: dict[StepKey, Meaning] = {}

    def formula(self, key: StepKey) -> Meaning:
        """Return what a step's formula can give, rounded where declared, before its range is looked at."""
        found = self.own.get(key)
        if found is None:
            checked, step = self.checked[key], self.steps(key)
            assert step is not None, "a checked formula is that of a step"
            each = checked.bound.scope.each
            found = meaning_of(checked, f"{key[0]}/{each or ''}", self.kind_of, self.step_of)
            if step.decimals is not None:
                found = _rounded(found, step)
            self.own[key] = found
        return found

    def step_of(self, reference: Reference) -> Meaning | None:
        """Return the meaning of a step that belongs to the same row, or to the unit; else None."""
        key: StepKey | None = None
        if isinstance(reference, RowValue) and reference.step_of is not None and not reference.path:
            if reference.row == reference.source:
                key = reference.step_of, reference.item
        elif isinstance(reference, UnitValue):
            key = reference.indicator, reference.step or RESULT
        if key is None or key not in self.checked:
            return None
        if key not in self.finished:
            self.finished[key] = self.kept(key_of(reference), key)
        return self.finished[key]

    def kept(self, name: Key, key: StepKey) -> Meaning:
        """Return a step's meaning within its declared range, computed once for a box."""
        formula, step = self.formula(key), self.steps(key)
        declared = None if step is None else step.range
        limit = (
            None
            if declared is None
            else Kind("number", low=float(declared.low), high=float(declared.high), blank=True)
        )

        def look(box: Box) -> Kind:
            if name not in box.kept:
                box.kept[name] = None
                found = formula(box)
                box.kept[name] = box.confined(name, found if limit is None else within(found, limit))
            found_before = box.kept[name]
            if found_before is None:
                raise Nothing
            return found_before

        return look


def _rounded(meaning: Meaning, step: Step) -> Meaning:
    decimals, mode = step.decimals or 0, step.rounding
    return lambda box: kinds.rounded_kind(meaning(box), decimals, mode)


def out_of_range(meaning: Meaning, low: float, high: float) -> Excess:
    """Return how far a value may lie outside of *low* to *high*."""

    def excess(box: Box) -> float:
        try:
            kind = meaning(box)
        except Nothing:
            return -1.0
        if not kind.present:
            return -1.0
        return max(kind.high - high, low - kind.low) - TOLERANCE

    return excess


def out_of_domain(meaning: Meaning, node: ast.expr) -> Excess:
    """Return 1 where the operation *node* may get an operand that it has no value for, else 0."""

    def excess(box: Box) -> float:
        with suppress(Nothing):
            meaning(box)
        return 1.0 if node in box.reached else 0.0

    return excess


def unproved(excess: Excess) -> Unproved | None:
    """Return a box in which the claim is not seen to hold; None if it holds for every input."""
    waiting: list[tuple[float, int, Box]] = []
    looked_at = 0

    def look(box: Box) -> None:
        nonlocal looked_at
        found = excess(box)
        looked_at += 1
        if not found <= 0:
            heappush(waiting, (-found, looked_at, box))

    look(Box({}))
    while waiting:
        distance, _, box = heappop(waiting)
        wish = _best(box)
        if wish is None or looked_at >= (MOST_BOXES if math.isfinite(distance) else MOST_UNBOUNDED):
            return Unproved(box.limits, {key: kind for key, (kind, _) in box.inputs.items()})
        for part in box.split(wish):
            look(part)
    return None


def _best(box: Box) -> Wish | None:
    """Return the split that decides most: the one most often wished for; failing all, a halving."""
    if box.wishes:
        return max(box.wishes, key=lambda wish: (box.wishes[wish], wish.by != "limit", wish.key, wish.limit))
    widest: tuple[float, Key, float] | None = None
    for key, (kind, count) in box.inputs.items():
        width = kind.high - kind.low
        if kind.numeric and kind.present and count > 1 and 1e-6 < width < kinds.LARGEST_GIVEN:
            middle = kind.low + width / 2
            middle = math.ceil(middle) if kind.base == "integer" else middle
            if kind.low < middle <= kind.high:
                widest = max(widest or (0.0, "", 0.0), (width, key, float(middle)))
    if widest is None:
        return None
    _, key, middle = widest
    box.wish(key, box.inputs[key][0], "limit", middle)
    return Wish(key, "limit", middle)
