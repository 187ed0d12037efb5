"""Counter staff act for a person (代办): a sitting of half an hour with the person's recorded consent."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import OFFICER_ROLES
from employment_portal.audit.actions import record
from employment_portal.audit.models import AuditEntry
from employment_portal.core.encryption import keyed_hash
from employment_portal.core.errors import DomainError
from employment_portal.core.uploads import check_paper
from employment_portal.notifications.actions import Channel, notify
from employment_portal.people.consent.actions import give_consent, withdraw_consent
from employment_portal.people.consent.queries import LOOKS, about
from employment_portal.people.enums import ConsentPurpose
from employment_portal.people.models import AssistedSession, Person
from employment_portal.people.permissions import REGION_FIELDS, may_serve
from employment_portal.people.records.actions import lock_open
from employment_portal.people.records.queries import act_label
from employment_portal.people.records.registration import NotYourCase
from employment_portal.regions.models import Agency

SITTING_MINUTES = 30
CODE_MINUTES = 10
CODE_TRIES = 5
CODE_PURPOSE = "assisted_code"


class PhoneNeeded(DomainError):
    message = _("No mobile number is on record. Let the person sign the form instead.")


class FormNeeded(DomainError):
    message = _("Upload the signed form.")


class SittingRuns(DomainError):
    message = _("You are acting for somebody already. End that first.")


def hash_code(code: str, person_id: int) -> str:
    return keyed_hash(f"{person_id}:{code}", CODE_PURPOSE)


@transaction.atomic
def send_consent_code(*, person_id: int, purpose: str, by: Any) -> str:
    """Send the person a code that they tell the clerk; gives its hash. Raises NotYourCase, PhoneNeeded."""
    person = lock_open(person_id)
    if not may_serve(by, person):
        raise NotYourCase
    if not person.phone:
        raise PhoneNeeded
    code = f"{secrets.randbelow(1_000_000):06d}"
    notify(
        kind="sitting_code",
        phone=person.phone,
        channels=[Channel.SMS],
        context={"code": code, "minutes": CODE_MINUTES, "purpose": purpose},
        always=True,
    )
    record(action="people.send_sitting_code", by=by, subject=person)
    return hash_code(code, person_id)


@transaction.atomic
def start_sitting(
    *, person_id: int, purpose: str, method: str, form: UploadedFile | None, by: Any, now: datetime
) -> AssistedSession:
    """Begin to act for somebody who has just consented by code (checked by the caller) or signed form.

    Raises NotYourCase, FormNeeded, SittingRuns, RecordClosed, and the errors of ``check_paper``.
    """
    person = lock_open(person_id)
    if not may_serve(by, person):
        raise NotYourCase
    close_expired(now=now, clerk=by)
    sitting = AssistedSession(
        person=person,
        clerk=by,
        agency=_agency(by, person),
        purpose=purpose,
        consent_method=method,
        started_at=now,
        expires_at=now + timedelta(minutes=SITTING_MINUTES),
    )
    if method == "signature":
        if form is None:
            raise FormNeeded
        paper = check_paper(form, name=form.name, size=form.size)
        sitting.consent_form_name = paper.display_name
        sitting.consent_form.save(paper.stored_name, form, save=False)
    try:
        with transaction.atomic():
            sitting.save()
    except IntegrityError as error:
        raise SittingRuns from error
    give_consent(person_id=person.pk, purpose=ConsentPurpose.ASSISTED, through="counter", by=by)
    record(
        action="people.start_sitting",
        by=by,
        subject=person,
        reason=purpose,
        detail={"sitting": sitting.public_id},
    )
    return sitting


def _agency(clerk: Any, person: Person) -> Agency:
    regions = [region for name in REGION_FIELDS if (region := getattr(person, name)) is not None]
    return next(
        post.agency
        for post in clerk.current_posts()
        if post.role in OFFICER_ROLES and any(post.covers(region) for region in regions)
    )


@transaction.atomic
def end_sitting(*, sitting_id: int, by: Any, now: datetime) -> AssistedSession:
    """End a sitting and tell the person what was done in it; ending twice is harmless."""
    sitting = (
        AssistedSession.objects.select_for_update(of=("self",))
        .select_related("person__user")
        .get(pk=sitting_id)
    )
    if sitting.ended_at is not None:
        return sitting
    sitting.ended_at = min(now, sitting.expires_at)
    sitting.save(update_fields=["ended_at"])
    withdraw_consent(person_id=sitting.person_id, purpose=ConsentPurpose.ASSISTED, by=by)
    record(action="people.end_sitting", by=by, subject=sitting.person, detail={"sitting": sitting.public_id})
    _tell(sitting)
    return sitting


def end_sittings_of(*, person_id: int, by: Any, now: datetime) -> None:
    """The person withdrew the consent: whoever acts for them at a counter stops."""
    running = AssistedSession.objects.filter(person=person_id, ended_at__isnull=True)
    for sitting_id in list(running.values_list("pk", flat=True)):
        end_sitting(sitting_id=sitting_id, by=by, now=now)


def done_in(sitting: AssistedSession) -> list[str]:
    """What the clerk did for the person in the sitting, in words, each once, in order."""
    entries = AuditEntry.objects.filter(
        about(sitting.person),
        actor=sitting.clerk_id,
        at__gte=sitting.started_at,
        at__lte=sitting.ended_at or timezone.now(),
    ).exclude(action__in=[*LOOKS, "people.end_sitting", "people.give_consent", "people.withdraw_consent"])
    actions = entries.order_by("at").values_list("action", flat=True)
    return [str(label) for label in dict.fromkeys(act_label(action) for action in actions)]


def _tell(sitting: AssistedSession) -> None:
    person = sitting.person
    context = {"sitting": sitting, "acts": done_in(sitting)}
    if person.user is not None:
        notify(kind="sitting_ended", to=person.user, context=context, path="/me/data/", always=True)
    elif person.phone:
        notify(kind="sitting_ended", phone=person.phone, channels=[Channel.SMS], context=context, always=True)


def close_expired(*, now: datetime, clerk: Any = None) -> int:
    """Every five minutes: end the sittings whose half hour is over. Returns how many."""
    over = AssistedSession.objects.filter(ended_at__isnull=True, expires_at__lte=now)
    if clerk is not None:
        over = over.filter(clerk=clerk)
    ids = list(over.values_list("pk", flat=True))
    for sitting_id in ids:
        end_sitting(sitting_id=sitting_id, by=None, now=now)
    return len(ids)
