"""What the employer does with many applications at once: a step, an invitation, the end of a posting."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.workflow.engine import TransitionNotAllowed
from jobs.applications.actions.deciding import mark_seen, reject, shortlist
from jobs.applications.actions.interviewing import invite_to_interview
from jobs.applications.actions.offering import withdraw_offer
from jobs.applications.enums import ApplicationStatus, RejectReason
from jobs.applications.models import Application
from jobs.applications.queries import message_templates
from jobs.applications.rules import slot
from jobs.applications.workflow import APPLICATION
from jobs.postings.models import Posting

BULK_STEPS = ("mark_seen", "shortlist", "invite", "reject")
BULK_LIMIT = 200


class OffersOpen(DomainError):
    message = _(
        "An offer for this job still waits for an answer. Close the posting on its own page and say there "
        "whether the offer stays or is withdrawn."
    )


@dataclass(frozen=True)
class RowResult:
    """What became of one row of a bulk change; ``problem`` is empty when it was done."""

    application: Application
    problem: Any = ""


@transaction.atomic
def bulk_move(
    *,
    organisation_id: int,
    public_ids: Iterable[str],
    step: str,
    message: str = "",
    reason: str = "",
    by: Any,
) -> list[RowResult]:
    """Mark as seen, shortlist or reject many applications of one employer.

    A row that has moved on meanwhile is reported and left alone; the others go through. At most 200 rows.
    """
    steps: dict[str, Callable[[Application], Any]] = {
        "mark_seen": lambda row: _open(row, by),
        "shortlist": lambda row: shortlist(application_id=row.pk, message=message, by=by),
        "reject": lambda row: reject(application_id=row.pk, reason=reason, message=message, by=by),
    }
    if step not in steps:
        raise TransitionNotAllowed
    return _each(organisation_id, public_ids, step, steps[step], by)


def _open(row: Application, by: Any) -> None:
    if row.status != ApplicationStatus.SUBMITTED:
        raise TransitionNotAllowed
    mark_seen(application_id=row.pk, by=by)


@transaction.atomic
def bulk_invite(
    *,
    organisation_id: int,
    public_ids: Iterable[str],
    kind: str,
    starts_at: datetime,
    minutes: int,
    place: str,
    contact: str,
    message: str,
    together: bool,
    pause: int,
    by: Any,
) -> list[RowResult]:
    """Invite many applicants, all at once (``together``) or each to a time of their own, one after the other.

    Times follow the order of ``public_ids`` with ``pause`` minutes between; who cannot be invited takes none.
    """
    taken = 0

    def invite(row: Application) -> None:
        nonlocal taken
        invite_to_interview(
            application_id=row.pk,
            kind=kind,
            starts_at=starts_at if together else slot(starts_at, taken, minutes=minutes, pause=pause),
            minutes=minutes,
            place=place,
            contact=contact,
            message=message,
            by=by,
        )
        taken += 1

    return _each(organisation_id, public_ids, "invite", invite, by)


def _each(
    organisation_id: int, public_ids: Iterable[str], step: str, act: Callable[[Application], Any], by: Any
) -> list[RowResult]:
    """``act`` on each row under its own lock and savepoint, in the order given; the whole is audited."""
    wanted = list(dict.fromkeys(public_ids))[:BULK_LIMIT]
    found = Application.objects.filter(
        posting__employer=organisation_id, public_id__in=wanted, submitted_at__isnull=False
    ).select_related("person", "posting")
    results = []
    for row in sorted(found, key=lambda row: wanted.index(row.public_id)):
        try:
            with transaction.atomic():
                act(row)
        except DomainError as error:
            results.append(RowResult(row, error.message))
        else:
            results.append(RowResult(row))
    record(
        action="application.bulk",
        by=by,
        detail={
            "step": step,
            "done": sum(not result.problem for result in results),
            "refused": sum(bool(result.problem) for result in results),
        },
    )
    return results


def end_remaining(
    *, posting: Posting, hired: Collection[str], filled: bool, offers: str, message: str, by: Any
) -> int:
    """A posting closes: everybody still in its pipeline is told and turned down; how many.

    ``hired`` (public ids) are left alone. ``offers`` says what becomes of other offers without an answer:
    ``keep`` or ``withdraw``. An empty ``message`` is the employer's usual one. The caller holds the posting.
    Raises OffersOpen when offers stand and ``offers`` is empty.
    """
    rows = Application.objects.filter(posting=posting).exclude(public_id__in=hired).order_by("pk")
    standing = list(rows.filter(status=ApplicationStatus.OFFERED).values_list("pk", flat=True))
    if standing and not offers:
        raise OffersOpen
    text = message.strip() or message_templates(posting.employer)["close"]
    if offers == "withdraw":
        for application_id in standing:
            withdraw_offer(application_id=application_id, reason=str(_("The posting is closed.")), by=by)
    waiting = list(rows.filter(status__in=APPLICATION.moves["reject"].sources).values_list("pk", flat=True))
    for application_id in waiting:
        reject(
            application_id=application_id,
            reason=RejectReason.FILLED if filled else RejectReason.OTHER,
            message=text,
            by=by,
        )
    return len(waiting)
