"""What every step of a posting does: lock it, keep the search index in step, tell the employer."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.notifications.actions import INBOX_AND_MAIL, notify
from employment_portal.workflow.engine import Transition
from jobs.postings.models import Posting
from jobs.postings.revisions.ending import HAS_REVISIONS, end_revision
from jobs.postings.workflow import POSTING
from jobs.search.actions import index_posting


class PostingChanged(DomainError):
    """Somebody saved the posting after this page was opened. ``posting`` holds what is stored."""

    message = _(
        "Somebody saved this posting in another window at %(time)s. Nothing of yours is lost: "
        "compare the two versions below, then save again to keep yours."
    )

    def __init__(self, posting: Posting, *, time: str) -> None:
        super().__init__(time=time)
        self.posting = posting


def locked(posting_id: int) -> Posting:
    """The posting, held until the end of the transaction."""
    return (
        Posting.objects.select_for_update(of=("self",))
        .select_related("employer__parent", "region", "occupation")
        .get(pk=posting_id)
    )


def take_step(posting: Posting, step: str, *, by: Any, now: datetime, **log: Any) -> Transition:
    """Apply one step of the workflow to a locked posting with all its changed fields, and index it.

    A pause, and every step that takes the posting off, ends the change that waits for its review beside it.
    """
    posting.updated_at = now
    fields = [field.name for field in posting._meta.concrete_fields if field.name not in {"id", "status"}]
    transition = POSTING.apply(posting, step, by=by, save_fields=fields, **log)
    index_posting(posting)
    if step in {"pause", "stop"} or (
        transition.source in HAS_REVISIONS and transition.target not in HAS_REVISIONS
    ):
        end_revision(posting, because=step)
    return transition


def tell_employer(
    posting: Posting, kind: str, *, path: str, dedupe_key: str, context: dict[str, Any] | None = None
) -> None:
    """Tell everybody who acts for the employer; with ``dedupe_key`` once each."""
    members = posting.employer.members.filter(left_at__isnull=True).select_related("user")
    for member in members:
        notify(
            kind=kind,
            to=member.user,
            channels=INBOX_AND_MAIL,
            context={"posting": posting, **(context or {})},
            path=path,
            dedupe_key=dedupe_key,
        )
