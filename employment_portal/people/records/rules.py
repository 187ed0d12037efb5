"""What follows from a person's data, decided without the database."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.classifications.enums import Sex
from employment_portal.core import retirement
from employment_portal.core.errors import DomainError
from employment_portal.core.identifiers import ResidentId
from employment_portal.people.enums import IdentityDocument, RetirementCategory

SCHEDULES = {
    RetirementCategory.MAN_60: retirement.RetirementCategory.MEN_60,
    RetirementCategory.WOMAN_55: retirement.RetirementCategory.WOMEN_55,
    RetirementCategory.WOMAN_50: retirement.RetirementCategory.WOMEN_50,
}


class WrongDocument(DomainError):
    message = _(
        "This number is not one of the chosen document. Choose the document that the number stands on."
    )


class TooYoung(DomainError):
    message = _("You can register from the age of 16 on.")


class CategoryNeeded(DomainError):
    message = _("Choose the original retirement age: it differs for women by their post.")


def age_on(birth_date: date, day: date) -> int:
    """Full years of age."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def check_document(number: ResidentId, document: str) -> None:
    """Raises WrongDocument unless the number is one of the document."""
    expected = IdentityDocument.RESIDENT
    if number.is_foreign_permanent_resident:
        expected = IdentityDocument.FOREIGN_PERMANENT
    elif number.is_hong_kong_macao_taiwan_resident:
        expected = IdentityDocument.HMT_RESIDENCE
    if document != expected:
        raise WrongDocument


def category_of(sex: int, chosen: str) -> str:
    """The retirement category to store: a man has one only, a woman says which. Raises CategoryNeeded."""
    if sex == Sex.MALE:
        return RetirementCategory.MAN_60
    if chosen not in {RetirementCategory.WOMAN_50, RetirementCategory.WOMAN_55}:
        raise CategoryNeeded
    return chosen


def retirement_of(person: Any) -> retirement.RetirementAge | None:
    """The statutory retirement age of a person, None while birth date or category are unknown."""
    if person.birth_date is None or not person.retirement_category:
        return None
    return retirement.retirement_age(
        person.birth_date, SCHEDULES[RetirementCategory(person.retirement_category)]
    )


def is_of_working_age(person: Any, *, on: date, least: int) -> bool:
    """``least`` or older and below the statutory retirement age; an unknown retirement age does not exclude."""
    if person.birth_date is None or age_on(person.birth_date, on) < least:
        return False
    retires = retirement_of(person)
    return retires is None or on < retires.reached_on
