"""The row steps and aggregates of a plan on dataframes.

Written with the words that Polars and narwhals share: lazy frames, ``with_columns``, ``group_by``,
``join``, ``select``. One ``with_columns`` a layer and source, one pass for all totals of a source.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.formula.columns import AggregateColumns, Aside, Words, aggregate_expressions, expression
from engine.formula.functions import AGGREGATES
from engine.formula.names import RecordValue, Reference, RowValue, function_name
from engine.formula.scalar import rows_without_value
from engine.plan import Gathering, Layer, Plan, RowStep, Total
from engine.run.finish import finished_expression
from engine.run.unit import GivenValue, Layout, Outcome, UnitFormulas, one_row
from engine.values import Absent, StepValue

Frame = Any
"""A lazy frame of Polars or narwhals."""

GROUP = "__group"
ROWS = "__rows"
KEY = "__key"
_FAILED = "!"


@dataclass(frozen=True)
class Library:
    """What differs between dataframe libraries beyond the words of formulas."""

    words: Words
    collect: Callable[[Sequence[Frame]], list[list[dict[str, Any]]]]
    join_left: Callable[..., Frame]
    categories: Callable[[Any, Sequence[str]], Any]
    frame_of: Callable[[Mapping[str, list[Any]]], Frame]
    hashed: Callable[[Any], Any] | None = None


def polars_library() -> Library:
    """Return Polars, used natively."""
    import polars

    def collect(frames: Sequence[Frame]) -> list[list[dict[str, Any]]]:
        return [frame.to_dicts() for frame in polars.collect_all(frames)]

    return Library(
        Words(polars),
        collect,
        lambda frame, other, **on: frame.join(other, how="left", maintain_order="left", **on),
        lambda value, values: value.cast(polars.Enum(list(values))),
        lambda columns: polars.LazyFrame(columns, schema=dict.fromkeys(columns, polars.String)),
        lambda value: value.hash(),
    )


@dataclass
class FrameRun:
    """A plan on frames for one period.

    The keys of the sources in *apart* are texts no two of which have the same hash: numbers are grouped
    and joined in half the time of texts.
    """

    plan: Plan
    period: Mapping[str, int | date]
    library: Library
    frames: dict[str, Frame] = field(default_factory=dict)
    apart: Set[str] = frozenset()

    def outcomes(
        self,
        frames: Mapping[str, Frame],
        given: Mapping[str | None, Mapping[GivenValue, StepValue | Absent]],
        keep: Callable[[str, Frame], Frame] = lambda source, frame: frame,
    ) -> list[Outcome]:
        """Return the unit's values by group. *keep* may hold on to a source's computed rows.

        *given* holds values of other indicators by group; a group without them takes those of None.
        """
        self.frames = dict(frames)
        groups = self.split()
        for level in self.plan.layers:
            self.frames = {**self.frames, **{layer.source: self.added(layer) for layer in level}}
        self.frames = {source: keep(source, frame) for source, frame in self.frames.items()}
        return self.unit_outcomes(groups, given)

    # ── groups ──

    def split(self) -> list[str | None]:
        """Give the rows of split sources their group, repeat those of spread ones; return all groups."""
        plan, words = self.plan, self.library.words
        if plan.by is None:
            return [None]
        ways = sorted((column.split(">"), source) for source, column in plan.group_columns.items())
        owners = [source for way, source in ways if len(way) == 1]
        for way, source in sorted(ways, key=lambda pair: len(pair[0])):
            if len(way) == 1:
                own = words.if_blank(words.as_text(words.column(way[0])), words.literal(""))
                self.frames[source] = self.frames[source].with_columns(own.alias(GROUP))
                continue
            target, key = self.target(source, way[0])
            parents = self.frames[target].select(words.column(key).alias(way[0]), words.column(GROUP))
            self.frames[source] = self.library.join_left(self.frames[source], parents, on=way[0])
        distinct = [self.frames[source].select(words.column(GROUP)).unique() for source in owners]
        names = sorted({row[GROUP] for rows in self.library.collect(distinct) for row in rows})
        for source in plan.spread:
            self.frames[source] = self.frames[source].join(self.library.frame_of({GROUP: names}), how="cross")
        return [name or None for name in names]

    def target(self, source: str, reference: str) -> tuple[str, str]:
        """Return the source that a reference column leads to, and its key."""
        to = self.plan.sources[source].columns[reference].to
        assert to is not None
        key = self.plan.sources[to.id].key
        assert key is not None
        return to.id, key.id

    def grouped(self, source: str) -> bool:
        """Return whether each row of *source* belongs to one group."""
        return source in self.plan.group_columns or source in self.plan.spread

    # ── layers ──

    def added(self, layer: Layer) -> Frame:
        """Return the frame of a source with what one layer adds."""
        words = self.library.words
        frame = self.frames[layer.source]
        for (reference, target, key), columns in self.joined_columns(layer).items():
            on = [reference]
            chosen = [words.column(key).alias(reference)]
            if target in self.plan.spread:
                on.append(GROUP)
                chosen.append(words.column(GROUP))
            chosen += [words.column(column).alias(f"{reference}>{column}") for column in columns]
            frame = self.library.join_left(frame, self.frames[target].select(*chosen), on=on)
        for (child, key), gatherings in _by_child(layer.gatherings).items():
            frame = self.gathered(frame, layer.source, child, key, gatherings)
        if layer.steps:
            aside = Aside()
            columns = [self.step(step, aside) for step in layer.steps]
            names = [name for name, _ in aside.columns]
            frame = with_parts(frame, aside).with_columns(*columns).drop(names)
        return frame

    @staticmethod
    def joined_columns(layer: Layer) -> dict[tuple[str, str, str], list[str]]:
        """Return the columns to look up, by reference, target and its key: one join for each."""
        found: dict[tuple[str, str, str], list[str]] = {}
        for look_up in layer.look_ups:
            where = (look_up.reference, look_up.target, look_up.target_key)
            found.setdefault(where, []).append(look_up.column)
        return found

    def gathered(
        self, frame: Frame, source: str, child: str, key: str, gatherings: Sequence[Gathering]
    ) -> Frame:
        """Return *frame* with aggregates over the rows of *child* that lead to each of its rows."""
        per_key = gatherings[0].per_key
        groups = [GROUP] if self.grouped(source) and self.grouped(child) else []
        columns: list[Any] = []
        aside = Aside()
        for gathering in gatherings:
            columns.extend(self.aggregate_columns(gathering, aside))
        rows = with_parts(self.frames[child], aside)
        words, hashed = self.library.words, self.library.hashed
        if hashed is not None and source in self.apart:
            rows = rows.filter(~words.is_blank(words.column(key)))
            totals = rows.group_by(hashed(words.column(key)).alias(KEY), *groups).agg(*columns)
            frame = frame.with_columns(hashed(words.column(per_key)).alias(KEY))
            frame = self.library.join_left(frame, totals, on=[KEY, *groups]).drop([KEY])
        else:
            totals = rows.group_by([key, *groups]).agg(*columns)
            on = {"left_on": [per_key, *groups], "right_on": [key, *groups]}
            frame = self.library.join_left(frame, totals, **on)
        return frame.with_columns(*[self.filled(gathering) for gathering in gatherings])

    def filled(self, gathering: Gathering) -> Any:
        """Return an aggregate's column with rows to which nothing leads decided."""
        words, name = self.library.words, gathering.name
        kind = gathering.checked.kinds[gathering.call]
        of_none = AGGREGATES[function_name(gathering.call)].of_none
        value = words.column(name)
        if of_none is not None:
            value = words.if_blank(value, words.literal(of_none))
        elif kind.numeric:
            value = words.if_blank(value, words.nan)
        if self.watched(gathering):
            failed = words.column(name + _FAILED) > 0
            good = ~words.if_blank(failed, words.literal(value=False))
            value = words.either(good, value, words.nan) if kind.numeric else words.where(good, value)
        return value.alias(name)

    def watched(self, aggregate: Gathering | Total) -> bool:
        """Return whether rows of the aggregate may have no value, so that they are counted."""
        return self.expressions(aggregate, Aside()).failed is not None

    def expressions(self, aggregate: Gathering | Total, aside: Aside) -> AggregateColumns:
        """Return an aggregate as expressions of the library."""
        return aggregate_expressions(
            aggregate.checked, aggregate.call, _Names(self.plan), self.period, self.library.words, aside
        )

    def part(self, aggregate: Gathering | Total, node: ast.expr, aside: Aside) -> Any:
        """Return one argument or the condition of an aggregate as a column over the rows it goes over."""
        part = aggregate.checked.part(node)
        return expression(part, _Names(self.plan), self.period, self.library.words, aside)

    def aggregate_columns(self, aggregate: Gathering | Total, aside: Aside) -> list[Any]:
        """Return an aggregate as named columns: its value, and how many rows have none if that can be."""
        found = self.expressions(aggregate, aside)
        columns = [found.value.alias(aggregate.name)]
        if found.failed is not None:
            columns.append(found.failed.alias(aggregate.name + _FAILED))
        return columns

    def step(self, step: RowStep, aside: Aside) -> Any:
        """Return a row step as a column."""
        words = self.library.words
        value = expression(step.checked, _Names(self.plan), self.period, words, aside)
        value = finished_expression(step.step, step.checked, value, words)
        kind = step.kind
        if kind.base == "number":
            value = words.as_number(value)
        elif kind.base == "integer":
            value = words.as_number(value) if kind.failing else value.cast(words.library.Int64)
        elif kind.base == "category":
            value = self.library.categories(words.as_text(value), kind.values)
        return value.alias(step.column)

    # ── the unit ──

    def unit_outcomes(
        self,
        groups: Sequence[str | None],
        given: Mapping[str | None, Mapping[GivenValue, StepValue | Absent]],
    ) -> list[Outcome]:
        """Take the totals of every source in one pass each, then compute the unit\'s formulas by group."""
        plan, words = self.plan, self.library.words
        queries: dict[str, Frame] = {}
        for source in plan.sources:
            columns = [words.library.len().alias(ROWS)]
            aside = Aside()
            for total in plan.totals.get(source, ()):
                columns.extend(self.aggregate_columns(total, aside))
            frame = with_parts(self.frames[source], aside)
            queries[source] = (
                frame.group_by([GROUP]).agg(*columns) if self.grouped(source) else frame.select(*columns)
            )
        single = {value.source for value in plan.record_values}
        record_queries = {source: self.record_query(source) for source in sorted(single)}
        collected = self.library.collect([*queries.values(), *record_queries.values()])
        found = [self.by_group(source, rows) for source, rows in zip(queries, collected, strict=False)]
        totals = dict(zip(queries, found, strict=True))
        singles = {
            source: self.by_group(source, rows)
            for source, rows in zip(record_queries, collected[len(queries) :], strict=True)
        }
        formulas = UnitFormulas(plan, Layout(plan, aggregates_ready=True), self.period)
        outcomes = []
        for group in groups:
            prepared: dict[Any, Any] = {}
            counts: dict[str, int] = {}
            for source, rows in totals.items():
                row = next(iter(rows(group)), {})
                counts[source] = row.get(ROWS, 0)
                prepared.update({t.name: total_value(t, row) for t in plan.totals.get(source, ())})
            prepared.update(self.record_values(singles, group))
            outcomes.append(formulas.outcome(group, prepared, given.get(group, given.get(None, {})), counts))
        return outcomes

    def by_group(
        self, source: str, rows: Sequence[Mapping[str, Any]]
    ) -> Callable[[str | None], Sequence[Mapping[str, Any]]]:
        """Return what gives the rows of a group; rows that belong to no group are those of each."""
        if not self.grouped(source):
            return lambda group: rows
        found: dict[str, list[Mapping[str, Any]]] = {}
        for row in rows:
            found.setdefault(row[GROUP], []).append(row)
        return lambda group: found.get(group or "", ())

    def record_query(self, source: str) -> Frame:
        """Return the query for the values of a source with one row."""
        items = dict.fromkeys(value.item for value in self.plan.record_values if value.source == source)
        names = [*items, *([GROUP] if self.grouped(source) else [])]
        return self.frames[source].select(*[self.library.words.column(name) for name in names])

    def record_values(
        self, singles: Mapping[str, Callable[[str | None], Sequence[Mapping[str, Any]]]], group: str | None
    ) -> dict[RecordValue, Any]:
        """Return the values of sources with one row, for a group."""
        values: dict[RecordValue, Any] = {}
        for value in self.plan.record_values:
            row = one_row(value.source, singles[value.source](group))
            values[value] = row if isinstance(row, Absent) else row[value.item]
        return values


class _Names:
    """Which column of a frame holds what a formula asks for, in the names of the plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def column(self, reference: Reference) -> str:
        assert isinstance(reference, RowValue)
        return ">".join((*reference.path, reference.column))

    def aggregate(self, call: Any) -> str:
        return self.plan.names[call]

    def any_column(self, source: str) -> str:
        return next(iter(self.plan.sources[source].columns))


def with_parts(frame: Frame, aside: Aside) -> Frame:
    """Return *frame* with the parts of formulas that are computed beforehand, one after the other."""
    for name, value in aside.columns:
        frame = frame.with_columns(value.alias(name))
    return frame


def _by_child(gatherings: Sequence[Gathering]) -> dict[tuple[str, str], list[Gathering]]:
    found: dict[tuple[str, str], list[Gathering]] = {}
    for gathering in gatherings:
        found.setdefault((gathering.over.source, gathering.key), []).append(gathering)
    return found


def total_value(total: Total, row: Mapping[str, Any]) -> Any:
    """Return an aggregate's value from its query, or why there is none."""
    failed = row.get(total.name + _FAILED)
    if failed:
        return Absent(rows_without_value(total.checked, total.call, int(failed)))
    value = row.get(total.name)
    aggregate = AGGREGATES[function_name(total.call)]
    if value is None:
        value = aggregate.of_none
    if value is None or value != value:
        return Absent(aggregate.reason)
    kind = total.checked.kinds[total.call]
    return int(value) if kind.base == "integer" else value
