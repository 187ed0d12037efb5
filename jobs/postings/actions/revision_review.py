"""Decisions of the reviewing officer about a change of a published posting."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.models import User
from employment_portal.core.errors import DomainError
from employment_portal.organisations.models import Organisation
from employment_portal.workflow.actions import close_work_items
from jobs.postings.actions import drafts
from jobs.postings.actions.review import (
    AlreadyReviewed,
    NotClean,
    forget_record,
    locked_for,
    require_publishable,
    tell,
    was_returned,
    write_comments,
)
from jobs.postings.enums import RejectionReason, RevisionState
from jobs.postings.revisions import content
from jobs.postings.revisions.ending import HAS_REVISIONS
from jobs.postings.revisions.models import PostingRevision
from jobs.postings.revisions.workflow import REVISION
from jobs.search.actions import index_posting


class NoLongerFits(DomainError):
    message = _(
        "Meanwhile applicants answered a question that this change removes. Return it with a comment that says so."
    )


@transaction.atomic
def approve_revision(*, revision_id: int, by: User, now: datetime) -> PostingRevision:
    """Put the changed fields into the published posting and its search row.

    The check runs again: content that must be fixed is never approved. Applicants read from then on when the
    posting was changed. Raises AlreadyReviewed, OwnEmployer, EmployerLapsed, NotClean, NoLongerFits,
    TransitionNotAllowed.
    """
    revision = _for_decision(revision_id, by)
    posting = revision.posting
    require_publishable(posting, timezone.localdate(now))
    if content.check_content(posting, revision.content, on=timezone.localdate(now)).must_fix:
        raise NotClean
    clean = not was_returned(posting)
    revision.before = content.stored(posting, revision.fields, drafts.questions_of(posting))
    _decide(revision, "approve", by=by, now=now)
    drafts.fill(posting, content.values(revision.content))
    if "questions" in revision.content:
        try:
            drafts.set_questions(posting, revision.content["questions"])
        except ProtectedError as error:
            raise NoLongerFits from error
    posting.compliance = revision.compliance
    posting.changed_at = posting.updated_at = now
    posting.save()
    index_posting(posting)
    if clean:
        Organisation.objects.filter(pk=posting.employer_id).update(clean_reviews=F("clean_reviews") + 1)
    tell(posting, "posting_change_approved", now)
    return revision


@transaction.atomic
def return_revision(
    *, revision_id: int, comments: Iterable[Mapping[str, str]], by: User, now: datetime, note: str = ""
) -> PostingRevision:
    """Send a change back with comments, each ``{"field", "text"}``; the posting stays as it is published.

    Raises CommentsMissing, AlreadyReviewed, OwnEmployer, TransitionNotAllowed.
    """
    revision = _for_decision(revision_id, by)
    written = write_comments(revision.posting, comments, note, by=by, now=now, revision=revision)
    revision.note = note.strip()
    _decide(revision, "send_back", by=by, now=now)
    forget_record(revision.posting)
    tell(
        revision.posting,
        "posting_change_returned",
        now,
        comments=[comment["text"] for comment in written],
    )
    return revision


@transaction.atomic
def reject_revision(*, revision_id: int, reason: str, note: str, by: User, now: datetime) -> PostingRevision:
    """Refuse a change for a RejectionReason, with a sentence to the employer; the posting stays as it is published.

    Raises AlreadyReviewed, OwnEmployer, TransitionNotAllowed.
    """
    revision = _for_decision(revision_id, by)
    revision.reason, revision.note = reason, note
    _decide(revision, "reject", by=by, now=now)
    forget_record(revision.posting)
    tell(
        revision.posting,
        "posting_change_rejected",
        now,
        reason=RejectionReason(reason).label,
        note=note,
    )
    return revision


def _for_decision(revision_id: int, by: User) -> PostingRevision:
    """The waiting change with its posting, both held; the posting first, as every other step does."""
    posting_id = PostingRevision.objects.values_list("posting_id", flat=True).get(pk=revision_id)
    posting = locked_for(posting_id, by)
    revision = PostingRevision.objects.select_for_update(of=("self",)).get(pk=revision_id)
    revision.posting = posting
    if posting.status not in HAS_REVISIONS:
        raise AlreadyReviewed(status=posting.get_status_display())
    if revision.state != RevisionState.SUBMITTED:
        raise AlreadyReviewed(status=revision.get_state_display())
    return revision


def _decide(revision: PostingRevision, step: str, *, by: User, now: datetime) -> None:
    revision.decided_at, revision.decided_by = now, by
    REVISION.apply(
        revision,
        step,
        by=by,
        note=revision.note,
        data={"reason": revision.reason} if revision.reason else {},
        save_fields=["decided_at", "decided_by", "before", "reason", "note"],
    )
    close_work_items(subject=revision, by=by, outcome=revision.state)
