"""Evaluate formulas a second time: plain Python, exact fractions, nothing of the engine.

A number is a fraction and a bound on how far binary arithmetic may be off it. Whatever is decided at
nine decimals is decided for both ends of that bound; where the ends disagree, the formula is in `Doubt`
and proves nothing. Blank is None; a failure raises `Nothing`.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import reduce
from typing import Any

NOISE = 2.0**-51
LARGE = 2**52
"""A count of 1e-9 from here on is taken as it is."""


class Nothing(Exception):
    """There is no value."""


class Doubt(Exception):
    """Binary noise may decide this either way."""


@dataclass(frozen=True)
class Near:
    """An exact number, and how far a computation in doubles may be from it."""

    exact: Fraction
    off: float = 0.0

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        off = Fraction(self.off)
        return self.exact - off, self.exact + off


@dataclass(frozen=True)
class World:
    """Rows by source, parameters as declared, parts of the period, formulas of row steps."""

    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    parameters: Mapping[str, Any]
    period: Mapping[str, int | date]
    steps: Mapping[str, str]
    keys: Mapping[str, str]
    references: Mapping[str, Mapping[str, str]]
    each: str

    def parent(self, source: str, row: Mapping[str, Any], reference: str) -> Mapping[str, Any] | None:
        target = self.references[source][reference]
        found = [other for other in self.rows[target] if other[self.keys[target]] == row[reference]]
        return found[0] if found else None


def value_in_row(world: World, formula: str, row: Mapping[str, Any]) -> Any:
    """Return a row step's value for one row of the source that steps go through."""
    return _Reader(world, row).value(_tree(formula))


def value_of_whole(world: World, formula: str) -> Any:
    """Return the value of a formula of the whole."""
    return _Reader(world, None).value(_tree(formula))


def _tree(formula: str) -> ast.expr:
    return ast.parse(formula.strip(), mode="eval").body


def near(value: Fraction | int, off: float = 0.0) -> Near:
    """Return a number with the noise of one more operation."""
    if abs(value) > 10**290:
        raise Doubt
    return Near(Fraction(value), off + abs(float(value)) * NOISE + 1e-300)


def given(value: Any) -> Any:
    """Return a cell's or literal's value: numbers as people wrote them, whole ones without noise."""
    if isinstance(value, float):
        return Near(Fraction(repr(value)), abs(value) * 2.0**-53)
    return Near(Fraction(value)) if isinstance(value, int) and not isinstance(value, bool) else value


# ── what is decided at nine decimals ──


def count(x: Fraction) -> Fraction | int:
    """Return x as a count of 1e-9, halves up."""
    scaled = x * 10**9
    return scaled if abs(scaled) >= LARGE else math.floor(scaled + Fraction(1, 2))


def order(left: Near, right: Near) -> int:
    """Return -1, 0 or 1."""
    (low, high), (under, over) = (tuple(map(count, side.ends)) for side in (left, right))
    if low == high and under == over:
        return (low > under) - (low < under)
    if high < under or low > over:
        return -1 if high < under else 1
    raise Doubt


def surely(decide: Callable[[Fraction], Any], x: Near) -> Any:
    """Return what *decide* says of both ends."""
    low, high = (decide(end) for end in x.ends)
    if low != high:
        raise Doubt
    return low


def zero(x: Near) -> bool:
    return order(x, Near(Fraction(0))) == 0


def floored(x: Fraction) -> int:
    at_nine = count(x)
    return math.floor(x if abs(x * 10**9) >= LARGE else Fraction(at_nine, 10**9))


def half_up(x: Fraction, digits: int) -> Fraction:
    size = abs(x)
    if size * Fraction(10) ** digits >= 2**53:
        raise Nothing
    nine = size if size * 10**9 >= LARGE else Fraction(count(size), 10**9)
    whole = math.floor(nine * Fraction(10) ** digits + Fraction(1, 2))
    return (1 if x >= 0 else -1) * whole / Fraction(10) ** digits


# ── arithmetic ──


def plus(a: Near, b: Near) -> Near:
    return near(a.exact + b.exact, a.off + b.off)


def times(a: Near, b: Near) -> Near:
    off = abs(float(a.exact)) * b.off + abs(float(b.exact)) * a.off + a.off * b.off
    return near(a.exact * b.exact, off)


def minus(a: Near) -> Near:
    return Near(-a.exact, a.off)


def over(a: Near, b: Near) -> Near:
    if zero(b):
        raise Nothing
    size = abs(float(b.exact))
    if size <= 2 * b.off:
        raise Doubt
    quotient = a.exact / b.exact
    return near(quotient, (a.off + abs(float(quotient)) * b.off) / (size - b.off))


def left_over(a: Near, b: Near) -> Near:
    if zero(b):
        raise Nothing
    whole = math.floor(a.exact / b.exact)
    off = a.off + abs(whole) * b.off + abs(float(whole * b.exact)) * NOISE
    rest = near(a.exact - whole * b.exact, off)
    return near(0, off) if zero(rest) or zero(plus(b, minus(rest))) else rest


def power(a: Near, b: Near) -> Near:
    exponent = b.exact
    if zero(a) and exponent < 0:
        raise Nothing
    if exponent.denominator != 1:
        if order(a, Near(Fraction(0))) < 0:
            raise Nothing
        return smooth(lambda x: max(x, 0.0) ** float(exponent), a)
    if abs(a.exact) > 10**40 or abs(exponent) > 6:
        raise Doubt
    return smooth(lambda x: x ** int(exponent), a, a.exact ** int(exponent))


def smooth(meaning: Callable[[float], float], x: Near, exact: Fraction | None = None) -> Near:
    """Return a function's value, off by as much as its ends are and by the library's own noise."""
    try:
        low, middle, high = (meaning(float(at)) for at in (x.ends[0], x.exact, x.ends[1]))
    except (OverflowError, ZeroDivisionError, ValueError):
        raise Doubt from None
    value = Fraction(middle) if exact is None else exact
    return near(value, abs(high - middle) + abs(middle - low) + 16 * NOISE * abs(middle))


def total(values: Iterable[Near]) -> Near:
    held = list(values)
    size = sum(abs(float(value.exact)) for value in held)
    off = sum(value.off for value in held) + len(held) * NOISE * size
    return near(sum((value.exact for value in held), Fraction(0)), off)


_ARITHMETIC = {
    ast.Add: plus,
    ast.Sub: lambda a, b: plus(a, minus(b)),
    ast.Mult: times,
    ast.Div: over,
    ast.Mod: left_over,
    ast.Pow: power,
}
_ORDER: dict[type, Callable[[int], bool]] = {
    ast.Lt: lambda way: way < 0,
    ast.LtE: lambda way: way <= 0,
    ast.Gt: lambda way: way > 0,
    ast.GtE: lambda way: way >= 0,
    ast.Eq: lambda way: way == 0,
    ast.NotEq: lambda way: way != 0,
}


# ── functions of values ──


def _extreme(values: Sequence[Near], way: int) -> Near:
    best = max(values, key=lambda value: way * value.exact)
    return Near(best.exact, max(value.off for value in values))


def _root(x: Near) -> Near:
    if order(x, Near(Fraction(0))) < 0:
        raise Nothing
    return smooth(lambda at: math.sqrt(max(at, 0.0)), x)


def _logarithm(x: Near) -> Near:
    if order(x, Near(Fraction(0))) <= 0:
        raise Nothing
    return smooth(math.log, x)


def _rounded(x: Near, digits: Near = Near(Fraction(0))) -> Near:
    return near(surely(lambda end: half_up(end, int(digits.exact)), x))


_VALUES: dict[str, Callable[..., Any]] = {
    "min": lambda *values: _extreme(values, -1),
    "max": lambda *values: _extreme(values, 1),
    "abs": lambda x: Near(abs(x.exact), x.off),
    "round": _rounded,
    "floor": lambda x: near(surely(floored, x)),
    "ceil": lambda x: near(-surely(floored, minus(x))),
    "sqrt": _root,
    "exp": lambda x: smooth(math.exp, x),
    "log": _logarithm,
    "clip": lambda x, low, high: _extreme([_extreme([x, low], 1), high], -1),
    "year": lambda day: Near(Fraction(day.year)),
    "month": lambda day: Near(Fraction(day.month)),
    "days_between": lambda first, second: Near(Fraction((second - first).days)),
}


# ── functions of rows ──


def _some(values: Sequence[Any]) -> Sequence[Any]:
    if not values:
        raise Nothing
    return values


def _mean(values: Sequence[Near]) -> Near:
    return over(total(_some(values)), Near(Fraction(len(values))))


def _deviation(values: Sequence[Near]) -> Near:
    if len(values) < 2:
        raise Nothing
    middle = sum((value.exact for value in values), Fraction(0)) / len(values)
    spread = sum(((value.exact - middle) ** 2 for value in values), Fraction(0)) / (len(values) - 1)
    size = max(abs(float(value.exact)) for value in values)
    off = 4 * max(value.off for value in values) + 4 * len(values) * NOISE * size
    return near(Fraction(math.sqrt(spread)), off)


def _percentile(values: Sequence[Near], percent: Near) -> Near:
    ordered = sorted(_some(values), key=lambda value: value.exact)
    rank = (len(ordered) - 1) * percent.exact / 100
    below = math.floor(rank)
    one, other = ordered[below].exact, ordered[min(below + 1, len(ordered) - 1)].exact
    size = max(abs(float(value.exact)) for value in values)
    off = max(value.off for value in values) + 8 * len(values) * NOISE * size
    return near(one + (other - one) * (rank - below), off)


def _weighted(values: Sequence[Near], weights: Sequence[Near]) -> Near:
    return over(total(map(times, values, weights)), total(weights))


_ROWS: dict[str, Callable[..., Any]] = {
    "sum": total,
    "count": lambda values: Near(Fraction(len(values))),
    "mean": _mean,
    "share": lambda values: over(Near(Fraction(sum(_some(values)))), Near(Fraction(len(values)))),
    "min": lambda values: _extreme(_some(values), -1),
    "max": lambda values: _extreme(_some(values), 1),
    "median": lambda values: _percentile(values, Near(Fraction(50))),
    "stdev": _deviation,
    "percentile": _percentile,
    "weighted_mean": _weighted,
    "any": any,
    "all": all,
}


class _Reader:
    """Read a tree for one row (None: for the whole), inside an aggregate for one row of its source too."""

    def __init__(self, world: World, row: Any, source: str | None = None, inner: Any = None) -> None:
        self.world, self.row, self.source, self.inner = world, row, source, inner

    def value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=value):
                return given(value)
            case ast.Name(id=name):
                return self.name(name)
            case ast.Attribute(value=ast.Name(id=base), attr=item):
                return self.item(base, item)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self.value(operand)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return minus(self.value(operand))
            case ast.UnaryOp(operand=operand):
                return self.value(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return _ARITHMETIC[type(op)](self.value(left), self.value(right))
            case ast.BoolOp(op=ast.And(), values=values):
                return all(self.value(value) for value in values)
            case ast.BoolOp(values=values):
                return any(self.value(value) for value in values)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.value(body) if self.value(test) else self.value(orelse)
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                sides = [left, *comparators]
                return all(map(self.compared, sides, ops, sides[1:]))
            case ast.Subscript(value=ast.Name(id=table), slice=key):
                found = self.value(key)
                return given(
                    self.world.parameters[table]["table"][
                        str(found.exact) if isinstance(found, Near) else found
                    ]
                )
            case ast.Call(func=ast.Name(id=name)):
                return self.called(name, node)
        raise AssertionError(ast.dump(node))

    def name(self, name: str) -> Any:
        if name in ("true", "false"):
            return name == "true"
        if name in self.world.parameters:
            value = self.world.parameters[name]["value"]
            return near(Fraction(value)) if isinstance(value, str) and "/" in value else given(value)
        if name in self.world.steps:
            return value_in_row(self.world, self.world.steps[name], self.row)
        return given(self.row[name])

    def item(self, base: str, item: str) -> Any:
        if base == "period":
            if item not in self.world.period:
                raise Nothing
            return given(self.world.period[item])
        if base == self.source:
            return self.of(base, self.inner, item)
        here, row = (self.source, self.inner) if self.source else (self.world.each, self.row)
        while base not in self.world.references[here]:
            (up,) = self.world.references[here]
            row, here = self.world.parent(here, row, up), self.world.references[here][up]
            if base == here:
                return self.of(here, row, item)
        return self.of(self.world.references[here][base], self.world.parent(here, row, base), item)

    def of(self, source: str, row: Any, item: str) -> Any:
        if row is None:
            return None
        if source == self.world.each and item in self.world.steps:
            return value_in_row(self.world, self.world.steps[item], row)
        return given(row[item])

    def compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool:
        one = self.value(left)
        if isinstance(op, ast.In | ast.NotIn):
            if isinstance(right, ast.Name):
                members = [given(member) for member in self.world.parameters[right.id]["set"]]
            else:
                members = [self.value(item) for item in right.elts]
            equal = [order(one, m) == 0 if isinstance(one, Near) else one == m for m in members]
            return any(equal) is isinstance(op, ast.In)
        other = self.value(right)
        way = order(one, other) if isinstance(one, Near) else (one > other) - (one < other)
        return _ORDER[type(op)](way)

    def called(self, name: str, node: ast.Call) -> Any:
        if name == "is_missing":
            return self.value(node.args[0]) is None
        if name == "coalesce":
            return reduce(lambda found, part: self.value(part) if found is None else found, node.args, None)
        if name == "band":
            return self.band(self.value(node.args[0]), node.args[1].id)
        if name in _ROWS and not (name in ("min", "max") and len(node.args) > 1):
            return self.aggregate(name, node)
        return _VALUES[name](*map(self.value, node.args))

    def band(self, x: Near, name: str) -> Any:
        for row in self.world.parameters[name]["bands"]:
            limit = row.get("from", row.get("above"))
            way = 1 if limit is None else order(x, given(limit))
            if way > 0 or (way == 0 and "from" in row):
                return given(row["value"])
        raise Nothing

    def aggregate(self, name: str, node: ast.Call) -> Any:
        parts = [part for top in (*node.args, *node.keywords) for part in ast.walk(top)]
        named = [part.value.id for part in parts if isinstance(part, ast.Attribute)]
        named += [part.id for part in parts if isinstance(part, ast.Name)]
        source = next(one for one in ("c", "p") if one in named)
        rows = self.world.rows[source]
        if self.row is not None:
            own = self.row[self.world.keys[self.world.each]]
            rows = [row for row in rows if row[self.world.each] == own]
        readers = [_Reader(self.world, self.row, source, row) for row in rows]
        if node.keywords:
            readers = [reader for reader in readers if reader.value(node.keywords[0].value)]
        if name == "count":
            return _ROWS[name](readers)
        lists: list[Any] = [[reader.value(part) for reader in readers] for part in node.args]
        if name == "percentile":
            lists[1] = self.value(node.args[1])
        return _ROWS[name](*lists)
