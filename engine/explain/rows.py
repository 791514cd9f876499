"""The computed rows behind a result: totals over them, and a single one.

The unit's numbers come from frames, as large data need; the chosen row is computed once more on plain
records, which know why a value is missing and which children entered.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.checking.personal import Privacy, privacy_of
from engine.definition import Number
from engine.evaluation import Evaluation, period_parts
from engine.explain.nouns import HEAVIEST, LISTED, ChildRow, Over, Spread
from engine.explain.trace import written
from engine.formula.checked import Checked
from engine.formula.columns import Aside
from engine.formula.functions import AGGREGATES, NoValue
from engine.formula.names import RowValue, condition_of, function_name
from engine.formula.scalar import Record, compile_closure
from engine.plan import Plan, RowStep, Total, all_steps, make
from engine.problems import InvalidRequest, either, error, say
from engine.run.frames import GROUP, FrameRun, polars_library, total_value, with_parts
from engine.run.records import RecordRun
from engine.run.unit import Layout, Outcome
from engine.values import Absent, StepValue
from engine.versions import Period

_MOST_WORDS = 20
"""A step with more different words than this is told by none of them."""


class Behind:
    """All that a figure of *indicator* for a period and group was computed from.

    Nothing is computed where the data of a source are absent: `outcome` is None then for what needs it.
    """

    def __init__(self, evaluation: Evaluation, indicator: str, period: Period, group: str | None) -> None:
        proof, _ = evaluation.proof(period)
        self.privacy = privacy_of(evaluation.catalogue, proof)
        by = evaluation.by if evaluation.splits(indicator) else None
        goals, known = all_steps(proof, [indicator]), evaluation.known(period)
        plan = make(proof, goals, by, known=known)
        self.evaluation, self.period, self.group = evaluation, period, group if by is not None else None
        self.rows = {name: evaluation.read(name, period) for name in plan.sources}
        absent = [name for name, found in self.rows.items() if found.absent is not None]
        self.plan: Plan = make(proof, goals, by, without=absent, known=known) if absent else plan
        self.given = evaluation.given(self.plan, period)
        self.run = FrameRun(self.plan, period_parts(period), polars_library())
        self.frames: dict[str, Any] = {}

        def keep(source: str, frame: Any) -> Any:
            self.frames[source] = frame.collect().lazy()
            return self.frames[source]

        frames = {name: self.rows[name].frame() for name in self.plan.sources}
        outcomes = self.run.outcomes(frames, self.given, keep)
        self.outcome: Outcome | None = next((found for found in outcomes if found.group == self.group), None)
        self.totals = self._totals()
        self.unit = UnitView(self)

    def of_group(self, source: str) -> Any:
        """Return the computed rows of a source that belong to the group."""
        frame = self.frames[source]
        if not self.run.grouped(source):
            return frame
        return frame.filter(self.run.library.words.column(GROUP) == (self.group or ""))

    def _totals(self) -> dict[ast.Call, Over]:
        """Return every aggregate of the unit with the rows it went over."""
        queries = {
            source: self._measured(self.of_group(source), totals)
            for source, totals in self.plan.totals.items()
        }
        collected = self.run.library.collect(list(queries.values()))
        found: dict[ast.Call, Over] = {}
        for source, rows in zip(queries, collected, strict=True):
            for total in self.plan.totals[source]:
                over = self._over(total, rows[0])
                found[total.call] = replace(over, heaviest=self.heaviest(total, over.chosen))
        return found

    def heaviest(self, total: Total, chosen: int) -> dict[str, Number]:
        """Return the rows that weigh most in a sum or mean by their keys, with what each adds to it.

        None of a source with personal columns: its rows are somebody's.
        """
        source, how = self.plan.sources[total.over.source], function_name(total.call)
        personal = any(self.privacy.hides_column(column) for column in source.columns.values())
        argument = _shown_argument(total.checked, total.call, self.privacy)
        if how not in ("sum", "mean") or source.key is None or personal or argument is None or chosen < 2:
            return {}
        words, aside = self.run.library.words, Aside()
        value = words.as_number(self.run.part(total, argument, aside))
        where = condition_of(total.call)
        if where is not None:
            value = words.where(self.run.part(total, where, aside), value)
        share = value if how == "sum" else value / float(chosen)
        key = words.as_text(words.column(source.key.id))
        asked = with_parts(self.of_group(source.id), aside).select(key.alias("key"), share.alias("share"))
        rows = [row for row in self.run.library.collect([asked])[0] if _number(row["share"]) is not None]
        rows.sort(key=lambda row: (-abs(row["share"]), row["key"]))
        return {row["key"]: float(row["share"]) for row in rows[:HEAVIEST]}

    def _measured(self, frame: Any, totals: Sequence[Total]) -> Any:
        """Return the query for the totals, and for what went into each."""
        words, aside = self.run.library.words, Aside()
        columns = [words.library.len().alias("rows")]
        for total in totals:
            columns.extend(self.run.aggregate_columns(total, aside))
            where = condition_of(total.call)
            chosen = None if where is None else self.run.part(total, where, aside)
            if chosen is not None:
                columns.append(words.as_number(chosen).sum().alias(f"{total.name} chosen"))
            argument = _shown_argument(total.checked, total.call, self.privacy)
            if argument is not None:
                value = words.as_number(self.run.part(total, argument, aside))
                value = words.where(~value.is_nan() if chosen is None else chosen & ~value.is_nan(), value)
                columns += [value.min().alias(f"{total.name} low"), value.max().alias(f"{total.name} high")]
        return with_parts(frame, aside).select(*columns)

    @staticmethod
    def _over(total: Total, row: Mapping[str, Any]) -> Over:
        rows, chosen = row["rows"], row.get(f"{total.name} chosen", row["rows"])
        text = written(total.checked, total.call)
        failed = int(row.get(total.name + "!") or 0)
        low, high = (_number(row.get(f"{total.name} {side}")) for side in ("low", "high"))
        return Over(
            text, total.over.source, total_value(total, row), rows, int(chosen or 0), low, high, failed
        )

    def by_key(self, source: str, key: str, column: str) -> dict[Any, float | None]:
        """Return the numbers of a column by the key of their row."""
        words = self.run.library.words
        chosen = [words.column(key), words.as_number(words.column(column)).alias("value")]
        rows = self.run.library.collect([self.of_group(source).select(*chosen)])[0]
        return {row[key]: row["value"] for row in rows}

    def spread(self, step: RowStep) -> Spread:
        """Return how the values of a row step lie over the rows of the group."""
        words, frame, name = self.run.library.words, self.of_group(step.source), step.column
        column = words.column(name)
        if step.kind.numeric:
            number = words.as_number(column)
            sound = words.where(~number.is_nan(), number)
            row = frame.select(
                words.library.len().alias("rows"),
                number.is_nan().sum().alias("failed"),
                number.is_null().sum().alias("blank"),
                sound.min().alias("low"),
                sound.mean().alias("mean"),
                sound.max().alias("high"),
            )
            found = self.run.library.collect([row])[0][0]
            return Spread(
                found["rows"],
                int(found["failed"] or 0),
                int(found["blank"] or 0),
                _number(found["low"]),
                _number(found["mean"]),
                _number(found["high"]),
            )
        counted = frame.group_by([words.as_text(column).alias(name)]).agg(words.library.len().alias("rows"))
        counts = {row[name]: row["rows"] for row in self.run.library.collect([counted])[0]}
        rows, empty = sum(counts.values()), counts.pop(None, 0)
        listed = counts if step.kind.base in ("boolean", "category") and len(counts) <= _MOST_WORDS else {}
        failed, blank = (empty, 0) if step.kind.failing else (0, empty)
        return Spread(
            rows, failed, blank, counts=dict(sorted(listed.items(), key=lambda pair: (-pair[1], pair[0])))
        )

    # ── one row ──

    def chosen_row(self, key: str) -> RowView:
        """Return the row with *key*, of the first source with steps that has it; raises InvalidRequest."""
        words = self.run.library.words
        looked_in: list[str] = []
        for source in dict.fromkeys(step.source for step in self.plan.row_steps):
            declared = self.plan.sources[source]
            if declared.key is None:
                continue
            looked_in.append(source)
            wanted = self.rows[source].frame().filter(words.as_text(words.column(declared.key.id)) == key)
            rows = self.run.library.collect([wanted])[0]
            if rows:
                return self._row_view(source, declared.key.id, rows[0][declared.key.id])
        if not looked_in:
            raise InvalidRequest(
                error(
                    "unknown-row",
                    None,
                    say("this indicator has no steps with a value in each row"),
                    say("leave the row out to see the whole"),
                )
            )
        raise InvalidRequest(
            error(
                "unknown-row",
                None,
                say(
                    "there is no row with the key `{key}` in {sources}",
                    key=key,
                    sources=either(say("`{name}`", name=name) for name in looked_in),
                ),
                say(
                    "the keys stand in the column {columns}",
                    columns=either(
                        say("`{source}.{key}`", source=name, key=self._key(name)) for name in looked_in
                    ),
                ),
            )
        )

    def _key(self, source: str) -> str:
        key = self.plan.sources[source].key
        assert key is not None
        return key.id

    def _row_view(self, source: str, key_column: str, key: Any) -> RowView:
        run = RecordRun(self.plan, period_parts(self.period))
        members = run.groups(self._related(source, key_column, key)).get(self.group, {})
        records = run.records(members)
        run.fill(records)
        place = next((i for i, row in enumerate(members.get(source, ())) if row[key_column] == key), None)
        if place is None:
            raise InvalidRequest(
                error(
                    "unknown-row",
                    None,
                    say("the row does not belong to {group}", group=self.group),
                    say("leave the group out, or choose the group of this row"),
                )
            )
        declared = self.plan.sources[source].columns[key_column]
        return RowView(
            self, run, source, records[source][place], None if self.privacy.hides_column(declared) else key
        )

    def _related(self, source: str, key_column: str, key: Any) -> dict[str, list[dict[str, Any]]]:
        """Return the row and all that its steps can look at: what it leads to, what leads to it."""
        words, collect = self.run.library.words, self.run.library.collect
        wanted: dict[str, dict[str, set[Any]]] = {}
        waiting: list[tuple[str, str, set[Any]]] = [(source, key_column, {key})]
        while waiting:
            here, column, keys = waiting.pop()
            known = wanted.setdefault(here, {}).setdefault(column, set())
            new = keys - known - {None}
            if not new:
                continue
            known |= new
            chosen = self.rows[here].frame().filter(words.column(column).is_in(list(new)))
            rows = collect([chosen])[0]
            waiting.extend(
                (there, its_column, {row[own] for row in rows}) for own, there, its_column in self._ways(here)
            )
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in self.plan.sources}
        for name, columns in wanted.items():
            tests = [words.column(column).is_in(list(keys)) for column, keys in columns.items()]
            chosen = self.rows[name].frame().filter(words.library.any_horizontal(*tests))
            found[name] = collect([chosen])[0]
        return found

    def _ways(self, source: str) -> set[tuple[str, str, str]]:
        """Return the ways from a row to others that count for it: own column, source, its column."""
        ways: set[tuple[str, str, str]] = set()
        for layer in (layer for level in self.plan.layers for layer in level):
            ways |= {(up.reference, up.target, up.target_key) for up in layer.look_ups if up.source == source}
            for gathering in layer.gatherings:
                here = gathering.over.source
                for column in gathering.over.path:
                    to = self.plan.sources[here].columns[column].to
                    assert to is not None
                    if to.id == source:
                        ways.add((self._key(source), here, column))
                    if here == source:
                        ways.add((column, to.id, self._key(to.id)))
                    here = to.id
        return ways


@dataclass(eq=False)
class UnitView:
    """The unit, or one group of it: its values, and its totals from the frames."""

    behind: Behind
    record: Record = field(init=False)
    layout: Layout = field(init=False)
    chosen_row: RowView | None = None

    def __post_init__(self) -> None:
        behind = self.behind
        self.layout = Layout(behind.plan, aggregates_ready=True)
        outcome = behind.outcome
        given = behind.given.get(behind.group, behind.given.get(None, {}))
        known: dict[Any, Any] = {**given, **(outcome.values if outcome is not None else {})}
        for source, totals in behind.plan.totals.items():
            known.update({total.name: behind.totals[total.call].value for total in totals})
            known[source] = []
        known.update(self._record_values())
        self.record = [None] * len(self.layout.unit)
        for what, slot in self.layout.unit.items():
            value = known.get(what)
            self.record[slot] = NoValue(value.reason) if isinstance(value, Absent) else value

    def _record_values(self) -> dict[Any, Any]:
        run = self.behind.run
        names = sorted({value.source for value in self.behind.plan.record_values})
        collected = run.library.collect([run.record_query(name) for name in names])
        singles = {name: run.by_group(name, rows) for name, rows in zip(names, collected, strict=True)}
        return dict(run.record_values(singles, self.behind.group))

    def value(self, checked: Checked, node: ast.expr) -> StepValue | Absent:
        """Return the value of one part of a formula of the unit."""
        return _evaluated(checked.part(node), self.layout, self.behind, self.record)

    def over(self, checked: Checked, call: ast.Call) -> Over:
        """Return a total with the rows it went over, and whether the chosen row is among them."""
        total, row, where = self.behind.totals[call], self.chosen_row, condition_of(call)
        if row is None or row.source != total.source:
            return total
        return replace(total, takes_row=where is None or row.value(checked, where) is True)


@dataclass(eq=False)
class RowView:
    """One row of a source, with the rows it leads to and those that lead to it; its key unless personal."""

    behind: Behind
    run: RecordRun
    source: str
    record: Record
    key: StepValue

    def value(self, checked: Checked, node: ast.expr) -> StepValue | Absent:
        """Return the value of one part of a formula of the row."""
        return _evaluated(checked.part(node), self.run.layout, self.behind, self.record)

    def step_value(self, step: RowStep) -> StepValue | Absent:
        """Return the value of a step in this row, rounded and held to its range."""
        value = self.record[self.run.layout.rows_of[self.source][step.column]]
        return Absent(value.reason) if isinstance(value, NoValue) else value

    def over(self, checked: Checked, call: ast.Call) -> Over:
        """Return an aggregate with the children it went over."""
        over = checked.bound.aggregates[call]
        children = self.record[self.run.layout.rows(over)]
        where = condition_of(call)
        chosen = [where is None or self._of_child(checked, where, child) is True for child in children]
        privacy = self.behind.privacy
        argument = _shown_argument(checked, call, privacy)
        values = (
            []
            if argument is None
            else [
                value
                for child, taken in zip(children, chosen, strict=True)
                if taken and isinstance(value := self._of_child(checked, argument, child), (int, float))
            ]
        )
        columns = _child_columns(checked, call, privacy)
        alike: dict[tuple[Any, ...], int] = {}
        for child, taken in zip(children, chosen, strict=True):
            shown = tuple(self._of_child(checked, node, child) for node in columns.values())
            alike[taken, *shown] = alike.get((taken, *shown), 0) + 1
        listed = (
            [
                ChildRow(times, taken, dict(zip(columns, shown, strict=True)))
                for (taken, *shown), times in sorted(alike.items(), key=lambda found: not found[0][0])
            ]
            if columns
            else []
        )
        return Over(
            written(checked, call), over.source, self.value(checked, call), len(children), sum(chosen),
            min(values, default=None), max(values, default=None), children=tuple(listed[:LISTED]),
        )  # fmt: skip

    def _of_child(self, checked: Checked, node: ast.expr, child: Record) -> StepValue | Absent:
        return _evaluated(checked.part(node), self.run.layout, self.behind, child)

    def columns(self) -> dict[str, StepValue]:
        """Return the row's own columns that formulas use, without personal ones."""
        declared, slots = self.behind.plan.sources[self.source].columns, self.run.layout.rows_of[self.source]
        return {
            name: self.record[slots[name]]
            for name in self.behind.plan.columns[self.source]
            if not self.behind.privacy.hides_column(declared[name])
        }


def _shown_argument(checked: Checked, call: ast.Call, privacy: Privacy) -> ast.expr | None:
    """Return the number that an aggregate takes of each row; None where its extremes are personal."""
    aggregate = AGGREGATES[function_name(call)]
    if aggregate.takes[0] != "number" or privacy.mentioned(checked, call.args[0]):
        return None
    return call.args[0]


def _child_columns(checked: Checked, call: ast.Call, privacy: Privacy) -> dict[str, ast.expr]:
    """Return what an aggregate looks at in the child rows, as written, without personal columns."""
    over = checked.bound.aggregates[call]
    found: dict[str, ast.expr] = {}
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        for node in ast.walk(argument):
            reference = checked.bound.references.get(node)
            own = isinstance(reference, RowValue) and reference.path != over.path
            if own and isinstance(node, ast.expr) and not privacy.hides(reference):
                assert isinstance(reference, RowValue)
                found.setdefault(".".join((*reference.path, reference.item)), node)
    return found


def _evaluated(checked: Checked, layout: Layout, behind: Behind, record: Record) -> StepValue | Absent:
    try:
        value: StepValue = compile_closure(checked, layout, period_parts(behind.period))(record)
    except NoValue as failure:
        return Absent(failure.reason)
    return value


def _number(value: Any) -> Number | None:
    """Return a number of a frame as a plain one; a whole one without its decimals."""
    if value is None or value != value:
        return None
    return int(value) if float(value).is_integer() else float(value)
