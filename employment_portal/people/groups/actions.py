"""Key groups and hardship categories: applied for, certified on evidence for a time, ended (C3)."""

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.masking import mask_name
from employment_portal.core.uploads import check_paper
from employment_portal.notifications.actions import notify
from employment_portal.people.consent.actions import give_consent, has_consent
from employment_portal.people.enums import ConsentPurpose, Group, GroupState
from employment_portal.people.groups.rules import is_sensitive
from employment_portal.people.groups.workflow import GROUP
from employment_portal.people.models import GroupMembership, Person
from employment_portal.people.permissions import may_certify
from employment_portal.people.records.actions import lock_open
from employment_portal.regions.serving import first_served
from employment_portal.regions.terms import MOST_VALUE, TermCode, term
from employment_portal.workflow.actions import close_work_items, open_work_item
from employment_portal.workflow.engine import TransitionNotAllowed

WORK_KIND = "group_certification"


class AlreadyApplied(DomainError):
    message = _("An application for this group is being handled already.")


class AlreadyMember(DomainError):
    message = _("The membership of this group is certified for that time already.")


class EvidenceNeeded(DomainError):
    message = _("Upload the evidence, or say which document was seen.")


class SensitiveConsentNeeded(DomainError):
    message = _(
        "This group says something about health, income or past. Keeping it needs a consent of its own."
    )


class PlaceNeeded(DomainError):
    message = _("Enter where you live first: the agency of that place decides.")


class WrongPeriod(DomainError):
    message = _("The membership must end after it begins, and not begin more than a year ahead.")


class ReasonNeeded(DomainError):
    message = _("Give the reason: the person reads it.")


class NotYours(DomainError):
    message = _(
        "You applied for this yourself, it is your own case, or it lies outside your region. A colleague must decide."
    )


@transaction.atomic
def apply_for_group(
    *,
    person_id: int,
    group: str,
    basis: str,
    evidence: UploadedFile | None,
    evidence_note: str,
    starts_on: date,
    ends_on: date | None,
    consent: bool,
    through: str,
    by: Any,
    today: date,
) -> GroupMembership:
    """Ask for a membership; a district officer of the person's residence certifies it; where that is not served, of the household.

    ``ends_on`` is the last day. Raises AlreadyApplied, AlreadyMember, EvidenceNeeded, SensitiveConsentNeeded,
    PlaceNeeded, WrongPeriod, and the errors of ``check_paper``.
    """
    person = lock_open(person_id)
    places = [place for place in (person.residence_region, person.household_region) if place is not None]
    if not places:
        raise PlaceNeeded
    if evidence is None and not evidence_note.strip():
        raise EvidenceNeeded
    valid = _period(starts_on, ends_on, today)
    if person.groups.filter(group=group, state=GroupState.APPLIED).exists():
        raise AlreadyApplied
    _check_free(person, group, valid)
    if is_sensitive(group) and not has_consent(person, ConsentPurpose.SENSITIVE_GROUP):
        if not consent:
            raise SensitiveConsentNeeded
        give_consent(person_id=person.pk, purpose=ConsentPurpose.SENSITIVE_GROUP, through=through, by=by)
    region = first_served(places)
    membership = GroupMembership(
        person=person,
        group=group,
        basis=basis,
        evidence_note=evidence_note,
        valid=valid,
        region=region,
        applied_at=timezone.now(),
        applied_by=by,
    )
    if evidence is not None:
        paper = check_paper(evidence, name=evidence.name, size=evidence.size)
        membership.evidence_name = paper.display_name
        membership.evidence.save(paper.stored_name, evidence, save=False)
    membership.save()
    record(
        action="people.apply_for_group", by=by, subject=person, detail={"membership": membership.public_id}
    )
    open_work_item(
        kind=WORK_KIND,
        subject=membership,
        # A queue is read by many: the group itself shows to those who open the case.
        title=_now("Group certification: %(name)s") % {"name": mask_name(person.name)},
        path=f"/staff/groups/{membership.public_id}/",
        region=region,
        role=StaffRole.DISTRICT_OFFICER,
        working_days=term(TermCode.GROUP_CERTIFICATION, region=region, on=today),
        today=today,
    )
    return membership


def _period(starts_on: date, ends_on: date | None, today: date) -> DateRange:
    if starts_on > today + timedelta(days=365) or (ends_on is not None and ends_on < starts_on):
        raise WrongPeriod
    return DateRange(starts_on, ends_on + timedelta(days=1) if ends_on is not None else None)


def _check_free(person: Person, group: str, valid: DateRange) -> None:
    if person.groups.filter(group=group, state=GroupState.CERTIFIED, valid__overlap=valid).exists():
        raise AlreadyMember


@transaction.atomic
def withdraw_application(*, membership_id: int, by: Any) -> None:
    """Take back an application that nobody has decided; it and its evidence are deleted. Raises AlreadyMember."""
    membership = GroupMembership.objects.select_for_update(of=("self",)).get(pk=membership_id)
    if membership.state != GroupState.APPLIED:
        raise AlreadyMember
    close_work_items(subject=membership, by=by, outcome="withdrawn", kind=WORK_KIND)
    record(
        action="people.withdraw_group",
        by=by,
        subject=membership.person,
        detail={"membership": membership.public_id},
    )
    stored, name = membership.evidence.storage, membership.evidence.name
    membership.delete()
    if name:
        transaction.on_commit(lambda: stored.delete(name))


def _lock(membership_id: int) -> GroupMembership:
    return (
        GroupMembership.objects.select_for_update(of=("self",)).select_related("person").get(pk=membership_id)
    )


@transaction.atomic
def certify_group(
    *, membership_id: int, starts_on: date, ends_on: date | None, note: str, by: Any, today: date
) -> GroupMembership:
    """Certify a membership for a time. Raises NotYours, AlreadyMember, WrongPeriod, TransitionNotAllowed."""
    membership = _lock(membership_id)
    lock_open(membership.person_id)
    _check_decider(membership, by)
    membership.valid = _period(starts_on, ends_on, today)
    _check_free(membership.person, membership.group, membership.valid)
    _decide(membership, "certify", note, by)
    return membership


@transaction.atomic
def refuse_group(*, membership_id: int, note: str, by: Any) -> GroupMembership:
    """Refuse with the reason. Raises ReasonNeeded, NotYours, TransitionNotAllowed."""
    if not note.strip():
        raise ReasonNeeded
    membership = _lock(membership_id)
    _check_decider(membership, by)
    _decide(membership, "refuse", note, by)
    return membership


def _check_decider(membership: GroupMembership, by: Any) -> None:
    if membership.state != GroupState.APPLIED:
        raise TransitionNotAllowed
    if not may_certify(by, membership):
        raise NotYours


def _decide(membership: GroupMembership, step: str, note: str, by: Any) -> None:
    membership.decided_by, membership.decided_at, membership.decision_note = by, timezone.now(), note
    try:
        with transaction.atomic():
            GROUP.apply(
                membership,
                step,
                by=by,
                note=note,
                save_fields=["decided_by", "decided_at", "decision_note", "valid"],
            )
    except IntegrityError as error:  # certified for an overlapping time by a colleague meanwhile
        raise AlreadyMember from error
    close_work_items(subject=membership, by=by, outcome=step, kind=WORK_KIND)
    _tell(membership, f"group_{membership.state}", note)


@transaction.atomic
def end_group(*, membership_id: int, last_day: date, reason: str, by: Any, today: date) -> GroupMembership:
    """End a certified membership with the reason for leaving.

    Raises ReasonNeeded, WrongPeriod, TransitionNotAllowed.
    """
    if not reason.strip():
        raise ReasonNeeded
    membership = _lock(membership_id)
    upper = membership.valid.upper
    if last_day > today or last_day < membership.valid.lower or (upper is not None and last_day >= upper):
        raise WrongPeriod
    membership.valid = DateRange(membership.valid.lower, last_day + timedelta(days=1))
    membership.exit_reason = reason
    GROUP.apply(membership, "end", by=by, note=reason, save_fields=["exit_reason", "valid"])
    _tell(membership, "group_ended", reason)
    return membership


def expire_groups(*, today: date) -> int:
    """Nightly: end the memberships whose time is over. Returns how many."""
    over = GroupMembership.objects.filter(state=GroupState.CERTIFIED, valid__endswith__lte=today)
    count = 0
    for membership_id in list(over.values_list("pk", flat=True)):
        with transaction.atomic():
            membership = _lock(membership_id)
            if not GROUP.can(membership, "expire") or membership.valid.upper > today:
                continue
            membership.exit_reason = _now("The certified time is over")
            GROUP.apply(membership, "expire", by=None, save_fields=["exit_reason"])
            _tell(membership, "group_ended", membership.exit_reason)
            count += 1
    return count


def remind_of_group_ends(*, today: date) -> int:
    """Nightly: some days before a membership ends, once, tell the person. Returns how many were due."""
    ending = GroupMembership.objects.filter(
        state=GroupState.CERTIFIED,
        valid__endswith__range=(today + timedelta(days=1), today + timedelta(days=MOST_VALUE)),
    ).select_related("person__user", "region")
    told = 0
    for membership in ending.order_by("pk").iterator(2000):
        days = term(TermCode.GROUP_REMINDER, region=membership.region, on=today)
        if membership.valid.upper <= today + timedelta(days=days):
            _tell(
                membership, "group_ending", "", key=f"group-ending:{membership.pk}:{membership.valid.upper}"
            )
            told += 1
    return told


@transaction.atomic
def end_sensitive(*, person_id: int, by: Any, today: date) -> int:
    """After the consent was withdrawn: end the sensitive memberships, delete their open applications."""
    count = 0
    rows = GroupMembership.objects.filter(person=person_id, group__in=[g for g in Group if is_sensitive(g)])
    for membership in rows.filter(state=GroupState.APPLIED):
        withdraw_application(membership_id=membership.pk, by=by)
        count += 1
    for membership in rows.filter(state=GroupState.CERTIFIED).select_for_update(of=("self",)):
        last_day = max(membership.valid.lower, today)
        membership.valid = DateRange(membership.valid.lower, last_day + timedelta(days=1))
        membership.exit_reason = _now("Consent withdrawn")
        # By the portal: the person decides over the consent, the membership follows from it.
        GROUP.apply(membership, "end", by=None, save_fields=["valid", "exit_reason"])
        count += 1
    return count


def _tell(membership: GroupMembership, kind: str, note: str, key: str = "") -> None:
    user = membership.person.user
    if user is not None:
        # The name of a sensitive group does not go out by mail: the message only points to the page.
        label = "" if is_sensitive(membership.group) else membership.get_group_display()
        notify(
            kind=kind,
            to=user,
            context={"membership": membership, "label": label, "note": note},
            path="/me/groups/",
            dedupe_key=key,
        )
