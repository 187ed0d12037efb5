import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.calendar import deadline
from employment_portal.core.errors import DomainError
from employment_portal.regions.models import Region
from employment_portal.regions.serving import handling_place, is_served
from employment_portal.workflow.models import FourEyes, WorkItem

CITY_ROLE = "city_officer"  # of accounts.enums.StaffRole, which stands above this package


class SamePersonDecides(DomainError):
    message = _("Whoever asked for a change cannot approve it. Ask a colleague.")


class AlreadyDecided(DomainError):
    message = _("A colleague has already decided this.")


def open_work_item(
    *,
    kind: str,
    subject: models.Model,
    title: str,
    path: str,
    region: Region,
    role: str,
    working_days: int,
    today: date,
) -> WorkItem:
    """Put one thing into the staff queue, due after ``working_days``; an item already open is returned as it is.

    What comes from a place that no agency here serves goes to the officers of the city.
    """
    if not is_served(region):
        region, role = handling_place(region), CITY_ROLE
    due = deadline(today, working_days)
    item, _created = WorkItem.objects.get_or_create(
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        closed_at=None,
        defaults={
            "title": title[:200],
            "path": path,
            "region": region,
            "role": role,
            "opened_at": timezone.now(),
            "working_days": working_days,
            "due_on": due.due_on,
            "due_provisional": due.provisional,
        },
    )
    return item


@dataclass(frozen=True)
class Work:
    """What there is to do about one subject: a title and the path where it is done."""

    subject: models.Model
    title: str
    path: str


def open_work_items(
    *, kind: str, works: Sequence[Work], region: Region, role: str, working_days: int, today: date
) -> None:
    """``open_work_item`` for subjects that have none open of this kind, in one statement: one region, role and clock."""
    due, now = deadline(today, working_days), timezone.now()
    WorkItem.objects.bulk_create(
        [
            WorkItem(
                kind=kind,
                subject_type=work.subject._meta.label_lower,
                subject_id=work.subject.pk,
                title=work.title[:200],
                path=work.path,
                region=region,
                role=role,
                opened_at=now,
                working_days=working_days,
                due_on=due.due_on,
                due_provisional=due.provisional,
            )
            for work in works
        ],
        batch_size=5000,
    )


def settle_provisional_deadlines() -> int:
    """Count the provisional deadlines anew after a year's calendar was published; returns how many are settled."""
    settled = 0
    for item in WorkItem.objects.open().filter(due_provisional=True):
        due = deadline(timezone.localdate(item.opened_at), item.working_days)
        if not due.provisional:
            item.due_on, item.due_provisional = due.due_on, False
            item.save(update_fields=["due_on", "due_provisional"])
            settled += 1
    return settled


def close_work_items(*, subject: models.Model, by: Any, outcome: str, kind: str | None = None) -> int:
    """Close the open items of ``subject``; returns how many."""
    return close_work_items_of(subjects=[subject], by=by, outcome=outcome, kind=kind)


def close_work_items_of(
    *, subjects: Sequence[models.Model], by: Any, outcome: str, kind: str | None = None
) -> int:
    """Close the open items of ``subjects``, which are of one model; returns how many."""
    if not subjects:
        return 0
    items = WorkItem.objects.open().filter(
        subject_type=subjects[0]._meta.label_lower, subject_id__in=[subject.pk for subject in subjects]
    )
    if kind is not None:
        items = items.filter(kind=kind)
    return items.update(closed_at=timezone.now(), closed_by=by, outcome=outcome)


def assign_work_items(*, item_ids: list[int], to: Any, by: Any) -> int:
    """Give open items to a colleague (or to nobody with None); returns how many changed hands."""
    changed = WorkItem.objects.open().filter(pk__in=item_ids).update(assigned_to=to)
    record(action="workflow.assign", by=by, subject=to, detail={"items": item_ids[:200], "count": changed})
    return changed


@transaction.atomic
def request_four_eyes(
    *, kind: str, subject: models.Model, payload: dict[str, Any], reason: str, by: Any
) -> FourEyes:
    """Ask for a change that a second person must approve. One may wait per subject and kind."""
    request = FourEyes.objects.create(
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        payload=payload,
        payload_sha256=_digest(payload),
        reason=reason,
        requested_by=by,
        requested_at=timezone.now(),
    )
    record(action=f"{kind}.request", by=by, subject=subject, reason=reason)
    return request


def _digest(payload: dict[str, Any]) -> str:
    canonical = json.dumps(payload, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def renew_digests(request_ids: list[int]) -> None:
    """The same content stands encrypted under another key: bind the requests to how it stands now."""
    for request in FourEyes.objects.filter(pk__in=request_ids):
        request.payload_sha256 = _digest(request.payload)
        request.save(update_fields=["payload_sha256"])


@transaction.atomic
def decide_four_eyes(*, request_id: int, approve: bool, note: str, by: Any) -> FourEyes:
    """Approve or refuse as the second person; the caller carries the change out in the same transaction.

    Raises SamePersonDecides, AlreadyDecided.
    """
    request = FourEyes.objects.select_for_update().get(pk=request_id)
    if request.state != FourEyes.State.WAITING:
        raise AlreadyDecided
    if request.requested_by_id == by.pk:
        raise SamePersonDecides
    request.state = FourEyes.State.APPROVED if approve else FourEyes.State.REFUSED
    request.decided_by = by
    request.decided_at = timezone.now()
    request.decision_note = note
    request.save()
    record(action=f"{request.kind}.{request.state}", by=by, subject=request, reason=note)
    return request
