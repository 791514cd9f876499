"""Numbers are compared, banded and rounded as their value at nine decimal places.

What floating point does here is held against exact arithmetic on fractions.
"""

from __future__ import annotations

import math
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.numbers import (
    EXACT_COUNTS,
    TooLarge,
    as_fraction,
    at_nine,
    least,
    least_above,
    rounded,
    to_nine,
    written,
)

MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
LARGEST_COUNTED = EXACT_COUNTS / 1e9  # about 4.5 million: above it a double has fewer than nine decimals

finite = st.floats(allow_nan=False, allow_infinity=False)
counted = st.floats(min_value=-LARGEST_COUNTED, max_value=LARGEST_COUNTED, exclude_min=True, exclude_max=True)
printed = st.decimals(min_value=-100_000, max_value=100_000, places=3).map(float)
limits = st.one_of(
    counted,
    printed,
    st.floats(min_value=-1e290, max_value=1e290),
    st.sampled_from([0.0, 0.5e-9, -0.5e-9, 61.0, 88.305, LARGEST_COUNTED, -LARGEST_COUNTED]),
)


def exactly(x: float, decimals: int, mode: str) -> float:
    """Round the value at nine decimals with decimal arithmetic; the double nearest to the outcome."""
    with localcontext() as context:
        context.prec = 60
        size = Decimal(int(at_nine(abs(x)))).scaleb(-9)
        value = float(size.quantize(Decimal(1).scaleb(-decimals), rounding=MODES[mode]))
    return -value if x < 0 and value else value


# ── at nine decimals ──


def test_a_count_is_the_value_in_billionths():
    assert at_nine(88.305) == 88_305_000_000
    assert at_nine(60.99999999999999) == at_nine(61.0)
    assert at_nine(0.1 + 0.2) == at_nine(0.3)
    assert at_nine(61.000000001) == at_nine(61.0) + 1


@given(counted)
@settings(deadline=None)
def test_a_count_is_at_most_half_a_billionth_from_the_value(x):
    """Half a count, and what multiplying by 1e9 adds."""
    count = at_nine(x)
    assert count.is_integer()
    assert abs(Fraction(count) - Fraction(x) * 10**9) <= Fraction(1, 2) + Fraction(math.ulp(x * 1e9))


@given(finite)
@example(LARGEST_COUNTED)
@example(-LARGEST_COUNTED)
@example(0.5e-9)
@example(-0.5e-9)
@example(math.nextafter(0.5e-9, 0))
@settings(deadline=None)
def test_a_larger_number_never_counts_less(x):
    assert at_nine(math.nextafter(x, -math.inf)) <= at_nine(x) <= at_nine(math.nextafter(x, math.inf))


@given(finite, finite)
@settings(deadline=None)
def test_counts_keep_the_order_of_numbers(x, y):
    assert at_nine(min(x, y)) <= at_nine(max(x, y))


# ── thresholds ──


@given(limits)
@settings(deadline=None)
def test_the_least_double_reaches_its_limit_and_the_one_below_does_not(limit):
    first = least(limit)
    assert at_nine(first) >= at_nine(limit)
    assert at_nine(math.nextafter(first, -math.inf)) < at_nine(limit)


@given(limits)
@settings(deadline=None)
def test_the_least_double_above_is_above_its_limit_and_the_one_below_is_not(limit):
    first = least_above(limit)
    assert at_nine(first) > at_nine(limit)
    assert at_nine(math.nextafter(first, -math.inf)) <= at_nine(limit)


@given(limits, limits)
@settings(deadline=None)
def test_a_plain_comparison_with_a_threshold_is_the_comparison_at_nine_decimals(x, limit):
    assert (x >= least(limit)) == (at_nine(x) >= at_nine(limit))
    assert (x >= least_above(limit)) == (at_nine(x) > at_nine(limit))


@pytest.mark.parametrize("limit", [1e300, -1e300, math.nextafter(math.inf, 0), -math.nextafter(math.inf, 0)])
def test_a_limit_too_large_to_be_counted_is_compared_as_it_stands(limit):
    assert least(limit) == limit
    assert least_above(limit) == math.nextafter(limit, math.inf)


def test_binary_noise_of_a_weighted_sum_does_not_keep_a_value_below_its_limit():
    noisy = 60.99999999999999
    assert noisy < 61
    assert noisy >= least(61)
    assert not noisy >= least_above(61)


# ── rounding ──


@pytest.mark.parametrize(
    ("x", "decimals", "mode", "expected"),
    [
        (88.305, 2, "half_up", 88.31),
        (2.675, 2, "half_up", 2.68),
        (1.005, 2, "half_up", 1.01),
        (0.5, 0, "half_up", 1.0),
        (-0.5, 0, "half_up", -1.0),
        (-2.675, 2, "half_up", -2.68),
        (0.5, 0, "half_even", 0.0),
        (1.5, 0, "half_even", 2.0),
        (2.675, 2, "half_even", 2.68),
        (2.665, 2, "half_even", 2.66),
        (2.679, 2, "down", 2.67),
        (-2.679, 2, "down", -2.67),
        (2.68, 2, "down", 2.68),
        (0.29 * 100, 0, "down", 29.0),
        (80.49999999999999, 0, "half_up", 81.0),
        (80.499999999, 0, "half_up", 80.0),
        (1250.0, -2, "half_up", 1300.0),
        (1250.0, -2, "half_even", 1200.0),
        (1299.0, -2, "down", 1200.0),
        (5e8, -9, "half_up", 1e9),
        (0.1234567895, 9, "half_up", 0.12345679),
    ],
)
def test_rounding(x, decimals, mode, expected):
    assert rounded(x, decimals, mode) == expected


@pytest.mark.parametrize("sign", [1, -1])
def test_every_printed_half_rounds_away_from_zero(sign):
    """All of the 100,001 halves 0.005, 0.015 ... up to a thousand."""
    wrong = [
        tenths_of_a_cent
        for tenths_of_a_cent in range(5, 1_000_006, 10)
        if rounded(sign * tenths_of_a_cent / 1000, 2, "half_up") != sign * (tenths_of_a_cent + 5) / 10 / 100
    ]
    assert wrong == []


@given(st.one_of(counted, printed), st.integers(-9, 9), st.sampled_from(sorted(MODES)))
@example(4503599.627370495, 9, "half_up")
@example(4503599.5, 0, "half_even")
@settings(deadline=None, max_examples=500)
def test_rounding_agrees_with_decimal_arithmetic(x, decimals, mode):
    assert rounded(x, decimals, mode) == exactly(x, decimals, mode)


@given(st.floats(min_value=-1e6, max_value=1e6), st.integers(-9, 9), st.sampled_from(sorted(MODES)))
@settings(deadline=None)
def test_a_rounded_value_stays_when_it_is_rounded_again(x, decimals, mode):
    once = rounded(x, decimals, mode)
    assert rounded(once, decimals, mode) == once


@given(counted, st.integers(-9, 9), st.sampled_from(sorted(MODES)))
@example(-0.0, 2, "half_up")
@example(-0.001, 2, "half_up")
@example(-0.9, 0, "down")
@settings(deadline=None)
def test_zero_has_no_sign(x, decimals, mode):
    value = rounded(x, decimals, mode)
    assert value != 0 or math.copysign(1, value) == 1


@pytest.mark.parametrize(
    ("x", "decimals"),
    [(2.0**53, 0), (-(2.0**53), 0), (2.0**53 / 100, 2), (1e15, 1), (1e300, -9), (math.inf, 0), (math.nan, 0)],
)
def test_digits_that_would_not_be_exact_are_refused(x, decimals):
    with pytest.raises(TooLarge):
        rounded(x, decimals, "half_up")


@pytest.mark.parametrize(("x", "decimals"), [(1e15, 0), (8e14, 1), (9e13, 2), (-9e13, 2), (1e16, -1)])
def test_digits_that_are_exact_are_not_refused(x, decimals):
    assert rounded(x, decimals, "half_up") == x


# ── writing ──


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.1, "0.1"),
        (7.0, "7"),
        (100, "100"),
        (-2.5, "-2.5"),
        (-0.0, "0"),
        (1e22, "10000000000000000000000"),
        (1e16, "10000000000000000"),
        (1.5e-7, "0.00000015"),
        (1.23456789012345e-10, "0.000000000123456789012345"),
        (10**20, "100000000000000000000"),
    ],
)
def test_a_number_is_written_without_exponent(x, text):
    assert written(x) == text


@given(finite)
@settings(deadline=None)
def test_what_is_written_reads_as_the_same_number(x):
    text = written(x)
    assert float(text) == x
    assert set(text) <= set("-.0123456789")


@pytest.mark.parametrize(
    ("x", "decimals", "text"),
    [(85.0, 2, "85.00"), (88.31, 2, "88.31"), (-0.0, 2, "0.00"), (1300.0, -2, "1300"), (3, 1, "3.0")],
)
def test_all_declared_decimals_are_written(x, decimals, text):
    assert written(x, decimals) == text


# ── large figures ──


@given(st.integers(-(2**53) + 1, 2**53 - 1), st.integers(0, 9), st.sampled_from(sorted(MODES)))
@example(5_000_000_007, 0, "down")
@example(2**52 + 1, 0, "half_up")
@example(2**53 - 1, 0, "half_up")
@settings(deadline=None, max_examples=500)
def test_a_whole_number_is_left_whole_or_refused(x, decimals, mode):
    """Budgets in rupiah have ten digits and more."""
    assert to_nine(float(x)) == x
    try:
        value = rounded(float(x), decimals, mode)
    except TooLarge:
        assert abs(x) * 10**decimals >= 2**53
    else:
        assert value == x


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (1 / 9, "1/9"),
        (2 / 7, "2/7"),
        (-1 / 14, "-1/14"),
        (0.111, None),
        (0.5, None),
        (3.0, None),
        (2**0.5, None),
    ],
)
def test_a_fraction_is_written_as_one_types_it(x, text):
    assert as_fraction(x) == text
