"""Which groups somebody seems to belong to, from what is on record. A suggestion: staff certify on evidence."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.classifications.enums import Education, Sex
from employment_portal.people.enums import SENSITIVE_GROUPS, Group
from employment_portal.people.records.rules import age_on

DEFAULT_DAYS = 365
# How long a membership lasts that ends by itself: the others are looked at again after a year.
EVIDENCE = {
    Group.H_OLDER: _("Identity document"),
    Group.H_DISABLED: _("Disability certificate"),
    Group.H_LOW_INCOME: _("Certificate of the subsistence allowance"),
    Group.H_ZERO_EMPLOYMENT: _("Household register and the status of every member of working age"),
    Group.H_LONG_TERM: _("Unemployment registration of a year or more"),
    Group.H_LAND: _("Certificate of the expropriation"),
    Group.H_POVERTY: _("Entry in the register of people lifted from poverty or monitored"),
    Group.H_OTHER: _("What the local rule names"),
    Group.GRADUATE: _("Graduation certificate"),
    Group.YOUTH: _("Unemployment registration"),
    Group.MIGRANT: _("Household register"),
    Group.VETERAN: _("Discharge papers or veteran's card"),
    Group.POVERTY: _("Entry in the register of people lifted from poverty"),
    Group.DISABLED: _("Disability certificate"),
    Group.RELEASED: _("Release certificate"),
}


@dataclass(frozen=True)
class Facts:
    """What the rules look at; ``unemployed_since`` is the first day of the running unemployment."""

    sex: int
    birth_date: date | None
    education: int | None
    graduated_on: date | None
    unemployed_since: date | None


@dataclass(frozen=True)
class Ages:
    """The ages and times that the local rules name: 4050, youth, graduates, long-term unemployment."""

    older_women: int
    older_men: int
    youth_from: int
    youth_until: int
    graduate_years: int
    long_term_months: int


@dataclass(frozen=True)
class Suggestion:
    group: str
    basis: Any
    valid_until: date  # the day after the last

    @property
    def label(self) -> Any:
        return Group(self.group).label


def years_later(day: date, years: int) -> date:
    return months_later(day, 12 * years)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, else the first of the month after."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:  # 29 February
        return date(year + (month + 2) // 13, (month + 1) % 12 + 1, 1)


def suggestions(facts: Facts, *, ages: Ages, on: date) -> list[Suggestion]:
    """The groups that follow from the facts on a day, each with its basis."""
    found = []
    year_on = on + timedelta(days=DEFAULT_DAYS)
    age = age_on(facts.birth_date, on) if facts.birth_date else None
    unemployed = facts.unemployed_since is not None
    older_from = {Sex.FEMALE: ages.older_women, Sex.MALE: ages.older_men}.get(Sex(facts.sex))
    if unemployed and age is not None and older_from is not None and age >= older_from:
        found.append(
            Suggestion(
                Group.H_OLDER, _("%(age)s years old and registered unemployed") % {"age": age}, year_on
            )
        )
    if (
        facts.unemployed_since is not None
        and months_later(facts.unemployed_since, ages.long_term_months) <= on
    ):
        basis = _("registered unemployed since %(day)s") % {"day": facts.unemployed_since.isoformat()}
        found.append(Suggestion(Group.H_LONG_TERM, basis, year_on))
    if (
        facts.graduated_on is not None
        and (facts.education or 0) >= Education.JUNIOR_COLLEGE
        and facts.graduated_on <= on < years_later(facts.graduated_on, ages.graduate_years)
    ):
        until = years_later(facts.graduated_on, ages.graduate_years)
        basis = _("graduated in %(month)s") % {"month": f"{facts.graduated_on:%Y-%m}"}
        found.append(Suggestion(Group.GRADUATE, basis, until))
    young = age is not None and ages.youth_from <= age <= ages.youth_until
    if unemployed and young and facts.birth_date is not None:
        until = years_later(facts.birth_date, ages.youth_until + 1)
        found.append(
            Suggestion(Group.YOUTH, _("%(age)s years old and registered unemployed") % {"age": age}, until)
        )
    return found


def is_sensitive(group: str) -> bool:
    """Whether the group says something about health, income or past: it needs a consent of its own."""
    return group in SENSITIVE_GROUPS
