"""The formulas of the reporting unit, after all aggregates."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.formula.functions import NoValue
from engine.formula.kinds import Kind
from engine.formula.names import (
    AggregateOver,
    PreviousValue,
    RecordValue,
    Reference,
    RowValue,
    UnitValue,
)
from engine.formula.scalar import Closure, Record, compile_closure
from engine.plan import Plan
from engine.problems import say
from engine.run.finish import as_declared, finished_closure
from engine.values import Absent, StepValue

GivenValue = UnitValue | PreviousValue
UnitReference = UnitValue | PreviousValue | RecordValue


@dataclass(frozen=True)
class Outcome:
    """All values of the reporting unit, or of one group of it."""

    group: str | None
    values: Mapping[UnitValue, StepValue | Absent]
    rows_read: Mapping[str, int]


class Layout:
    """Where records keep their values: each source's columns and steps, the rows that a row leads to,
    and the lists of rows that lead to it; for the unit its values, aggregates and lists of rows.

    It is the `scalar.Slots` of every formula of a plan.
    """

    def __init__(self, plan: Plan, *, aggregates_ready: bool) -> None:
        self.plan = plan
        self.rows_of: dict[str, dict[Any, int]] = {source: {} for source in plan.sources}
        self.unit: dict[Any, int] = {}
        for source, columns in plan.columns.items():
            for column in columns:
                self._slot(self.rows_of[source], column)
        for step in plan.row_steps:
            self._slot(self.rows_of[step.source], step.column)
        for unit_step in plan.unit_steps:
            self._slot(self.unit, unit_step.value)
        for value in (*plan.given, *plan.record_values):
            self._slot(self.unit, value)
        for source in plan.sources:
            self._slot(self.unit, source)
        self.totals: dict[ast.Call, int] = {}
        if aggregates_ready:
            for totals in plan.totals.values():
                for total in totals:
                    self.totals[total.call] = self._slot(self.unit, total.name)

    @staticmethod
    def _slot(slots: dict[Any, int], what: Any) -> int:
        return slots.setdefault(what, len(slots))

    def pointer(self, source: str, reference: str) -> int:
        """Return the slot of the row that a reference column leads to."""
        return self._slot(self.rows_of[source], (reference,))

    def path(self, reference: Reference) -> tuple[int, ...]:
        """Return the slots to follow to a value."""
        if not isinstance(reference, RowValue):
            return (self.unit[reference],)
        slots, here = [], reference.row
        for column in reference.path:
            slots.append(self.pointer(here, column))
            target = self.plan.sources[here].columns[column].to
            assert target is not None
            here = target.id
        return (*slots, self.rows_of[here][reference.column])

    def rows(self, over: AggregateOver) -> int:
        """Return the slot of the rows that an aggregate goes over."""
        if over.per is None:
            return self.unit[over.source]
        here = over.source
        for column in over.path:
            self.pointer(here, column)
            target = self.plan.sources[here].columns[column].to
            assert target is not None
            here = target.id
        return self._slot(self.rows_of[over.per], (over.source, over.path))

    def aggregate(self, call: ast.Call) -> int | None:
        """Return the slot of an aggregate that was computed beforehand."""
        return self.totals.get(call)


class UnitFormulas:
    """The unit's formulas as closures, in order; made once and called for each group."""

    def __init__(self, plan: Plan, layout: Layout, period: Mapping[str, int | date]) -> None:
        self.layout = layout
        self.steps: list[tuple[UnitValue, Kind, int, Closure]] = [
            (
                step.value,
                step.kind,
                layout.unit[step.value],
                finished_closure(step.step, step.checked, compile_closure(step.checked, layout, period)),
            )
            for step in plan.unit_steps
        ]

    def outcome(
        self,
        group: str | None,
        prepared: Mapping[Any, Any],
        given: Mapping[GivenValue, StepValue | Absent],
        rows_read: Mapping[str, int],
    ) -> Outcome:
        """Return all values of the unit. *prepared* holds lists of rows, aggregates, record values."""
        record: Record = [None] * len(self.layout.unit)
        for what, slot in self.layout.unit.items():
            value = prepared.get(what, given.get(what))
            if isinstance(value, Absent):
                value = NoValue(value.reason)
            elif value is None and isinstance(what, (UnitValue, PreviousValue)):
                value = NoValue(say("`{name}` was not given", name=what.indicator))
            record[slot] = value
        values: dict[UnitValue, StepValue | Absent] = {}
        for name, kind, slot, closure in self.steps:
            try:
                record[slot] = closure(record)
                values[name] = as_declared(record[slot], kind)
            except NoValue as failure:
                record[slot] = failure
                values[name] = Absent(failure.reason)
        return Outcome(group, values, rows_read)


def one_row(source: str, rows: Sequence[Any]) -> Any:
    """Return the only row of a record source, or why there is none."""
    if len(rows) == 1:
        return rows[0]
    return Absent(
        say("`{source}` has {count} rows; it is declared as one row", source=source, count=len(rows))
    )
