"""Interpret a tree as a closure over one record.

A record is a list of slots: its columns, its steps, the records it refers to, the lists of records
that refer to it. The closure is made once and called for each record; it holds no state, so that
threads may share it. There is no ``eval`` and no ``compile``.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Any, Protocol

from engine.formula.algebra import (
    Algebra,
    BandsContent,
    Constant,
    TableContent,
    comparison_of,
    operator_of,
)
from engine.formula.checked import Checked
from engine.formula.functions import (
    AGGREGATES,
    Function,
    NoValue,
    finite,
    power,
    quotient,
    remainder,
)
from engine.formula.kinds import Kind
from engine.formula.names import (
    AggregateOver,
    NoValueHere,
    PeriodValue,
    Reference,
    Truth,
    condition_of,
    function_name,
)
from engine.numbers import at_nine, least, least_above
from engine.problems import Message, say, say_many

Record = list[Any]
Closure = Callable[[Record], Any]


class Slots(Protocol):
    """Where a record keeps what a formula asks for."""

    def path(self, reference: Reference) -> tuple[int, ...]:
        """Return the slots to follow from the record to the value."""

    def rows(self, over: AggregateOver) -> int:
        """Return the slot that holds the list of records that an aggregate goes over."""

    def aggregate(self, call: ast.Call) -> int | None:
        """Return the slot that holds an aggregate's value, if it was computed beforehand."""


def compile_closure(checked: Checked, slots: Slots, period: Mapping[str, int | date]) -> Closure:
    """Return the formula as a function of one record; it raises NoValue where there is no value.

    *period* holds the parts that the measured period has.
    """
    return _Compiler(checked, slots, period).interpret(checked.root)


class _Compiler(Algebra[Closure]):
    def __init__(self, checked: Checked, slots: Slots, period: Mapping[str, int | date]) -> None:
        super().__init__(checked.bound, checked.parameters)
        self.checked = checked
        self.kinds = checked.kinds
        self.slots = slots
        self.period = period
        self.settled: dict[Closure, Any] = {}
        """The values of closures that give the same for every record."""

    # ── leaves ──

    def constant(self, node: ast.expr, value: Constant) -> Closure:
        return self.always(value)

    def always(self, value: Any) -> Closure:
        """Return a closure that gives *value* for every record."""

        def closure(record: Record) -> Any:
            return value

        self.settled[closure] = value
        return closure

    def reference(self, node: ast.expr, reference: Reference) -> Closure:
        if isinstance(reference, Truth):
            return self.constant(node, reference.value)
        if isinstance(reference, NoValueHere):
            return _refusing
        known = self.known(node)
        if known is not None:
            return self.constant(node, known)
        if isinstance(reference, PeriodValue):
            return self.part_of_period(reference.part)
        return _reading(self.slots.path(reference), watch=self.kinds[node].failing)

    def part_of_period(self, part: str) -> Closure:
        if part in self.period:
            return self.always(self.period[part])
        reason = say("the measured period has no {part}", part=part)

        def fail(record: Record) -> Any:
            raise NoValue(reason)

        return fail

    # ── operators ──

    def sign(self, node: ast.UnaryOp, operand: Closure) -> Closure:
        if isinstance(node.op, ast.UAdd):
            return operand
        if operand in self.settled:
            return self.always(-self.settled[operand])
        return lambda record: -operand(record)

    def negation(self, node: ast.UnaryOp) -> Closure:
        inner = self.interpret(node.operand)
        return lambda record: not inner(record)

    def arithmetic(self, node: ast.BinOp, left: Closure, right: Closure) -> Closure:
        closure = self.calculation(node, left, right)
        if left not in self.settled or right not in self.settled:
            return closure
        try:
            return self.always(closure([]))
        except NoValue:
            return closure

    def calculation(self, node: ast.BinOp, left: Closure, right: Closure) -> Closure:
        """Return an operator's value as a closure over those of its operands."""
        kind, written = self.kinds[node], operator_of(node)
        if written == "/" and kind.bounded and self.kinds[node.right].excludes_zero:
            known = self.known(node.right)
            if known is not None and not isinstance(known, str):
                divisor = float(known)
                return lambda record: left(record) / divisor
            return lambda record: left(record) / right(record)
        if written in _WATCHED:
            meaning = _WATCHED[written]
            return lambda record: meaning(left(record), right(record))
        plain = _PLAIN[written]
        if not kind.bounded:
            return lambda record: finite(plain(float(left(record)), float(right(record))))
        if kind.base == "number" and _both_whole(self.kinds[node.left], self.kinds[node.right]):
            return lambda record: plain(float(left(record)), float(right(record)))
        if written == "+":
            return lambda record: left(record) + right(record)
        if written == "-":
            return lambda record: left(record) - right(record)
        return lambda record: left(record) * right(record)

    def logic(self, node: ast.BoolOp) -> Closure:
        parts = [self.interpret(value) for value in node.values]
        return reduce(_both if isinstance(node.op, ast.And) else _either, parts)

    def choice(self, cases: Sequence[ast.IfExp], otherwise: ast.expr) -> Closure:
        last = self.interpret(otherwise)
        if len(cases) == 1:
            test, body = self.interpret(cases[0].test), self.interpret(cases[0].body)
            return lambda record: body(record) if test(record) else last(record)
        branches = [(self.interpret(case.test), self.interpret(case.body)) for case in cases]

        def choose(record: Record) -> Any:
            for test, body in branches:
                if test(record):
                    return body(record)
            return last(record)

        return choose

    # ── comparisons ──

    def comparison(self, node: ast.Compare) -> Closure:
        parts = [self.compared(left, op, right) for left, op, right in self.pairs(node)]
        return reduce(_both, parts)

    def compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Closure:
        written = comparison_of(op)
        first = self.interpret(left)
        if written in ("in", "not in"):
            return self.membership(left, first, right, inside=written == "in")
        second = self.interpret(right)
        one, other = self.kinds[left], self.kinds[right]
        compare = _COMPARE[written]
        exactly = not one.numeric or _both_whole(one, other)
        if second in self.settled:
            limit, limited = self.settled[second], first
        elif first in self.settled:
            limit, limited, written = self.settled[first], second, _MIRRORED[written]
        elif exactly:
            return lambda record: compare(first(record), second(record))
        else:
            return lambda record: compare(at_nine(first(record)), at_nine(second(record)))
        return _exactly(limited, written, limit) if exactly else _against(limited, written, float(limit))

    def membership(self, left: ast.expr, value: Closure, right: ast.expr, *, inside: bool) -> Closure:
        members = self.members(right)
        if self.kinds[left].numeric:
            counts = frozenset(at_nine(float(m)) for m in members if not isinstance(m, str))
            return lambda record: (at_nine(value(record)) in counts) is inside
        words = frozenset(members)
        return lambda record: (value(record) in words) is inside

    # ── tables, bands, functions, aggregates ──

    def look_up(self, node: ast.Subscript) -> Closure:
        content = self.content(node.value)
        assert isinstance(content, TableContent)
        key = self.interpret(node.slice)
        if self.kinds[node.slice].numeric:
            by_number = {int(name): value for name, value in content.entries.items() if _is_whole(name)}
            return lambda record: by_number[key(record)]
        entries = dict(content.entries)
        return lambda record: entries[key(record)]

    def function(self, node: ast.Call, function: Function) -> Closure:
        if function.name == "band":
            return self.band(node)
        arguments = [self.interpret(argument) for argument in node.args]
        meaning = function.one
        if function.name == "coalesce":
            return _first_present(arguments)
        if len(arguments) == 1:
            only = arguments[0]
            return lambda record: meaning(only(record))
        if len(arguments) == 2:
            first, second = arguments
            return lambda record: meaning(first(record), second(record))
        return lambda record: meaning(*[argument(record) for argument in arguments])

    def band(self, node: ast.Call) -> Closure:
        content = self.content(node.args[1])
        assert isinstance(content, BandsContent)
        value = self.interpret(node.args[0])
        limits, rest = thresholds(content)
        lowest = content.rows[-1][0]
        below = say("the value lies below the lowest band, {limit}", limit=lowest)

        def find(record: Record) -> Any:
            x = value(record)
            for limit, result in limits:
                if x >= limit:
                    return result
            if lowest is not None:
                raise NoValue(below)
            return rest

        return find

    def aggregate(self, node: ast.Call, over: AggregateOver) -> Closure:
        ready = self.slots.aggregate(node)
        if ready is not None:
            return _reading((ready,), watch=True)
        aggregate = AGGREGATES[function_name(node)]
        slot = self.slots.rows(over)
        where = condition_of(node)
        chosen = self.interpret(where) if where is not None else None
        taken = [
            self.constant(argument, True) if what == "source" else self.interpret(argument)
            for argument, what in zip(node.args, aggregate.takes, strict=True)
            if what != "percent"
        ]
        fixed = [
            self.known(argument)
            for argument, what in zip(node.args, aggregate.takes, strict=True)
            if what == "percent"
        ]
        meaning, of_none = aggregate.one, aggregate.of_none
        first = taken[0]
        checked = self.checked

        def reason(failed: int) -> Message:
            return rows_without_value(checked, node, failed)

        def collect(record: Record) -> Any:
            rows = record[slot]
            try:
                picked = rows if chosen is None else [row for row in rows if chosen(row)]
                if not picked:
                    if of_none is None:
                        raise NoValue(aggregate.reason)
                    return of_none
                if len(taken) == 1:
                    return meaning([first(row) for row in picked], *fixed)
                return meaning(*[[part(row) for row in picked] for part in taken])
            except NoValue as failure:
                raise _explained(failure, rows, chosen, taken, reason) from None

        return collect


def _explained(
    failure: NoValue,
    rows: Sequence[Record],
    chosen: Closure | None,
    taken: Sequence[Closure],
    reason: Callable[[int], Message],
) -> NoValue:
    """Return *failure* with the number of rows that have no value, if rows are the cause."""
    failed = 0
    for row in rows:
        try:
            if chosen is None or chosen(row):
                for part in taken:
                    part(row)
        except NoValue:
            failed += 1
    return NoValue(reason(failed)) if failed else failure


def rows_without_value(checked: Checked, call: ast.Call, failed: int) -> Message:
    """Return the reason of an aggregate over rows of which some have no value."""
    start = checked.bound.tree.span(call.args[0])[0]
    end = checked.bound.tree.span(condition_of(call) or call.args[-1])[1]
    what = " ".join(checked.bound.tree.text[start:end].split())
    source = checked.bound.aggregates[call].source
    return say_many(
        "{count} row of `{source}` has no value for `{what}`",
        "{count} rows of `{source}` have no value for `{what}`",
        count=failed,
        source=source,
        what=what,
    )


def thresholds(content: BandsContent) -> tuple[list[tuple[float, Constant]], Constant | None]:
    """Return the limits as plain numbers to be reached (``x >= limit``), and the value of the rest."""
    limits = [
        (least(float(limit)) if included else least_above(float(limit)), value)
        for limit, included, value in content.rows
        if limit is not None
    ]
    rest = content.rows[-1][2] if content.rows[-1][0] is None else None
    return limits, rest


def _refusing(record: Record) -> Any:
    raise NoValue(say("the formula gives no value for these data"))


def _first_present(arguments: Sequence[Closure]) -> Closure:
    """Return the first value that is not blank; what stands behind it is not computed and can't fail."""

    def find(record: Record) -> Any:
        for argument in arguments:
            value = argument(record)
            if value is not None:
                return value
        return None

    return find


def _reading(path: tuple[int, ...], *, watch: bool) -> Closure:
    """Return a closure that follows *path*; a blank reference on the way gives a blank."""
    if len(path) == 1:
        slot = path[0]
        if not watch:
            return operator.itemgetter(slot)

        def read(record: Record) -> Any:
            value = record[slot]
            if value.__class__ is NoValue:
                raise NoValue(value.reason)
            return value

        return read

    def follow(record: Record) -> Any:
        value: Any = record
        for slot in path:
            value = value[slot]
            if value is None:
                return None
        if value.__class__ is NoValue:
            raise NoValue(value.reason)
        return value

    return follow


def _against(value: Closure, written: str, limit: float) -> Closure:
    """Return the comparison at nine decimals with a known limit, as plain comparisons."""
    from_, above = least(limit), least_above(limit)
    if written == ">=":
        return lambda record: value(record) >= from_
    if written == ">":
        return lambda record: value(record) >= above
    if written == "<":
        return lambda record: value(record) < from_
    if written == "<=":
        return lambda record: value(record) < above
    if written == "==":
        return lambda record: from_ <= value(record) < above
    return lambda record: not from_ <= value(record) < above


def _exactly(value: Closure, written: str, limit: Any) -> Closure:
    """Return the comparison with a known value, as it stands."""
    if written == "==":
        return lambda record: value(record) == limit
    if written == "!=":
        return lambda record: value(record) != limit
    compare = _COMPARE[written]
    return lambda record: compare(value(record), limit)


def _both(first: Closure, second: Closure) -> Closure:
    return lambda record: first(record) and second(record)


def _either(first: Closure, second: Closure) -> Closure:
    return lambda record: first(record) or second(record)


def _both_whole(one: Kind, other: Kind) -> bool:
    return one.base == other.base == "integer"


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isdecimal()


_PLAIN: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_WATCHED: dict[str, Callable[[float, float], float]] = {"/": quotient, "%": remainder, "**": power}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
