"""Decisions of the reviewing officer, before publication and on what was drawn after it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.models import User
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.organisations.models import Organisation
from employment_portal.workflow.actions import close_work_items
from employment_portal.workflow.engine import TransitionNotAllowed, history
from employment_portal.workflow.models import WorkItem
from jobs.postings.actions.common import locked, take_step, tell_employer
from jobs.postings.actions.submission import SAMPLE, may_be_published
from jobs.postings.check import check_posting
from jobs.postings.enums import PostingStatus, RejectionReason
from jobs.postings.models import Posting, ReviewComment
from jobs.postings.permissions import acts_for_employer, in_district
from jobs.postings.revisions.models import PostingRevision

REVIEWABLE = frozenset(
    {
        PostingStatus.SUBMITTED,
        PostingStatus.LIVE,
        PostingStatus.PAUSED,
        PostingStatus.EXPIRED,
        PostingStatus.CLOSED,
    }
)


class AlreadyReviewed(DomainError):
    message = _("A colleague was faster: this posting is now “%(status)s”. Nothing was changed.")


class OwnEmployer(DomainError):
    message = _("You act for this employer yourself, so a colleague has to decide about its postings.")


class EmployerLapsed(DomainError):
    message = _(
        "This employer is not verified at present, so nothing new of it may be published. Return it with a comment "
        "that says so, or approve it once the employer is verified again."
    )


class CommentsMissing(DomainError):
    message = _("Write at least one comment that says what is to be corrected.")


class NotClean(DomainError):
    message = _("The check marked something in this posting. Open it and decide about it by itself.")


@transaction.atomic
def approve_posting(*, posting_id: int, by: User, now: datetime, clean_only: bool = False) -> Posting:
    """Approve a submitted posting: live now, or scheduled when its day is still to come.

    The check runs again: content that must be fixed is never approved, and with ``clean_only`` (bulk approval)
    neither is anything marked. An imported advert was held because of such marks and its source cannot be asked
    here, so the officer's look decides about it. Raises AlreadyReviewed, OwnEmployer, EmployerLapsed, NotClean,
    TransitionNotAllowed.
    """
    posting = _for_review(posting_id, by)
    today = timezone.localdate(now)
    require_publishable(posting, today)
    check = check_posting(posting, on=today)
    if (check.must_fix and not posting.source) or (clean_only and check.remarks):
        raise NotClean
    corrected = was_returned(posting)
    if posting.publish_on and posting.publish_on > today:
        take_step(posting, "approve_for_later", by=by, now=now)
    else:
        posting.published_at = now
        posting.ended_at = None
        take_step(posting, "approve", by=by, now=now)
    close_work_items(subject=posting, by=by, outcome="approved")
    if not corrected:
        Organisation.objects.filter(pk=posting.employer_id).update(clean_reviews=F("clean_reviews") + 1)
    tell(posting, "posting_approved", now)
    return posting


@transaction.atomic
def return_posting(
    *, posting_id: int, comments: Iterable[Mapping[str, str]], by: User, now: datetime, note: str = ""
) -> Posting:
    """Send a posting back with comments, each ``{"field", "text"}`` (no field: the posting as a whole).

    Raises CommentsMissing, AlreadyReviewed, OwnEmployer, TransitionNotAllowed.
    """
    posting = _for_review(posting_id, by)
    written = write_comments(posting, comments, note, by=by, now=now)
    take_step(posting, "send_back", by=by, now=now, data={"fields": [c["field"] for c in written]})
    close_work_items(subject=posting, by=by, outcome="returned")
    forget_record(posting)
    tell(posting, "posting_returned", now, comments=[comment["text"] for comment in written])
    return posting


@transaction.atomic
def reject_posting(*, posting_id: int, reason: str, note: str, by: User, now: datetime) -> Posting:
    """Refuse a submitted posting for a RejectionReason, with a sentence to the employer. It is final."""
    posting = _for_review(posting_id, by)
    posting.ended_at = now
    take_step(posting, "reject", by=by, now=now, note=note, data={"reason": reason})
    close_work_items(subject=posting, by=by, outcome="rejected")
    forget_record(posting)
    tell(posting, "posting_rejected", now, reason=RejectionReason(reason).label, note=note)
    return posting


@transaction.atomic
def take_down(*, posting_id: int, reason: str, note: str, by: User, now: datetime) -> Posting:
    """Take a published posting off the portal, after a sample review or a report; its page too when it has ended.

    The result of a closed one stays in its history.
    """
    posting = locked_for(posting_id, by)
    if posting.status == PostingStatus.REJECTED:
        raise AlreadyReviewed(status=posting.get_status_display())
    posting.ended_at = posting.ended_at or now
    posting.closing_result = posting.closing_note = ""
    take_step(posting, "take_down", by=by, now=now, note=note, data={"reason": reason})
    close_work_items(subject=posting, by=by, outcome="taken_down")
    forget_record(posting)
    tell(posting, "posting_taken_down", now, reason=RejectionReason(reason).label, note=note)
    return posting


@transaction.atomic
def confirm_sample(*, posting_id: int, by: User, now: datetime) -> Posting:
    """Find a posting that was drawn after its publication in order. Raises AlreadyReviewed."""
    posting = locked_for(posting_id, by)
    if not in_district(by, posting):
        raise TransitionNotAllowed
    if not close_work_items(subject=posting, by=by, outcome="confirmed", kind=SAMPLE):
        raise AlreadyReviewed(status=posting.get_status_display())
    Organisation.objects.filter(pk=posting.employer_id).update(clean_reviews=F("clean_reviews") + 1)
    record(action="posting.confirm_sample", by=by, subject=posting)
    return posting


def approve_clean(
    *, posting_ids: Iterable[int], by: User, now: datetime
) -> tuple[list[Posting], dict[int, Any]]:
    """Approve several at once, each in its own transaction; the approved ones and why the others were not."""
    approved: list[Posting] = []
    refused: dict[int, Any] = {}
    for posting_id in posting_ids:
        try:
            approved.append(approve_posting(posting_id=posting_id, by=by, now=now, clean_only=True))
        except DomainError as error:
            refused[posting_id] = error.message
    return approved, refused


def write_comments(
    posting: Posting,
    comments: Iterable[Mapping[str, str]],
    note: str,
    *,
    by: User,
    now: datetime,
    revision: PostingRevision | None = None,
) -> list[Mapping[str, str]]:
    """Keep a reviewer's comments on a posting, or on a change of it, with ``note`` last. Raises CommentsMissing."""
    written = [comment for comment in comments if comment["text"].strip()]
    if note.strip():
        written.append({"field": "", "text": note})
    if not written:
        raise CommentsMissing
    ReviewComment.objects.bulk_create(
        ReviewComment(
            posting=posting,
            revision=revision,
            field=comment["field"],
            text=comment["text"].strip(),
            by=by,
            at=now,
        )
        for comment in written
    )
    return written


def require_publishable(posting: Posting, today: date) -> None:
    if not may_be_published(posting, today):
        raise EmployerLapsed


def locked_for(posting_id: int, by: User) -> Posting:
    posting = locked(posting_id)
    if acts_for_employer(by, posting):
        raise OwnEmployer
    return posting


def _for_review(posting_id: int, by: User) -> Posting:
    posting = locked_for(posting_id, by)
    if posting.status != PostingStatus.SUBMITTED:
        raise AlreadyReviewed(status=posting.get_status_display())
    return posting


def was_returned(posting: Posting) -> bool:
    """Whether an officer ever sent the posting or a change of it back."""
    return (
        history(posting).filter(name="send_back").exists()
        or posting.comments.filter(revision__isnull=False).exists()
    )


def forget_record(posting: Posting) -> None:
    Organisation.objects.filter(pk=posting.employer_id).update(clean_reviews=0)


def tell(posting: Posting, kind: str, now: datetime, **context: Any) -> None:
    tell_employer(
        posting,
        kind,
        path=reverse("jobs:manage_posting", args=[posting.public_id]),
        dedupe_key=f"{kind}-{posting.pk}-{now.timestamp():.0f}",
        context=context,
    )


def open_item(subject: Posting | PostingRevision) -> WorkItem | None:
    """The reviewer's open work item of a posting or of a change of it."""
    return (
        WorkItem.objects.open().filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).first()
    )
