"""Merging two records of one person: two officers decide, everything that hangs on the duplicate moves.

The duplicate stays as a row that points to the survivor, so old links lead on. What was moved is kept row by row
(``Merge``), so that two officers can undo a merge within its term (``unmerging``).
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.notifications.actions import notify
from employment_portal.people.enums import GroupState, SpellEnd
from employment_portal.people.groups.actions import WORK_KIND as GROUP_WORK
from employment_portal.people.holdings import Holding, Move, holdings
from employment_portal.people.models import (
    GroupMembership,
    Merge,
    MergedRow,
    Person,
    Resume,
    StatusSpell,
)
from employment_portal.people.permissions import may_decide_for, may_serve
from employment_portal.people.records import snapshots
from employment_portal.people.records.actions import RecordClosed
from employment_portal.people.records.four_eyes import close_request_item, open_request
from employment_portal.people.records.registration import NotYourCase
from employment_portal.workflow.actions import close_work_items, decide_four_eyes
from employment_portal.workflow.models import FourEyes

KIND = "people.merge"
UNDO_DAYS = 90
RECORD = "record"  # the two records themselves, among the holdings


class SameRecord(DomainError):
    message = _("This is the same record. Choose the other one.")


class BirthDatesDiffer(DomainError):
    message = _("The dates of birth differ. Correct the wrong record first, then merge.")


def overlapping(duplicate: Person, survivor: Person) -> list[StatusSpell]:
    """The duplicate's spells that overlap one of the survivor: they are kept, and no longer counted."""
    clashes = Q(pk__in=[])
    for period in survivor.spells.filter(voided_at__isnull=True).values_list("period", flat=True):
        clashes |= Q(period__overlap=period)
    return list(
        duplicate.spells.filter(clashes, voided_at__isnull=True)
        .select_related("employer", "region")
        .order_by("period")
    )


def check_mergeable(duplicate: Person, survivor: Person) -> None:
    """Raises SameRecord, RecordClosed, BirthDatesDiffer."""
    if duplicate.pk == survivor.pk:
        raise SameRecord
    if any(p.merged_into_id or p.restricted_at or p.anonymised_at for p in (duplicate, survivor)):
        raise RecordClosed
    if duplicate.birth_date and survivor.birth_date and duplicate.birth_date != survivor.birth_date:
        raise BirthDatesDiffer


@transaction.atomic
def request_merge(*, duplicate_id: int, survivor_id: int, reason: str, by: Any, today: Any) -> FourEyes:
    """Ask a second officer to merge ``duplicate`` into ``survivor``.

    Raises NotYourCase, SameRecord, RecordClosed, BirthDatesDiffer, AlreadyAsked.
    """
    people = {
        p.pk: p
        for p in Person.objects.select_for_update(of=("self",))
        .filter(pk__in=[duplicate_id, survivor_id])
        .order_by("pk")
    }
    duplicate, survivor = people[duplicate_id], people[survivor_id]
    check_mergeable(duplicate, survivor)
    if not (may_serve(by, duplicate) and may_serve(by, survivor)):
        raise NotYourCase
    return open_request(
        kind=KIND,
        person=duplicate,
        payload={"survivor": survivor.public_id},
        reason=reason,
        by=by,
        today=today,
    )


@transaction.atomic
def decide_merge(*, request_id: int, approve: bool, note: str, by: Any) -> FourEyes:
    """Approve and merge at once, or refuse. Both records are locked in the order of their ids.

    Raises SamePersonDecides, AlreadyDecided, NotYourCase, and the errors of ``check_mergeable``.
    """
    asked = FourEyes.objects.get(pk=request_id, kind=KIND)
    other = Person.objects.only("pk").get(public_id=asked.payload["survivor"])
    people = {
        p.pk: p
        for p in Person.objects.select_for_update(of=("self",))
        .filter(pk__in=[asked.subject_id, other.pk])
        .order_by("pk")
    }
    duplicate, survivor = people[asked.subject_id], people[other.pk]
    if not (may_decide_for(by, duplicate) and may_decide_for(by, survivor)):
        raise NotYourCase
    decided = decide_four_eyes(request_id=request_id, approve=approve, note=note, by=by)
    close_request_item(decided, by)
    if approve:
        check_mergeable(duplicate, survivor)
        _merge(duplicate, survivor, decided, by)
    return decided


def _merge(duplicate: Person, survivor: Person, decided: FourEyes, by: Any) -> None:
    before = {holding.key: _rows(holding, duplicate, survivor) for holding in holdings()}
    # The survivor first: in this order an undo frees sign-in and number before the duplicate takes them back.
    pair = [Person.objects.filter(pk=survivor.pk), Person.objects.filter(pk=duplicate.pk)]
    before[RECORD] = snapshots.take(pair)
    merge = Merge.objects.create(
        duplicate=duplicate,
        survivor=survivor,
        request=decided,
        kept={
            h.key: [pk for each in (survivor, duplicate) for pk in h.rows(each).values_list("pk", flat=True)]
            for h in holdings()
        },
        number=duplicate.id_number,
        merged_at=timezone.now(),
        undo_until=timezone.localdate() + timedelta(days=UNDO_DAYS),
    )
    _move_all(duplicate, survivor, by)
    for key, rows in before.items():
        MergedRow.objects.bulk_create(
            MergedRow(merge=merge, holding=key, table=table, row=row, before=old, after=new)
            for table, row, old, new in snapshots.differences(rows)
        )


def _rows(holding: Holding, duplicate: Person, survivor: Person) -> snapshots.Snapshot:
    return snapshots.take([*holding.rows_of_merge(duplicate), *holding.rows_of_merge(survivor)])


def _move_all(duplicate: Person, survivor: Person, by: Any) -> None:
    counts = {}
    for holding in holdings():
        done = holding.move(duplicate, survivor, by)
        counts[holding.key] = {"moved": done.moved, "settled": done.settled}
    user, number = duplicate.user, duplicate.id_number
    number_hash, tail, status, checked = (
        duplicate.id_number_hash,
        duplicate.id_number_tail,
        duplicate.real_name_status,
        duplicate.real_name_checked_at,
    )
    duplicate.user, duplicate.id_number, duplicate.id_number_hash, duplicate.id_number_tail = (
        None,
        "",
        None,
        "",
    )
    duplicate.merged_into = survivor
    duplicate.save()
    gained = []
    if survivor.id_number_hash is None and number_hash is not None:
        survivor.id_number, survivor.id_number_hash, survivor.id_number_tail = number, number_hash, tail
        survivor.real_name_status, survivor.real_name_checked_at = status, checked
        gained.append("number")
    if survivor.user is None and user is not None:
        survivor.user = user
        gained.append("sign_in")
    for name in (
        "document", "sex", "birth_date", "retirement_category", "phone", "education", "graduated_on",
        "household_region", "residence_region", "work_region", "insured_region",
    ):  # fmt: skip
        if not getattr(survivor, name) and getattr(duplicate, name):
            setattr(survivor, name, getattr(duplicate, name))
            gained.append(name)
    survivor.save()
    detail = {"survivor": survivor.public_id, "moved": counts, "gained": gained}
    record(action=KIND, by=by, subject=duplicate, detail=detail)
    record(action=KIND, by=by, subject=survivor, detail={"duplicate": duplicate.public_id})
    for told in {u for u in (user, survivor.user) if u is not None}:
        notify(kind="records_merged", to=told, context={"survivor": survivor}, path="/me/record/")


# How what people itself keeps goes over; other apps register their own.
def move_spells(duplicate: Person, survivor: Person, by: Any) -> Move:
    clashes = overlapping(duplicate, survivor)
    for spell in clashes:
        spell.voided_at = timezone.now()
        spell.end_reason = SpellEnd.CORRECTED
        spell.void_reason = _now(
            "Two records were merged; the surviving record has another status for that time"
        )
        spell.save(update_fields=["voided_at", "end_reason", "void_reason"])
    total = duplicate.spells.update(person=survivor)
    return Move(moved=total - len(clashes), settled=len(clashes))


def move_groups(duplicate: Person, survivor: Person, by: Any) -> Move:
    moved = settled = 0
    for membership in duplicate.groups.order_by("pk"):
        like = survivor.groups.filter(group=membership.group, state=membership.state)
        if membership.state == GroupState.APPLIED and like.exists():
            close_work_items(subject=membership, by=by, outcome="merged", kind=GROUP_WORK)
            membership.delete()
            settled += 1
            continue
        if membership.state == GroupState.CERTIFIED and like.filter(valid__overlap=membership.valid).exists():
            GroupMembership.objects.filter(pk=membership.pk).update(
                state=GroupState.ENDED, exit_reason=_now("Two records were merged"), person=survivor
            )
            settled += 1
            continue
        GroupMembership.objects.filter(pk=membership.pk).update(person=survivor)
        moved += 1
    return Move(moved, settled)


def move_consents(duplicate: Person, survivor: Person, by: Any) -> Move:
    held = survivor.consents.filter(withdrawn_at__isnull=True).values_list("purpose", flat=True)
    settled = duplicate.consents.filter(withdrawn_at__isnull=True, purpose__in=list(held)).update(
        withdrawn_at=timezone.now()
    )
    return Move(moved=duplicate.consents.update(person=survivor) - settled, settled=settled)


def move_requests(duplicate: Person, survivor: Person, by: Any) -> Move:
    open_kinds = list(survivor.data_requests.filter(state="open").values_list("kind", flat=True))
    settled = 0
    for request in duplicate.data_requests.filter(state="open", kind__in=open_kinds):
        request.state, request.decided_at, request.decided_by = "done", timezone.now(), by
        request.answer = _now("Two records were merged; the other request is being handled")
        request.save()
        close_work_items(subject=request, by=by, outcome="merged")
        settled += 1
    return Move(moved=duplicate.data_requests.update(person=survivor) - settled, settled=settled)


def move_resume(duplicate: Person, survivor: Person, by: Any) -> Move:
    """The survivor's résumé stays; entries that it lacks join it."""
    mine = Resume.objects.filter(person=duplicate).first()
    if mine is None:
        return Move()
    theirs = Resume.objects.filter(person=survivor).first()
    if theirs is None:
        Resume.objects.filter(pk=mine.pk).update(person=survivor)
        return Move(moved=1)
    mine.work.update(resume=theirs)
    mine.education.update(resume=theirs)
    mine.certificates.update(resume=theirs)
    mine.skills.exclude(name__in=theirs.skills.values("name")).update(resume=theirs)
    mine.blocked_employers.exclude(organisation__in=theirs.blocked_employers.values("organisation")).update(
        resume=theirs
    )
    for name in ("headline", "summary", "email", "available_from"):
        if not getattr(theirs, name):
            setattr(theirs, name, getattr(mine, name))
    theirs.save()
    if not hasattr(theirs, "expectation") and hasattr(mine, "expectation"):
        type(mine.expectation).objects.filter(pk=mine.expectation.pk).update(resume=theirs)
    Resume.objects.filter(pk=mine.pk).delete()
    return Move(settled=1)
