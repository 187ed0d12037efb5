from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from employment_portal.workflow.models import Transition
from jobs.postings.enums import RevisionState
from jobs.postings.models import Posting
from jobs.postings.permissions import REVIEWERS
from jobs.postings.revisions.ending import HAS_REVISIONS
from jobs.postings.revisions.models import PostingRevision

REJECTION_SHOWN = timedelta(days=14)


def revision_at_hand(posting: Posting) -> PostingRevision | None:
    """The change that the employer's page speaks of: waiting, returned, or rejected within the last two weeks."""
    revisions = revisions_of(posting)
    if not revisions or posting.status not in HAS_REVISIONS:
        return None
    newest = revisions[-1]
    lately = newest.decided_at is not None and newest.decided_at > timezone.now() - REJECTION_SHOWN
    if newest.state in {RevisionState.SUBMITTED, RevisionState.RETURNED} or (
        newest.state == RevisionState.REJECTED and lately
    ):
        newest.posting = posting
        return newest
    return None


def waiting_revision(posting: Posting) -> PostingRevision | None:
    """The change of a posting that waits for its review."""
    revision = (
        PostingRevision.objects.open()
        .filter(posting=posting)
        .select_related("submitted_by", "region")
        .first()
    )
    if revision is not None:
        revision.posting = posting
    return revision


def coming_to(user: Any) -> QuerySet[PostingRevision]:
    """Waiting changes whose place of work lies in a subtree where the user reviews postings."""
    scope = Q(pk__in=[])
    for post in user.current_posts():
        if post.role in REVIEWERS:
            scope |= post.covered()
    return PostingRevision.objects.open().filter(scope)


def with_waiting_revision(postings: Iterable[Posting]) -> set[int]:
    """The ids of those postings of which a change waits for its review."""
    return set(
        PostingRevision.objects.open().filter(posting__in=postings).values_list("posting_id", flat=True)
    )


def revisions_of(posting: Posting) -> list[PostingRevision]:
    """Every change of a posting, oldest first; read once per posting that was loaded."""
    rows = PostingRevision.objects.select_related("submitted_by")
    prefetch_related_objects([posting], Prefetch("revisions", rows))
    return list(posting.revisions.all())


def steps_of(revisions: Iterable[PostingRevision]) -> list[Transition]:
    """Every step of these changes after their submission."""
    return list(
        Transition.objects.filter(
            subject_type="jobs.postingrevision", subject_id__in=[revision.pk for revision in revisions]
        ).select_related("by")
    )
