"""Invented people: names, identity numbers that fit their check digit but belong to nobody, phone numbers."""

from datetime import date, timedelta
from random import Random

from employment_portal.core.identifiers import organisation_check_character, resident_check_character
from employment_portal.people.enums import RetirementCategory
from employment_portal.sample.vocabulary import GIVEN, SURNAMES

# 510199 is not a county: no real person has such a number.
NOBODYS_COUNTY = "510199"


def name(random: Random) -> str:
    return random.choice(SURNAMES) + "".join(random.sample(GIVEN, random.choice((1, 2, 2))))


def identity(random: Random, born: date, *, woman: bool) -> str:
    order = random.randrange(0, 499) * 2 + (0 if woman else 1)
    body = f"{NOBODYS_COUNTY}{born:%Y%m%d}{order:03d}"
    return body + resident_check_character(body)


def birthday(random: Random, *, youngest: int, oldest: int, today: date) -> date:
    days = random.randrange(youngest * 365 + 10, oldest * 365)
    return today - timedelta(days=days)


def retirement_category(random: Random, *, woman: bool) -> RetirementCategory:
    """What somebody retires by; most women work in a trade where they retire at 50."""
    if not woman:
        return RetirementCategory.MAN_60
    return random.choice(
        [RetirementCategory.WOMAN_50, RetirementCategory.WOMAN_50, RetirementCategory.WOMAN_55]
    )


def organisation_code(number: int) -> str:
    """A well-formed unified social credit code of the unassigned county 510199."""
    body = f"91{NOBODYS_COUNTY}MAC{number:05d}X"
    return body + organisation_check_character(body)
