"""What moved a value of the unit between two periods: what its formula is made of, one after the other."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.definition import Label
from engine.evaluation import period_parts
from engine.explain.rows import Behind
from engine.explain.trace import written
from engine.formula.columns import Aside
from engine.formula.functions import NoValue
from engine.formula.names import (
    PeriodValue,
    PreviousValue,
    RecordValue,
    RowValue,
    UnitValue,
    condition_of,
    function_name,
)
from engine.formula.scalar import Closure, Record, compile_closure
from engine.numbers import at_nine
from engine.plan import RowStep, Total, UnitStep
from engine.problems import say
from engine.run.finish import finished_closure
from engine.run.frames import with_parts
from engine.values import Absent, Result, StepValue
from engine.versions import Period

Outer = Callable[[Any], Any]
"""Gives the figure for one value that it is made of."""
_MOST_ROWS = 60
_DEEPEST = 6
"""Steps that are made of steps are told to this depth."""


@dataclass(frozen=True)
class Part:
    """One part of a difference: what moved, its values then and now, and by how much that moved the figure.

    `units` counts 1e-9. `parts` add up to it, where it is known what moved this part.
    """

    kind: str
    name: str
    title: Label | None
    before: StepValue | Absent
    after: StepValue | Absent
    units: int
    parts: tuple[Part, ...] = ()

    @property
    def by(self) -> float:
        """By how much the figure moved."""
        return self.units / 1e9


def of_shorter(first: Result, second: Result, how: str | None) -> tuple[Part, ...]:
    """Return what shorter periods moved a figure that is their mean or sum, in their order."""
    pairs = list(zip(first.parts, second.parts, strict=False))
    numbers = [(old.unrounded, new.unrounded) for old, new in pairs]
    known = [(float(old), float(new)) for old, new in numbers if old is not None and new is not None]
    if how not in ("mean", "sum") or not known or not len(known) == len(first.parts) == len(second.parts):
        return ()
    share = len(known) if how == "mean" else 1
    found = _one_by_one(
        [("figure", f"{old.period}, {new.period}", None) for old, new in pairs],
        [old / share for old, _ in known],
        [new / share for _, new in known],
        sum(old for old, _ in known) / share,
        sum(new for _, new in known) / share,
        float,
    )
    values = {f"{old.period}, {new.period}": (old.unrounded, new.unrounded) for old, new in pairs}
    return tuple(replace(part, before=values[part.name][0], after=values[part.name][1]) for part in found)


class Sides:
    """One plan carried out on the data of two periods."""

    def __init__(self, before: Behind, after: Behind, later: Period) -> None:
        self.before, self.after = before, after
        self.layout, self.period = after.unit.layout, period_parts(later)
        self.steps: Mapping[UnitValue, UnitStep] = {step.value: step for step in after.plan.unit_steps}
        self.same = list(before.unit.layout.unit) == list(self.layout.unit)
        self.totals = {total.call: total for totals in after.plan.totals.values() for total in totals}
        earlier = [total for totals in before.plan.totals.values() for total in totals]
        self.earlier_total = dict(zip(self.totals, earlier, strict=False))

    def parts(self, value: UnitValue, outer: Outer = float, depth: int = 0) -> tuple[Part, ...]:
        """Return what moved a value of the unit, by how much that moved the figure; nothing if unknown.

        *outer* gives the figure for a value of this one, all else as it stands when its turn comes.
        """
        step = self.steps.get(value)
        if step is None or not self.same or depth > _DEEPEST:
            return ()
        closure = compile_closure(step.checked, self.layout, self.period)
        finished = finished_closure(step.step, step.checked, closure)
        record: Record = list(self.before.unit.record)
        slot = self.layout.unit[value]
        try:
            units = _units(outer(record[slot]))
            found: list[Part] = []
            for kind, what, where in self.operands(step):
                through = _in_place_of(outer, finished, tuple(record), where)
                if where is not None:
                    record[where] = self.after.unit.record[where]
                moved = _units(outer(finished(record)))
                if moved != units:
                    found.append(self.part(kind, what, where, moved - units, through, depth))
                units = moved
            if units != _units(outer(self.after.unit.record[slot])):
                return ()
        except NoValue:
            return ()
        if len(found) == 1 and found[0].parts:
            return found[0].parts
        return tuple(found)

    def operands(self, step: UnitStep) -> Iterator[tuple[str, Any, int | None]]:
        """Yield what a formula reads, in reading order: the period itself, values and aggregates."""
        bound = step.checked.bound
        inside = {node for call in bound.aggregates for node in ast.walk(call) if node is not call}
        places: list[tuple[tuple[int, int], str, Any, int]] = [
            (bound.tree.span(call), "total", call, self.layout.totals[call]) for call in bound.aggregates
        ]
        places += [
            (bound.tree.span(node), "value", reference, self.layout.unit[reference])
            for node, reference in bound.references.items()
            if isinstance(node, ast.expr)
            and node not in inside
            and isinstance(reference, (UnitValue, RecordValue, PreviousValue))
        ]
        if any(isinstance(reference, PeriodValue) for reference in bound.references.values()):
            yield "period", None, None
        seen: set[int] = set()
        for _, kind, what, slot in sorted(places, key=lambda place: place[0]):
            if slot not in seen:
                seen.add(slot)
                yield kind, what, slot

    def part(self, kind: str, what: Any, slot: int | None, units: int, through: Outer, depth: int) -> Part:
        """Return one operand as a part, with what moved it."""
        if slot is None:
            return Part("period", "period", None, None, None, units)
        sides = [side.unit.record[slot] for side in (self.before, self.after)]
        before, after = (Absent(v.reason) if isinstance(v, NoValue) else v for v in sides)
        if kind == "total":
            total = self.totals[what]
            inner = self.terms(total, before, after, through) or self.rows(total, before, after, through)
            return Part(
                "total", written(total.checked, what), None, before, after, units, all_of(inner, units)
            )
        if isinstance(what, UnitValue):
            inner = self.parts(what, through, depth + 1)
            step = self.steps.get(what)
            title = None if step is None else step.step.remarks.title
            name = what.step or what.indicator
            return Part("step", name, title, before, after, units, all_of(inner, units))
        if isinstance(what, RecordValue):
            declared = self.after.plan.sources[what.source].columns[what.item]
            if self.after.privacy.hides_column(declared):
                before = after = None
            return Part("column", what.item, declared.remarks.title, before, after, units)
        return Part("previous", what.indicator, None, before, after, units)

    # ── what a mean or a sum is made of ──

    def terms(self, total: Total, before: Any, after: Any, through: Outer) -> tuple[Part, ...]:
        """Return a mean or sum told by the steps that each row's value is the sum of."""
        summed = self.summed(total)
        if summed is None:
            return ()
        rows = {step.column: step for step in self.after.plan.row_steps}
        columns = []
        for node in _added(summed.checked.root):
            reference = summed.checked.bound.references.get(node)
            plain = isinstance(reference, RowValue) and not reference.path
            row_step = rows.get(reference.column) if plain and isinstance(reference, RowValue) else None
            if (
                row_step is None
                or not row_step.kind.numeric
                or self.after.privacy.hides_step(row_step.indicator, row_step.step.id)
            ):
                return ()
            columns.append(row_step)
        names = [step.column for step in columns]
        old = _aggregated(self.before, self.earlier_total[total.call], names)
        new = _aggregated(self.after, total, names)
        told = [("row step", step.step.id, step.step.remarks.title) for step in columns]
        return _one_by_one(told, old, new, before, after, through)

    def rows(self, total: Total, before: Any, after: Any, through: Outer) -> tuple[Part, ...]:
        """Return a mean or sum told by its rows, where they are few, the same ones, and nobody's own."""
        summed, source = self.summed(total, alone=True), self.after.plan.sources[total.over.source]
        key = source.key
        personal = any(self.after.privacy.hides_column(column) for column in source.columns.values())
        if summed is None or key is None or personal or condition_of(total.call) is not None:
            return ()
        found = [side.by_key(source.id, key.id, summed.column) for side in (self.before, self.after)]
        if found[0].keys() != found[1].keys() or not 1 < len(found[0]) <= _MOST_ROWS:
            return ()
        share = len(found[0]) if function_name(total.call) == "mean" else 1
        old, new = ([None if v is None else v / share for v in side.values()] for side in found)
        told = [("row", str(name), None) for name in found[0]]
        return _one_by_one(told, old, new, before, after, through)

    def summed(self, total: Total, *, alone: bool = False) -> RowStep | None:
        """Return the row step that a mean or sum goes over: one that is a sum itself, unless *alone*."""
        if function_name(total.call) not in ("mean", "sum") or len(total.call.args) != 1:
            return None
        reference = total.checked.bound.references.get(total.call.args[0])
        if not isinstance(reference, RowValue) or reference.step_of is None or reference.path:
            return None
        steps = {step.column: step for step in self.after.plan.row_steps}
        found = steps.get(reference.column)
        if (
            found is None
            or self.after.privacy.hides_step(found.indicator, found.step.id)
            or not found.kind.numeric
        ):
            return None
        return (
            found if alone or (found.step.decimals is None and len(_added(found.checked.root)) > 1) else None
        )


def _in_place_of(outer: Outer, finished: Closure, standing: tuple[Any, ...], where: int | None) -> Outer:
    """Return the figure as a function of the value in one slot, all else as it stands."""
    return lambda own: outer(finished([own if i == where else v for i, v in enumerate(standing)]))


def _one_by_one(
    told: Sequence[tuple[str, str, Label | None]],
    old: Sequence[float | None],
    new: Sequence[float | None],
    before: Any,
    after: Any,
    through: Outer,
) -> tuple[Part, ...]:
    """Return parts whose values are added up, each by how much the figure moves when its turn comes."""
    numbers = [
        (one, other) for one, other in zip(old, new, strict=True) if one is not None and other is not None
    ]
    if len(numbers) < len(told) or abs(sum(one for one, _ in numbers) - before) > 1e-6 * max(1, abs(before)):
        return ()
    found, value, units = [], float(before), _units(through(before))
    for i, ((kind, name, title), (one, other)) in enumerate(zip(told, numbers, strict=True)):
        value += other - one
        moved = _units(through(after if i == len(told) - 1 else value))
        if moved != units:
            found.append(Part(kind, name, title, one, other, moved - units))
        units = moved
    return tuple(found)


def all_of(parts: tuple[Part, ...], units: int) -> tuple[Part, ...]:
    """Return parts that add up to what they are parts of; nothing otherwise."""
    return parts if sum(part.units for part in parts) == units else ()


def _aggregated(behind: Behind, total: Total, columns: Sequence[str]) -> list[float | None]:
    """Return the means or sums of columns over the rows that an aggregate goes over."""
    words, aside = behind.run.library.words, Aside()
    where = condition_of(total.call)
    chosen = None if where is None else behind.run.part(total, where, aside)
    asked = []
    for name in columns:
        value = words.as_number(words.column(name))
        value = value if chosen is None else words.where(chosen, value)
        asked.append((value.mean() if function_name(total.call) == "mean" else value.sum()).alias(name))
    frame = with_parts(behind.of_group(total.over.source), aside).select(*asked)
    row = behind.run.library.collect([frame])[0][0]
    return [row[name] for name in columns]


def _added(root: ast.expr) -> list[ast.expr]:
    """Return the terms of a sum, or the formula itself."""
    waiting, found = [root], []
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            waiting += [node.right, node.left]
        else:
            found.append(node)
    return found


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _units(value: Any) -> int:
    """Return a number as a count of 1e-9; raises NoValue where there is none."""
    if isinstance(value, NoValue):
        raise value
    if not _number(value):
        raise NoValue(say("no value"))
    return int(at_nine(float(value)))
