"""The row steps and aggregates of a plan on dataframes.

Written with the words that Polars and narwhals share: lazy frames, ``with_columns``, ``group_by``,
``join``, ``select``. One ``with_columns`` a layer and source, one pass for all totals of a source.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, reduce
from operator import or_
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from engine.formula.columns import AggregateColumns, Aside, Words, aggregate_expressions, expression
from engine.formula.functions import AGGREGATES
from engine.formula.names import RecordValue, Reference, RowValue, condition_of, function_name
from engine.formula.queries import QueryWords, SparkWords
from engine.formula.scalar import rows_without_value
from engine.plan import Gathering, Layer, Plan, RowStep, Total
from engine.run.finish import finished_expression
from engine.run.unit import GivenValue, Layout, Outcome, UnitFormulas, one_row
from engine.values import Absent, StepValue

if TYPE_CHECKING:
    from engine.sources import Backend

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
    positioned: Positioned | None = None


@dataclass(frozen=True)
class Positioned:
    """What a library does by the positions of rows, which takes a fraction of a join by their keys.

    `at` gives the columns of a frame at *positions*, null where there is none. `back` gives totals that
    have the position of their row in *column* as columns for all *height* rows, null where there are none.
    """

    at: Callable[[Frame, Any], list[Any]]
    back: Callable[[Frame, str, int], list[Any]]


def polars_library() -> Library:
    """Return Polars, used natively."""
    import polars

    def collect(frames: Sequence[Frame]) -> list[list[dict[str, Any]]]:
        return [frame.to_dicts() for frame in polars.collect_all(frames)]

    def at(frame: Frame, positions: Any) -> list[Any]:
        return list(frame.collect().select(polars.all().gather(positions)))

    def back(totals: Frame, column: str, height: int) -> list[Any]:
        found = totals.collect()
        where = found[column]
        return [
            polars.Series(total.name, [None], dtype=total.dtype)
            .new_from_index(0, height)
            .scatter(where, total)
            for total in found.drop(column)
        ]

    return Library(
        Words(polars),
        collect,
        lambda frame, other, **on: frame.join(other, how="left", maintain_order="left", **on),
        lambda value, values: value.cast(polars.Enum(list(values))),
        lambda columns: polars.LazyFrame(columns, schema=dict.fromkeys(columns, polars.String)),
        lambda value: value.hash(),
        Positioned(at, back),
    )


def narwhals_library(backend: Backend) -> Library:
    """Return narwhals over the tables of DuckDB or Spark."""
    import narwhals
    import polars

    words = SparkWords if backend.name == "spark" else QueryWords
    return Library(
        words(narwhals),
        lambda frames: [frame.collect().rows(named=True) for frame in frames],
        lambda frame, other, **on: frame.join(other, how="left", **on),
        lambda value, values: value,
        lambda columns: backend.take(polars.DataFrame(columns, schema=dict.fromkeys(columns, polars.String))),
    )


@dataclass
class FrameRun:
    """A plan on frames for one period.

    The keys of the sources in *apart* are texts no two of which have the same hash: numbers are grouped
    and joined in half the time of texts. *leads* has, by source and reference column, the positions of the
    rows that are referred to, among as many as *heights* says: where they are known nothing is joined.
    """

    plan: Plan
    period: Mapping[str, int | date]
    library: Library
    frames: dict[str, Frame] = field(default_factory=dict)
    apart: Set[str] = frozenset()
    leads: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    heights: Mapping[str, int] = field(default_factory=dict)

    def outcomes(
        self,
        frames: Mapping[str, Frame],
        given: Mapping[str | None, Mapping[GivenValue, StepValue | Absent]],
        keep: Callable[[str, Frame], Frame] = lambda source, frame: frame,
        already: Mapping[str, Frame] = MappingProxyType({}),
    ) -> list[Outcome]:
        """Return the unit's values by group. *keep* may hold on to a source's computed rows.

        *given* holds values of other indicators by group; a group without them takes those of None.
        The frames in *already* have what the layers of their sources add.
        """
        self.frames = {**frames, **already}
        groups = self.split()
        for level in self.plan.layers:
            added = {layer.source: self.added(layer) for layer in level if layer.source not in already}
            self.frames = {**self.frames, **added}
        self.frames = {source: keep(source, frame) for source, frame in self.frames.items()}
        for source, way in self.ways():
            if source in self.split_late:
                self.frames[source] = self.with_group_of(source, way[0])
        return self.unit_outcomes(groups, given)

    # ── groups ──

    def split(self) -> list[str | None]:
        """Give the rows of split sources their group, repeat those of spread ones; return all groups."""
        plan, words = self.plan, self.library.words
        if plan.by is None:
            return [None]
        owners = {source: way[0] for source, way in self.ways() if len(way) == 1}
        texts = {source: words.as_text(words.column(column)) for source, column in owners.items()}
        own = {source: words.if_blank(text, words.literal("")) for source, text in texts.items()}
        distinct = [self.frames[source].select(own[source].alias(GROUP)).unique() for source in owners]
        names = sorted({row[GROUP] for rows in self.library.collect(distinct) for row in rows})

        def grouped(frame: Frame, name: Any) -> Frame:
            return frame.with_columns(self.library.categories(name, names).alias(GROUP))

        for source in owners:
            self.frames[source] = grouped(self.frames[source], own[source])
        for source, way in self.ways():
            if source not in owners and source not in self.split_late:
                self.frames[source] = self.with_group_of(source, way[0])
        every = grouped(self.library.frame_of({GROUP: names}), words.column(GROUP))
        for source in plan.spread:
            self.frames[source] = self.frames[source].join(every, how="cross")
        return [name or None for name in names]

    def ways(self) -> list[tuple[str, list[str]]]:
        """Return the sources that are split, each with the way to its group, the shortest way first."""
        ways = [(source, column.split(">")) for source, column in self.plan.group_columns.items()]
        return sorted(ways, key=lambda pair: (len(pair[1]), pair))

    @cached_property
    def split_late(self) -> frozenset[str]:
        """The sources whose rows need their group only for totals: no layer tells groups apart by it."""
        plan = self.plan
        if plan.spread:
            return frozenset()
        gatherings = [g for level in plan.layers for layer in level for g in layer.gatherings]
        early = {g.over.source for g in gatherings if not self.leads_to_group(g)}
        return frozenset(source for source, way in self.ways() if len(way) > 1 and source not in early)

    def leads_to_group(self, gathering: Gathering) -> bool:
        """Return whether the rows that are gathered are in the group of the row that they lead to."""
        ways = self.plan.group_columns
        own, to = ways.get(gathering.over.source), ways.get(gathering.per)
        return own is None or to is None or own == f"{gathering.key}>{to}"

    def with_group_of(self, source: str, reference: str) -> Frame:
        """Return the rows of a source with the group of the row that *reference* leads to."""
        target, key = self.target(source, reference)
        return self.looked_up(self.frames[source], source, reference, target, key, {GROUP: GROUP})

    def looked_up(
        self,
        frame: Frame,
        source: str,
        reference: str,
        target: str,
        key: str,
        columns: Mapping[str, str],
        on: Sequence[str] = (),
    ) -> Frame:
        """Return *frame* with *columns* (new names by old) of the rows of *target* that *reference* names."""
        words, hashed, positioned = self.library.words, self.library.hashed, self.library.positioned
        chosen = [words.column(old).alias(words.named(new)) for old, new in columns.items()]
        leads = self.leads.get((source, reference))
        if positioned is not None and leads is not None and not on:
            return frame.with_columns(*positioned.at(self.frames[target].select(*chosen), leads))
        chosen += [words.column(name) for name in on]
        if hashed is None or target not in self.apart:
            others = self.frames[target].select(words.column(key).alias(reference), *chosen)
            return self.library.join_left(frame, others, on=[reference, *on])
        others = self.frames[target].select(hashed(words.column(key)).alias(KEY), *chosen)
        own = words.column(reference)
        frame = frame.with_columns(words.where(~words.is_blank(own), hashed(own)).alias(KEY))
        return self.library.join_left(frame, others, on=[KEY, *on]).drop([KEY])

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
        frame = self.frames[layer.source]
        for (reference, target, key), columns in self.joined_columns(layer).items():
            on = [GROUP] if target in self.plan.spread else []
            chosen = {column: f"{reference}>{column}" for column in columns}
            frame = self.looked_up(frame, layer.source, reference, target, key, chosen, on)
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
        apart = self.grouped(source) and self.grouped(child) and not self.leads_to_group(gatherings[0])
        groups = [GROUP] if apart else []
        columns: list[Any] = []
        aside = Aside()
        for gathering in gatherings:
            columns.extend(self.aggregate_columns(gathering, aside))
        rows = with_parts(self.frames[child], aside)
        words, hashed, positioned = self.library.words, self.library.hashed, self.library.positioned
        leads = self.leads.get((child, key))
        if positioned is not None and leads is not None and not groups:
            rows = self.counting(rows.with_columns(leads.alias(KEY)), gatherings)
            rows = rows.filter(~words.is_blank(words.column(KEY)))
            totals = rows.group_by([KEY]).agg(*columns)
            frame = frame.with_columns(*positioned.back(totals, KEY, self.heights[source]))
        elif hashed is not None and source in self.apart:
            rows = self.counting(rows, gatherings).filter(~words.is_blank(words.column(key)))
            totals = rows.group_by(hashed(words.column(key)).alias(KEY), *groups).agg(*columns)
            frame = frame.with_columns(hashed(words.column(per_key)).alias(KEY))
            frame = self.library.join_left(frame, totals, on=[KEY, *groups]).drop([KEY])
        else:
            totals = self.counting(rows, gatherings).group_by([key, *groups]).agg(*columns)
            on = {"left_on": [per_key, *groups], "right_on": [key, *groups]}
            frame = self.library.join_left(frame, totals, **on)
        return frame.with_columns(*[self.filled(gathering) for gathering in gatherings])

    def counting(self, rows: Frame, gatherings: Sequence[Gathering]) -> Frame:
        """Return the rows that some aggregate takes, where each says by a sound condition which those are."""
        aside, chosen = Aside(), []
        for gathering in gatherings:
            where, checked = condition_of(gathering.call), gathering.checked
            of_rows = where is not None and any(
                isinstance(checked.bound.references.get(node), RowValue) for node in ast.walk(where)
            )
            if where is None or not of_rows or checked.kinds[where].failing:
                return rows
            chosen.append(self.part(gathering, where, aside))
        return rows if aside.columns else rows.filter(reduce(or_, chosen))

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
        return value.alias(words.named(step.column))

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

    def after_layers(self, source: str) -> list[str]:
        """Return the columns of a source that its totals and its groups are taken of."""
        plan, names = self.plan, _Names(self.plan)
        declared = plan.sources[source].columns
        found = {name: None for name in self.frames[source].collect_schema().names() if name in declared}
        for total in plan.totals.get(source, ()):
            for node in ast.walk(total.call):
                reference = total.checked.bound.references.get(node)
                if isinstance(reference, RowValue):
                    found[names.column(reference)] = None
        return list(found)

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
