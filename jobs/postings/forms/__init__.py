"""The forms of postings, gathered from their parts."""

from jobs.postings.forms.acts import (
    COMMENT_FIELDS,
    BulkForm,
    CloseForm,
    CopyForm,
    ExtendForm,
    RejectForm,
    ReportAnswerForm,
    ReturnForm,
    TemplateForm,
    reason_of_report,
)
from jobs.postings.forms.content import STEP_OF_FIELD, STEPS, PostingForm, field_label, initial_of

__all__ = [
    "COMMENT_FIELDS",
    "STEPS",
    "STEP_OF_FIELD",
    "BulkForm",
    "CloseForm",
    "CopyForm",
    "ExtendForm",
    "PostingForm",
    "RejectForm",
    "ReportAnswerForm",
    "ReturnForm",
    "TemplateForm",
    "field_label",
    "initial_of",
    "reason_of_report",
]
