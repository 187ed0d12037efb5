from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.calendar import deadline
from employment_portal.core.errors import DomainError
from employment_portal.core.masking import mask_identity, mask_name
from employment_portal.regions.models import Region
from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.claims.enums import ClaimState, EntryState
from subsidies.claims.models import Claim, ClaimEntry
from subsidies.claims.workflow import CLAIM
from subsidies.notices import rules
from subsidies.notices.actions.handing_over import hand_over
from subsidies.notices.enums import NoticeState
from subsidies.notices.models import Notice, NoticeEntry
from subsidies.notices.workflow import NOTICE
from subsidies.numbering import next_number
from subsidies.policies.models import SubsidyItem

NUMBER_PREFIX = "GS"
LINES_AT_ONCE = 2000


class NothingToNotice(DomainError):
    message = _(
        "No approved claim of this kind waits for a notice here. A colleague may have drafted one already."
    )


class ReasonNeeded(DomainError):
    message = _("Say why, in a sentence that the claimants may read.")


@transaction.atomic
def draft_notice(
    *, region: Region, item: SubsidyItem, standard: str, contact: str, by: Any, now: datetime
) -> Notice:
    """Put every approved claim of an item in ``region`` that is on no notice into a draft.

    The window is the longest that the policies of the claims ask for (working days). Raises NothingToNotice, and
    TransitionNotAllowed when ``by`` is no officer of the region.
    """
    waiting = (
        Claim.objects.filter(state=ClaimState.APPROVED, item=item, region__path__startswith=region.path)
        .exclude(notice_entries__live=True)
        .exclude(version__content__notice_working_days=0)
    )
    held = list(waiting.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    # Asked again, for a colleague's draft may have held them until now and taken them.
    claims = list(
        waiting.filter(pk__in=held)
        .select_related("person", "organisation", "version")
        .order_by("decided_at", "pk")
    )
    if not claims:
        raise NothingToNotice
    notice = Notice(
        number=next_number(Notice, f"{NUMBER_PREFIX}{region.code}", timezone.localdate(now)),
        title=f"{region.name}{item.notice_name}公示",
        item=item,
        region=region,
        standard=standard,
        contact=contact,
        working_days=max(claim.version.content.get("notice_working_days", 5) for claim in claims),
        made_by=by,
        made_at=now,
    )
    if not NOTICE.may(notice, "publish", by):
        raise TransitionNotAllowed
    notice.save()
    people = dict(
        ClaimEntry.objects.filter(claim__in=claims, state=EntryState.INCLUDED)
        .values_list("claim")
        .annotate(Count("pk"))
    )
    NoticeEntry.objects.bulk_create(
        [_line(notice, row, claim, people.get(claim.pk, 1)) for row, claim in enumerate(claims, start=1)],
        batch_size=LINES_AT_ONCE,
    )
    record(action="notice.draft", by=by, subject=notice, detail={"claims": len(claims)})
    return notice


def _line(notice: Notice, row: int, claim: Claim, people: int) -> NoticeEntry:
    if claim.person is not None:
        name, number = mask_name(claim.person.name), mask_identity(claim.person.id_number)
    else:
        name, number = str(claim.organisation), ""
    return NoticeEntry(
        notice=notice,
        claim=claim,
        row=row,
        masked_name=name,
        masked_number=number,
        people=people,
        amount_fen=claim.amount_fen,
    )


def _locked(notice_id: int) -> Notice:
    return Notice.objects.select_for_update(of=("self",)).select_related("region", "item").get(pk=notice_id)


@transaction.atomic
def publish_notice(*, notice_id: int, by: Any, now: datetime) -> Notice:
    """Freeze the roster, open the objection window and move the claims on.

    Raises TransitionNotAllowed when a claim left its approved state meanwhile: the draft is to be made anew.
    """
    notice = _locked(notice_id)
    entries = list(notice.entries.filter(live=True).order_by("row"))
    ends = deadline(timezone.localdate(now), notice.working_days)
    notice.published_at = now
    notice.closes_at = rules.window_end(ends.due_on)
    notice.closes_provisional = ends.provisional
    notice.roster_sha256 = rules.roster_sha256(rules.public_line(entry) for entry in entries)
    fields = ["published_at", "closes_at", "closes_provisional", "roster_sha256"]
    NOTICE.apply(notice, "publish", by=by, save_fields=fields)
    moved = CLAIM.apply_all(Claim.objects.filter(notice_entries__in=entries), "publish", by=None)
    if len(moved) != len(entries):
        raise TransitionNotAllowed
    return notice


@transaction.atomic
def cancel_notice(*, notice_id: int, reason: str, by: Any) -> Notice:
    """Withdraw a draft or an open notice; its claims wait for a new one. Raises ReasonNeeded, TransitionNotAllowed."""
    notice = _locked(notice_id)
    if notice.state == NoticeState.OPEN and not reason.strip():
        raise ReasonNeeded
    notice.cancel_reason = reason.strip()[:300]
    NOTICE.apply(notice, "cancel", by=by, note=reason, save_fields=["cancel_reason"])
    live = notice.entries.filter(live=True)
    CLAIM.apply_all(Claim.objects.filter(notice_entries__in=live), "unpublish", by=None)
    live.update(live=False)
    return notice


def settle_provisional_windows() -> int:
    """Count the windows of open notices anew once the calendar that they reach into is published; returns how many are
    final. A day that the public was told is never taken back: a window ends later, not earlier. Roster and number stay.
    """
    settled = 0
    waiting = Notice.objects.filter(state=NoticeState.OPEN, closes_provisional=True)
    for notice_id in waiting.values_list("pk", flat=True):
        with transaction.atomic():
            notice = _locked(notice_id)
            if notice.state != NoticeState.OPEN or notice.published_at is None or notice.closes_at is None:
                continue
            ends = deadline(timezone.localdate(notice.published_at), notice.working_days)
            if ends.provisional:
                continue
            before, notice.closes_provisional = notice.closes_at, False
            notice.closes_at = max(before, rules.window_end(ends.due_on))
            notice.save(update_fields=["closes_at", "closes_provisional"])
            record(
                action="notice.settle_window",
                by=None,
                subject=notice,
                detail={"before": before.isoformat(), "closes_at": notice.closes_at.isoformat()},
            )
            settled += 1
    return settled


def close_due_notices(*, now: datetime) -> int:
    """Close every notice whose window has ended and hand its claims over for payment; returns how many closed.

    A claim with an open objection stays until it is answered. Safe to run twice.
    """
    closed = 0
    due = Notice.objects.filter(state=NoticeState.OPEN, closes_at__lte=now).order_by("closes_at")
    for notice_id in due.values_list("pk", flat=True):
        with transaction.atomic():
            notice = _locked(notice_id)
            if notice.state != NoticeState.OPEN:
                continue
            notice.closed_at = now
            NOTICE.apply(notice, "close", by=None, save_fields=["closed_at"])
            hand_over(notice=notice, now=now)
            closed += 1
    return closed


def take_down_ended(*, now: datetime) -> int:
    """Take notices off the public pages once their window is over and no objection is open; returns how many."""
    ended = Notice.objects.filter(
        state__in=[NoticeState.CLOSED, NoticeState.CANCELLED], published_at__isnull=False, taken_down_at=None
    ).exclude(entries__objections__state="open")
    return Notice.objects.filter(pk__in=list(ended.values_list("pk", flat=True))).update(taken_down_at=now)
