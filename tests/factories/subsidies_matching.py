"""Offers made by the search itself, so that they hold what it writes.

``offered(person)`` is an open offer to a person of 成华区; ``offered_roster(employer, 3)`` offers for three employees.
"""

from datetime import date
from typing import Any

from django.utils import timezone

from subsidies.matching import actions
from subsidies.matching.models import Offer
from tests.factories.people import PersonFactory, SpellFactory
from tests.factories.subsidies_claims import policy_version
from tests.factories.subsidies_policies import condition


def offered(person: Any, version: Any = None, *, day: date | None = None) -> Offer:
    """The person's open offer of a version: by default one for everybody of 16 to 59, 1,500 yuan, once."""
    version = version or policy_version()
    actions.match_version(version_id=version.pk, day=day or timezone.localdate())
    return Offer.objects.get(version=version, person=person)


def hiring_version(**changes: Any) -> Any:
    """1,000 yuan per employee under a contract, claimed by the employer."""
    hired = condition("employment.kind", "eq", "employed")
    wording = {
        "conditions": {"all": [hired]},
        "region_basis": "work",
        "amount": {"kind": "fixed", "fen": 100_000},
    }
    return policy_version(subject="employment", **{**wording, **changes})


def employee_of(employer: Any, **values: Any) -> Any:
    """A person who works for the employer."""
    person = PersonFactory(user=None, **values)
    SpellFactory(person=person, status="employed", employer=employer, employer_name=employer.name)
    return person


def offered_roster(employer: Any, count: int, version: Any = None) -> list[Offer]:
    """Offers of one version for new employees of the employer."""
    version = version or hiring_version()
    for _number in range(count):
        employee_of(employer)
    actions.match_version(version_id=version.pk, day=timezone.localdate())
    return list(Offer.objects.filter(version=version, organisation=employer).order_by("pk"))
