"""The statutory retirement age since 2025-01-01.

国务院关于渐进式延迟法定退休年龄的办法 (2024-09-13): men move from 60 to 63 and women from 55 to 58 by one month for
every four months of birth, women from 50 to 55 by one month for every two. Earlier births keep the old age.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import Enum


@dataclass(frozen=True)
class Schedule:
    original_years: int
    first_birth: date  # the first month of birth whose age is raised
    births_per_month: int  # months of birth for which the age rises by one month
    most_months: int


class RetirementCategory(Enum):
    """The age somebody would have had before the reform. Women need it stored: it follows from their post."""

    MEN_60 = Schedule(60, date(1965, 1, 1), 4, 36)
    WOMEN_55 = Schedule(55, date(1970, 1, 1), 4, 36)
    WOMEN_50 = Schedule(50, date(1975, 1, 1), 2, 60)


@dataclass(frozen=True)
class RetirementAge:
    years: int
    months: int  # 0 to 11 beyond the years
    delayed_months: int
    reached_on: date


def retirement_age(birth_on: date, category: RetirementCategory) -> RetirementAge:
    """The age at which somebody born on ``birth_on`` retires, and the day on which they reach it."""
    schedule = category.value
    months = (birth_on.year - schedule.first_birth.year) * 12 + birth_on.month - schedule.first_birth.month
    delayed = 0 if months < 0 else min(schedule.most_months, months // schedule.births_per_month + 1)
    total = schedule.original_years * 12 + delayed
    return RetirementAge(total // 12, total % 12, delayed, _months_later(birth_on, total))


def is_retired(birth_on: date, category: RetirementCategory, *, on: date) -> bool:
    """Whether the statutory age has been reached on a day."""
    return on >= retirement_age(birth_on, category).reached_on


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
