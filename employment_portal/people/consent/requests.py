"""Requests under the Personal Information Protection Law, articles 44 to 50: answered within 15 working days."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.audit.actions import record
from employment_portal.core.calendar import deadline
from employment_portal.core.errors import DomainError
from employment_portal.core.masking import mask_name
from employment_portal.core.uploads import check_paper
from employment_portal.notifications.actions import INBOX_AND_MAIL, notify
from employment_portal.notifications.models import OutboxMessage
from employment_portal.people.consent.actions import withdraw_consent
from employment_portal.people.consent.counter import end_sittings_of
from employment_portal.people.consent.queries import must_be_kept
from employment_portal.people.consent.rules import may_be_asked, restricted_after, state_of_answer
from employment_portal.people.enums import ConsentPurpose, DataRequestKind, RealNameStatus
from employment_portal.people.groups.actions import end_sensitive
from employment_portal.people.holdings import holdings
from employment_portal.people.models import DataRequest, Person, Resume
from employment_portal.people.permissions import may_decide_for
from employment_portal.people.records.actions import lock_kept
from employment_portal.people.records.corrections import forget_corrections_of
from employment_portal.people.records.four_eyes import region_of
from employment_portal.people.records.unmerging import forget_merges_of
from employment_portal.people.resumes.sharing import end_sharing
from employment_portal.regions.terms import TermCode, term
from employment_portal.workflow.actions import close_work_items, open_work_item

WORK_KIND = "data_request"
State = DataRequest.State


class AlreadyOpen(DomainError):
    message = _("A request of this kind is being handled already.")


class TextNeeded(DomainError):
    message = _("Say what should change.")


class AnswerNeeded(DomainError):
    message = _("Write an answer: the person reads it.")


class NotYourRequest(DomainError):
    message = _("District and city officers of the person's region answer this, never in their own case.")


class AlreadyAnswered(DomainError):
    message = _("A colleague has already answered this.")


class NotRestricted(DomainError):
    message = _("This record is not restricted.")


class AlreadyRestricted(DomainError):
    message = _("This record is restricted already.")


@transaction.atomic
def request_data(
    *, person_id: int, kind: str, text: str, evidence: UploadedFile | None, by: Any, today: date
) -> DataRequest:
    """Ask staff to correct, restrict or delete, or to lift a restriction, which takes none of these rights away.

    Raises AlreadyOpen, TextNeeded, AlreadyRestricted, NotRestricted, RecordClosed, and of ``check_paper``.
    """
    person = lock_kept(person_id)
    if not may_be_asked(kind, restricted=person.restricted_at is not None):
        raise AlreadyRestricted if kind == DataRequestKind.RESTRICT else NotRestricted
    if kind == DataRequestKind.CORRECT and not text.strip():
        raise TextNeeded
    place = region_of(person)
    days = term(TermCode.DATA_REQUEST, region=place, on=today)
    request = DataRequest(
        person=person,
        kind=kind,
        text=text,
        created_at=timezone.now(),
        due_on=deadline(today, days).due_on,
    )
    if evidence is not None:
        paper = check_paper(evidence, name=evidence.name, size=evidence.size)
        request.evidence_name = paper.display_name
        request.evidence.save(paper.stored_name, evidence, save=False)
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError as error:
        raise AlreadyOpen from error
    record(action="people.request_data", by=by, subject=person, detail={"kind": str(kind)})
    open_work_item(
        kind=WORK_KIND,
        subject=request,
        title=_now("Request about one's data: %(name)s") % {"name": mask_name(person.name)},
        path=f"/staff/data-requests/{request.public_id}/",
        region=place,
        role=StaffRole.DISTRICT_OFFICER,
        working_days=days,
        today=today,
    )
    return request


@transaction.atomic
def answer_request(*, request_id: int, grant: bool, answer: str, by: Any) -> DataRequest:
    """Answer a correction; carry a restriction, its lifting or a deletion out.

    What the law requires to keep turns a deletion into a restriction. Raises AlreadyAnswered, NotYourRequest, AnswerNeeded.
    """
    request = DataRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    request.person = person = Person.objects.select_for_update(of=("self",)).get(pk=request.person_id)
    if request.state != State.OPEN:
        raise AlreadyAnswered
    if not may_decide_for(by, person):
        raise NotYourRequest
    if not answer.strip():
        raise AnswerNeeded
    state = state_of_answer(request.kind, grant=grant, must_be_kept=bool(must_be_kept(person)))
    _close(request, state, answer, by)  # told before the contacts go: a deleted sign-in has no inbox
    restricted = person.restricted_at is not None
    wanted = restricted_after(request.kind, state, restricted=restricted)
    if request.kind == DataRequestKind.DELETE and state == State.DONE:
        _anonymise(person, by)
    elif wanted and not restricted:
        _restrict(person, by)
    elif restricted and not wanted:
        _lift(person, answer, by)
    return request


def _close(request: DataRequest, state: str, answer: str, by: Any) -> None:
    request.state, request.answer = state, answer
    request.decided_by, request.decided_at = by, timezone.now()
    request.save()
    close_work_items(subject=request, by=by, outcome=state, kind=WORK_KIND)
    record(action="people.answer_data_request", by=by, subject=request.person, detail={"state": str(state)})
    if request.person.user is not None:
        notify(
            kind="data_request_answered",
            to=request.person.user,
            channels=INBOX_AND_MAIL,
            context={"request": request},
            path="/me/data/",
            always=True,
        )


def _restrict(person: Person, by: Any) -> None:
    """From now on the record is only kept; what rests on the person being found ends at once."""
    person.restricted_at = timezone.now()
    person.save(update_fields=["restricted_at"])
    record(action="people.restrict", by=by, subject=person)
    for holding in holdings():
        if holding.restrict is not None:
            holding.restrict(person)


def _lift(person: Person, reason: str, by: Any) -> None:
    person.restricted_at = None
    person.save(update_fields=["restricted_at"])
    record(action="people.lift_restriction", by=by, subject=person, reason=reason)


def _anonymise(person: Person, by: Any) -> None:
    """Nothing is left that leads to the person, nor in the records merged into theirs; the rows stay so that audit
    entries keep their subject.
    """
    user = person.user
    _forget_messages(person)
    for record_of_person in [person, *_duplicates_of(person)]:
        _empty(record_of_person, by)
    if (
        user is not None
        and not user.is_staff_member
        and not user.memberships.filter(left_at__isnull=True).exists()
    ):
        _close_sign_in(user)


def _duplicates_of(person: Person) -> list[Person]:
    """The records that were merged into this one, directly or through another."""
    found: list[Person] = []
    merged = Person.objects.select_for_update(of=("self",)).order_by("pk")
    above = [person.pk]
    while above:
        level = list(merged.filter(merged_into__in=above))
        found += level
        above = [duplicate.pk for duplicate in level]
    return found


def _empty(person: Person, by: Any) -> None:
    for holding in holdings():
        if holding.erase is not None:
            holding.erase(person)
    forget_merges_of(person)
    forget_corrections_of(person)
    Resume.objects.filter(person=person).delete()
    waiting = person.data_requests.filter(state=State.OPEN).exclude(kind=DataRequestKind.EXPORT)
    for request in waiting:
        close_work_items(subject=request, by=by, outcome=State.DONE, kind=WORK_KIND)
    waiting.update(state=State.DONE, decided_by=by, decided_at=timezone.now())
    for request in person.data_requests.all():
        for stored in (request.file, request.evidence):
            if stored:
                stored.delete(save=False)
        DataRequest.objects.filter(pk=request.pk).update(
            text="", evidence="", evidence_name="", file="", file_until=None
        )
    person.consents.filter(withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())
    for name in ("household_region", "residence_region", "work_region", "insured_region"):
        setattr(person, name, None)
    person.user, person.name, person.name_key = None, _now("Deleted person"), ""
    person.id_number, person.id_number_hash, person.id_number_tail = "", None, ""
    person.real_name_status, person.real_name_checked_at = RealNameStatus.UNCHECKED, None
    person.phone, person.birth_date, person.graduated_on, person.education = "", None, None, None
    person.anonymised_at = timezone.now()
    person.save()
    record(action="people.anonymise", by=by, subject=person)


def _forget_messages(person: Person) -> None:
    """Copies of what was sent to the person; what still waits, such as the answer to the request, goes out first."""
    addresses = {person.phone}
    if person.user is not None:
        addresses |= {person.user.phone, person.user.email}
    copies = OutboxMessage.objects.exclude(state=OutboxMessage.State.WAITING)
    copies.filter(address__in=addresses - {"", None}).delete()


def _close_sign_in(user: Any) -> None:
    user.emailaddress_set.all().delete()
    user.socialaccount_set.all().delete()
    user.notifications.all().delete()
    user.is_active, user.display_name = False, ""
    user.phone, user.phone_verified, user.email = None, False, f"{user.public_id}@deleted.invalid"
    user.set_unusable_password()
    user.save()


@transaction.atomic
def lift_restriction(*, person_id: int, reason: str, by: Any) -> Person:
    """The person wants to use the portal again, and said so at the counter or by an open request, which is answered.

    Raises NotRestricted, NotYourRequest, AnswerNeeded.
    """
    waiting = DataRequest.objects.filter(person=person_id, kind=DataRequestKind.LIFT, state=State.OPEN)
    asked = waiting.select_for_update(of=("self",)).first()
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    if person.restricted_at is None:
        raise NotRestricted
    if not may_decide_for(by, person):
        raise NotYourRequest
    if not reason.strip():
        raise AnswerNeeded
    if asked is not None:
        _close(asked, State.DONE, reason, by)
    _lift(person, reason, by)
    return person


@transaction.atomic
def withdraw(*, person_id: int, purpose: str, by: Any, today: date) -> None:
    """Withdraw a consent and end what rests on it (``texts.TEXTS`` says what)."""
    if purpose == ConsentPurpose.ASSISTED:  # first: the end of a sitting locks the sitting, then the person
        end_sittings_of(person_id=person_id, by=by, now=timezone.now())
    if not withdraw_consent(person_id=person_id, purpose=purpose, by=by):
        return
    if purpose == ConsentPurpose.RESUME_SHARING:
        end_sharing(person_id=person_id)
    elif purpose == ConsentPurpose.SENSITIVE_GROUP:
        end_sensitive(person_id=person_id, by=by, today=today)
