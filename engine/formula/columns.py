"""Interpret a tree as a column expression of a dataframe library.

One algebra over two small adapters: Polars natively, narwhals for every other frame. A blank cell is
null. A failed value is NaN among numbers and null among conditions, categories and dates, which are
never both blank and failing (see `checked`). Comparisons and conditions keep a failure from being
taken for an answer; that costs only where something can fail.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Any, Protocol

from engine.formula.algebra import Algebra, BandsContent, Constant, TableContent, comparison_of, operator_of
from engine.formula.checked import Checked
from engine.formula.functions import AGGREGATES, Function
from engine.formula.kinds import Kind
from engine.formula.names import (
    AggregateOver,
    NoValueHere,
    PeriodValue,
    Reference,
    RowValue,
    Truth,
    condition_of,
    function_name,
)
from engine.formula.scalar import thresholds
from engine.numbers import ABOVE_ZERO, EXACT_COUNTS, LARGEST_EXACT, ZERO_FROM, least, least_above

Expression = Any
"""A column expression of Polars or narwhals; their types have no common name."""


class ColumnNames(Protocol):
    """Which column of a frame holds what a formula asks for."""

    def column(self, reference: Reference) -> str:
        """Return the column that holds a value of the row."""

    def aggregate(self, call: ast.Call) -> str:
        """Return the column that holds an aggregate over the rows that refer to this one."""

    def any_column(self, source: str) -> str:
        """Return some column of the source, to tell how many rows there are."""


@dataclass(frozen=True)
class AggregateColumns:
    """An aggregate as expressions to select or to group by: its value, and how many rows have none."""

    value: Expression
    failed: Expression | None


@dataclass
class Aside:
    """Parts of formulas that are computed beforehand, each as a column of its own, in this order.

    An expression has no names for its parts: what is used twice is written twice, so that
    ``floor(floor(floor(x)))`` would grow fourfold with each bracket. A part that has grown large
    becomes a column. Other columns of the frame must not begin with `MARK`.
    """

    columns: list[tuple[str, Expression]] = field(default_factory=list)

    def light(self, value: Expression, words: Words, uses: int = 1) -> Expression:
        """Return *value*, by the name of its column if it is too large to be written *uses* times."""
        if words.size(value) * uses <= _HEAVY or words.size(value) <= _LIGHT:
            return value
        name = f"{MARK}{len(self.columns)}"
        self.columns.append((name, value))
        return words.column(name)


MARK = "__part"
_HEAVY = 8_000
_LIGHT = 60


def expression(
    checked: Checked, names: ColumnNames, period: Mapping[str, int | date], words: Words, aside: Aside
) -> Expression:
    """Return the formula as one column expression over the rows that it goes through.

    What it needs beforehand is put *aside*.
    """
    return _Columns(checked, names, period, words, aside).interpret(checked.root)


def aggregate_expressions(
    checked: Checked,
    call: ast.Call,
    names: ColumnNames,
    period: Mapping[str, int | date],
    words: Words,
    aside: Aside,
) -> AggregateColumns:
    """Return one aggregate of the formula as expressions over the rows of its source."""
    return _Columns(checked, names, period, words, aside).over_rows(call)


class Words:
    """The words of `functions.ColumnWords`, said with a library that has Polars' vocabulary."""

    def __init__(self, library: Any) -> None:
        self.library = library
        self.nan = library.lit(math.nan)

    @classmethod
    def named(cls, name: str) -> str:
        """Return what a column of a plan is called in the frames of this library."""
        return name

    @classmethod
    def in_plan(cls, name: str) -> str:
        """Return what a plan calls a column of a frame."""
        return name

    def column(self, name: str) -> Expression:
        """Return the column that a plan calls *name*."""
        return self.library.col(self.named(name))

    @staticmethod
    def size(x: Expression) -> int:
        """Return how large an expression is: the characters of its printed form."""
        return len(str(x))

    def literal(self, value: Constant | date) -> Expression:
        """Return a known value; whole numbers become floating point."""
        if isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        return self.library.lit(value)

    def either(self, condition: Expression, then: Expression, otherwise: Expression) -> Expression:
        """Return *then* where the condition holds, *otherwise* elsewhere, also where it is null."""
        return self.library.when(condition).then(then).otherwise(otherwise)

    def where(self, condition: Expression, then: Expression) -> Expression:
        """Return *then* where the condition holds, null elsewhere."""
        return self.library.when(condition).then(then)

    def as_number(self, x: Expression) -> Expression:
        """Return x as a floating-point column; a condition as 1 and 0."""
        return x.cast(self.library.Float64)

    def as_text(self, x: Expression) -> Expression:
        """Return x as a text column."""
        return x.cast(self.library.String)

    def per(self, x: Expression, divisor: float) -> Expression:
        """Return x / divisor as IEEE says: Polars turns a literal divisor into a product."""
        return x / (x * 0.0 + divisor)

    def at_nine(self, x: Expression, within: Kind) -> Expression:
        """Return x as a count of 1e-9; see `numbers.at_nine`."""
        scaled = x * 1e9
        counted = self.floor(scaled + 0.5)
        if max(abs(within.low), abs(within.high)) * 1e9 < EXACT_COUNTS:
            return counted
        return self.either(scaled.abs() < EXACT_COUNTS, counted, scaled)

    def is_zero(self, x: Expression) -> Expression:
        """Return whether x is zero at nine decimals; see `numbers.is_zero`."""
        return (x >= ZERO_FROM) & (x < ABOVE_ZERO)

    def floor(self, x: Expression) -> Expression:
        """Return the whole number at or below x."""
        return x.floor()

    def to_nine(self, x: Expression) -> Expression:
        """Return x at nine decimals; see `numbers.to_nine`."""
        scaled = x * 1e9
        counted = self.per(self.floor(scaled + 0.5), 1e9)
        return self.either(scaled.abs() < EXACT_COUNTS, counted, x)

    def rounded(self, x: Expression, within: Kind, decimals: int, mode: str) -> Expression:
        """Return x rounded as `numbers.rounded` does, NaN where it is too large for its published digits."""
        size = x.abs()
        counted = self.per(self.floor(size * 1e9 + 0.5), 10.0 ** (9 - decimals))
        large = max(abs(within.low), abs(within.high)) * 1e9 >= EXACT_COUNTS
        if large:
            scaled = size * 10.0**decimals if decimals >= 0 else self.per(size, 10.0**-decimals)
            counted = self.either(size * 1e9 < EXACT_COUNTS, counted, scaled)
        below = self.floor(counted)
        if mode == "half_up":
            whole = self.floor(counted + 0.5)
            whole = self.either(counted < EXACT_COUNTS, whole, counted) if large else whole
        elif mode == "half_even":
            half = counted - below
            odd = below - self.floor(below / 2.0) * 2.0
            whole = self.either(half > 0.5, below + 1.0, self.either(half == 0.5, below + odd, below))
        else:
            whole = below
        value = self.per(whole, 10.0**decimals) if decimals > 0 else whole * 10.0**-decimals
        signed = self.either(x < 0, 0.0 - value, value)
        if max(abs(within.low), abs(within.high)) * 10.0**decimals < LARGEST_EXACT:
            return signed
        fits = size < LARGEST_EXACT / 10.0**decimals
        return self.either(fits | x.is_null(), signed, self.nan)

    def smallest(self, values: Sequence[Expression]) -> Expression:
        """Return the smallest in each row."""
        return self.library.min_horizontal(*values)

    def largest(self, values: Sequence[Expression]) -> Expression:
        """Return the largest in each row."""
        return self.library.max_horizontal(*values)

    def absolute(self, x: Expression) -> Expression:
        """Return x without its sign."""
        return x.abs()

    def finite(self, x: Expression) -> Expression:
        """Return x, NaN where it is not finite."""
        return self.either(x.is_finite() | x.is_null(), x, self.nan)

    def sqrt(self, x: Expression) -> Expression:
        """Return the square root, NaN where there is none."""
        return self.either(x < ZERO_FROM, self.nan, self.either(x < 0, 0.0 * x, x).sqrt())

    def exp(self, x: Expression) -> Expression:
        """Return e to the x."""
        return x.exp()

    def log(self, x: Expression) -> Expression:
        """Return the natural logarithm, NaN where there is none."""
        return self.either(x >= ABOVE_ZERO, x.log(), self.nan)

    def mean_by(self, x: Expression, weight: Expression) -> Expression:
        """Return the mean of x by weight, NaN where the weights sum to zero at nine decimals."""
        total = weight.sum()
        return self.either(self.is_zero(total), self.nan, self.finite((x * weight).sum() / total))

    def year(self, day: Expression) -> Expression:
        """Return the year of a date."""
        return day.dt.year()

    def month(self, day: Expression) -> Expression:
        """Return the month of a date."""
        return day.dt.month()

    def days_between(self, first: Expression, second: Expression) -> Expression:
        """Return the days from first to second."""
        return (second - first).dt.total_minutes() // 1440

    def is_blank(self, x: Expression) -> Expression:
        """Return whether the cell is empty."""
        return x.is_null()

    def if_blank(self, x: Expression, instead: Expression) -> Expression:
        """Return x, or *instead* where it is empty."""
        return self.either(x.is_null(), instead, x)


class _Columns(Algebra[Expression]):
    def __init__(
        self,
        checked: Checked,
        names: ColumnNames,
        period: Mapping[str, int | date],
        words: Words,
        aside: Aside,
    ) -> None:
        super().__init__(checked.bound, checked.parameters)
        self.aside = aside
        self.kinds = checked.kinds
        self.names = names
        self.period = period
        self.words = words

    def interpret(self, node: ast.expr) -> Expression:
        return self.light(super().interpret(node))

    def light(self, value: Expression, uses: int = 1) -> Expression:
        return self.aside.light(value, self.words, uses)

    # ── leaves ──

    def constant(self, node: ast.expr, value: Constant) -> Expression:
        return self.words.literal(value)

    def reference(self, node: ast.expr, reference: Reference) -> Expression:
        if isinstance(reference, Truth):
            return self.words.literal(reference.value)
        known = self.known(node)
        if known is not None:
            return self.words.literal(known)
        if isinstance(reference, PeriodValue):
            part = self.period.get(reference.part)
            return self.words.nan if part is None else self.words.literal(part)
        return self.words.column(self.names.column(reference))

    # ── failures ──

    def failed(self, node: ast.expr, value: Expression) -> Expression | None:
        """Return where *value* has failed, or None if it can't."""
        kind = self.kinds[node]
        if not kind.failing:
            return None
        return value.is_nan() if kind.numeric else value.is_null()

    def spoiled(
        self, result: Expression, parts: Sequence[tuple[ast.expr, Expression]], kind: Kind
    ) -> Expression:
        """Return *result*, failed in the rows where one of its *parts* has failed."""
        masks = [mask for node, value in parts if (mask := self.failed(node, value)) is not None]
        if not masks:
            return result
        any_failed = reduce(lambda one, other: one | other, masks)
        if kind.numeric:
            return self.words.either(any_failed, self.words.nan, result)
        return self.words.where(~any_failed, result)

    def floating(self, node: ast.expr, value: Expression) -> Expression:
        return self.words.as_number(value) if self.kinds[node].base == "integer" else value

    # ── operators ──

    def sign(self, node: ast.UnaryOp, operand: Expression) -> Expression:
        if isinstance(node.op, ast.UAdd):
            return operand
        return 0.0 - self.floating(node.operand, operand)

    def negation(self, node: ast.UnaryOp) -> Expression:
        return ~self.interpret(node.operand)

    def arithmetic(self, node: ast.BinOp, left: Expression, right: Expression) -> Expression:
        words, kind = self.words, self.kinds[node]
        a, b = self.floating(node.left, left), self.floating(node.right, right)
        written = operator_of(node)
        if written in ("/", "%"):
            known = self.known(node.right)
            safe = self.kinds[node.right].excludes_zero
            ratio = words.per(a, float(known)) if safe and known is not None else a / b
            value = ratio if written == "/" else self.left_over(a, b, ratio)
            if not safe:
                value = words.either(self.is_zero(node.right, b), words.nan, value)
        elif written == "**":
            if not kind.bounded:
                a, b = self.light(a, 6), self.light(b, 3)
                a = words.either(self.is_zero(node.left, a) & ((a < 0.0) | (b < 0.0)), 0.0 * a, a)
            value = self.spoiled(a**b, [(node.left, a), (node.right, b)], kind)
        else:
            value = {"+": a.__add__, "-": a.__sub__, "*": a.__mul__}[written](b)
        return self.light(value if kind.bounded else words.finite(value))

    def is_zero(self, node: ast.expr, value: Expression) -> Expression:
        """Return whether *value*, in floating point, is zero at nine decimals."""
        return value == 0.0 if self.kinds[node].base == "integer" else self.words.is_zero(value)

    def left_over(self, a: Expression, b: Expression, ratio: Expression) -> Expression:
        """Return what is left of a after whole multiples of b, as `functions.remainder` says; else NaN."""
        words = self.words
        b = self.light(b, 8)
        rest = self.light(a - words.floor(ratio) * b, 8)
        nothing = words.is_zero(rest) | words.is_zero(b - rest)
        upwards = words.smallest([words.largest([rest, 0.0 * b]), b])
        downwards = words.largest([words.smallest([rest, 0.0 * b]), b])
        value = words.either(nothing, 0.0 * b, words.either(b > 0, upwards, downwards))
        return words.either(rest.is_finite() & (ratio.abs() < LARGEST_EXACT), value, words.nan)

    def logic(self, node: ast.BoolOp) -> Expression:
        conjunction = isinstance(node.op, ast.And)
        result = self.interpret(node.values[0])
        failing = self.kinds[node.values[0]].failing
        for part in node.values[1:]:
            value = self.interpret(part)
            combined = result & value if conjunction else result | value
            result = self.light(self.words.where(~result.is_null(), combined) if failing else combined)
            failing = failing or self.kinds[part].failing
        return result

    def choice(self, cases: Sequence[ast.IfExp], otherwise: ast.expr) -> Expression:
        kind = self.kinds[cases[0]]
        result = self.branch(otherwise, kind)
        for case in reversed(cases):
            test, body = self.interpret(case.test), self.branch(case.body, kind)
            if body is None:
                result = result if result is None else self.words.where(~test, result)
            elif result is None:
                result = self.words.where(test, body)
            else:
                result = self.words.either(test, body, result)
            if result is not None:
                result = self.light(self.spoiled(result, [(case.test, test)], kind))
        assert result is not None, "the checker wants one branch that has a value"
        return result

    def branch(self, node: ast.expr, whole: Kind) -> Expression | None:
        """Return a branch in the form that all branches share; None for a `no_value` that can be no NaN."""
        if isinstance(self.bound.references.get(node), NoValueHere):
            return self.words.nan if whole.numeric else None
        value = self.interpret(node)
        if whole.numeric:
            return self.floating(node, value)
        if whole.base in ("category", "text") and self.known(node) is None:
            return self.words.as_text(value)
        return value

    # ── comparisons ──

    def comparison(self, node: ast.Compare) -> Expression:
        parts = [self.compared(left, op, right) for left, op, right in self.pairs(node)]
        result = parts[0]
        for part in parts[1:]:
            result = self.light(result)
            result = (
                self.words.where(~result.is_null(), result & part)
                if self.kinds[node].failing
                else result & part
            )
        return result

    def compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Expression:
        written = comparison_of(op)
        first = self.interpret(left)
        if written in ("in", "not in"):
            return self.membership(left, first, right, inside=written == "in")
        second = self.interpret(right)
        one = self.kinds[left]
        if one.numeric:
            result = self.compared_numbers(left, first, written, right, second)
        else:
            if one.base in ("category", "text") and self.known(left) is None and self.known(right) is None:
                first, second = self.words.as_text(first), self.words.as_text(second)
            elif self.known(left) is not None and self.known(right) is None:
                first, second, written = second, first, _MIRRORED[written]
            result = _COMPARE[written](first, second)
        return self.spoiled(result, [(left, first), (right, second)], _CONDITION)

    def compared_numbers(
        self, left: ast.expr, first: Expression, written: str, right: ast.expr, second: Expression
    ) -> Expression:
        one, other = self.kinds[left], self.kinds[right]
        limit, limited, kind = self.known(right), first, one
        if limit is None:
            limit, limited, kind, mirrored = self.known(left), second, other, _MIRRORED[written]
            if limit is not None:
                written = mirrored
        if limit is not None:
            return self.against(limited, written, float(limit), whole=kind.base == "integer")
        if one.base == other.base == "integer":
            return _COMPARE[written](first, second)
        return _COMPARE[written](
            self.words.at_nine(self.floating(left, first), one),
            self.words.at_nine(self.floating(right, second), other),
        )

    def against(self, value: Expression, written: str, limit: float, *, whole: bool) -> Expression:
        """Return the comparison at nine decimals with a known limit, as plain comparisons."""
        from_, above = least(limit), least_above(limit)
        if whole and abs(limit) < LARGEST_EXACT:
            from_, above = math.ceil(from_), math.ceil(above)
        if written == ">=":
            return value >= from_
        if written == ">":
            return value >= above
        if written == "<":
            return value < from_
        if written == "<=":
            return value < above
        inside = (value >= from_) & (value < above)
        return inside if written == "==" else ~inside

    def membership(self, left: ast.expr, value: Expression, right: ast.expr, *, inside: bool) -> Expression:
        members = self.members(right)
        value = self.light(value, len(members))
        if self.kinds[left].numeric:
            whole = self.kinds[left].base == "integer"
            found = [self.against(value, "==", float(member), whole=whole) for member in members]
        else:
            possible = self.kinds[left].values
            listed = [member for member in members if not possible or member in possible] or members[:1]
            text = value if possible and set(listed) <= set(possible) else self.words.as_text(value)
            found = [text == self.words.literal(member) for member in listed]
        result = reduce(lambda one, other: one | other, found)
        return self.spoiled(result if inside else ~result, [(left, value)], _CONDITION)

    # ── tables, bands, functions ──

    def look_up(self, node: ast.Subscript) -> Expression:
        content = self.content(node.value)
        assert isinstance(content, TableContent)
        key, kind = self.interpret(node.slice), self.kinds[node.slice]
        key = self.light(key, len(content.entries))
        if kind.base == "category":
            tests = {value: key == self.words.literal(value) for value in kind.values}
        else:
            tests = {
                str(value): key == value for value in range(math.ceil(kind.low), math.floor(kind.high) + 1)
            }
        by_result: dict[Constant, list[Expression]] = {}
        for name, test in tests.items():
            by_result.setdefault(content.entries[name], []).append(test)
        groups = sorted(by_result.items(), key=lambda group: len(group[1]))
        result = self.words.literal(groups[-1][0])
        for value, alternatives in reversed(groups[:-1]):
            test = reduce(lambda one, other: one | other, alternatives)
            result = self.words.either(test, self.words.literal(value), result)
        return self.spoiled(result, [(node.slice, key)], self.kinds[node])

    def function(self, node: ast.Call, function: Function) -> Expression:
        if function.name == "band":
            return self.band(node)
        if function.name == "round":
            x = self.floating(node.args[0], self.interpret(node.args[0]))
            digits = self.known(node.args[1]) if len(node.args) > 1 else 0
            assert isinstance(digits, int)
            return self.words.rounded(x, self.kinds[node.args[0]], digits, "half_up")
        if function.name == "coalesce":
            arguments = [self.branch(argument, self.kinds[node]) for argument in self.searched(node)]
        elif function.takes[0] == "number":
            arguments = [self.floating(argument, self.interpret(argument)) for argument in node.args]
        else:
            arguments = [self.interpret(argument) for argument in node.args]
        result = function.many(self.words, *arguments)
        if function.name == "is_missing":
            return self.spoiled(result, [(node.args[0], arguments[0])], _CONDITION)
        if not function.compares and function.takes[0] != "date":  # Their failures pass through, as NaN.
            return result
        return self.spoiled(result, list(zip(node.args, arguments, strict=True)), self.kinds[node])

    def band(self, node: ast.Call) -> Expression:
        content = self.content(node.args[1])
        assert isinstance(content, BandsContent)
        x, kind = self.interpret(node.args[0]), self.kinds[node]
        x = self.light(x, len(content.rows))
        whole = self.kinds[node.args[0]].base == "integer"
        limits, rest = thresholds(content)
        words = self.words
        if content.rows[-1][0] is None and rest is not None:
            result = words.literal(rest)
        else:
            result = words.nan if kind.numeric else None
        for limit, value in reversed(limits):
            test = x >= (math.ceil(limit) if whole and abs(limit) < LARGEST_EXACT else limit)
            if result is None:
                result = words.where(test, words.literal(value))
            else:
                result = words.either(test, words.literal(value), result)
        return self.spoiled(result, [(node.args[0], x)], kind)

    # ── aggregates ──

    def aggregate(self, node: ast.Call, over: AggregateOver) -> Expression:
        return self.words.column(self.names.aggregate(node))

    def over_rows(self, call: ast.Call) -> AggregateColumns:
        """Return the aggregate's value over the rows of its source, and how many rows have none."""
        aggregate = AGGREGATES[function_name(call)]
        words = self.words
        where, every_row = condition_of(call), self.every_row(call)
        chosen = self.interpret(where) if where is not None else None
        failures: list[Expression] = []
        if where is not None and chosen is not None and self.kinds[where].failing:
            failures.append(chosen.is_null())
        arguments: list[Expression | float] = []
        for node, what in zip(call.args, aggregate.takes, strict=True):
            if what == "percent":
                percent = self.known(node)
                assert isinstance(percent, (int, float))
                arguments.append(float(percent))
                continue
            value = words.literal(True) if what == "source" else self.interpret(node)
            if what == "number":
                value = self.floating(node, value)
            mask = self.failed(node, value) if what != "source" else None
            if mask is not None:
                failures.append(mask if chosen is None else mask & chosen)
            picked = chosen if every_row is None else every_row if chosen is None else every_row & chosen
            arguments.append(value if picked is None else words.where(picked, value))
        value = aggregate.many(words, *arguments)
        failed = None
        if failures:
            in_rows = reduce(lambda one, other: one | other, failures)
            in_rows = in_rows if every_row is None else every_row & in_rows
            failed = words.as_number(in_rows).sum()
        return AggregateColumns(value, failed)

    def every_row(self, call: ast.Call) -> Expression | None:
        """Return what is true in every row, where an argument or the condition looks at none: it is the same
        in all rows, but a library would take it once. None where columns tell how many rows there are."""
        where, over = condition_of(call), self.bound.aggregates[call]
        takes = AGGREGATES[function_name(call)].takes
        values = [node for node, what in zip(call.args, takes, strict=True) if what != "percent"]
        if self.looks_at_rows(where) if where is not None else all(map(self.looks_at_rows, values)):
            return None
        marker = self.words.column(self.names.any_column(over.source))
        return marker.is_null() | ~marker.is_null()

    def looks_at_rows(self, part: ast.AST) -> bool:
        if isinstance(self.bound.references.get(part), RowValue):
            return True
        if isinstance(part, ast.Call) and function_name(part) == "coalesce":
            return any(map(self.looks_at_rows, self.searched(part)))
        return any(map(self.looks_at_rows, ast.iter_child_nodes(part)))

    def searched(self, coalesce: ast.Call) -> list[ast.expr]:
        """Return the arguments up to the first that can't be blank: behind it nothing is looked for, as null
        would be a failure there and not a blank."""
        blank = [self.kinds[part].blank for part in coalesce.args]
        return coalesce.args[: blank.index(False) + 1 if False in blank else None]


_CONDITION = Kind("boolean")
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
