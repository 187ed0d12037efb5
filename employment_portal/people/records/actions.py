"""Making and keeping the real-name record of a person (C2)."""

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import OFFICER_ROLES
from employment_portal.accounts.models import User
from employment_portal.audit.actions import record
from employment_portal.audit.models import AuditEntry
from employment_portal.core.encryption import keyed_hash
from employment_portal.core.errors import DomainError
from employment_portal.core.identifiers import ResidentId
from employment_portal.core.text import pinyin_key
from employment_portal.people.consent.texts import current_version
from employment_portal.people.enums import ConsentPurpose, RealNameStatus
from employment_portal.people.identity import IdentityAnswer, IdentityUnavailable, identity_service
from employment_portal.people.models import Consent, Person
from employment_portal.people.records.rules import (
    TooYoung,
    age_on,
    category_of,
    check_document,
)
from employment_portal.regions.terms import TermCode, term

HASH_PURPOSE = "resident_id"
TRIES_A_DAY = 5
GIVE_UP_AFTER = 30  # unanswered checks in a row, over about three weeks; then only staff can confirm
FIRST_PAUSE, LONGEST_PAUSE = (
    timedelta(minutes=15),
    timedelta(days=1),
)  # doubles with each check without an answer
RECHECKED_AT_ONCE = 200
ANSWERS = {
    IdentityAnswer.MATCH: RealNameStatus.CONFIRMED,
    IdentityAnswer.MISMATCH: RealNameStatus.MISMATCH,
    IdentityAnswer.UNKNOWN: RealNameStatus.UNKNOWN,
}


class NumberOnRecord(DomainError):
    message = _(
        "A record cannot be made with this number. If it is yours, bring your card to a service counter: the staff "
        "there connect your record to this sign-in."
    )


class HasRecord(DomainError):
    message = _("You have a real-name record already.")


class TooManyTries(DomainError):
    message = _("Too many attempts today. Try again tomorrow, or bring your card to a service counter.")


class ConsentNeeded(DomainError):
    message = _("The check of name and number needs your consent.")


class RecordClosed(DomainError):
    message = _("This record is restricted or was merged into another. It cannot be changed.")


class HasSignIn(DomainError):
    message = _("This record is connected to a sign-in already.")


class NoSuchSignIn(DomainError):
    message = _(
        "No sign-in with this confirmed number is free. Ask the person to sign in with it once, then try again."
    )


class AlreadyConfirmed(DomainError):
    message = _("Name and number are confirmed already.")


def number_hash(number: str) -> str:
    """What finds the record of an identity number."""
    return keyed_hash(number, HASH_PURPOSE)


def register_person(
    *,
    name: str,
    number: ResidentId,
    document: str,
    retirement_category: str,
    user: Any,
    by: Any,
    through: str,
    today: date,
    **fields: Any,
) -> Person:
    """Make somebody's real-name record and check it with the identity service, with the consent just given.

    ``user`` is the sign-in it belongs to, None at the counter; ``through`` is online or counter. A number that is
    on record already is refused without a word about whose it is, and the attempt is audited.

    Raises NumberOnRecord, HasRecord, TooManyTries, TooYoung, WrongDocument, CategoryNeeded.
    """
    check_document(number, document)
    if age_on(number.birth_on, today) < term(TermCode.WORKING_AGE, region=None, on=today):
        raise TooYoung
    _check_tries(by)
    if user is not None and Person.objects.filter(user=user).exists():
        raise HasRecord
    try:
        with transaction.atomic():
            person = Person.objects.create(
                name=name,
                name_key=pinyin_key(name, "person"),
                document=document,
                id_number=number.value,
                id_number_hash=number_hash(number.value),
                id_number_tail=number.value[-4:],
                sex=number.sex,
                birth_date=number.birth_on,
                retirement_category=category_of(number.sex, retirement_category),
                user=user,
                created_at=timezone.now(),
                created_by=by,
                **fields,
            )
            Consent.objects.create(
                person=person,
                purpose=ConsentPurpose.REAL_NAME,
                text_version=current_version(ConsentPurpose.REAL_NAME),
                given_at=timezone.now(),
                given_through=through,
                recorded_by=by,
            )
            if user is not None and not user.display_name:
                user.display_name = name
                user.save(update_fields=["display_name"])
            record(action="people.register", by=by, subject=person, detail={"through": through})
    except IntegrityError as error:
        if user is not None and Person.objects.filter(user=user).exists():
            raise HasRecord from error
        record(action="people.number_taken", by=by)
        raise NumberOnRecord from error
    return check_identity(person_id=person.pk, by=by)


def _check_tries(by: Any) -> None:
    if by.has_role(*OFFICER_ROLES):
        return
    since = timezone.now() - timedelta(days=1)
    if AuditEntry.objects.filter(actor=by, action="people.number_taken", at__gt=since).count() >= TRIES_A_DAY:
        raise TooManyTries


def check_identity(*, person_id: int, by: Any = None) -> Person:
    """Ask the identity service about a record; without an answer it is asked again by a task.

    The service is asked outside of the transaction; its answer counts only for the name and number asked about.
    """
    asked = Person.objects.get(pk=person_id)
    if asked.real_name_status == RealNameStatus.CONFIRMED or not asked.id_number:
        return asked
    if not Person.objects.to_be_checked().filter(pk=person_id).exists():
        return asked
    try:
        answer = identity_service().check(name=asked.name, number=asked.id_number, document=asked.document)
    except IdentityUnavailable:
        answer = None
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person_id)
        if (person.name, person.id_number_hash) != (asked.name, asked.id_number_hash):
            return person
        if answer is None:
            person.real_name_status = RealNameStatus.CHECK_LATER
            person.real_name_tries += 1
            person.real_name_next_try_at = timezone.now() + _pause(person.real_name_tries)
        else:
            person.real_name_status = ANSWERS[answer]
            person.real_name_tries = 0
            person.real_name_next_try_at = None
            person.real_name_checked_at = timezone.now()
        person.save(
            update_fields=[
                "real_name_status", "real_name_tries", "real_name_next_try_at", "real_name_checked_at",
            ]
        )  # fmt: skip
        record(
            action="people.check_identity", by=by, subject=person, detail={"result": person.real_name_status}
        )
    return person


def _pause(tries: int) -> timedelta:
    """How long to wait after so many checks without an answer."""
    return min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)


def recheck_pending() -> int:
    """Every quarter of an hour: ask again about the records that got no answer, those that have waited longest first.

    Returns how many got one.
    """
    waiting = (
        Person.objects.in_use()
        .to_be_checked()
        .filter(real_name_status=RealNameStatus.CHECK_LATER, real_name_tries__lt=GIVE_UP_AFTER)
        .exclude(real_name_next_try_at__gt=timezone.now())
        .order_by(F("real_name_next_try_at").asc(nulls_first=True), "pk")
    )
    answered = 0
    for person_id in list(waiting.values_list("pk", flat=True)[:RECHECKED_AT_ONCE]):
        person = check_identity(person_id=person_id)
        answered += person.real_name_status != RealNameStatus.CHECK_LATER
    return answered


@transaction.atomic
def confirm_by_document(*, person_id: int, seen: str, by: Any) -> Person:
    """Staff have seen the document of somebody whom the service does not know or cannot check.

    ``seen`` says what was shown. Raises AlreadyConfirmed, RecordClosed.
    """
    person = lock_open(person_id)
    if person.real_name_status not in {RealNameStatus.UNKNOWN, RealNameStatus.CHECK_LATER}:
        raise AlreadyConfirmed
    person.real_name_status = RealNameStatus.CONFIRMED
    person.real_name_checked_at = timezone.now()
    person.save(update_fields=["real_name_status", "real_name_checked_at"])
    record(action="people.confirm_by_document", by=by, subject=person, reason=seen)
    return person


def lock_kept(person_id: int) -> Person:
    """The record for update, also a restricted one. Raises RecordClosed when it is anonymised or merged."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    if person.merged_into_id or person.anonymised_at:
        raise RecordClosed
    return person


def lock_open(person_id: int) -> Person:
    """The record for update. Raises RecordClosed when it is restricted, anonymised or merged."""
    person = lock_kept(person_id)
    if person.restricted_at:
        raise RecordClosed
    return person


@transaction.atomic
def edit_person(*, person_id: int, by: Any, **fields: Any) -> Person:
    """Change contact, places or education; name and number change only with four eyes. Raises RecordClosed."""
    person = lock_open(person_id)
    changed = [name for name, value in fields.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, fields[name])
    if changed:
        person.save(update_fields=changed)
        record(action="people.edit", by=by, subject=person, detail={"fields": changed})
    return person


@transaction.atomic
def reveal_number(*, person_id: int, reason: str, by: Any, request: Any = None) -> str:
    """The full identity number for one look, with the reason on record for the person to read."""
    person = Person.objects.get(pk=person_id)
    record(action="people.reveal_number", by=by, subject=person, reason=reason, request=request)
    return person.id_number


@transaction.atomic
def connect_sign_in(*, person_id: int, phone: str, by: Any) -> Person:
    """Connect a record made at the counter or by an employer to the sign-in of the person, who is present.

    The sign-in is found by its confirmed mobile number. Raises RecordClosed, HasSignIn, NoSuchSignIn.
    """
    person = lock_open(person_id)
    if person.user_id is not None:
        raise HasSignIn
    user = User.objects.filter(phone=phone, phone_verified=True, is_active=True, person__isnull=True).first()
    if user is None:
        raise NoSuchSignIn
    person.user = user
    person.save(update_fields=["user"])
    record(action="people.connect_sign_in", by=by, subject=person)
    return person
