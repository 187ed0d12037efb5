"""Changes of what is published: at once, or as a revision that waits for its review beside the posting."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.models import User
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.workflow.actions import close_work_items
from employment_portal.workflow.engine import TransitionNotAllowed
from jobs.postings import rules
from jobs.postings.actions import drafts
from jobs.postings.actions.common import locked, take_step
from jobs.postings.actions.submission import (
    REVIEW,
    SAMPLE,
    MustBeConfirmed,
    MustBeFixed,
    mode,
    open_item,
    record_of,
    require_verified,
)
from jobs.postings.check import Check
from jobs.postings.enums import PostingStatus, ReviewMode
from jobs.postings.models import Posting
from jobs.postings.revisions import content
from jobs.postings.revisions.ending import end_revision, open_revision
from jobs.postings.revisions.models import PostingRevision
from jobs.postings.revisions.workflow import REVISION
from jobs.postings.workflow import POSTING

CHANGES = {
    PostingStatus.LIVE: "change",
    PostingStatus.PAUSED: "change_paused",
    PostingStatus.SCHEDULED: "change_scheduled",
}


class QuestionsAnswered(DomainError):
    message = _(
        "Applicants have answered the questions already. Close this posting and copy it to ask others."
    )


class FewerThanFilled(DomainError):
    message = _("%(filled)s places are taken already. Give at least that many people wanted.")


class RevisionMoved(DomainError):
    """The page that the form came from showed another change in review, or none."""

    message = _(
        "Meanwhile a colleague sent a change of this posting in, or the office decided about it. Nothing of yours "
        "is lost: look at your version below, then save again to send it in."
    )


@transaction.atomic
def revise_posting(
    *,
    posting_id: int,
    values: Mapping[str, Any],
    by: User,
    now: datetime,
    confirmed: bool = False,
    seen: str = "",
    waiting: str | None = None,
) -> tuple[Posting, list[str], PostingRevision | None]:
    """Change a posting that is published: what stands now, the names of the changed fields, the change in review.

    Housekeeping (more people, another telephone number) holds at once and is logged. What people decide by
    (rules.MATERIAL_FIELDS) is checked, and unless the employer may publish at once it becomes a PostingRevision:
    the posting stays as it was published until an officer of the place of work approves, the new one where it changes. A newer change takes the place of the waiting
    one and keeps its fields where ``values`` say nothing; values equal to the published ones take it back.
    ``waiting`` is the public id of the change that the page showed ("" for none; None: do not ask).
    A posting that waits for its day has nothing to show yet and goes back into review whole.

    Raises FewerThanFilled, QuestionsAnswered, MustBeFixed, MustBeConfirmed, EmployerNotVerified, PostingChanged,
    RevisionMoved, TransitionNotAllowed.
    """
    posting = locked(posting_id)
    if posting.status not in CHANGES or not POSTING.can(posting, CHANGES[PostingStatus(posting.status)], by):
        raise TransitionNotAllowed
    drafts.require_version(posting, seen, values)
    before = open_revision(posting)
    if waiting is not None and waiting != (before.public_id if before else ""):
        raise RevisionMoved
    if (values.get("headcount") or posting.filled) < posting.filled:
        raise FewerThanFilled(filled=posting.filled)
    today = timezone.localdate(now)
    wanted = {**(content.values(before.content) if before else {}), **values}
    old_questions = drafts.questions_of(posting)
    published = content.stored(posting, rules.MATERIAL_FIELDS, old_questions)
    changed = drafts.fill(posting, wanted)
    questions = [row for row in wanted.get("questions", old_questions) if row["text"]]
    if questions != old_questions:
        changed.append("questions")
    if not changed:
        if before is not None:
            _give_up(before, by=by, now=now)
        return posting, [], None
    place = posting.region
    check = content.check_with(posting, questions, on=today)
    if check.must_fix:
        raise MustBeFixed(check)
    material = [name for name in changed if name in rules.MATERIAL_FIELDS]
    after = content.stored(posting, material, questions)
    if not material or (before is not None and before.content == after):
        if before is not None and not material:
            _give_up(before, by=by, now=now)
            before = None
        return _keep_house(posting_id, wanted, changed, by=by, now=now), changed, before
    if check.to_confirm and not confirmed:
        raise MustBeConfirmed
    require_verified(posting, today)
    how = mode(posting, check, today)
    if how != ReviewMode.BEFORE or posting.status == PostingStatus.SCHEDULED:
        return _publish(posting, questions, changed, check, how, confirmed, by=by, now=now), changed, None
    _require_unanswered(posting, questions)
    assert place is not None  # a submitted posting has every lawful field
    end_revision(posting, because="replace")
    posting = _keep_house(posting_id, wanted, changed, by=by, now=now)
    revision = PostingRevision.objects.create(
        posting=posting,
        region=place,
        fields=material,
        before={name: published[name] for name in material},
        content=after,
        compliance=record_of(check, confirmed, now),
        submitted_at=now,
        submitted_by=by,
    )
    record(action="posting_revision.submit", by=by, subject=revision, detail={"changed": material})
    _resolve_comments(posting, now)
    open_item(posting, REVIEW, today=today, subject=revision)
    return posting, changed, revision


@transaction.atomic
def take_back_revision(*, posting_id: int, by: User, now: datetime) -> PostingRevision:
    """Take the change of a posting out of the queue, or give up the one that was returned; the posting stays.

    Raises TransitionNotAllowed when there is none.
    """
    posting = locked(posting_id)
    newest = PostingRevision.objects.select_for_update(of=("self",)).filter(posting=posting).last()
    if newest is None:
        raise TransitionNotAllowed
    newest.posting = posting
    _give_up(newest, by=by, now=now)
    return newest


def _give_up(revision: PostingRevision, *, by: User, now: datetime) -> None:
    REVISION.apply(revision, "take_back", by=by)
    close_work_items(subject=revision, by=by, outcome="taken_back")
    _resolve_comments(revision.posting, now)


def _resolve_comments(posting: Posting, now: datetime) -> None:
    posting.comments.filter(resolved_at__isnull=True).update(resolved_at=now)


def _keep_house(
    posting_id: int, wanted: Mapping[str, Any], changed: Iterable[str], *, by: User, now: datetime
) -> Posting:
    """Put the changes that need no review into the published posting; the posting as it is published then."""
    posting = locked(posting_id)
    names = [name for name in changed if name not in rules.MATERIAL_FIELDS]
    drafts.fill(posting, {name: wanted[name] for name in names})
    if names:
        step = CHANGES[PostingStatus(posting.status)]
        take_step(posting, step, by=by, now=now, data={"changed": names})
    return posting


def _publish(
    posting: Posting,
    questions: list[dict[str, Any]],
    changed: list[str],
    check: Check,
    how: ReviewMode,
    confirmed: bool,
    *,
    by: User,
    now: datetime,
) -> Posting:
    """Put a filled posting up as it is now, or back into review when it waits for its day."""
    try:
        drafts.set_questions(posting, questions)
    except ProtectedError as error:
        raise QuestionsAnswered from error
    today = timezone.localdate(now)
    posting.compliance = record_of(check, confirmed, now)
    if how == ReviewMode.BEFORE:
        posting.review_mode = ReviewMode.BEFORE
        posting.submitted_at = now
        take_step(posting, "revise", by=by, now=now, data={"changed": changed})
        open_item(posting, REVIEW, today=today)
        return posting
    end_revision(posting, because="replace")
    _resolve_comments(posting, now)
    if posting.status != PostingStatus.SCHEDULED:
        posting.changed_at = now
    take_step(posting, CHANGES[PostingStatus(posting.status)], by=by, now=now, data={"changed": changed})
    if how == ReviewMode.SAMPLED:
        open_item(posting, SAMPLE, today=today)
    return posting


def _require_unanswered(posting: Posting, questions: list[dict[str, Any]]) -> None:
    """The questions that the change drops must not have been answered: no approval could remove them."""
    try:
        with transaction.atomic():
            drafts.set_questions(posting, questions)
            transaction.set_rollback(True)
    except ProtectedError as error:
        raise QuestionsAnswered from error
