"""Giving and withdrawing consent."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from employment_portal.audit.actions import record
from employment_portal.people.consent.texts import current_version
from employment_portal.people.models import Consent, Person


def has_consent(person: Person, purpose: str) -> bool:
    return person.consents.filter(purpose=purpose, withdrawn_at__isnull=True).exists()


@transaction.atomic
def give_consent(*, person_id: int, purpose: str, through: str, by: Any) -> Consent:
    """Keep a consent to the present text of a purpose; one that is in force stays as it is.

    ``through`` is online or counter.
    """
    Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    given, created = Consent.objects.get_or_create(
        person_id=person_id,
        purpose=purpose,
        withdrawn_at=None,
        defaults={
            "text_version": current_version(purpose),
            "given_at": timezone.now(),
            "given_through": through,
            "recorded_by": by,
        },
    )
    if created:
        record(action="people.give_consent", by=by, subject=given.person, detail={"purpose": str(purpose)})
    return given


@transaction.atomic
def withdraw_consent(*, person_id: int, purpose: str, by: Any) -> bool:
    """End a consent from now on; whether there was one. ``consent.requests.withdraw`` ends what rests on it."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    ended = person.consents.filter(purpose=purpose, withdrawn_at__isnull=True).update(
        withdrawn_at=timezone.now()
    )
    if ended:
        record(action="people.withdraw_consent", by=by, subject=person, detail={"purpose": str(purpose)})
    return bool(ended)
