"""Whether the portal may look for what fits somebody: it does, until they say no (PIPL article 24)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from employment_portal.audit.actions import record
from employment_portal.people.enums import ConsentPurpose
from employment_portal.people.models import Consent, Person
from subsidies.matching.models import LapseReason, Offer, OfferState

TEXT_VERSION = "2026-11"
PURPOSE = ConsentPurpose.RECOMMENDATION


def is_looked_for(person: Person) -> bool:
    """False once somebody said no and not yes again."""
    rows = list(person.consents.filter(purpose=PURPOSE).values_list("withdrawn_at", flat=True))
    return not rows or None in rows


@transaction.atomic
def stop_finding(*, person_id: int, through: str, by: Any, now: datetime) -> int:
    """The person does not want to be found: open offers end. How many; done twice it is done once."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    if is_looked_for(person):
        standing = person.consents.filter(purpose=PURPOSE, withdrawn_at__isnull=True)
        if not standing.update(withdrawn_at=now):
            _keep(person, through=through, by=by, now=now, withdrawn_at=now)
        record(action="people.withdraw_consent", by=by, subject=person, detail={"purpose": str(PURPOSE)})
    return Offer.objects.filter(person=person, state=OfferState.OPEN).update(
        state=OfferState.LAPSED, lapse_reason=LapseReason.NOT_ASKED
    )


@transaction.atomic
def resume_finding(*, person_id: int, through: str, by: Any, now: datetime) -> None:
    """The person wants to be found again, from the next night on."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    if is_looked_for(person):
        return
    _keep(person, through=through, by=by, now=now, withdrawn_at=None)
    record(action="people.give_consent", by=by, subject=person, detail={"purpose": str(PURPOSE)})


def _keep(person: Person, *, through: str, by: Any, now: datetime, withdrawn_at: datetime | None) -> None:
    Consent.objects.create(
        person=person,
        purpose=PURPOSE,
        text_version=TEXT_VERSION,
        given_at=now,
        given_through=through,
        recorded_by=by,
        withdrawn_at=withdrawn_at,
    )
