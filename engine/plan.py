"""Merge all steps into the fewest passes over each source.

A plan says, for one moment: which columns each source must give; in which layers its row steps are
computed (one pass a layer, whatever number of indicators uses it); which totals are taken of it (one
pass in all); and in which order the formulas of the reporting unit follow.

In a plan every value of a row has a column name: a column of the source has its own, a step is
``indicator.step``, what is looked up along a reference is ``reference>column``, and an aggregate over
the rows that refer to a row is ``#`` and a number.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from engine.checking import Proof
from engine.definition import Source, Step
from engine.formula.checked import Checked
from engine.formula.kinds import Kind
from engine.formula.names import (
    AggregateOver,
    PreviousValue,
    RecordValue,
    Reference,
    RowValue,
    UnitValue,
)
from engine.graph import RESULT, Node
from engine.problems import InvalidRequest, error, nearest, say


@dataclass(frozen=True, eq=False)
class RowStep:
    """A step with a value in each row of `source`, kept in `column`."""

    indicator: str
    step: Step
    source: str
    checked: Checked
    kind: Kind

    @property
    def column(self) -> str:
        """The column that holds its values."""
        return f"{self.indicator}.{self.step.id}"


@dataclass(frozen=True, eq=False)
class UnitStep:
    """A step, or the result, with one value for the whole reporting unit."""

    indicator: str
    step: Step
    checked: Checked
    kind: Kind

    @property
    def value(self) -> UnitValue:
        """What other formulas call it."""
        return UnitValue(self.indicator, None if self.step.id == RESULT else self.step.id)


@dataclass(frozen=True)
class LookUp:
    """`column` of the row that `reference` leads to, kept as ``reference>column``."""

    source: str
    reference: str
    target: str
    target_key: str
    column: str

    @property
    def name(self) -> str:
        """The column that holds it in the referring source."""
        return f"{self.reference}>{self.column}"


@dataclass(frozen=True, eq=False)
class Gathering:
    """An aggregate over the rows of `over.source` that refer to a row of `per`, kept as `name`.

    `key` is the column of the aggregated source that holds the key of the row referred to. `user` is the
    indicator whose formula it stands in.
    """

    name: str
    user: str
    checked: Checked
    call: ast.Call
    over: AggregateOver
    per: str
    per_key: str
    key: str


@dataclass(frozen=True, eq=False)
class Total:
    """An aggregate over all rows of `over.source`, kept as `name`, in a formula of the indicator `user`."""

    name: str
    user: str
    checked: Checked
    call: ast.Call
    over: AggregateOver


@dataclass(frozen=True, eq=False)
class Layer:
    """What is added to the rows of one source in one pass: first what others give, then its steps."""

    source: str
    look_ups: tuple[LookUp, ...]
    gatherings: tuple[Gathering, ...]
    steps: tuple[RowStep, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """The passes over the sources, in order, and the unit's formulas after them."""

    sources: Mapping[str, Source]
    columns: Mapping[str, tuple[str, ...]]
    layers: tuple[tuple[Layer, ...], ...]
    totals: Mapping[str, tuple[Total, ...]]
    unit_steps: tuple[UnitStep, ...]
    record_values: tuple[RecordValue, ...]
    given: tuple[UnitValue | PreviousValue, ...]
    names: Mapping[ast.Call, str] = field(repr=False)
    by: str | None = None
    group_columns: Mapping[str, str] = field(default_factory=dict)
    spread: frozenset[str] = frozenset()

    @property
    def row_steps(self) -> tuple[RowStep, ...]:
        """All row steps in an order in which each comes after those that it uses."""
        return tuple(step for level in self.layers for layer in level for step in layer.steps)


def make(
    proof: Proof,
    goals: Iterable[Node],
    by: str | None = None,
    without: Iterable[str] = (),
    known: Set[Node] = frozenset(),
) -> Plan:
    """Return the plan that gives *goals* (indicators and steps), split by column *by* if asked.

    What needs a source of *without*, which has no data, is left out; the results of *known* indicators are
    given. Raises InvalidRequest where no source of the plan has the column *by*.
    """
    return _Planner(proof, goals, by, without, known).plan()


def all_steps(proof: Proof, wanted: Iterable[str]) -> list[Node]:
    """Return the results and every step of *wanted* indicators, as goals of a plan."""
    goals = [Node("indicator", name) for name in wanted]
    return goals + [
        Node("step", goal.id, step)
        for goal in goals
        if goal.id in proof.rules
        for step in proof.rules[goal.id].steps
    ]


class _Planner:
    def __init__(
        self,
        proof: Proof,
        goals: Iterable[Node],
        by: str | None,
        without: Iterable[str],
        known: Set[Node],
    ) -> None:
        self.proof, self.by = proof, by
        self.landscape = proof.graph.landscape
        lost = proof.graph.reached_from((Node("source", source) for source in without), known)
        self.needed = proof.graph.needed_for((goal for goal in goals if goal not in lost), known)
        self.columns: dict[str, set[str]] = {}
        self.levels: dict[tuple[str, str], int] = {}
        self.look_ups: dict[tuple[str, str], LookUp] = {}
        self.gatherings: dict[str, list[Gathering]] = {}
        self.row_steps: dict[str, list[RowStep]] = {}
        self.totals: dict[str, list[Total]] = {}
        self.unit_steps: list[UnitStep] = []
        self.names: dict[ast.Call, str] = {}
        self.record_values: dict[RecordValue, None] = {}
        self.given: dict[UnitValue | PreviousValue, None] = {}

    def plan(self) -> Plan:
        for node in self.proof.graph.in_order(self.needed):
            if node.kind in ("step", "indicator"):
                self.add(node.id, node.name or RESULT)
        own = {step.value for step in self.unit_steps}
        groups, spread = self.grouping()
        depth = max(self.levels.values(), default=0)
        layers = tuple(
            tuple(self.layer(source, level) for source in sorted(self.columns))
            for level in range(1, depth + 1)
        )
        return Plan(
            {name: self.proof.catalogue.sources[name] for name in sorted(self.columns)},
            {name: self.in_order(name, columns) for name, columns in sorted(self.columns.items())},
            layers,
            {source: tuple(totals) for source, totals in sorted(self.totals.items())},
            tuple(self.unit_steps),
            tuple(self.record_values),
            tuple(value for value in self.given if value not in own),
            self.names,
            self.by,
            groups,
            spread,
        )

    def in_order(self, source: str, columns: set[str]) -> tuple[str, ...]:
        return tuple(name for name in self.proof.catalogue.sources[source].columns if name in columns)

    def layer(self, source: str, level: int) -> Layer:
        return Layer(
            source,
            tuple(
                look_up
                for (owner, name), look_up in self.look_ups.items()
                if owner == source and self.levels[owner, name] == level
            ),
            tuple(
                gathering
                for gathering in self.gatherings.get(source, ())
                if self.levels[source, gathering.name] == level
            ),
            tuple(
                step for step in self.row_steps.get(source, ()) if self.levels[source, step.column] == level
            ),
        )

    # ── what a formula needs ──

    def add(self, indicator: str, name: str) -> None:
        rule = self.proof.rules.get(indicator)
        checked = self.proof.checked.get((indicator, name))
        if rule is None or checked is None:
            return
        step = rule.result if name == RESULT else rule.steps[name]
        kind = self.proof.kinds[indicator, name]
        if step.each is None:
            self.use(indicator, checked)
            self.unit_steps.append(UnitStep(indicator, step, checked, kind))
            return
        source = step.each.id
        self.use_source(source)
        row_step = RowStep(indicator, step, source, checked, kind)
        level = max(1, self.use(indicator, checked, source))
        self.row_steps.setdefault(source, []).append(row_step)
        self.levels[source, row_step.column] = level

    def use(self, indicator: str, checked: Checked, source: str | None = None) -> int:
        """Note all that a formula refers to; return the level at which a row step of *source* may stand."""
        level = 0
        bound = checked.bound
        inside = {
            part: call
            for call in bound.aggregates
            for argument in (*call.args, *call.keywords)
            for part in ast.walk(argument)
        }
        depth_inside: dict[ast.Call, int] = {}
        for node, reference in bound.references.items():
            depth = self.use_reference(reference)
            if node in inside:
                call = inside[node]
                depth_inside[call] = max(depth_inside.get(call, 0), depth)
            elif isinstance(reference, RowValue):
                is_step = not reference.path and reference.step_of is not None
                level = max(level, depth + 1 if is_step else depth)
        for call, over in bound.aggregates.items():
            self.use_source(over.source)
            depth = self.use_aggregate(indicator, checked, call, over, depth_inside.get(call, 0))
            level = max(level, depth)
        return level

    def use_aggregate(
        self, user: str, checked: Checked, call: ast.Call, over: AggregateOver, depth: int
    ) -> int:
        name = f"#{len(self.names)}"
        self.names[call] = name
        if over.per is None:
            self.totals.setdefault(over.source, []).append(Total(name, user, checked, call, over))
            return 0
        per_key = self.key_of(over.per)
        self.use_source(over.per)
        key, key_level = self.along(over.source, over.path)
        self.gatherings.setdefault(over.per, []).append(
            Gathering(name, user, checked, call, over, over.per, per_key, key)
        )
        level = 1 + max(depth, key_level)
        self.levels[over.per, name] = level
        return level

    def use_reference(self, reference: Reference) -> int:
        """Note a reference; return the level at which its value is there."""
        match reference:
            case RowValue(row=row, path=path, column=column):
                return self.along(row, (*path, column))[1]
            case RecordValue(source=source, item=item):
                self.use_source(source)
                self.columns[source].add(item)
                self.record_values[reference] = None
            case UnitValue() | PreviousValue():
                self.given[reference] = None
            case _:
                pass
        return 0

    def along(self, source: str, path: tuple[str, ...]) -> tuple[str, int]:
        """Make the value at the end of *path* a column of *source*; return its name and level."""
        self.use_source(source)
        first, *rest = path
        if not rest:
            if (source, first) in self.levels:
                return first, self.levels[source, first]
            if first in self.proof.catalogue.sources[source].columns:
                self.columns[source].add(first)
            return first, 0
        target = self.landscape.sources[source].references[first]
        self.columns[source].add(first)
        column, level = self.along(target, tuple(rest))
        look_up = LookUp(source, first, target, self.key_of(target), column)
        self.look_ups[source, look_up.name] = look_up
        self.levels[source, look_up.name] = level + 1
        return look_up.name, level + 1

    def key_of(self, source: str) -> str:
        key = self.proof.catalogue.sources[source].key
        assert key is not None, "a source that is referred to has a key (see reading)"
        self.use_source(source)
        self.columns[source].add(key.id)
        return key.id

    def use_source(self, source: str) -> None:
        self.columns.setdefault(source, set())

    # ── groups ──

    def grouping(self) -> tuple[dict[str, str], frozenset[str]]:
        """Return the column by which each source is split, and the sources repeated for each group.

        A source without the column is split by that of a row it refers to. A source whose steps
        gather rows that are split has its own values in each group, so its rows are repeated.
        """
        if self.by is None:
            return {}, frozenset()
        owners = [name for name in self.columns if self.by in self.landscape.sources[name].columns]
        if not owners:
            known = sorted(
                {column for name in self.columns for column in self.landscape.sources[name].columns}
            )
            raise InvalidRequest(
                error(
                    "unknown-column",
                    None,
                    say("no source has a column `{name}` to split by", name=self.by),
                    nearest(self.by, known),
                )
            )
        groups: dict[str, str] = {}
        for source in sorted(self.columns):
            way = self.way_to(source, owners)
            if way is not None:
                groups[source] = self.way_through(source, (*way, self.by))
        spread: set[str] = set()
        grew = True
        while grew:
            moved = {*groups, *spread}
            more = {g.per for found in self.gatherings.values() for g in found if g.over.source in moved}
            more |= {look_up.source for look_up in self.look_ups.values() if look_up.target in spread}
            grew = bool(more - moved)
            spread |= more - moved
        return groups, frozenset(spread)

    def way_through(self, source: str, path: tuple[str, ...]) -> str:
        """Note the columns that lead to a group; return the way's name, as that of a look-up."""
        target = source
        for step in path[:-1]:
            self.columns[target].add(step)
            target = self.landscape.sources[target].references[step]
            self.key_of(target)
        self.columns[target].add(path[-1])
        return ">".join(path)

    def way_to(self, source: str, owners: list[str]) -> tuple[str, ...] | None:
        if source in owners:
            return ()
        ways = [way for owner in owners for way in self.landscape.paths(source, owner)]
        return min(ways, key=lambda way: (len(way), way)) if ways else None
