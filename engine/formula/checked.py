"""Interpret a tree without data: the kind of every part, and what is wrong with it.

Blanks must be decided before they enter arithmetic or a condition; a comparison with a category that
can't occur, a table that misses a key, a condition that is a number are all found here. What a
condition proves holds in its branch: after ``not is_missing(x)``, x is present there.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.formula import kinds
from engine.formula.algebra import (
    Algebra,
    BandsContent,
    Constant,
    Content,
    SetContent,
    SingleContent,
    TableContent,
    comparison_of,
    operator_of,
)
from engine.formula.functions import AGGREGATES, Argument, Function, period_kind
from engine.formula.grammar import Fault
from engine.formula.kinds import Kind
from engine.formula.names import (
    AggregateOver,
    Bound,
    NoValueHere,
    ParameterValue,
    PeriodValue,
    Reference,
    RowValue,
    SourceRows,
    Truth,
    condition_of,
    function_name,
)
from engine.numbers import least, least_above
from engine.problems import Message, either, nearest, say, say_many

Facts = Mapping[Reference, Kind]
_NO_FACTS: Facts = {}
_PLAIN_NUMBERS = (0, 1, 100)


@dataclass(frozen=True, eq=False)
class Checked:
    """A formula that is ready to be interpreted: its names, the kind of every part, its parameters.

    `risks` are the operations that may get an operand they have no value for, such as a division whose
    divisor's bounds hold zero. `reached` tells for each table and bands which entries and rows the formula
    may use. `held` says that the step's declared range is proved.
    """

    bound: Bound
    kind: Kind
    kinds: Mapping[ast.AST, Kind]
    parameters: Mapping[str, Content]
    risks: tuple[ast.expr, ...] = ()
    reached: tuple[tuple[str, frozenset[str | int]], ...] = ()
    held: bool = False

    @property
    def root(self) -> ast.expr:
        """The tree's top."""
        return self.bound.tree.root

    def part(self, node: ast.expr) -> Checked:
        """Return the formula that consists of *node* of this one alone."""
        tree = replace(self.bound.tree, root=node)
        return replace(self, bound=replace(self.bound, tree=tree), kind=self.kinds.get(node, self.kind))


def check(
    bound: Bound,
    parameters: Mapping[str, Content],
    kind_of: Callable[[Reference], Kind | None],
) -> tuple[Checked | None, tuple[Fault, ...], tuple[Fault, ...]]:
    """Return the checked formula (None if it has faults), its faults, and warnings and pieces of advice.

    *kind_of* gives the kind of a column, step or indicator; None for one with faults of its own, about
    which nothing more is said here.
    """
    checker = _Checker(bound, parameters, kind_of)
    kind = checker.interpret(bound.tree.root)
    risks = tuple(checker.risks)
    reached = tuple((name, frozenset(found)) for name, found in checker.reached.items())
    checked = None if kind is None else Checked(bound, kind, checker.found, parameters, risks, reached)
    return (None if checker.faults else checked), tuple(checker.faults), tuple(checker.advices)


def content_kind(content: Content) -> Kind | None:
    """Return the kind of a parameter's value or values; None where they don't go together."""
    if isinstance(content, SingleContent):
        values: Sequence[Constant] = (content.value, *content.choices)
    elif isinstance(content, TableContent):
        values = tuple(content.entries.values())
    elif isinstance(content, BandsContent):
        values = tuple(value for _, _, value in content.rows)
    else:
        values = content.values
    kind = kinds.joined(kinds.constant(value) for value in values) if values else None
    if kind is not None and isinstance(content, BandsContent) and content.rows[-1][0] is not None:
        return replace(kind, failing=True)
    return kind


class _Checker(Algebra[Kind | None]):
    """The algebra of kinds. None is a part that has a fault already: it causes no further ones."""

    def __init__(
        self,
        bound: Bound,
        parameters: Mapping[str, Content],
        kind_of: Callable[[Reference], Kind | None],
    ) -> None:
        super().__init__(bound, parameters)
        self.kind_of = kind_of
        self.found: dict[ast.AST, Kind] = {}
        self.faults: list[Fault] = []
        self.advices: list[Fault] = []
        self.risks: list[ast.expr] = []
        self.reached: dict[str, set[str | int]] = {}
        self.facts: Facts = _NO_FACTS
        self.in_rows = bound.scope.each is not None

    def interpret(self, node: ast.expr) -> Kind | None:
        kind: Kind | None = super().interpret(node)
        if kind is not None:
            self.found[node] = kind
        return kind

    def under(self, facts: Facts, node: ast.expr) -> Kind | None:
        """Return the kind of *node* where *facts* hold too."""
        before, self.facts = self.facts, {**self.facts, **facts}
        kind = self.interpret(node)
        self.facts = before
        return kind

    def fault(self, node: ast.expr, code: str, message: Message, hint: Message | None = None) -> None:
        start, end = self.bound.tree.span(node)
        self.faults.append(Fault(start, end, code, message, hint))

    def written(self, node: ast.expr) -> str:
        start, end = self.bound.tree.span(node)
        return " ".join(self.bound.tree.text[start:end].split())

    # ── leaves ──

    def constant(self, node: ast.expr, value: Constant) -> Kind:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value not in _PLAIN_NUMBERS:
            start, end = self.bound.tree.span(node)
            self.advices.append(
                Fault(
                    start,
                    end,
                    "unnamed-number",
                    say("{number} stands in the formula without a name", number=value),
                    say("name it as a parameter, with its article"),
                )
            )
        return kinds.constant(value)

    def reference(self, node: ast.expr, reference: Reference) -> Kind | None:
        if isinstance(reference, Truth):
            return kinds.BOOLEAN
        if isinstance(reference, NoValueHere):
            self.fault(
                node,
                "misplaced-no-value",
                say("`no_value` stands only as a branch of a choice"),
                say("write `x if condition else no_value`"),
            )
            return None
        if isinstance(reference, PeriodValue):
            return period_kind(reference.part)
        if isinstance(reference, ParameterValue):
            return self.parameter(node, reference.name)
        if isinstance(reference, SourceRows):
            return kinds.BOOLEAN
        if reference in self.facts:
            return self.facts[reference]
        return self.told_apart(node, self.kind_of(reference))

    def told_apart(self, node: ast.expr, kind: Kind | None) -> Kind | None:
        """Return *kind*, or None after saying that a blank can't be told from a failure.

        In a column both are null, except among numbers; the unit's own values are no columns.
        """
        if kind is None or not self.in_rows or not kind.blank or not kind.failing or kind.numeric:
            return kind
        self.fault(
            node,
            "blank-value",
            say("this may be blank and may fail; for {kind} the two can't be told apart", kind=kind.words),
            say("decide the blank with `coalesce` or `is_missing`"),
        )
        return None

    def parameter(self, node: ast.expr, name: str) -> Kind | None:
        content = self.parameters.get(name)
        if content is None:
            return None
        if isinstance(content, SingleContent):
            values = dict.fromkeys((content.value, *content.choices))
            return kinds.joined(kinds.constant(value) for value in values)
        way_out = {
            TableContent: say("look a value up with `{name}[key]`", name=name),
            BandsContent: say("find a value with `band(x, {name})`", name=name),
            SetContent: say("ask whether a value belongs to it with `x in {name}`", name=name),
        }[type(content)]
        what = {TableContent: say("a table"), BandsContent: say("bands"), SetContent: say("a set")}[
            type(content)
        ]
        self.fault(
            node, "wrong-kind", say("`{name}` is {what}, not one value", name=name, what=what), way_out
        )
        return None

    # ── what a place needs ──

    def present(self, node: ast.expr, kind: Kind) -> bool:
        """Return whether *kind* is surely not blank; a fault with the ways out if it may be."""
        if not kind.blank:
            return True
        name = self.written(node)
        inside = isinstance(self.bound.references.get(node), RowValue) and self.bound.aggregates
        self.fault(
            node,
            "blank-value",
            say("`{name}` may be blank", name=name),
            say(
                "write `coalesce({name}, 0)`, decide with `is_missing({name})`, "
                "or choose rows with `where=not is_missing(...)`",
                name=name,
            )
            if inside
            else say("write `coalesce({name}, 0)`, decide with `is_missing({name})`", name=name),
        )
        return False

    def number(self, node: ast.expr, kind: Kind | None = None) -> Kind | None:
        """Return the kind of *node* where a number is needed, or None after saying what stands there."""
        if kind is None:
            kind = self.interpret(node)
        if kind is None or not kind.numeric:
            if kind is not None:
                self.fault(
                    node,
                    "wrong-kind",
                    say(
                        "`{name}` is {kind}; a number is needed here",
                        name=self.written(node),
                        kind=kind.words,
                    ),
                    say("write `1 if {name} else 0` to count it", name=self.written(node))
                    if kind.base == "boolean"
                    else None,
                )
            return None
        return kind if self.present(node, kind) else None

    def condition(self, node: ast.expr, facts: Facts = _NO_FACTS) -> Kind | None:
        """Return the kind of *node* where a condition is needed, or None after saying what stands there."""
        kind = self.under(facts, node)
        if kind is None:
            return None
        if kind.base != "boolean":
            self.fault(
                node,
                "wrong-kind",
                say(
                    "`{name}` is {kind}; a condition is needed here", name=self.written(node), kind=kind.words
                ),
                say("compare it, for example `{name} > 0`", name=self.written(node))
                if kind.numeric
                else say(
                    "compare it too, or write all values behind `in`: x in [{name}, ...]",
                    name=self.written(node),
                )
                if kind.base == "category" and self.known(node) is not None
                else None,
            )
            return None
        return kind if self.present(node, kind) else None

    def truth_alone(self, node: ast.expr, kind: Kind) -> Message | None:
        """Return that a condition needs no comparison, if *node* is one."""
        if kind.base != "boolean":
            return None
        return say("write `{name}` alone, or `not {name}`", name=self.written(node))

    # ── operators ──

    def sign(self, node: ast.UnaryOp, operand: Kind | None) -> Kind | None:
        kind = self.number(node.operand, operand) if operand is not None else None
        if kind is None or isinstance(node.op, ast.UAdd):
            return kind
        return kinds.negated(kind)

    def negation(self, node: ast.UnaryOp) -> Kind | None:
        return self.condition(node.operand)

    def arithmetic(self, node: ast.BinOp, left: Kind | None, right: Kind | None) -> Kind | None:
        left = self.number(node.left, left) if left is not None else None
        right = self.number(node.right, right) if right is not None else None
        if left is None or right is None:
            return None
        result = kinds.ARITHMETIC[operator_of(node)](left, right)
        if operator_of(node) == "/" and right.low == right.high == 0:
            self.fault(node.right, "division-by-zero", say("this divides by zero"))
            return None
        if operator_of(node) in ("/", "%") and not right.excludes_zero:
            self.risks.append(node)
        self.found[node] = result
        return result

    def logic(self, node: ast.BoolOp) -> Kind | None:
        conjunction = isinstance(node.op, ast.And)
        facts: Facts = _NO_FACTS
        parts: list[Kind | None] = []
        for value in node.values:
            parts.append(self.condition(value, facts))
            facts = {**facts, **(self.proves(value)[0 if conjunction else 1])}
        present = [part for part in parts if part is not None]
        return kinds.failing(kinds.BOOLEAN, *present) if len(present) == len(parts) else None

    def choice(self, cases: Sequence[ast.IfExp], otherwise: ast.expr) -> Kind | None:
        facts: Facts = _NO_FACTS
        tests: list[Kind | None] = []
        branches: list[tuple[ast.expr, Kind | None]] = []
        for case in cases:
            tests.append(self.condition(case.test, facts))
            when_true, when_false = self.proves(case.test)
            if not self.gives_none(case.body):
                branches.append((case.body, self.under({**facts, **when_true}, case.body)))
            facts = {**facts, **when_false}
        if not self.gives_none(otherwise):
            branches.append((otherwise, self.under(facts, otherwise)))
        if not branches:
            self.fault(cases[0], "misplaced-no-value", say("no branch of this choice gives a value"))
            return None
        known = [kind for _, kind in branches if kind is not None]
        if len(known) < len(branches) or any(test is None for test in tests):
            return None
        joined = kinds.joined(known)
        if joined is None:
            first = known[0]
            node, other = next(
                (n, k) for n, k in branches if k is not None and kinds.joined([first, k]) is None
            )
            self.fault(
                node,
                "wrong-kind",
                say("the branches differ: {first} here, {other} there", first=first.words, other=other.words),
                say("all branches of a condition give the same kind of value"),
            )
            return None
        result = kinds.failing(joined, *(test for test in tests if test is not None))
        if len(branches) <= len(cases):
            result = replace(result, failing=True)
        return self.told_apart(cases[0], result)

    def gives_none(self, node: ast.expr) -> bool:
        """Return whether a branch is `no_value`."""
        return isinstance(self.bound.references.get(node), NoValueHere)

    # ── comparisons ──

    def comparison(self, node: ast.Compare) -> Kind | None:
        results = [self.compared(left, operator, right) for left, operator, right in self.pairs(node)]
        present = [result for result in results if result is not None]
        return kinds.failing(kinds.BOOLEAN, *present) if len(present) == len(results) else None

    def compared(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Kind | None:
        written = comparison_of(operator)
        first = self.interpret(left)
        if written in ("in", "not in"):
            return None if first is None else self.membership(left, first, right)
        second = self.interpret(right)
        if first is None or second is None:
            return None
        if not (self.present(left, first) and self.present(right, second)):
            return None
        if kinds.joined([first, second]) is None:
            self.fault(
                right,
                "wrong-kind",
                say(
                    "`{left}` is {first} and `{right}` is {second}; the two can't be compared",
                    left=self.written(left),
                    first=first.words,
                    right=self.written(right),
                    second=second.words,
                ),
                self.truth_alone(left, first) or self.truth_alone(right, second),
            )
            return None
        if written not in ("==", "!=") and not (first.numeric or first.base == "date"):
            self.fault(
                left,
                "wrong-kind",
                say("`{left}` is {kind}, which has no order", left=self.written(left), kind=first.words),
                say("use == or != or `in`"),
            )
            return None
        if first.base == second.base == "category" and not set(first.values) & set(second.values):
            self.impossible(left, first, right, second)
            return None
        self.decided(left, right, kinds.compared(first, written, second))
        return kinds.failing(kinds.BOOLEAN, first, second)

    def decided(self, left: ast.expr, right: ast.expr, truth: bool | None) -> None:
        """Warn of a comparison that is always true or never: what depends on it is no choice.

        A parameter may be such that all fulfil it: a later version, or another agency, may set it
        otherwise. And two that the file fixes may be compared: that is a switch.
        """
        named = [self.content(side) is not None for side in (left, right)]
        fixed = all(
            self.known(side) is not None or name for side, name in zip((left, right), named, strict=True)
        )
        if truth is None or fixed or (truth and any(named)):
            return
        start, end = self.bound.tree.span(left)[0], self.bound.tree.span(right)[1]
        self.advices.append(
            Fault(
                start,
                end,
                "decided-condition",
                say("this is always true here: `{name}` can be nothing else", name=self.written(left))
                if truth
                else say("this is never true here: `{name}` can't be so", name=self.written(left)),
                say("correct the comparison, or remove the choice that it decides"),
            )
        )

    def impossible(self, left: ast.expr, first: Kind, right: ast.expr, second: Kind) -> None:
        """Say that two categories can never be equal, pointing at the one that is a literal."""
        literal, other, kind, values = (
            (left, right, first, second) if self.known(left) is not None else (right, left, second, first)
        )
        self.fault(
            literal,
            "impossible-category",
            say(
                "`{name}` is never {value}",
                name=self.written(other),
                value=either(f'"{value}"' for value in kind.values),
            ),
            nearest(kind.values[0], values.values)
            or say("its values are {values}", values=", ".join(values.values)),
        )

    def membership(self, left: ast.expr, first: Kind, right: ast.expr) -> Kind | None:
        if not self.present(left, first):
            return None
        content = self.content(right)
        if isinstance(right, (ast.Name, ast.Attribute)) and not isinstance(content, SetContent):
            self.fault(
                right,
                "wrong-kind",
                say("`in` needs a set; `{name}` is none", name=self.written(right)),
                say('declare a parameter with `set: [...]`, or write the values: in ["a", "b"]'),
            )
            return None
        members = self.members(right)
        kind = kinds.joined(kinds.constant(member) for member in members) if members else None
        if kind is None and isinstance(content, SetContent):
            return None  # of different kinds: that is told once, where the set is declared
        if kind is None or kinds.joined([first, kind]) is None:
            self.fault(
                right,
                "wrong-kind",
                say(
                    "`{left}` is {kind}, but the set holds something else",
                    left=self.written(left),
                    kind=first.words,
                ),
            )
            return None
        if first.base == "category":
            known = self.widest(left, first)
            strange = [str(member) for member in members if str(member) not in known.values]
            if strange:
                self.fault(
                    right,
                    "impossible-category",
                    say(
                        "`{name}` is never {values}",
                        name=self.written(left),
                        values=either(f'"{value}"' for value in strange),
                    ),
                    nearest(strange[0], known.values)
                    or say("its values are {values}", values=", ".join(known.values)),
                )
                return None
            inside = {str(member) for member in members}
            if set(first.values) <= inside or not set(first.values) & inside:
                self.decided(left, right, set(first.values) <= inside)
        return kinds.failing(kinds.BOOLEAN, first)

    def widest(self, node: ast.expr, kind: Kind) -> Kind:
        """Return the kind of a name without what conditions around it prove."""
        reference = self.bound.references.get(node)
        if isinstance(reference, RowValue):
            return self.kind_of(reference) or kind
        return kind

    # ── tables, bands, functions, aggregates ──

    def look_up(self, node: ast.Subscript) -> Kind | None:
        content = self.content(node.value)
        if not isinstance(content, TableContent):
            self.fault(
                node.value,
                "wrong-kind",
                say("`{name}` is not a table", name=self.written(node.value)),
                say("only a parameter with `table:` is looked up with [ ]"),
            )
            return None
        key = self.interpret(node.slice)
        if key is None or not self.present(node.slice, key):
            return None
        keys = self.keys(node.slice, key)
        if keys is None:
            return None
        absent = [value for value in keys if value not in content.entries]
        if absent:
            self.fault(
                node.slice,
                "table-gap",
                say(
                    "`{table}` has no entry for {keys}, which `{key}` can be",
                    table=self.written(node.value),
                    keys=", ".join(absent),
                    key=self.written(node.slice),
                ),
                say("add the entry to the table, or keep the value away with a condition"),
            )
            return None
        kind = kinds.joined(kinds.constant(content.entries[value]) for value in keys)
        self.reach(node.value, keys)
        if kind is None:
            return None  # of different kinds: that is told once, where the table is declared
        return kinds.failing(kind, key)

    def keys(self, node: ast.expr, key: Kind) -> list[str] | None:
        """Return every key that a look-up may use, or None after saying why they can't be known."""
        if key.base == "category":
            return list(key.values)
        if key.base == "integer" and key.high - key.low <= 1000:
            return [str(value) for value in range(math.ceil(key.low), math.floor(key.high) + 1)]
        self.fault(
            node,
            "wrong-kind",
            say(
                "`{key}` is {kind}; a table is looked up by a category",
                key=self.written(node),
                kind=key.words,
            ),
            say("give the column `range: [from, to]`")
            if key.base == "integer"
            else say("use `bands` and band(x, bands) for numbers")
            if key.base == "number"
            else say("declare the column as `type: category` with its values")
            if key.base == "text"
            else None,
        )
        return None

    def function(self, node: ast.Call, function: Function) -> Kind | None:
        count = len(node.args)
        if not function.least <= count <= function.most:
            self.fault(
                node,
                "wrong-argument",
                say_many(
                    "`{name}` has {count} argument",
                    "`{name}` has {count} arguments",
                    name=function.name,
                    count=count,
                ),
                say("write {signature}", signature=function.signature),
            )
            return None
        takes = [*function.takes, *[function.takes[-1]] * (count - len(function.takes))][:count]
        given = [self.argument(node, argument, what) for argument, what in zip(node.args, takes, strict=True)]
        present = [kind for kind in given if kind is not None]
        if len(present) < len(given):
            return None
        if function.name == "is_missing":
            return kinds.failing(kinds.BOOLEAN, *present)
        if function.takes[0] == "any" and kinds.joined(present) is None:
            self.fault(
                node,
                "wrong-kind",
                say("the arguments of `{name}` are of different kinds", name=function.name),
            )
            return None
        if self.outside(node, function, present[0]):
            self.risks.append(node)
        if function.name == "band":
            self.reach(node.args[1], self.rows_reached(node, present[0]))
        return kinds.failing(function.gives(present), *present)

    def reach(self, node: ast.expr, entries: Iterable[str | int]) -> None:
        """Note entries of a table, or rows of bands, that the formula may use."""
        assert isinstance(node, ast.Name), "a parameter stands by its name"
        self.reached.setdefault(node.id, set()).update(entries)

    def rows_reached(self, node: ast.Call, x: Kind) -> Iterator[int]:
        """Yield the rows of bands that a number can reach."""
        content = self.content(node.args[1])
        assert isinstance(content, BandsContent), "checked as an argument"
        for number, (limit, included, _) in enumerate(content.rows):
            if limit is None:
                yield number
                return
            border = least(limit) if included else least_above(limit)
            if x.high >= border:
                yield number
            if x.low >= border:
                return

    def outside(self, node: ast.Call, function: Function, first: Kind) -> bool:
        """Return whether the first argument may be one that the function has no value for."""
        if function.name == "band":
            content = self.content(node.args[1])
            assert isinstance(content, BandsContent), "checked as an argument"
            lowest, included, _ = content.rows[-1]
            return lowest is not None and first.low < (least(lowest) if included else least_above(lowest))
        return function.domain is not None and first.low < function.domain

    def argument(self, call: ast.Call, node: ast.expr, what: Argument) -> Kind | None:
        """Return the kind of one argument where *what* is needed."""
        if what == "number":
            return self.number(node)
        if what == "condition":
            return self.condition(node)
        if what == "any":
            return self.interpret(node)
        if what == "source":
            return kinds.BOOLEAN
        if what == "bands":
            content = self.content(node)
            if isinstance(content, BandsContent):
                return content_kind(content)
            self.fault(
                node,
                "wrong-argument",
                say("`band` needs bands as its second argument"),
                say("declare a parameter with `bands: [{{from: ..., value: ...}}, ...]`"),
            )
            return None
        if what in ("digits", "percent"):
            low, high = (-9, 9) if what == "digits" else (0, 100)
            value = self.known(node)
            whole = what == "percent" or isinstance(value, int)
            if (
                isinstance(value, (int, float))
                and not isinstance(value, bool)
                and whole
                and low <= value <= high
            ):
                return kinds.constant(value)
            self.fault(
                node,
                "wrong-argument",
                say(
                    "`{name}` needs {what} from {low} to {high} written as a number here",
                    name=function_name(call),
                    what=kinds.NAMES["integer" if what == "digits" else "number"],
                    low=low,
                    high=high,
                ),
            )
            return None
        kind = self.interpret(node)
        if kind is not None and kind.base != what:
            self.fault(
                node,
                "wrong-kind",
                say(
                    "`{name}` is {kind}; a date is needed here",
                    name=self.written(node),
                    kind=kind.words,
                ),
            )
            return None
        return kind if kind is None or self.present(node, kind) else None

    def aggregate(self, node: ast.Call, over: AggregateOver) -> Kind | None:
        aggregate = AGGREGATES[function_name(node)]
        if len(node.args) != len(aggregate.takes):
            self.fault(
                node,
                "wrong-argument",
                say_many(
                    "`{name}` has {count} argument",
                    "`{name}` has {count} arguments",
                    name=aggregate.name,
                    count=len(node.args),
                ),
                say("write {signature}", signature=aggregate.signature),
            )
            return None
        facts: Facts = _NO_FACTS
        around, self.in_rows = self.in_rows, True
        chosen: Kind | None = kinds.BOOLEAN
        where = condition_of(node)
        if where is not None:
            chosen = self.condition(where)
            facts = self.proves(where)[0]
        before, self.facts = self.facts, {**self.facts, **facts}
        given = [
            self.argument(node, argument, what)
            for argument, what in zip(node.args, aggregate.takes, strict=True)
        ]
        self.facts, self.in_rows = before, around
        present = [kind for kind in given if kind is not None]
        if chosen is None or len(present) < len(given):
            return None
        rows = self.bound.scope.landscape.sources[over.source].rows if over.per is None else None
        kind = aggregate.gives(present) if rows is None else aggregate.of_rows(present, rows, where is None)
        return kinds.failing(kind, chosen, *present)

    # ── what conditions prove ──

    def proves(self, node: ast.expr) -> tuple[Facts, Facts]:
        """Return what is known of names where the condition *node* holds, and where it doesn't."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            when_true, when_false = self.proves(node.operand)
            return when_false, when_true
        if isinstance(node, ast.BoolOp):
            side = 0 if isinstance(node.op, ast.And) else 1
            facts: dict[Reference, Kind] = {}
            for value in node.values:
                facts.update(self.proves(value)[side])
            return (facts, _NO_FACTS) if side == 0 else (_NO_FACTS, facts)
        if isinstance(node, ast.Call) and function_name(node) == "is_missing" and len(node.args) == 1:
            reference = self.bound.references.get(node.args[0])
            kind = self.found.get(node.args[0])
            if reference is not None and kind is not None:
                return _NO_FACTS, {reference: replace(kind, blank=False)}
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self.comparison_proves(node.left, comparison_of(node.ops[0]), node.comparators[0])
        return _NO_FACTS, _NO_FACTS

    def comparison_proves(self, left: ast.expr, operator: str, right: ast.expr) -> tuple[Facts, Facts]:
        reference, kind = self.bound.references.get(left), self.found.get(left)
        value = self.fixed(right)
        if self.fixed(left) is not None and operator in _MIRRORED:
            reference, kind = self.bound.references.get(right), self.found.get(right)
            value, operator = self.fixed(left), _MIRRORED[operator]
        if reference is None or kind is None or isinstance(reference, ParameterValue):
            return _NO_FACTS, _NO_FACTS
        if kind.base == "category":
            members = self.members(right) if operator in ("in", "not in") else (value,)
            inside = tuple(v for v in kind.values if v in members)
            outside = tuple(v for v in kind.values if v not in members)
            facts: tuple[Facts, Facts] = (
                {reference: replace(kind, values=inside)} if inside else _NO_FACTS,
                {reference: replace(kind, values=outside)} if outside and members != (None,) else _NO_FACTS,
            )
            if members == (None,):
                return _NO_FACTS, _NO_FACTS
            return facts if operator in ("==", "in") else (facts[1], facts[0])
        if not kind.numeric or not isinstance(value, (int, float)) or isinstance(value, bool):
            return _NO_FACTS, _NO_FACTS
        return _bounds_proved(reference, kind, operator, float(value))


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def _bounds_proved(reference: Reference, kind: Kind, operator: str, value: float) -> tuple[Facts, Facts]:
    """Narrow a number's bounds by a comparison at nine decimals with a known value."""
    at_least = replace(kind, low=max(kind.low, least(value)))
    above = replace(kind, low=max(kind.low, least_above(value)))
    below = replace(kind, high=min(kind.high, math.nextafter(least(value), -math.inf)))
    at_most = replace(kind, high=min(kind.high, math.nextafter(least_above(value), -math.inf)))
    same = replace(kind, low=at_least.low, high=at_most.high)
    proved = {
        ">=": (at_least, below),
        ">": (above, at_most),
        "<": (below, at_least),
        "<=": (at_most, above),
        "==": (same, None),
        "!=": (None, same),
    }.get(operator, (None, None))
    facts = [
        {reference: narrowed} if narrowed is not None and narrowed.low <= narrowed.high else _NO_FACTS
        for narrowed in proved
    ]
    if operator in ("==", "!=") and value == 0 and kind.low >= 0:
        facts[1 if operator == "==" else 0] = {reference: above}
    return facts[0], facts[1]
