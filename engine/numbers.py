"""Compare at nine decimals, round where a regulation says so.

Numbers are IEEE doubles. Two of them are compared, banded and rounded as their value at nine decimal
places, so that binary noise never decides a category. The operations are elementary (multiply, add,
floor, divide) so that every dataframe library can repeat them to the bit; see `formula.columns`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Literal

EXACT_COUNTS = 2.0**52
"""From here on a count of 1e-9 has no half between whole numbers, and is taken as it is."""
LARGEST_EXACT = 2.0**53
"""Up to here a whole number of published units is exact."""


class TooLarge(ArithmeticError):
    """A value has more published digits than a double can hold exactly."""


def at_nine(x: float) -> float:
    """Return x as a whole count of 1e-9, halves up."""
    scaled = x * 1e9
    return float(math.floor(scaled + 0.5)) if abs(scaled) < EXACT_COUNTS else scaled


def to_nine(x: float) -> float:
    """Return x at nine decimals; as it is where it is too large to have so many."""
    return at_nine(x) / 1e9 if abs(x * 1e9) < EXACT_COUNTS else x


def least(limit: float) -> float:
    """Return the smallest double that reaches *limit* at nine decimals.

    ``x >= least(limit)`` is ``at_nine(x) >= at_nine(limit)``, without any arithmetic on x. A limit
    so large that its count overflows (beyond 1.79e299) is compared as it stands.
    """
    count = at_nine(limit)
    if math.isinf(count):
        return limit
    return _first(limit - _reach(limit), limit, lambda x: at_nine(x) >= count)


def least_above(limit: float) -> float:
    """Return the smallest double that is above *limit* at nine decimals; see `least`."""
    count = at_nine(limit)
    if math.isinf(count):
        return math.nextafter(limit, math.inf)
    return _first(limit, limit + _reach(limit), lambda x: at_nine(x) > count)


def _reach(limit: float) -> float:
    """Return a distance that surely crosses one count."""
    return max(1e-8, abs(limit) * 1e-15 * 4)


def _first(below: float, at: float, holds: Callable[[float], bool]) -> float:
    """Return the first double in (below, at] for which the monotone condition holds, by halving."""
    while True:
        middle = below + (at - below) / 2
        if middle in (below, at):
            return at
        if holds(middle):
            at = middle
        else:
            below = middle


ZERO_FROM, ABOVE_ZERO = least(0.0), least_above(0.0)
"""The smallest number that is zero at nine decimals, and the smallest that is above it."""


def is_zero(x: float) -> bool:
    """Return whether x is zero at nine decimals: ``0.1 + 0.2 - 0.3`` is, whatever its bits say."""
    return ZERO_FROM <= x < ABOVE_ZERO


def units(x: float, decimals: int) -> float:
    """Return x, not negative, in units of the last of *decimals* places (-9 to 9), from its nine decimals.

    A number too large to have nine is scaled at once: by way of a count it would be divided and
    multiplied, and a whole number would not always come back.
    """
    if x * 1e9 < EXACT_COUNTS:
        return at_nine(x) / 10.0 ** (9 - decimals)
    return x * 10.0**decimals if decimals >= 0 else x / 10.0**-decimals


def rounded(x: float, decimals: int, mode: Literal["half_up", "half_even", "down"]) -> float:
    """Return x rounded to *decimals* (-9 to 9) from its value at nine decimals; never -0.

    ``half_up`` rounds halves away from zero, as printed tables and spreadsheets do (88.305 gives
    88.31); ``half_even`` to the even digit; ``down`` towards zero. Raises TooLarge where the result's
    digits would not be exact.
    """
    size = abs(x)
    if not size * 10.0**decimals < LARGEST_EXACT:
        raise TooLarge(x)
    counted = units(size, decimals)
    whole = math.floor(counted)
    if mode == "half_up":
        whole = math.floor(counted + 0.5) if counted < EXACT_COUNTS else whole
    elif mode == "half_even":
        half = counted - whole
        whole += 1 if half > 0.5 or (half == 0.5 and whole % 2 == 1) else 0
    value = whole / 10.0**decimals if decimals > 0 else whole * 10.0**-decimals
    return 0.0 - value if x < 0 and value else value


def written(x: float, decimals: int | None = None) -> str:
    """Return x in plain decimal notation: a dot, no exponent, no -0.

    With *decimals*, x is one that was `rounded` to so many, and all of them are written; without, x has
    the fewest digits that tell it from every other double.
    """
    from decimal import Decimal

    text = f"{Decimal(str(x)):f}".removesuffix(".0")
    if decimals is not None:
        text = f"{x:.{max(decimals, 0)}f}"
    return text.removeprefix("-") if text.strip("-0.") == "" else text


def as_fraction(x: float) -> str | None:
    """Return x as a short fraction such as ``1/9``, where that is it exactly and its decimals go on."""
    if len(repr(x)) < 12:
        return None
    near = Fraction(x).limit_denominator(1_000)
    exact = near.numerator / near.denominator == x
    return f"{near.numerator}/{near.denominator}" if exact and near.denominator > 1 else None
