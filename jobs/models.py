"""The models of this app, gathered from their topics."""

from jobs.applications.models import (
    Answer,
    Application,
    ApplicationNote,
    ContactView,
    Interview,
    MessageTemplate,
    Offer,
)
from jobs.imports.models import ImportBatch, ImportRow
from jobs.invitations.models import Invitation
from jobs.postings.models import (
    Posting,
    PostingQuestion,
    PostingReport,
    PostingRule,
    PostingTemplate,
    ReviewComment,
)
from jobs.postings.revisions.models import PostingRevision
from jobs.search.models import PostingSearch
from jobs.seeking.models import SavedJob, SavedSearch

__all__ = [
    "Answer",
    "Application",
    "ApplicationNote",
    "ContactView",
    "ImportBatch",
    "ImportRow",
    "Interview",
    "Invitation",
    "MessageTemplate",
    "Offer",
    "Posting",
    "PostingQuestion",
    "PostingReport",
    "PostingRevision",
    "PostingRule",
    "PostingSearch",
    "PostingTemplate",
    "ReviewComment",
    "SavedJob",
    "SavedSearch",
]
