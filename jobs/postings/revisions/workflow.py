"""The life of a change beside its published posting, on one screen."""

from employment_portal.accounts.models import User
from employment_portal.workflow.engine import Workflow, move
from jobs.postings import permissions
from jobs.postings.enums import RevisionState as S
from jobs.postings.revisions.models import PostingRevision


def acts_for_employer(user: User, revision: PostingRevision) -> bool:
    return permissions.acts_for_employer(user, revision.posting)


def may_review(user: User, revision: PostingRevision) -> bool:
    """An officer of the place where the work would be who neither acts for the employer nor sent the change."""
    return (
        user.pk != revision.submitted_by_id
        and user.has_role(*permissions.REVIEWERS, region=revision.region)
        and not permissions.acts_for_employer(user, revision.posting)
    )


def nobody(user: User, revision: PostingRevision) -> bool:
    """Steps that only the portal takes."""
    return False


REVISION = Workflow(
    "posting_revision",
    field="state",
    approve=move(S.APPROVED, sources=[S.SUBMITTED], may=may_review),
    send_back=move(S.RETURNED, sources=[S.SUBMITTED], may=may_review),
    reject=move(S.REJECTED, sources=[S.SUBMITTED], may=may_review),
    # out of the queue, or given up after it was returned
    take_back=move(S.WITHDRAWN, sources=[S.SUBMITTED, S.RETURNED], may=acts_for_employer),
    # the posting was paused or ended, or a newer change takes its place
    end=move(S.WITHDRAWN, sources=[S.SUBMITTED], may=nobody),
)
