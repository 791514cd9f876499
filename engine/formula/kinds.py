"""Say what a value is before it exists: its base kind, its values or bounds, blank or failing.

Bounds follow interval arithmetic: a result's bounds hold for every value within its operands'
bounds. They need not be tight; they are never too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from engine.numbers import LARGEST_EXACT, at_nine, least_above, rounded
from engine.problems import Message, say

Base = Literal["number", "integer", "boolean", "category", "text", "date"]

LARGEST_GIVEN = 1e18
"""No number of a source is larger (see `sources`), so that bounds of sums and products are finite."""
LARGEST_WHOLE = 2.0**53
"""No whole number of a source is larger."""
OVERFLOW = 1e300
"""Arithmetic whose bounds pass this may overflow; it is then watched while it runs."""
MOST_ROWS = 1e12
"""No source has more rows."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of a value: `values` of a category, bounds of a number, and what may be amiss.

    Of a condition `values` holds ``"true"`` or ``"false"`` where only one of them is possible, else
    nothing. `blank`: the cell may be empty. `present`: it may be filled, which is in doubt only within
    a box (see `ranges`). `failing`: there may be no value, with a reason (a division by zero, a mean of
    no rows); whatever depends on it then has none either.
    """

    base: Base
    values: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf
    blank: bool = False
    failing: bool = False
    present: bool = True

    @property
    def numeric(self) -> bool:
        """Whether it is a number or an integer."""
        return self.base in ("number", "integer")

    @property
    def bounded(self) -> bool:
        """Whether arithmetic with it cannot overflow by itself."""
        return self.low > -OVERFLOW and self.high < OVERFLOW

    @property
    def excludes_zero(self) -> bool:
        """Whether the bounds prove that it is never zero, compared at nine decimals."""
        return self.low >= least_above(0.0) or self.high < -least_above(0.0)

    @property
    def words(self) -> Message:
        """The kind as a person would say it."""
        return say("{kind} or blank", kind=NAMES[self.base]) if self.blank else NAMES[self.base]


NAMES: Mapping[Base, Message] = {
    "number": say("a number"),
    "integer": say("a whole number"),
    "boolean": say("a condition (true or false)"),
    "category": say("a category"),
    "text": say("a text"),
    "date": say("a date"),
}
"""What a person calls each base."""

BOOLEAN = Kind("boolean")
TRUE = Kind("boolean", values=("true",))
FALSE = Kind("boolean", values=("false",))
DATE = Kind("date")
TEXT = Kind("text")


def number(low: float = -math.inf, high: float = math.inf, *, failing: bool = False) -> Kind:
    """Return the kind of numbers within bounds; one that may overflow is failing."""
    kind = Kind("number", low=low, high=high, failing=failing)
    return kind if kind.bounded else replace(kind, failing=True)


def integer(low: float = -LARGEST_GIVEN, high: float = LARGEST_GIVEN, *, failing: bool = False) -> Kind:
    """Return the kind of whole numbers within bounds."""
    return Kind("integer", low=low, high=high, failing=failing)


def category(values: Iterable[str]) -> Kind:
    """Return the kind of one of *values*."""
    return Kind("category", values=tuple(dict.fromkeys(values)))


def constant(value: float | bool | str) -> Kind:
    """Return the kind of one known value."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, str):
        return category([value])
    base: Base = "integer" if isinstance(value, int) else "number"
    return Kind(base, low=float(value), high=float(value))


def failing(kind: Kind, *others: Kind) -> Kind:
    """Return *kind*, failing if it or one of *others* is."""
    if kind.failing or not any(other.failing for other in others):
        return kind
    return replace(kind, failing=True)


def joined(kinds: Iterable[Kind]) -> Kind | None:
    """Return the kind of a value that is one of *kinds*, or None where they don't go together."""
    all_kinds = list(kinds)
    bases = {kind.base for kind in all_kinds}
    blank = any(kind.blank for kind in all_kinds)
    fails = any(kind.failing for kind in all_kinds)
    if bases <= {"number", "integer"}:
        base: Base = "integer" if bases == {"integer"} else "number"
        low, high = min(kind.low for kind in all_kinds), max(kind.high for kind in all_kinds)
        return Kind(base, low=low, high=high, blank=blank, failing=fails)
    if bases == {"category"}:
        values = dict.fromkeys(value for kind in all_kinds for value in kind.values)
        return Kind("category", values=tuple(values), blank=blank, failing=fails)
    if bases == {"category", "text"}:
        return Kind("text", blank=blank, failing=fails)
    if bases == {"boolean"}:
        sides = {kind.values for kind in all_kinds}
        return Kind("boolean", values=sides.pop() if len(sides) == 1 else (), blank=blank, failing=fails)
    if len(bases) == 1:
        return Kind(bases.pop(), blank=blank, failing=fails)
    return None


def _products(left: Kind, right: Kind) -> list[float]:
    ends = [(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    return [0.0 if a == 0 or b == 0 else a * b for a, b in ends]


def added(left: Kind, right: Kind) -> Kind:
    """Return the kind of a sum."""
    return failing(_arithmetic(left, right, left.low + right.low, left.high + right.high), left, right)


def subtracted(left: Kind, right: Kind) -> Kind:
    """Return the kind of a difference."""
    return failing(_arithmetic(left, right, left.low - right.high, left.high - right.low), left, right)


def multiplied(left: Kind, right: Kind) -> Kind:
    """Return the kind of a product."""
    ends = _products(left, right)
    return failing(_arithmetic(left, right, min(ends), max(ends)), left, right)


def _arithmetic(left: Kind, right: Kind, low: float, high: float) -> Kind:
    if left.base == right.base == "integer" and max(abs(low), abs(high)) < 2**53:
        return integer(low, high)
    return number(-math.inf if math.isnan(low) else low, math.inf if math.isnan(high) else high)


def divided(left: Kind, right: Kind) -> Kind:
    """Return the kind of a quotient: failing unless the divisor's bounds exclude zero."""
    if not right.excludes_zero:
        return number(failing=True)
    inverse = Kind("number", low=1 / right.high, high=1 / right.low)
    ends = _products(left, inverse)
    return failing(number(min(ends), max(ends)), left, right)


def remainder(left: Kind, right: Kind) -> Kind:
    """Return the kind of ``a % b``, which has the sign of b."""
    if not right.excludes_zero:
        return number(failing=True)
    ratio = max(abs(left.low), abs(left.high)) / min(abs(right.low), abs(right.high))
    kind = number(min(0.0, right.low), max(0.0, right.high), failing=not ratio < LARGEST_EXACT)
    return failing(kind, left, right)


def raised(left: Kind, right: Kind) -> Kind:
    """Return the kind of ``left ** right``: failing unless it is surely finite and real."""
    exponent = right.low
    small = exponent == right.high and exponent.is_integer() and 0 <= exponent <= 16
    most = max(abs(left.low), abs(left.high), 1.0)
    if not small or not left.bounded or most**exponent >= OVERFLOW:
        return number(failing=True)
    return failing(number(-(most**exponent) if left.low < 0 else 0.0, most**exponent), left, right)


ARITHMETIC: Mapping[str, Callable[[Kind, Kind], Kind]] = {
    "+": added,
    "-": subtracted,
    "*": multiplied,
    "/": divided,
    "%": remainder,
    "**": raised,
}
"""The kind of ``left operator right``, by operator."""


def negated(kind: Kind) -> Kind:
    """Return the kind of the value with the other sign."""
    return replace(kind, low=-kind.high, high=-kind.low)


def absolute(kind: Kind) -> Kind:
    """Return the kind of ``abs(x)``."""
    largest = max(abs(kind.low), abs(kind.high))
    smallest = 0.0 if kind.low <= 0 <= kind.high else min(abs(kind.low), abs(kind.high))
    return replace(kind, low=smallest, high=largest)


def smallest(kinds: Iterable[Kind]) -> Kind:
    """Return the kind of the smallest of several numbers."""
    all_kinds = list(kinds)
    whole = joined(all_kinds)
    assert whole is not None
    return replace(whole, high=min(kind.high for kind in all_kinds))


def largest(kinds: Iterable[Kind]) -> Kind:
    """Return the kind of the largest of several numbers."""
    all_kinds = list(kinds)
    whole = joined(all_kinds)
    assert whole is not None
    return replace(whole, low=max(kind.low for kind in all_kinds))


def rounded_kind(kind: Kind, decimals: int, mode: Literal["half_up", "half_even", "down"]) -> Kind:
    """Return the kind of a rounded number: rounding keeps order, so the ends are rounded too.

    It is failing where a value may be too large for its published digits.
    """
    largest_end = max(abs(kind.low), abs(kind.high))
    if largest_end * 10.0**decimals >= LARGEST_EXACT:
        return replace(number(kind.low * 2, kind.high * 2, failing=True), blank=kind.blank)
    low, high = rounded(kind.low, decimals, mode), rounded(kind.high, decimals, mode)
    return Kind("number", low=low, high=high, blank=kind.blank, failing=kind.failing)


def whole(kind: Kind) -> Kind:
    """Return the kind of a number made whole by floor or ceil."""
    largest_end = max(abs(kind.low), abs(kind.high))
    if largest_end >= 2**53:
        return failing(number(kind.low - 1, kind.high + 1), kind)
    return failing(integer(math.floor(kind.low), math.ceil(kind.high)), kind)


def summed(kind: Kind, least_rows: float = 0, most_rows: float = MOST_ROWS) -> Kind:
    """Return the kind of a sum over so many rows."""
    low = min(kind.low * least_rows, kind.low * most_rows)
    high = max(kind.high * least_rows, kind.high * most_rows)
    return failing(number(low, high), kind)


def compared(a: Kind, written: str, b: Kind) -> bool | None:
    """Return whether a comparison holds for all values of two kinds, for none, or (None) for some.

    Numbers are compared at nine decimals. Nothing is known of texts and dates.
    """
    if a.base == b.base == "category" and written in ("==", "!="):
        if not set(a.values) & set(b.values):
            return written == "!="
        return written == "==" if len(a.values) == len(b.values) == 1 else None
    if not (a.numeric and b.numeric):
        return None
    a_low, a_high, b_low, b_high = (at_nine(x) for x in (a.low, a.high, b.low, b.high))
    if written in ("==", "!="):
        if a_high < b_low or b_high < a_low:
            return written == "!="
        return written == "==" if a_low == a_high == b_low == b_high else None
    if written in ("<", "<="):
        a_low, a_high, b_low, b_high = b_low, b_high, a_low, a_high
    if written in (">=", "<="):
        return True if a_low >= b_high else False if a_high < b_low else None
    return True if a_low > b_high else False if a_high <= b_low else None
