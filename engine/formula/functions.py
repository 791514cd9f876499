"""Say for each operator and function what it takes, gives and means, once for every algebra.

A new function is one entry in `FUNCTIONS` (of values) or `AGGREGATES` (of rows): its kind, what it
means for one record, what it means for columns, and the sentence that documents it. The tests that
compare the algebras pick it up from here.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from engine.formula import kinds
from engine.formula.kinds import Kind
from engine.numbers import ABOVE_ZERO, LARGEST_EXACT, ZERO_FROM, TooLarge, is_zero, rounded, to_nine
from engine.problems import Message, say

Argument = Literal["number", "date", "any", "bands", "digits", "condition", "source", "percent"]
UnitRule = Literal[
    "none",  # not a number
    "first",  # that of the first argument
    "alike",  # the one that all arguments share
    "ratio",
    "rows",
    "bands",  # that of the bands' values; the first argument is in that of their limits
    "root",
    "exponential",
    "logarithm",
    "days",
    "months",
    "years",
]
"""How the unit of a function's value follows from those of its arguments (see `measured`)."""
PERIOD_PARTS = ("year", "semester", "quarter", "month", "start", "end")


class NoValue(Exception):
    """There is no value, for a reason; whatever depends on it has none either."""

    def __init__(self, reason: Message) -> None:
        self.reason = reason
        super().__init__(reason)


class ColumnWords(Protocol):
    """The few words in which meanings on columns are written; each dataframe library says them its way."""

    def at_nine(self, x: Any, within: Kind) -> Any:
        """Return x as a count of 1e-9."""

    def to_nine(self, x: Any) -> Any:
        """Return x at nine decimals."""

    def floor(self, x: Any) -> Any:
        """Return the whole number at or below x."""

    def per(self, x: Any, divisor: float) -> Any:
        """Return x divided by a known number, as IEEE says."""

    def rounded(self, x: Any, within: Kind, decimals: int, mode: str) -> Any:
        """Return x rounded, NaN where it is too large for its published digits."""

    def smallest(self, values: Sequence[Any]) -> Any:
        """Return the smallest in each row."""

    def largest(self, values: Sequence[Any]) -> Any:
        """Return the largest in each row."""

    def either(self, condition: Any, then: Any, otherwise: Any) -> Any:
        """Return `then` where the condition holds, else `otherwise`."""

    def absolute(self, x: Any) -> Any:
        """Return x without its sign."""

    def finite(self, x: Any) -> Any:
        """Return x, NaN where it is not finite."""

    def sqrt(self, x: Any) -> Any:
        """Return the square root, NaN where there is none."""

    def exp(self, x: Any) -> Any:
        """Return e to the x."""

    def log(self, x: Any) -> Any:
        """Return the natural logarithm, NaN where there is none."""

    def mean_by(self, x: Any, weight: Any) -> Any:
        """Return the mean of x by weight, NaN where the weights sum to zero."""

    def year(self, day: Any) -> Any:
        """Return the year of a date."""

    def month(self, day: Any) -> Any:
        """Return the month of a date."""

    def days_between(self, first: Any, second: Any) -> Any:
        """Return the days from first to second."""

    def as_number(self, x: Any) -> Any:
        """Return x as a floating-point column; a condition as 1 and 0."""

    def is_blank(self, x: Any) -> Any:
        """Return whether the cell is empty."""

    def if_blank(self, x: Any, instead: Any) -> Any:
        """Return x, or `instead` where it is empty."""


@dataclass(frozen=True)
class Function:
    """A function of values: what it takes and gives, and its meaning for one record and on columns.

    `takes` names the argument kinds in order; the last one repeats up to `most`. `unit` says how the
    unit of the value follows from theirs. `compares` says that the meaning on columns orders
    numbers, so that a NaN has to be kept out of it. `domain` is the least first argument that it has
    a value for, if there is one.
    """

    name: str
    takes: tuple[Argument, ...]
    least: int
    most: int
    signature: str
    promise: str
    unit: UnitRule
    gives: Callable[[Sequence[Kind]], Kind]
    one: Callable[..., Any]
    many: Callable[..., Any]
    compares: bool = False
    domain: float | None = None


_TOO_LARGE = say("a number too large to be computed with")
_NOT_FINITE = say("a power that is not a finite number")


def _checked(value: float, reason: Message) -> float:
    if not math.isfinite(value):
        raise NoValue(reason)
    return value


def _sqrt(x: float) -> float:
    if x < ZERO_FROM:
        raise NoValue(say("the square root of a negative number"))
    return math.sqrt(max(x, 0.0))


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        raise NoValue(_TOO_LARGE) from None


def _log(x: float) -> float:
    if x < ABOVE_ZERO:
        raise NoValue(say("the logarithm of a number that is not above zero"))
    return math.log(x)


def power(base: float, exponent: float) -> float:
    """Return ``base ** exponent``; raise NoValue where that is no finite real number."""
    if is_zero(base) and (base < 0 or exponent < 0):
        base = 0.0
    try:
        value = float(base) ** float(exponent)
    except (OverflowError, ZeroDivisionError):
        raise NoValue(_NOT_FINITE) from None
    if isinstance(value, complex):
        raise NoValue(say("a broken power of a negative number"))
    return _checked(value, _NOT_FINITE)


def quotient(left: float, right: float) -> float:
    """Return ``left / right``; raise NoValue for a division by zero, compared at nine decimals."""
    if is_zero(right):
        raise NoValue(say("division by zero"))
    return _checked(left / right, _TOO_LARGE)


def remainder(left: float, right: float) -> float:
    """Return what is left of *left* after taking away whole multiples of *right*; it has right's sign.

    What is zero or a whole *right* at nine decimals is nothing: nothing is left of 0.3 after 0.1. Raises
    NoValue where there are so many multiples that they can't be counted exactly.
    """
    ratio = quotient(left, right)
    if abs(ratio) >= LARGEST_EXACT:
        raise NoValue(say("a remainder too small to be exact"))
    rest = left - math.floor(ratio) * right
    if is_zero(rest) or is_zero(right - rest):
        return 0.0
    return min(max(rest, 0.0), right) if right > 0 else max(min(rest, 0.0), right)


def finite(value: float) -> float:
    """Return *value*; raise NoValue where arithmetic overflowed."""
    if math.isfinite(value):
        return value
    raise NoValue(_TOO_LARGE)


def _round(x: float, digits: int = 0) -> float:
    try:
        return rounded(float(x), digits, "half_up")
    except TooLarge:
        raise NoValue(say("a number too large for exact decimals")) from None


def _floor(x: float) -> int:
    return math.floor(to_nine(x))


def _ceil(x: float) -> int:
    return math.ceil(to_nine(x))


def _clip(x: float, low: float, high: float) -> float:
    return min(max(x, low), high)


def _clip_kind(arguments: Sequence[Kind]) -> Kind:
    x, low, high = arguments
    return kinds.smallest([kinds.largest([x, low]), high])


def _present(arguments: Sequence[Kind]) -> Kind:
    """The kind of coalesce: blank only if every argument may be."""
    whole = kinds.joined(arguments)
    assert whole is not None
    return replace(whole, blank=all(argument.blank for argument in arguments))


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _coalesce_columns(words: ColumnWords, *values: Any) -> Any:
    result = values[-1]
    for value in reversed(values[:-1]):
        result = words.if_blank(value, result)
    return result


def _rounding_kind(arguments: Sequence[Kind]) -> Kind:
    digits = int(arguments[1].low) if len(arguments) > 1 else 0
    return kinds.rounded_kind(arguments[0], digits, "half_up")


def _log_kind(arguments: Sequence[Kind]) -> Kind:
    x = arguments[0]
    if x.low >= ABOVE_ZERO:
        return kinds.failing(kinds.number(math.log(x.low), math.log(min(x.high, 1e300))), x)
    return kinds.number(-22, 746, failing=True)


def _exp_kind(arguments: Sequence[Kind]) -> Kind:
    x = arguments[0]
    high = math.exp(x.high) if x.high < 690 else math.inf
    return kinds.failing(kinds.number(0, high), x)


def _sqrt_kind(arguments: Sequence[Kind]) -> Kind:
    x = arguments[0]
    kind = kinds.number(math.sqrt(max(x.low, 0)), math.sqrt(max(x.high, 0)), failing=x.low < ZERO_FROM)
    return kinds.failing(kind, x)


_ALL = (
    Function(
        "min",
        ("number",),
        2,
        32,
        "min(x, y, ...)",
        "The smallest of its arguments.",
        "alike",
        kinds.smallest,
        min,
        lambda words, *values: words.smallest(values),
        compares=True,
    ),
    Function(
        "max",
        ("number",),
        2,
        32,
        "max(x, y, ...)",
        "The largest of its arguments.",
        "alike",
        kinds.largest,
        max,
        lambda words, *values: words.largest(values),
        compares=True,
    ),
    Function(
        "abs",
        ("number",),
        1,
        1,
        "abs(x)",
        "x without its sign.",
        "first",
        lambda given: kinds.absolute(given[0]),
        abs,
        lambda words, x: words.absolute(x),
    ),
    Function(
        "round",
        ("number", "digits"),
        1,
        2,
        "round(x, digits)",
        "x rounded half up (away from zero) to so many decimals, 0 if not said.",
        "first",
        _rounding_kind,
        _round,
        lambda words, x: x,
    ),
    Function(
        "floor",
        ("number",),
        1,
        1,
        "floor(x)",
        "The whole number at or below x.",
        "first",
        lambda given: kinds.whole(given[0]),
        _floor,
        lambda words, x: words.floor(words.to_nine(x)),
    ),
    Function(
        "ceil",
        ("number",),
        1,
        1,
        "ceil(x)",
        "The whole number at or above x.",
        "first",
        lambda given: kinds.whole(given[0]),
        _ceil,
        lambda words, x: -words.floor(-words.to_nine(x)),
    ),
    Function(
        "sqrt",
        ("number",),
        1,
        1,
        "sqrt(x)",
        "The square root; no value for a negative x.",
        "root",
        _sqrt_kind,
        _sqrt,
        lambda words, x: words.sqrt(x),
        domain=ZERO_FROM,
    ),
    Function(
        "exp",
        ("number",),
        1,
        1,
        "exp(x)",
        "e to the power of x.",
        "exponential",
        _exp_kind,
        _exp,
        lambda words, x: words.finite(words.exp(x)),
    ),
    Function(
        "log",
        ("number",),
        1,
        1,
        "log(x)",
        "The natural logarithm; no value unless x is above zero.",
        "logarithm",
        _log_kind,
        _log,
        lambda words, x: words.log(x),
        domain=ABOVE_ZERO,
    ),
    Function(
        "clip",
        ("number",),
        3,
        3,
        "clip(x, low, high)",
        "x, but at least `low` and at most `high`.",
        "alike",
        _clip_kind,
        _clip,
        lambda words, x, low, high: words.smallest([words.largest([x, low]), high]),
        compares=True,
    ),
    Function(
        "coalesce",
        ("any",),
        2,
        32,
        "coalesce(x, y, ...)",
        "The first argument that is not blank.",
        "alike",
        _present,
        _coalesce,
        _coalesce_columns,
    ),
    Function(
        "is_missing",
        ("any",),
        1,
        1,
        "is_missing(x)",
        "Whether x is blank.",
        "none",
        lambda given: kinds.BOOLEAN,
        lambda x: x is None,
        lambda words, x: words.is_blank(x),
    ),
    Function(
        "band",
        ("number", "bands"),
        2,
        2,
        "band(x, bands)",
        "The value of the highest row of `bands` whose limit x reaches.",
        "bands",
        lambda given: given[1],
        lambda x, value: value,
        lambda words, x: x,
    ),
    Function(
        "year",
        ("date",),
        1,
        1,
        "year(date)",
        "The year of a date.",
        "years",
        lambda given: kinds.integer(1, 9999),
        lambda day: day.year,
        lambda words, day: words.year(day),
    ),
    Function(
        "month",
        ("date",),
        1,
        1,
        "month(date)",
        "The month of a date, 1 to 12.",
        "months",
        lambda given: kinds.integer(1, 12),
        lambda day: day.month,
        lambda words, day: words.month(day),
    ),
    Function(
        "days_between",
        ("date", "date"),
        2,
        2,
        "days_between(first, second)",
        "The days from the first date to the second.",
        "days",
        lambda given: kinds.integer(-3_652_059, 3_652_059),
        lambda first, second: (second - first).days,
        lambda words, first, second: words.days_between(first, second),
    ),
)
FUNCTIONS: Mapping[str, Function] = {function.name: function for function in _ALL}


@dataclass(frozen=True)
class Aggregate:
    """A function of rows: one value from the chosen rows of a source.

    `one` gets the arguments' values of each chosen row as lists. `many` gets column expressions that
    are empty in rows not chosen, and returns an expression to select or to group by. Of no rows,
    the value is `of_none`; where that is None there is no value, and `why_none`
    (that there are no rows, if not said) is the reason.
    """

    name: str
    takes: tuple[Argument, ...]
    signature: str
    promise: str
    unit: UnitRule
    gives: Callable[[Sequence[Kind]], Kind]
    one: Callable[..., Any]
    many: Callable[..., Any]
    of_none: float | bool | None = None
    why_none: Message | None = None

    @property
    def reason(self) -> Message:
        """Why the chosen rows give no value."""
        return self.why_none or say("`{name}` has no rows to go over", name=self.name)

    def of_rows(self, given: Sequence[Kind], rows: int, every: bool) -> Kind:
        """Return the kind over a known number of rows: of them all, or (not *every*) of the chosen ones."""
        least = rows if every else 0
        if self.name == "sum":
            return kinds.summed(given[0], least, rows)
        return kinds.integer(least, rows) if self.name == "count" else self.gives(given)


_TOO_FEW = say("a standard deviation needs at least two rows")
_WEIGHTLESS = say("the weights sum to zero")


def _middle(values: list[float]) -> float:
    return float(statistics.median(values))


def _percentile(values: list[float], percent: float) -> float:
    """Linear between the two nearest ranks, as PERCENTILE.INC of spreadsheets."""
    ordered = sorted(values)
    rank = (len(ordered) - 1) * (percent / 100)
    below = math.floor(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (rank - below)


def _stdev(values: list[float]) -> float:
    if len(values) < 2:
        raise NoValue(_TOO_FEW)
    return statistics.stdev(values)


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


def _weighted_mean(values: list[float], weights: list[float]) -> float:
    weight_of_all = math.fsum(weights)
    if is_zero(weight_of_all):
        raise NoValue(_WEIGHTLESS)
    total = math.fsum(value * weight for value, weight in zip(values, weights, strict=True))
    return quotient(total, weight_of_all)


def _among(given: Sequence[Kind]) -> Kind:
    """A value between the rows' bounds; no value if there are no rows."""
    return replace(given[0], base="number", failing=True)


def _weighted(given: Sequence[Kind]) -> Kind:
    return _among(given) if given[1].low >= 0 else kinds.number(failing=True)


def _same(given: Sequence[Kind]) -> Kind:
    return replace(given[0], failing=True)


_ALL_AGGREGATES = (
    Aggregate(
        "sum",
        ("number",),
        "sum(x, where=...)",
        "The sum; 0 of no rows.",
        "first",
        lambda given: kinds.summed(given[0]),
        math.fsum,
        lambda words, x: x.sum(),
        0.0,
    ),
    Aggregate(
        "count",
        ("source",),
        "count(source, where=...)",
        "The number of rows; 0 of none.",
        "rows",
        lambda given: kinds.integer(0, kinds.MOST_ROWS),
        len,
        lambda words, x: x.count(),
        0,
    ),
    Aggregate(
        "mean",
        ("number",),
        "mean(x, where=...)",
        "The mean; no value of no rows.",
        "first",
        _among,
        _mean,
        lambda words, x: x.mean(),
    ),
    Aggregate(
        "share",
        ("condition",),
        "share(condition, where=...)",
        "The share of the rows that fulfil the condition, from 0 to 1; no value of no rows.",
        "ratio",
        lambda given: kinds.number(0, 1, failing=True),
        lambda values: sum(values) / len(values),
        lambda words, x: words.as_number(x).mean(),
    ),
    Aggregate(
        "min",
        ("number",),
        "min(x, where=...)",
        "The smallest value; no value of no rows.",
        "first",
        _same,
        min,
        lambda words, x: x.min(),
    ),
    Aggregate(
        "max",
        ("number",),
        "max(x, where=...)",
        "The largest value; no value of no rows.",
        "first",
        _same,
        max,
        lambda words, x: x.max(),
    ),
    Aggregate(
        "median",
        ("number",),
        "median(x, where=...)",
        "The value in the middle; no value of no rows.",
        "first",
        _among,
        _middle,
        lambda words, x: x.median(),
    ),
    Aggregate(
        "stdev",
        ("number",),
        "stdev(x, where=...)",
        "The standard deviation of a sample (n - 1); no value of fewer than two rows.",
        "first",
        lambda given: kinds.number(0, max(abs(given[0].low), abs(given[0].high)) * 2, failing=True),
        _stdev,
        lambda words, x: x.std(),
        why_none=_TOO_FEW,
    ),
    Aggregate(
        "percentile",
        ("number", "percent"),
        "percentile(x, p, where=...)",
        "The value below which p percent of the rows lie, linear between rows; no value of no rows.",
        "first",
        _among,
        _percentile,
        lambda words, x, percent: x.quantile(percent / 100, interpolation="linear"),
    ),
    Aggregate(
        "weighted_mean",
        ("number", "number"),
        "weighted_mean(x, weight, where=...)",
        "The sum of x times weight over the sum of weights; no value where the weights sum to zero.",
        "first",
        _weighted,
        _weighted_mean,
        lambda words, x, weight: words.mean_by(x, weight),
        why_none=_WEIGHTLESS,
    ),
    Aggregate(
        "any",
        ("condition",),
        "any(condition, where=...)",
        "Whether at least one row fulfils the condition.",
        "none",
        lambda given: kinds.BOOLEAN,
        any,
        lambda words, x: x.any(),
        False,
    ),
    Aggregate(
        "all",
        ("condition",),
        "all(condition, where=...)",
        "Whether every row fulfils the condition.",
        "none",
        lambda given: kinds.BOOLEAN,
        all,
        lambda words, x: x.all(),
        True,
    ),
)
AGGREGATES: Mapping[str, Aggregate] = {aggregate.name: aggregate for aggregate in _ALL_AGGREGATES}


def period_kind(part: str) -> Kind:
    """Return the kind of a part of the period; a part finer than the period is no value."""
    if part in ("start", "end"):
        return kinds.DATE
    if part == "year":
        return kinds.integer(1, 9999)
    return kinds.integer(1, {"semester": 2, "quarter": 4, "month": 12}[part], failing=True)
