"""What ends a change that waits for its review, beside the officer's decision."""

from employment_portal.workflow.actions import close_work_items
from jobs.postings.enums import PostingStatus
from jobs.postings.models import Posting
from jobs.postings.revisions.models import PostingRevision
from jobs.postings.revisions.workflow import REVISION

HAS_REVISIONS = frozenset({PostingStatus.LIVE, PostingStatus.PAUSED})


def open_revision(posting: Posting) -> PostingRevision | None:
    """The change of a locked posting that waits for its review, held until the end of the transaction."""
    revision = PostingRevision.objects.open().select_for_update(of=("self",)).filter(posting=posting).first()
    if revision is not None:
        revision.posting = posting
    return revision


def end_revision(posting: Posting, *, because: str) -> bool:
    """End the waiting change of a locked posting; ``because`` is the step that ended it. Whether there was one."""
    revision = open_revision(posting)
    if revision is None:
        return False
    REVISION.apply(revision, "end", by=None, data={"because": because})
    close_work_items(subject=revision, by=None, outcome="ended")
    return True
