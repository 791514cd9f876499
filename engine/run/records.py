"""The whole plan on plain Python records, without any dataframe library.

It serves worked examples, single records and explanations; `frames` does the same for files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from engine.formula.functions import NoValue
from engine.formula.names import RecordValue
from engine.formula.scalar import Closure, Record, compile_closure
from engine.plan import Plan
from engine.run.finish import finished_closure
from engine.run.unit import GivenValue, Layout, Outcome, UnitFormulas, one_row
from engine.values import Absent, StepValue

Row = Mapping[str, Any]


class RecordRun:
    """A plan as closures over records, made once for a period; `outcomes` may be called from many threads."""

    def __init__(self, plan: Plan, period: Mapping[str, int | date]) -> None:
        self.plan = plan
        self.layout = Layout(plan, aggregates_ready=False)
        self.steps: list[tuple[str, int, Closure]] = [
            (
                step.source,
                self.layout.rows_of[step.source][step.column],
                finished_closure(step.step, step.checked, compile_closure(step.checked, self.layout, period)),
            )
            for step in plan.row_steps
        ]
        self.unit = UnitFormulas(plan, self.layout, period)

    def outcomes(
        self, rows: Mapping[str, Sequence[Row]], given: Mapping[GivenValue, StepValue | Absent]
    ) -> tuple[list[Outcome], dict[str | None, dict[str, list[Record]]]]:
        """Return the unit's values and all computed rows, by group (None without groups)."""
        outcomes: list[Outcome] = []
        computed: dict[str | None, dict[str, list[Record]]] = {}
        for group, members in self.groups(rows).items():
            records = self.records(members)
            self.fill(records)
            computed[group] = records
            prepared: dict[Any, Any] = dict(records)
            prepared.update(self.record_values(records))
            counts = {source: len(found) for source, found in members.items()}
            outcomes.append(self.unit.outcome(group, prepared, given, counts))
        return outcomes, computed

    def records(self, rows: Mapping[str, Sequence[Row]]) -> dict[str, list[Record]]:
        """Return rows as records that lead to one another."""
        layout, plan = self.layout, self.plan
        records: dict[str, list[Record]] = {}
        for source, columns in plan.columns.items():
            slots = layout.rows_of[source]
            lists = [slot for what, slot in slots.items() if isinstance(what, tuple) and len(what) == 2]
            found = records[source] = []
            for row in rows.get(source, ()):
                record: Record = [row[column] for column in columns]
                record.extend([None] * (len(slots) - len(columns)))
                for slot in lists:
                    record[slot] = []
                found.append(record)
        for source in plan.sources:
            self.link(source, records)
        for source in plan.sources:
            self.list_up(source, records)
        return records

    def link(self, source: str, records: Mapping[str, list[Record]]) -> None:
        """Lead each row of *source* to the rows that it refers to."""
        slots = self.layout.rows_of[source]
        for what, slot in slots.items():
            if isinstance(what, tuple) and len(what) == 1:
                to = self.plan.sources[source].columns[what[0]].to
                assert to is not None
                target = self.plan.sources[to.id]
                assert target.key is not None
                key = self.layout.rows_of[to.id][target.key.id]
                by_key = {record[key]: record for record in records[to.id]}
                column = slots[what[0]]
                for record in records[source]:
                    record[slot] = by_key.get(record[column])

    def list_up(self, per: str, records: Mapping[str, list[Record]]) -> None:
        """List in each row of *per* the rows that lead to it."""
        for what, slot in self.layout.rows_of[per].items():
            if isinstance(what, tuple) and len(what) == 2:
                source, path = what
                pointers = self.pointers(source, path)
                for record in records[source]:
                    owner: Any = record
                    for pointer in pointers:
                        owner = owner[pointer]
                        if owner is None:
                            break
                    else:
                        owner[slot].append(record)

    def pointers(self, source: str, path: Sequence[str]) -> list[int]:
        """Return the slots that lead along *path*."""
        pointers, here = [], source
        for column in path:
            pointers.append(self.layout.rows_of[here][column,])
            to = self.plan.sources[here].columns[column].to
            assert to is not None
            here = to.id
        return pointers

    def fill(self, records: Mapping[str, list[Record]]) -> None:
        """Compute every row step."""
        for source, slot, closure in self.steps:
            for record in records[source]:
                try:
                    record[slot] = closure(record)
                except NoValue as failure:
                    record[slot] = failure

    def record_values(self, records: Mapping[str, list[Record]]) -> dict[RecordValue, Any]:
        """Return the values of sources with one row."""
        values: dict[RecordValue, Any] = {}
        for value in self.plan.record_values:
            row = one_row(value.source, records[value.source])
            values[value] = (
                row if isinstance(row, Absent) else row[self.layout.rows_of[value.source][value.item]]
            )
        return values

    def groups(self, rows: Mapping[str, Sequence[Row]]) -> dict[str | None, dict[str, Sequence[Row]]]:
        """Return the rows of each group; sources that are not split take part whole in every group."""
        whole = {source: rows.get(source, ()) for source in self.plan.sources}
        if self.plan.by is None:
            return {None: whole}
        group_of = {
            source: self.group_of(source, column, rows) for source, column in self.plan.group_columns.items()
        }
        names = sorted(
            {group for groups in group_of.values() for group in groups}, key=lambda g: (g is not None, g)
        )
        split: dict[str | None, dict[str, Sequence[Row]]] = {}
        for name in names:
            members = dict(whole)
            for source, groups in group_of.items():
                members[source] = [row for row, g in zip(whole[source], groups, strict=True) if g == name]
            split[name] = members
        return split

    def group_of(self, source: str, column: str, rows: Mapping[str, Sequence[Row]]) -> list[str | None]:
        """Return the group of each row, followed along references where the source has none of its own."""
        *path, last = column.split(">")
        found: list[Any] = list(rows.get(source, ()))
        here = source
        for reference in path:
            to = self.plan.sources[here].columns[reference].to
            assert to is not None
            key = self.plan.sources[to.id].key
            assert key is not None
            by_key = {row[key.id]: row for row in rows.get(to.id, ())}
            found = [None if row is None else by_key.get(row[reference]) for row in found]
            here = to.id
        return [None if row is None else group_name(row[last]) for row in found]


def group_name(value: Any) -> str | None:
    """Return the group that a cell names; None for a blank one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
