from datetime import date

import pytest

from employment_portal.core.retirement import RetirementCategory, is_retired, retirement_age

MEN, WOMEN_55, WOMEN_50 = RetirementCategory


@pytest.mark.parametrize(
    ("category", "birth_on", "years", "months", "reached_on"),
    [  # from the tables annexed to the State Council's measures
        (MEN, date(1964, 12, 31), 60, 0, date(2024, 12, 31)),
        (MEN, date(1965, 1, 15), 60, 1, date(2025, 2, 15)),
        (MEN, date(1965, 4, 30), 60, 1, date(2025, 5, 30)),
        (MEN, date(1965, 5, 1), 60, 2, date(2025, 7, 1)),
        (MEN, date(1976, 8, 1), 62, 11, date(2039, 7, 1)),
        (MEN, date(1976, 9, 1), 63, 0, date(2039, 9, 1)),
        (MEN, date(2000, 2, 29), 63, 0, date(2063, 2, 28)),
        (WOMEN_55, date(1969, 12, 1), 55, 0, date(2024, 12, 1)),
        (WOMEN_55, date(1970, 1, 1), 55, 1, date(2025, 2, 1)),
        (WOMEN_55, date(1981, 9, 1), 58, 0, date(2039, 9, 1)),
        (WOMEN_50, date(1974, 12, 1), 50, 0, date(2024, 12, 1)),
        (WOMEN_50, date(1975, 1, 1), 50, 1, date(2025, 2, 1)),
        (WOMEN_50, date(1975, 3, 1), 50, 2, date(2025, 5, 1)),
        (WOMEN_50, date(1984, 10, 1), 54, 11, date(2039, 9, 1)),
        (WOMEN_50, date(1984, 11, 1), 55, 0, date(2039, 11, 1)),
    ],
)
def test_the_age_follows_the_table(category, birth_on, years, months, reached_on):
    age = retirement_age(birth_on, category)

    assert (age.years, age.months, age.reached_on) == (years, months, reached_on)


def test_somebody_is_retired_from_the_day_itself():
    assert not is_retired(date(1965, 1, 15), MEN, on=date(2025, 2, 14))
    assert is_retired(date(1965, 1, 15), MEN, on=date(2025, 2, 15))
