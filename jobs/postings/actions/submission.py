"""Sending a posting in: the check, publishing at once or into the review queue."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.models import User
from employment_portal.core.errors import DomainError
from employment_portal.workflow.actions import close_work_items, open_work_item
from employment_portal.workflow.engine import TransitionNotAllowed
from jobs.postings import rules
from jobs.postings.actions import drafts
from jobs.postings.actions.common import locked, take_step
from jobs.postings.check import Check, check_posting
from jobs.postings.enums import ReviewMode
from jobs.postings.limits import limits_in_force
from jobs.postings.models import Posting
from jobs.postings.queries import employer_record
from jobs.postings.workflow import POSTING

REVIEW = "posting_review"
SAMPLE = "posting_sample"


class EmployerNotVerified(DomainError):
    message = _(
        "Your organisation is not verified at present. Nothing is lost: have the organisation verified first, "
        "then try again."
    )


class MustBeFixed(DomainError):
    """``check`` holds what stands against publication."""

    message = _("%(count)s points must be fixed before the posting can be submitted.")

    def __init__(self, check: Check) -> None:
        super().__init__(count=len(check.must_fix))
        self.check = check


class MustBeConfirmed(DomainError):
    message = _("Look at the marked words and confirm that they are lawful, or change them.")


@transaction.atomic
def submit_posting(
    *, posting_id: int, by: User, now: datetime, confirmed: bool = False, seen: str = ""
) -> Posting:
    """Submit a draft or a corrected posting: live at once with a clean record, otherwise into review.

    Raises EmployerNotVerified, MustBeFixed, MustBeConfirmed, PostingChanged, TransitionNotAllowed.
    """
    posting = locked(posting_id)
    if not POSTING.can(posting, "submit", by):
        raise TransitionNotAllowed
    drafts.require_version(posting, seen)
    require_verified(posting, timezone.localdate(now))
    _send(posting, by=by, now=now, confirmed=confirmed)
    return posting


@transaction.atomic
def take_back(*, posting_id: int, by: User, now: datetime) -> Posting:
    """Take a posting out of the review queue to go on writing it."""
    posting = locked(posting_id)
    take_step(posting, "take_back", by=by, now=now)
    close_work_items(subject=posting, by=by, outcome="taken_back")
    return posting


@transaction.atomic
def withdraw(*, posting_id: int, by: User, now: datetime) -> Posting:
    """Give up a posting that is not live: a draft, or one in review or waiting for its day."""
    posting = locked(posting_id)
    posting.ended_at = now
    take_step(posting, "withdraw", by=by, now=now)
    close_work_items(subject=posting, by=by, outcome="withdrawn")
    return posting


def _send(posting: Posting, *, by: User, now: datetime, confirmed: bool) -> None:
    today = timezone.localdate(now)
    check = check_posting(posting, on=today)
    if check.must_fix:
        raise MustBeFixed(check)
    if check.to_confirm and not confirmed:
        raise MustBeConfirmed
    posting.compliance = record_of(check, confirmed, now)
    posting.submitted_at = now
    posting.review_mode = mode(posting, check, today)
    posting.comments.filter(resolved_at__isnull=True).update(resolved_at=now)
    if posting.review_mode == ReviewMode.BEFORE:
        take_step(posting, "submit", by=by, now=now)
        open_item(posting, REVIEW, today=today)
        return
    if posting.publish_on and posting.publish_on > today:
        take_step(posting, "schedule", by=by, now=now)
    else:
        posting.published_at = now
        take_step(posting, "publish", by=by, now=now)
    if posting.review_mode == ReviewMode.SAMPLED:
        open_item(posting, SAMPLE, today=today)


def mode(posting: Posting, check: Check, today: date) -> ReviewMode:
    limits = limits_in_force(posting.region, today)
    reasons = rules.reasons_for_review(
        employer_record(posting.employer, limits, today), limits, check.remarks, today=today
    )
    return rules.review_mode(reasons, posting.public_id, limits)


def may_be_published(posting: Posting, today: date) -> bool:
    """Whether its employer is verified; behind an imported advert stands its source instead."""
    if posting.source:
        return not posting.employer.is_stopped
    return posting.employer.is_verified_on(today)


def require_verified(posting: Posting, today: date) -> None:
    if not may_be_published(posting, today):
        raise EmployerNotVerified


def record_of(check: Check, confirmed: bool, now: datetime) -> dict[str, Any]:
    return check.as_dict() | {"confirmed": confirmed, "at": now.isoformat()}


def open_item(posting: Posting, kind: str, *, today: date, subject: Any = None) -> None:
    """Put a posting, or ``subject`` (a change of it), before the officers of its place of work, by its clock."""
    region = (subject or posting).region
    assert region is not None  # the database holds submitted postings to it
    limits = limits_in_force(region, today)
    open_work_item(
        kind=kind,
        subject=subject or posting,
        title=f"{posting.title} {posting.employer.name}",
        path=reverse("jobs:review_posting", args=[posting.public_id]),
        region=region,
        role=StaffRole.DISTRICT_OFFICER,
        working_days=limits.review_working_days,
        today=today,
    )
