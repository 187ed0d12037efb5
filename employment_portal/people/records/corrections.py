"""Correcting a wrong name or number: one officer asks, a second approves, applied in the same transaction.

A restriction does not stand in the way: that data are right is owed to everybody.
"""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.encryption import UnreadableValue, decrypt, encrypt
from employment_portal.core.errors import DomainError
from employment_portal.core.identifiers import ResidentId, check_resident_id
from employment_portal.core.text import pinyin_key
from employment_portal.notifications.actions import notify
from employment_portal.people.enums import RealNameStatus
from employment_portal.people.models import Person
from employment_portal.people.permissions import may_decide_for, may_serve
from employment_portal.people.records.actions import check_identity, lock_kept, number_hash
from employment_portal.people.records.four_eyes import close_request_item, open_request
from employment_portal.people.records.registration import NotYourCase
from employment_portal.people.records.rules import check_document
from employment_portal.workflow.actions import decide_four_eyes, renew_digests
from employment_portal.workflow.models import FourEyes

KIND = "people.correct"


class NothingChanged(DomainError):
    message = _("Name and number are the same as on record.")


class NumberOfAnother(DomainError):
    message = _("Another record has this number. If both are the same person, merge the records instead.")


class RequestUnreadable(DomainError):
    message = _("The request can no longer be read because the keys were changed. Refuse it and ask anew.")


@transaction.atomic
def request_correction(
    *, person_id: int, name: str, number: ResidentId | None, document: str, reason: str, by: Any, today: date
) -> FourEyes:
    """Ask a second officer for another name or number; ``number`` None keeps the present one.

    The number waits encrypted. Raises NotYourCase, NothingChanged, NumberOfAnother, WrongDocument, AlreadyAsked.
    """
    person = lock_kept(person_id)
    if not may_serve(by, person):
        raise NotYourCase
    if number is not None:
        check_document(number, document)
        if number.value == person.id_number:
            number = None
        elif Person.objects.filter(id_number_hash=number_hash(number.value)).exclude(pk=person.pk).exists():
            raise NumberOfAnother
    if number is None and name == person.name:
        raise NothingChanged
    payload = {
        "name": name,
        "document": document if number is not None else person.document,
        "number": encrypt(number.value) if number is not None else "",
    }
    return open_request(kind=KIND, person=person, payload=payload, reason=reason, by=by, today=today)


def proposed(request: FourEyes) -> dict[str, str]:
    """What a waiting request asks for, with the number readable. Raises RequestUnreadable."""
    sealed = request.payload["number"]
    try:
        return {**request.payload, "number": decrypt(sealed) if sealed else ""}
    except UnreadableValue as error:
        raise RequestUnreadable from error


def decide_correction(*, request_id: int, approve: bool, note: str, by: Any) -> FourEyes:
    """Approve and apply at once, then ask the identity service about the new data; or refuse.

    Raises SamePersonDecides, AlreadyDecided, NotYourCase, NumberOfAnother, RequestUnreadable, RecordClosed.
    """
    with transaction.atomic():
        asked = FourEyes.objects.get(pk=request_id, kind=KIND)
        person = lock_kept(asked.subject_id) if approve else Person.objects.get(pk=asked.subject_id)
        if not may_decide_for(by, person):
            raise NotYourCase
        decided = decide_four_eyes(request_id=request_id, approve=approve, note=note, by=by)
        close_request_item(decided, by)
        if approve:
            _apply(person, decided, by)
    if approve:
        check_identity(person_id=person.pk, by=by)
    return decided


def forget_corrections_of(person: Person) -> None:
    """The record is deleted: names and numbers that somebody asked for go with it."""
    asked = FourEyes.objects.filter(kind=KIND, subject_id=person.pk)
    asked.update(payload={"name": "", "document": "", "number": ""})
    renew_digests(list(asked.values_list("pk", flat=True)))


def _apply(person: Person, decided: FourEyes, by: Any) -> None:
    wanted = proposed(decided)
    changed = []
    if wanted["name"] != person.name:
        person.name, person.name_key = wanted["name"], pinyin_key(wanted["name"], "person")
        changed.append("name")
    if wanted["number"]:
        number = check_resident_id(wanted["number"])
        person.id_number, person.document = number.value, wanted["document"]
        person.id_number_hash, person.id_number_tail = number_hash(number.value), number.value[-4:]
        person.birth_date, person.sex = number.birth_on, number.sex
        changed.append("number")
    person.real_name_status = RealNameStatus.UNCHECKED
    person.real_name_checked_at, person.real_name_next_try_at, person.real_name_tries = None, None, 0
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise NumberOfAnother from error
    record(action=KIND, by=by, subject=person, reason=decided.reason, detail={"fields": changed})
    if person.user is not None:
        notify(kind="record_corrected", to=person.user, path="/me/record/")
