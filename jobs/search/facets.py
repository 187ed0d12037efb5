"""The scales by which postings are counted and filtered, and how each is stored in a search row."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from typing import Any

from employment_portal.people.enums import Group
from jobs.postings.enums import FIVE_INSURANCES, Insurance, Welfare

# Yuan a month: the first band is below 3000, the last 30,000 and more.
PAY_STEPS = (3_000, 5_000, 8_000, 12_000, 20_000, 30_000)
PAY_BANDS: tuple[tuple[int | None, int | None], ...] = tuple(
    zip((None, *PAY_STEPS), (*PAY_STEPS, None), strict=True)
)

# Months of experience asked for: none, up to 1 year, to 3, to 5, to 10, more.
EXPERIENCE_STEPS = (0, 12, 36, 60, 120)
EXPERIENCE_BANDS = ("none", "to1", "1to3", "3to5", "5to10", "over10")

PUBLISHED_WITHIN_DAYS = (1, 3, 7, 30)

# Bits are stored: add at the end, never reorder.
INSURANCE_BITS = {
    Insurance.PENSION: 1,
    Insurance.MEDICAL: 2,
    Insurance.UNEMPLOYMENT: 4,
    Insurance.INJURY: 8,
    Insurance.MATERNITY: 16,
    Insurance.HOUSING_FUND: 32,
}
FIVE_INSURANCES_BITS = sum(INSURANCE_BITS[insurance] for insurance in FIVE_INSURANCES)
# What people filter by: the five social insurances together, and the housing fund.
INSURANCE_CHOICES = {"five": FIVE_INSURANCES_BITS, "housing_fund": INSURANCE_BITS[Insurance.HOUSING_FUND]}

_WELFARE_ORDER = [
    Welfare.MEALS,
    Welfare.HOUSING,
    Welfare.TWO_DAYS_OFF,
    Welfare.PAID_LEAVE,
    Welfare.YEAR_BONUS,
    Welfare.TRAVEL,
    Welfare.NIGHT_ALLOWANCE,
    Welfare.HEAT_ALLOWANCE,
    Welfare.FREE_TRAINING,
    Welfare.HEALTH_CHECK,
    Welfare.FLEXIBLE_HOURS,
    Welfare.HOLIDAY_GIFTS,
]
WELFARE_BITS = {value: 1 << place for place, value in enumerate(_WELFARE_ORDER)}

_GROUP_ORDER = [
    Group.H_OLDER,
    Group.H_DISABLED,
    Group.H_LOW_INCOME,
    Group.H_ZERO_EMPLOYMENT,
    Group.H_LONG_TERM,
    Group.H_LAND,
    Group.H_POVERTY,
    Group.H_OTHER,
    Group.GRADUATE,
    Group.YOUTH,
    Group.MIGRANT,
    Group.VETERAN,
    Group.POVERTY,
    Group.DISABLED,
    Group.RELEASED,
]
GROUP_BITS = {value: 1 << place for place, value in enumerate(_GROUP_ORDER)}


def bits_of(values: Iterable[str], bits: Mapping[Any, int]) -> int:
    """The bits of several values; a value without a bit is left out."""
    return sum(bits[value] for value in set(values) if value in bits)


def pay_bands_of(min_fen: int, max_fen: int) -> tuple[int, int]:
    """First and last place in PAY_BANDS that a monthly range reaches into; (-1, -1) when pay is not stated.

    A range that only touches a band from below (5000–8000 and the band from 8000) does not reach into it.
    """
    if max_fen <= 0:
        return -1, -1
    steps = [step * 100 for step in PAY_STEPS]
    low = bisect_right(steps, min_fen)
    high = bisect_left(steps, max_fen) if max_fen > min_fen else low
    return low, high


def experience_band_of(months: int) -> int:
    """Place in EXPERIENCE_BANDS."""
    return bisect_left(EXPERIENCE_STEPS, months)
