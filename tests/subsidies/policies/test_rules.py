"""Rounding to the fen and the yuan, and which months a claim covers."""

from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import given
from hypothesis import strategies as st

from subsidies.policies.enums import PeriodKind
from subsidies.policies.periods import NotAPeriod, check_period, day_of_facts, months_in, usual_period
from subsidies.policies.rules import rounded

DAY = date(2026, 11, 23)
MODES = {"down": ROUND_DOWN, "up": ROUND_UP, "half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}
MONTHS, YEAR, ONCE = PeriodKind.MONTHS, PeriodKind.YEAR, PeriodKind.ONCE


@pytest.mark.parametrize(
    ("exact", "unit", "results"),
    [
        (Fraction(5, 2), 1, {"down": 2, "up": 3, "half_up": 3, "half_even": 2}),
        (Fraction(7, 2), 1, {"down": 3, "up": 4, "half_up": 4, "half_even": 4}),
        (Fraction(7, 3), 1, {"down": 2, "up": 3, "half_up": 2, "half_even": 2}),
        (Fraction(150), 100, {"down": 100, "up": 200, "half_up": 200, "half_even": 200}),
        (Fraction(250), 100, {"down": 200, "up": 300, "half_up": 300, "half_even": 200}),
        (Fraction(0), 100, {"down": 0, "up": 0, "half_up": 0, "half_even": 0}),
        (Fraction(1, 10**9), 100, {"down": 0, "up": 100, "half_up": 0, "half_even": 0}),
    ],
)
def test_each_rounding_rule(exact, unit, results):
    assert {mode: rounded(exact, mode, unit) for mode in results} == results


@given(fen=st.integers(0, 10**12), tenths=st.integers(0, 9), mode=st.sampled_from(sorted(MODES)), unit=st.sampled_from([1, 100]))  # fmt: skip
def test_rounding_is_that_of_the_decimal_module(fen, tenths, mode, unit):
    exact = Decimal(f"{fen}.{tenths}")

    expected = (exact / unit).quantize(Decimal(1), rounding=MODES[mode]) * unit

    assert rounded(Fraction(exact), mode, unit) == expected


@pytest.mark.parametrize(
    ("kind", "months", "on", "lower", "upper", "covered", "looked_at"),
    [
        (ONCE, 3, DAY, None, None, None, DAY),
        (YEAR, 3, DAY, date(2026, 1, 1), date(2027, 1, 1), 12, DAY),
        (YEAR, 3, date(2026, 12, 31), date(2026, 1, 1), date(2027, 1, 1), 12, date(2026, 12, 31)),
        (MONTHS, 3, DAY, date(2026, 8, 1), date(2026, 11, 1), 3, date(2026, 10, 31)),
        (MONTHS, 1, date(2026, 3, 1), date(2026, 2, 1), date(2026, 3, 1), 1, date(2026, 2, 28)),
        (MONTHS, 12, date(2026, 1, 31), date(2025, 1, 1), date(2026, 1, 1), 12, date(2025, 12, 31)),
    ],
)
def test_what_a_claim_covers_unless_the_claimant_says_else(
    kind, months, on, lower, upper, covered, looked_at
):
    period = usual_period(kind, months, on)

    check_period(kind, period, on)
    assert (period.lower, period.upper) == (lower, upper)
    assert months_in(period) == covered
    assert day_of_facts(period, on) == looked_at


@pytest.mark.parametrize(
    ("kind", "lower", "upper"),
    [
        (ONCE, date(2026, 1, 1), None),
        (ONCE, None, date(2026, 1, 1)),
        (MONTHS, None, date(2026, 1, 1)),
        (MONTHS, date(2026, 1, 1), None),
        (MONTHS, date(2026, 2, 1), date(2026, 2, 1)),
        (MONTHS, date(2026, 1, 2), date(2026, 2, 1)),
        (MONTHS, date(2026, 1, 1), date(2026, 1, 31)),
        (MONTHS, date(2026, 11, 1), date(2026, 12, 1)),
        (YEAR, date(2026, 1, 1), date(2026, 12, 1)),
        (YEAR, date(2025, 7, 1), date(2026, 7, 1)),
        (YEAR, date(2025, 1, 1), date(2027, 1, 1)),
        (YEAR, date(2027, 1, 1), date(2028, 1, 1)),
    ],
)
def test_a_period_of_another_kind_or_of_the_future_is_refused(kind, lower, upper):
    with pytest.raises(NotAPeriod):
        check_period(kind, DateRange(lower, upper), DAY)


def test_a_month_may_be_claimed_on_the_day_after_its_last():
    check_period(MONTHS, DateRange(date(2026, 10, 1), date(2026, 11, 1)), date(2026, 11, 1))

    with pytest.raises(NotAPeriod):
        check_period(MONTHS, DateRange(date(2026, 10, 1), date(2026, 11, 1)), date(2026, 10, 31))
