"""Say what every name of a formula refers to, before anything is known about kinds or data.

A formula is written from one point of view: a row of the source that its step goes through
(`each`), or the reporting unit as a whole. Inside an aggregate the view moves to a row of the
aggregated source; bare names keep their meaning.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.formula.cures import nearby, renamed
from engine.formula.functions import AGGREGATES, FUNCTIONS, PERIOD_PARTS
from engine.formula.grammar import OTHER_FUNCTIONS, Fault, Tree
from engine.problems import Message, Titled, both, either, near, nearest, say


@dataclass(frozen=True)
class RowValue:
    """A value in a row: a column of `source`, or a step (`step_of` is its indicator).

    `row` is the source whose row is looked at, `path` the reference columns from there to `source`.
    """

    row: str
    path: tuple[str, ...]
    source: str
    item: str
    step_of: str | None = None

    @property
    def column(self) -> str:
        """The name of the value among all columns and steps of its source."""
        return self.item if self.step_of is None else f"{self.step_of}.{self.item}"


@dataclass(frozen=True)
class RecordValue:
    """A column of a source with one row per reporting unit."""

    source: str
    item: str


@dataclass(frozen=True)
class UnitValue:
    """A value of the reporting unit: an indicator's result (`step` is None) or one of its steps."""

    indicator: str
    step: str | None = None


@dataclass(frozen=True)
class PreviousValue:
    """An indicator's value one period earlier."""

    indicator: str


@dataclass(frozen=True)
class ParameterValue:
    """A parameter of the formula's own indicator."""

    name: str


@dataclass(frozen=True)
class PeriodValue:
    """A part of the measured period: ``period.year``."""

    part: str


@dataclass(frozen=True)
class Truth:
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True)
class NoValueHere:
    """``no_value``: the branch of a choice in which there is none."""


@dataclass(frozen=True)
class SourceRows:
    """All rows of a source, as ``count`` takes them."""

    source: str


Reference = (
    RowValue
    | RecordValue
    | UnitValue
    | PreviousValue
    | ParameterValue
    | PeriodValue
    | Truth
    | NoValueHere
    | SourceRows
)


@dataclass(frozen=True)
class SourceNames:
    """What formulas may know of a source: its columns, and which of them refer to which source.

    `rows` is how many rows it has, where they are part of the definition and never split into groups.
    """

    columns: frozenset[str]
    references: Mapping[str, str]
    record: bool = False
    rows: int | None = None


class _Moment(Mapping[str, Mapping[str, str | None]]):
    """The steps of all indicators, some of which have *others* for a time; a copy would cost too much."""

    def __init__(
        self,
        indicators: Mapping[str, Mapping[str, str | None]],
        others: Mapping[str, Mapping[str, str | None]],
    ) -> None:
        self.indicators, self.others = indicators, others

    def __getitem__(self, name: str) -> Mapping[str, str | None]:
        return self.others[name] if name in self.others else self.indicators[name]

    def __contains__(self, name: object) -> bool:
        return name in self.indicators

    def __iter__(self) -> Iterator[str]:
        return iter(self.indicators)

    def __len__(self) -> int:
        return len(self.indicators)


@dataclass(frozen=True, eq=False)
class Landscape:
    """All names of one moment: sources, and the steps of the indicators in force (step to its `each`).

    ``titled(indicator, owner, name)`` tells the title of a name, seen from the file of *indicator*: of a
    column of the source *owner*, of a step or parameter of the indicator *owner*, or with an empty
    *owner* of a source or an indicator.
    """

    sources: Mapping[str, SourceNames]
    indicators: Mapping[str, Mapping[str, str | None]]
    _paths: dict[str, dict[str, list[tuple[str, ...]]]] = field(default_factory=dict, repr=False)
    titled: Callable[[str, str, str], Titled | None] = lambda indicator, owner, name: None

    def where(self, indicators: Mapping[str, Mapping[str, str | None]]) -> Landscape:
        """Return the landscape of a moment in which these *indicators* have other steps."""
        return replace(self, indicators=_Moment(self.indicators, indicators))

    def _paths_from(self, source: str) -> dict[str, list[tuple[str, ...]]]:
        known = self._paths.get(source)
        if known is not None:
            return known
        found: dict[str, list[tuple[str, ...]]] = {}
        waiting: list[tuple[str, tuple[str, ...], frozenset[str]]] = [(source, (), frozenset({source}))]
        while waiting:
            here, path, seen = waiting.pop()
            for column, target in self.sources[here].references.items():
                if target in self.sources and target not in seen and len(path) < 8:
                    found.setdefault(target, []).append((*path, column))
                    waiting.append((target, (*path, column), seen | {target}))
        self._paths[source] = found
        return found

    def paths(self, source: str, ancestor: str) -> Sequence[tuple[str, ...]]:
        """Return every way from *source* along references to *ancestor*; one empty way to itself."""
        if source == ancestor:
            return ((),)
        return self._paths_from(source).get(ancestor, ()) if source in self.sources else ()


@dataclass(frozen=True, eq=False)
class Scope:
    """The point of view of one formula: its indicator, the source it goes through, its parameters."""

    landscape: Landscape
    indicator: str
    each: str | None
    parameters: frozenset[str]


@dataclass(frozen=True)
class AggregateOver:
    """What an aggregate goes over: the rows of `source`, seen from a row of `per` or the whole unit."""

    source: str
    per: str | None
    path: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Bound:
    """A formula with every name tied to what it refers to."""

    tree: Tree
    scope: Scope
    references: Mapping[ast.AST, Reference]
    aggregates: Mapping[ast.Call, AggregateOver]

    def uses(self) -> Iterator[tuple[Reference, tuple[int, int]]]:
        """Yield every reference with the offsets where it stands, in reading order."""
        spans = (
            (self.tree.span(node), reference)
            for node, reference in self.references.items()
            if isinstance(node, ast.expr)
        )
        for span, reference in sorted(spans, key=lambda pair: pair[0]):
            yield reference, span


def is_aggregate(call: ast.Call) -> bool:
    """Return whether *call* goes over rows: an aggregate's name, and for min and max one argument."""
    name = function_name(call)
    return name in AGGREGATES and (name not in FUNCTIONS or len(call.args) == 1)


def function_name(call: ast.Call) -> str:
    """Return the name that is called."""
    return call.func.id if isinstance(call.func, ast.Name) else ""


def condition_of(call: ast.Call) -> ast.expr | None:
    """Return the ``where=`` of an aggregate, if it has one."""
    return call.keywords[0].value if call.keywords else None


def bind(tree: Tree, scope: Scope, most: int = 50) -> tuple[Bound, tuple[Fault, ...]]:
    """Tie every name of *tree* to what it refers to from *scope*, and return what could not be tied.

    After *most* faults the rest of the formula is not looked at.
    """
    binder = _Binder(tree, scope, most)
    binder.walk(tree.root)
    return Bound(tree, scope, binder.references, binder.aggregates), tuple(binder.faults)


_BLANK_WORDS = frozenset(["blank", "empty", "kosong", "na", "nan", "nil", "none", "null"])
"""What people write for a cell without a value."""


def _other_name(name: str) -> Message | None:
    cure = OTHER_FUNCTIONS.get(name)
    return None if cure is None else say("write `{cure}`", cure=cure)


_INSIDE: Mapping[type[ast.AST], Callable[[Any], Sequence[ast.AST]]] = {
    ast.BinOp: lambda node: (node.right, node.left),
    ast.UnaryOp: lambda node: (node.operand,),
    ast.BoolOp: lambda node: node.values[::-1],
    ast.Compare: lambda node: (*node.comparators[::-1], node.left),
    ast.IfExp: lambda node: (node.orelse, node.body, node.test),
    ast.Subscript: lambda node: (node.slice, node.value),
}
"""The expressions inside the nodes that formulas are mostly made of, the last one first."""


@dataclass
class _Binder:
    tree: Tree
    scope: Scope
    most: int
    references: dict[ast.AST, Reference] = field(default_factory=dict)
    aggregates: dict[ast.Call, AggregateOver] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(
        self,
        node: ast.expr,
        code: str,
        message: Message,
        hint: Message | None = None,
        names: Sequence[str] = (),
    ) -> None:
        """Keep what is wrong with *node*; each of *names*, put in its place, would mend it."""
        start, end = self.tree.span(node)
        self.faults.append(Fault(start, end, code, message, hint, nearby(names, start, end)))

    def written(self, node: ast.expr) -> str:
        start, end = self.tree.span(node)
        return self.tree.text[start:end]

    def walk(self, root: ast.expr, over: AggregateOver | None = None) -> None:
        """Bind all names under *root*, seen from a row of *over* where inside an aggregate."""
        waiting: list[ast.AST] = [root]
        while waiting and len(self.faults) < self.most:
            node = waiting.pop()
            if isinstance(node, ast.Call):
                waiting.extend(self.call(node, over))
            elif isinstance(node, ast.Name):
                self.bind(node, self.bare(node, over))
            elif isinstance(node, ast.Attribute):
                self.bind(node, self.member(node, over))
            elif not isinstance(node, ast.Constant):
                inside = _INSIDE.get(type(node))
                waiting.extend(reversed(list(ast.iter_child_nodes(node))) if inside is None else inside(node))

    def bind(self, node: ast.expr, reference: Reference | None) -> None:
        if reference is not None:
            self.references[node] = reference

    def call(self, call: ast.Call, over: AggregateOver | None) -> list[ast.AST]:
        """Bind a call; return the arguments that are still to be walked."""
        name = function_name(call)
        if name == "previous":
            self.previous(call)
            return []
        if name not in FUNCTIONS and name not in AGGREGATES:
            self.unknown_function(call, name)
            return []
        if not is_aggregate(call):
            if call.keywords:
                self.fault(
                    call.keywords[0].value,
                    "where-outside-aggregate",
                    say("`{name}` takes no `where=`; only aggregates over rows do", name=name),
                )
            return list(reversed(call.args))
        if over is not None:
            self.fault(
                call,
                "nested-aggregate",
                say("`{name}` stands inside another aggregate", name=name),
                say(
                    "make the inner one a step with `each: {source}` and use that step here",
                    source=over.source,
                ),
            )
            return []
        found = self.aggregate_over(call)
        if found is not None:
            self.aggregates[call] = found
            for part in (*call.args, *(keyword.value for keyword in call.keywords)):
                if not (isinstance(part, ast.Name) and isinstance(self.references.get(part), SourceRows)):
                    self.walk(part, found)
        return []

    def unknown_function(self, call: ast.Call, name: str) -> None:
        known = sorted({*FUNCTIONS, *AGGREGATES, "previous"})
        start, end = self.tree.span(call.func)
        other = _other_name(name)
        hint = other or nearest(name, known) or say("the functions are {all}", all=", ".join(known))
        if name in self.scope.parameters:
            hint = say("a value of a table is looked up in square brackets: `{name}[key]`", name=name)
        cures = renamed(name, start, end) if other is not None else nearby(near(name, known), start, end)
        message = say("there is no function `{name}`", name=name)
        self.faults.append(Fault(start, end, "unknown-function", message, hint, cures))

    def aggregate_over(self, call: ast.Call) -> AggregateOver | None:
        """Return what *call* goes over: the source from whose rows all others it names can be reached."""
        landscape, each = self.scope.landscape, self.scope.each
        name = function_name(call)
        if name == "count":
            argument = call.args[0] if call.args else None
            if not (
                len(call.args) == 1 and isinstance(argument, ast.Name) and argument.id in landscape.sources
            ):
                self.fault(
                    call.args[0] if call.args else call,
                    "wrong-argument",
                    say("`count` takes the name of a source"),
                    say("write `count(source, where=condition)` to count the rows that fulfil a condition"),
                )
                return None
            self.references[argument] = SourceRows(argument.id)
            named = {argument.id}
            deepest: str | None = argument.id
        else:
            named = self.sources_named(call)
            deepest = next(
                (s for s in sorted(named) if all(landscape.paths(s, other) for other in named)), None
            )
        unknown = [] if named else self.unknown_sources(call)
        if unknown:
            for owner in unknown:
                self.unknown_owner(owner)
            return None
        if not named:
            self.fault(
                call,
                "nothing-to-aggregate",
                say("`{name}` goes over the rows of a source, but names none", name=name),
                say("write the column with its source, such as `{name}(source.column)`", name=name),
            )
            return None
        if deepest is None:
            self.fault(
                call,
                "unrelated-sources",
                say("{sources} have no reference to one another", sources=both(sorted(named))),
                say(
                    "an aggregate goes over one source; columns of others are reached by a `reference` column"
                ),
            )
            return None
        if each is None:
            return AggregateOver(deepest, None, ())
        ways = landscape.paths(deepest, each)
        if deepest == each:
            self.fault(
                call,
                "aggregate-over-own-rows",
                say(
                    "a step with `each: {each}` sees one row of `{each}` and can't aggregate over all",
                    each=each,
                ),
                say(
                    "drop `each:` to get one number for the whole, or aggregate over a source "
                    "that refers to `{each}`",
                    each=each,
                ),
            )
            return None
        if len(ways) != 1:
            self.fault(
                call,
                "unrelated-sources",
                say("`{source}` has no reference to `{each}`", source=deepest, each=each)
                if not ways
                else say("`{source}` refers to `{each}` in more than one way", source=deepest, each=each),
            )
            return None
        return AggregateOver(deepest, each, tuple(ways[0]))

    def sources_named(self, call: ast.Call) -> set[str]:
        """Return the sources whose rows the arguments of *call* name with a dot."""
        named: set[str] = set()
        landscape = self.scope.landscape
        for part in (*call.args, *(keyword.value for keyword in call.keywords)):
            for node in ast.walk(part):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    first = node.value.id
                    if first in landscape.indicators:
                        each = landscape.indicators[first].get(node.attr)
                        named |= {each} if each else set()
                    elif first in landscape.sources:
                        named.add(first)
        return named

    def unknown_sources(self, call: ast.Call) -> list[ast.Name]:
        """Return the names before a dot in the arguments of *call* that nothing has."""
        known = {*self.scope.landscape.sources, *self.scope.landscape.indicators, "period"}
        if self.scope.each is not None:
            known |= set(self.scope.landscape.sources[self.scope.each].references)
        return [
            node.value
            for part in (*call.args, *(keyword.value for keyword in call.keywords))
            for node in ast.walk(part)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id not in known
        ]

    def unknown_owner(self, node: ast.Name) -> None:
        """Say that there is no source or indicator of the name that stands before a dot."""
        known = [*self.scope.landscape.sources, *self.scope.landscape.indicators, "period"]
        self.fault(
            node,
            "unknown-name",
            say("there is no source or indicator `{name}`", name=node.id),
            nearest(node.id, known, self.titles("")),
            self.near(node.id, known, ""),
        )

    def previous(self, call: ast.Call) -> None:
        argument = call.args[0] if len(call.args) == 1 and not call.keywords else None
        indicators = self.scope.landscape.indicators
        if not isinstance(argument, ast.Name):
            self.fault(
                call,
                "wrong-argument",
                say("`previous` takes the id of one indicator"),
                say("write for example `previous({name})`", name=self.scope.indicator),
            )
        elif argument.id not in indicators:
            self.fault(
                argument,
                "unknown-name",
                say("there is no indicator `{name}`", name=argument.id),
                nearest(argument.id, indicators, self.titles("")),
                self.near(argument.id, indicators, ""),
            )
        elif self.scope.each is not None:
            self.fault(
                call,
                "unit-value-in-row",
                say("`previous` is a value of the whole unit; a step with `each:` works on one row"),
                say("use it in a step without `each:`"),
            )
        else:
            self.references[call] = PreviousValue(argument.id)

    def bare(self, node: ast.Name, over: AggregateOver | None) -> Reference | None:
        """Return what a bare name refers to: always seen from the formula, also inside an aggregate."""
        name, scope = node.id, self.scope
        landscape = scope.landscape
        if name in ("true", "false"):
            return Truth(name == "true")
        if name == "no_value":
            return NoValueHere()
        if name in scope.parameters:
            return ParameterValue(name)
        steps = landscape.indicators.get(scope.indicator, {})
        if scope.each is not None:
            row, path = (over.source, over.path) if over is not None else (scope.each, ())
            if steps.get(name, "") == scope.each:
                return RowValue(row, path, scope.each, name, scope.indicator)
            if name in landscape.sources[scope.each].columns:
                return RowValue(row, path, scope.each, name)
        elif over is None:
            if name in steps and steps[name] is None:
                return UnitValue(scope.indicator, name)
            if name in landscape.indicators:
                return UnitValue(name)
        self.fault(node, *self.why_unknown(name, over))
        return None

    def titles(self, owner: str) -> Callable[[str], Titled | None]:
        """Return what tells the title of a name of *owner*: a source, an indicator, or nobody's."""
        return lambda name: self.scope.landscape.titled(self.scope.indicator, owner, name)

    def near(self, name: str, known: Iterable[str], owner: str) -> tuple[str, ...]:
        """Return the names of *owner* that were perhaps meant, by their letters or by their title."""
        return near(name, known, self.titles(owner))

    def why_unknown(
        self, name: str, over: AggregateOver | None
    ) -> tuple[str, Message, Message | None, tuple[str, ...]]:
        """Return code, message, hint and better names for a bare name that means nothing here."""
        scope, landscape = self.scope, self.scope.landscape
        steps = landscape.indicators.get(scope.indicator, {})
        if name in steps and steps[name] is not None:
            each = steps[name]
            return (
                "row-value-outside-aggregate" if scope.each is None else "unknown-name",
                say("`{name}` is a value of each row of `{each}`, not of the whole", name=name, each=each),
                say("use an aggregate, such as `mean({each}.{name})`", name=name, each=each)
                if scope.each is None and over is None
                else say("write `{each}.{name}`", name=name, each=each),
                () if scope.each is None and over is None else (f"{each}.{name}",),
            )
        if (name in steps or name in landscape.indicators) and (scope.each is not None or over is not None):
            return (
                "unit-value-in-row",
                say("`{name}` is a value of the whole unit; here the formula works on one row", name=name),
                say("use it in a step without `each:`, outside an aggregate"),
                (),
            )
        owners = [source for source, names in landscape.sources.items() if name in names.columns]
        if name in landscape.sources:
            return (
                "source-as-value",
                say("`{name}` is a source, not a value", name=name),
                say("write a column of it as `{name}.column`, or `count({name})`", name=name),
                (),
            )
        if owners:
            written = either(say("`{owner}.{name}`", owner=owner, name=name) for owner in owners[:3])
            aggregate = scope.each is None and over is None and not landscape.sources[owners[0]].record
            return (
                "unknown-name",
                say("`{name}` is not known here", name=name),
                say("a column is written with its source and inside an aggregate: {written}", written=written)
                if aggregate
                else say("a column is written with its source: {written}", written=written),
                () if aggregate else tuple(f"{owner}.{name}" for owner in owners[:3]),
            )
        if name in FUNCTIONS or name in AGGREGATES or name == "previous":
            return (
                "function-as-value",
                say("`{name}` is a function and needs its arguments in brackets", name=name),
                say("write `{name}(...)`", name=name),
                (),
            )
        known, titles = self.names_here(over), self.titled_here
        message = say("`{name}` is not known", name=name)
        if name in _BLANK_WORDS:
            return "unknown-name", message, say("whether x is blank is asked with `is_missing(x)`"), ()
        hint = nearest(name, known, titles) or say('a category is written in quotes, as "{name}"', name=name)
        return "unknown-name", message, hint, near(name, known, titles)

    def titled_here(self, name: str) -> Titled | None:
        """Return the title of a bare name: a step or parameter, a column of the row, an indicator."""
        scope = self.scope
        owners = (scope.indicator, scope.each or "", "")
        found = (scope.landscape.titled(scope.indicator, owner, name) for owner in owners)
        return next((titled for titled in found if titled is not None), None)

    def names_here(self, over: AggregateOver | None) -> list[str]:
        scope, landscape = self.scope, self.scope.landscape
        steps = landscape.indicators.get(scope.indicator, {})
        names = [*scope.parameters, *(step for step, each in steps.items() if each == scope.each)]
        if scope.each is not None:
            names.extend(landscape.sources[scope.each].columns)
        elif over is None:
            names.extend(landscape.indicators)
        return sorted(set(names))

    def member(self, node: ast.Attribute, over: AggregateOver | None) -> Reference | None:
        """Return what ``first.second`` refers to: a column, a step, or a part of the period."""
        assert isinstance(node.value, ast.Name)
        first, second = node.value.id, node.attr
        scope, landscape = self.scope, self.scope.landscape
        if first == "period":
            if second in PERIOD_PARTS:
                return PeriodValue(second)
            self.fault(
                node,
                "unknown-name",
                say("a period has no `{part}`", part=second),
                say("its parts are {parts}", parts=", ".join(PERIOD_PARTS)),
            )
            return None
        row = over.source if over is not None else scope.each
        if row is not None and first in landscape.sources[row].references:
            target = landscape.sources[row].references[first]
            if target in landscape.sources:
                return self.row_value(node, row, (first,), target, second)
        if first in landscape.indicators:
            return self.indicator_step(node, row, first, second)
        if first not in landscape.sources:
            self.unknown_owner(node.value)
            return None
        if row is None:
            return self.outside_aggregate(node, first, second)
        return self.along_references(node, row, first, second)

    def outside_aggregate(self, node: ast.Attribute, source: str, item: str) -> Reference | None:
        names = self.scope.landscape.sources[source]
        if names.record:
            if item in names.columns:
                return RecordValue(source, item)
            self.unknown_column(node, source, item)
            return None
        self.fault(
            node,
            "row-value-outside-aggregate",
            say(
                "`{source}.{item}` has a value in every row; here one number is needed",
                source=source,
                item=item,
            ),
            say(
                "use an aggregate, such as `sum({source}.{item})` or `mean({source}.{item})`",
                source=source,
                item=item,
            ),
        )
        return None

    def along_references(self, node: ast.Attribute, row: str, source: str, item: str) -> Reference | None:
        ways = self.scope.landscape.paths(row, source)
        if len(ways) == 1:
            return self.row_value(node, row, tuple(ways[0]), source, item)
        if ways:
            self.fault(
                node.value,
                "ambiguous-reference",
                say("`{row}` refers to `{source}` in more than one way", row=row, source=source),
                say(
                    "write the reference column instead: {ways}",
                    ways=either(say("`{way}.{item}`", way=way[0], item=item) for way in ways[:4]),
                ),
            )
        elif self.scope.landscape.paths(source, row):
            self.fault(
                node,
                "row-value-outside-aggregate",
                say(
                    "a row of `{row}` has many rows of `{source}`; here one value is needed",
                    row=row,
                    source=source,
                ),
                say(
                    "use an aggregate, such as `sum({source}.{item})` or `mean({source}.{item})`",
                    source=source,
                    item=item,
                ),
            )
        else:
            self.fault(
                node.value,
                "unrelated-sources",
                say("`{row}` has no reference to `{source}`", row=row, source=source),
            )
        return None

    def row_value(
        self, node: ast.Attribute, row: str, path: tuple[str, ...], source: str, item: str
    ) -> Reference | None:
        landscape, indicator = self.scope.landscape, self.scope.indicator
        if item in landscape.sources[source].columns:
            return RowValue(row, path, source, item)
        if landscape.indicators.get(indicator, {}).get(item, "") == source:
            return RowValue(row, path, source, item, indicator)
        self.unknown_column(node, source, item)
        return None

    def indicator_step(
        self, node: ast.Attribute, row: str | None, indicator: str, step: str
    ) -> Reference | None:
        landscape = self.scope.landscape
        steps = landscape.indicators[indicator]
        if step not in steps:
            self.fault(
                node,
                "unknown-name",
                say("`{indicator}` has no step `{step}`", indicator=indicator, step=step),
                nearest(step, steps, self.titles(indicator)),
                [f"{indicator}.{name}" for name in self.near(step, steps, indicator)],
            )
            return None
        each = steps[step]
        if each is None:
            if row is None:
                return UnitValue(indicator, step)
            self.fault(
                node,
                "unit-value-in-row",
                say(
                    "`{name}` is a value of the whole unit; here the formula works on one row",
                    name=f"{indicator}.{step}",
                ),
                say("use it in a step without `each:`, outside an aggregate"),
            )
            return None
        if row is None:
            self.fault(
                node,
                "row-value-outside-aggregate",
                say(
                    "`{name}` has a value in every row of `{each}`; here one number is needed",
                    name=f"{indicator}.{step}",
                    each=each,
                ),
                say("use an aggregate, such as `mean({name})`", name=f"{indicator}.{step}"),
            )
            return None
        ways = landscape.paths(row, each)
        if len(ways) != 1:
            self.fault(
                node,
                "unrelated-sources",
                say(
                    "`{name}` is a value of each row of `{each}`, to which `{row}` has no single reference",
                    name=f"{indicator}.{step}",
                    each=each,
                    row=row,
                ),
            )
            return None
        return RowValue(row, tuple(ways[0]), each, step, indicator)

    def unknown_column(self, node: ast.Attribute, source: str, item: str) -> None:
        landscape = self.scope.landscape
        own = landscape.indicators.get(self.scope.indicator, {})
        known = [*landscape.sources[source].columns, *(step for step, each in own.items() if each == source)]

        def titles(name: str) -> Titled | None:
            owner = source if name in landscape.sources[source].columns else self.scope.indicator
            return landscape.titled(self.scope.indicator, owner, name)

        self.fault(
            node,
            "unknown-name",
            say("`{source}` has no column or step `{item}`", source=source, item=item),
            nearest(item, sorted(known), titles) or say("it has {columns}", columns=", ".join(sorted(known))),
            [f"{self.written(node.value)}.{name}" for name in near(item, sorted(known), titles)],
        )
