"""What happens to a published posting: pause, extension, end of validity, closing with its result."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.models import User
from employment_portal.core.each import each
from employment_portal.core.errors import DomainError
from employment_portal.regions.terms import TermCode, term
from employment_portal.workflow.actions import close_work_items
from jobs.applications.actions import end_remaining
from jobs.applications.enums import ApplicationStatus
from jobs.applications.models import Application
from jobs.postings import rules
from jobs.postings.actions.common import locked, take_step, tell_employer
from jobs.postings.actions.submission import may_be_published, require_verified
from jobs.postings.enums import ClosingResult, PostingStatus
from jobs.postings.limits import limits_in_force
from jobs.postings.models import Posting
from jobs.postings.workflow import POSTING


class TooLate(DomainError):
    message = _("Its last day has passed. Copy the posting and give the copy new dates.")


class NoLonger(DomainError):
    message = _("A posting is open for at most %(days)s days. Choose a last day up to %(latest)s.")


class NotLonger(DomainError):
    message = _("The new last day must lie after the present one, %(day)s.")


class NobodyHired(DomainError):
    message = _("Choose who was hired: applicants of this posting who have an offer or have accepted one.")


@transaction.atomic
def pause(*, posting_id: int, by: User, now: datetime) -> Posting:
    """Hide a live posting from search; its page stays up and takes no applications."""
    posting = locked(posting_id)
    take_step(posting, "pause", by=by, now=now)
    return posting


@transaction.atomic
def resume(*, posting_id: int, by: User, now: datetime) -> Posting:
    """Put a paused posting back. Raises TooLate when its last day has passed, EmployerNotVerified."""
    posting = locked(posting_id)
    today = timezone.localdate(now)
    if POSTING.can(posting, "resume", by):
        if posting.expires_on is not None and posting.expires_on < today:
            raise TooLate
        require_verified(posting, today)
    take_step(posting, "resume", by=by, now=now)
    return posting


@transaction.atomic
def extend_posting(*, posting_id: int, expires_on: date, by: User, now: datetime) -> Posting:
    """Give a live or paused posting a later last day, counted afresh from today.

    Raises NotLonger, NoLonger (over the longest validity), EmployerNotVerified, TransitionNotAllowed.
    """
    posting = locked(posting_id)
    today = timezone.localdate(now)
    step = "extend_paused" if posting.status == PostingStatus.PAUSED else "extend"
    if POSTING.can(posting, step, by):
        require_verified(posting, today)
    limits = limits_in_force(posting.region, today)
    latest = rules.latest_end(today, limits)
    if expires_on > latest:
        raise NoLonger(days=limits.max_validity_days, latest=latest.isoformat())
    if posting.expires_on is not None and expires_on <= posting.expires_on:
        raise NotLonger(day=posting.expires_on.isoformat())
    before, posting.expires_on = posting.expires_on, expires_on
    data = {"from": before.isoformat() if before else None, "to": expires_on.isoformat()}
    take_step(posting, step, by=by, now=now, data=data)
    return posting


@transaction.atomic
def close_posting(
    *,
    posting_id: int,
    result: str,
    by: User,
    now: datetime,
    hired: Iterable[str] = (),
    note: str = "",
    offers: str = "",
    message: str = "",
) -> Posting:
    """Close a live, paused or expired posting with what became of it, and end what is left of its pipeline.

    ``hired`` are public ids of applications with an offer or an accepted one; for ``filled_here`` at least one.
    Everybody else gets ``message`` (empty: the employer's usual wording); ``offers`` (``keep``, ``withdraw``)
    is needed when other offers still stand. Raises NobodyHired, OffersOpen, TransitionNotAllowed.
    """
    posting = locked(posting_id)
    chosen = sorted(set(hired)) if result == ClosingResult.FILLED_HERE else []
    known = set(
        Application.objects.filter(
            posting=posting, status__in=[ApplicationStatus.OFFERED, ApplicationStatus.HIRED]
        ).values_list("public_id", flat=True)
    )
    if result == ClosingResult.FILLED_HERE and (not chosen or not known.issuperset(chosen)):
        raise NobodyHired
    posting.closing_result = result
    posting.closing_note = note
    posting.ended_at = posting.ended_at or now
    take_step(posting, "close", by=by, now=now, note=note, data={"result": result, "hired": chosen})
    close_work_items(subject=posting, by=by, outcome="closed")
    filled = result in {ClosingResult.FILLED_HERE, ClosingResult.FILLED_ELSEWHERE}
    end_remaining(posting=posting, hired=chosen, filled=filled, offers=offers, message=message, by=by)
    return posting


def publish_due(*, now: datetime) -> int:
    """Publish every scheduled posting whose day has come; how many. Safe to run at any time and twice.

    That of an employer whose verification has run out meanwhile waits, and the employer is told so once.
    """
    today = timezone.localdate(now)
    due = Posting.objects.filter(status=PostingStatus.SCHEDULED, publish_on__lte=today, expires_on__gte=today)
    return each(partial(_publish_one, now=now), list(due.values_list("pk", flat=True)))


@transaction.atomic
def _publish_one(posting_id: int, *, now: datetime) -> bool:
    posting = locked(posting_id)
    if not POSTING.can(posting, "publish_due"):
        return False
    if not may_be_published(posting, timezone.localdate(now)):
        tell_employer(
            posting,
            "posting_not_published",
            path=reverse("organisations:profile"),
            dedupe_key=f"posting-not-published-{posting.pk}-{posting.publish_on}",
        )
        return False
    posting.published_at = now
    take_step(posting, "publish_due", by=None, now=now)
    tell_employer(
        posting,
        "posting_published",
        path=reverse("jobs:manage_posting", args=[posting.public_id]),
        dedupe_key=f"posting-published-{posting.pk}-{timezone.localdate(now)}",
    )
    return True


def expire_due(*, now: datetime) -> int:
    """End every live or paused posting whose last day was yesterday or earlier; how many."""
    today = timezone.localdate(now)
    over = Posting.objects.filter(status__in=[PostingStatus.LIVE, PostingStatus.PAUSED], expires_on__lt=today)
    return each(partial(_expire_one, now=now), list(over.values_list("pk", flat=True)))


@transaction.atomic
def _expire_one(posting_id: int, *, now: datetime) -> bool:
    posting = locked(posting_id)
    is_over = posting.expires_on is not None and posting.expires_on < timezone.localdate(now)
    if not is_over or not POSTING.can(posting, "expire"):
        return False
    posting.ended_at = now
    take_step(posting, "expire", by=None, now=now)
    close_work_items(subject=posting, by=None, outcome="expired")
    if not posting.source:
        tell_employer(
            posting,
            "posting_expired",
            path=reverse("jobs:close_posting", args=[posting.public_id]),
            dedupe_key=f"posting-expired-{posting.pk}-{posting.expires_on}",
        )
    return True


def remind_expiring(*, now: datetime) -> int:
    """Tell employers whose posting ends in so many days; once per posting and last day."""
    today = timezone.localdate(now)
    ending = Posting.objects.filter(
        status__in=[PostingStatus.LIVE, PostingStatus.PAUSED],
        expires_on__range=(today, today + timedelta(days=14)),
        source="",
    ).select_related("employer", "region")
    return each(partial(_remind, today=today), ending)


@transaction.atomic
def _remind(posting: Posting, *, today: date) -> bool:
    limits = limits_in_force(posting.region, today)
    if posting.expires_on is None or (posting.expires_on - today).days > limits.remind_days_before:
        return False
    tell_employer(
        posting,
        "posting_expiring",
        path=reverse("jobs:extend_posting", args=[posting.public_id]),
        dedupe_key=f"posting-expiring-{posting.pk}-{posting.expires_on}",
    )
    return True


def chase_results(*, now: datetime) -> int:
    """Ask again and again for the result of expired postings that nobody closed; how many were asked about."""
    today = timezone.localdate(now)
    waiting = Posting.objects.filter(
        status=PostingStatus.EXPIRED, source="", expires_on__lt=today
    ).select_related("employer", "region")
    return each(partial(_chase, today=today), waiting)


@transaction.atomic
def _chase(posting: Posting, *, today: date) -> bool:
    assert posting.expires_on is not None  # as the filter asks
    every = term(TermCode.POSTING_RESULT, region=posting.region, on=today)
    week = (today - posting.expires_on).days // every
    if not week:
        return False
    tell_employer(
        posting,
        "posting_result_wanted",
        path=reverse("jobs:close_posting", args=[posting.public_id]),
        dedupe_key=f"posting-result-{posting.pk}-{posting.expires_on}-{week}",
    )
    return True
