"""What the items of the queue are called. A kind that is not listed shows its code."""

from typing import Any

from django.utils.translation import gettext_lazy as _

KINDS: dict[str, Any] = {
    "organisation_verification": _("Verify an organisation"),
    "posting_review": _("Review a job"),
    "posting_sample": _("Sample a published job"),
    "posting_report": _("Report about a job"),
    "people_request": _("Second officer for a record"),
    "data_request": _("Request about personal data"),
    "group_certification": _("Certify a group membership"),
    "subsidy_claim": _("Decide a subsidy claim"),
    "subsidy_appeal": _("Answer an appeal"),
    "subsidy_notice": _("Put approved claims on public notice"),
    "notice_objection": _("Answer an objection"),
    "policy_version": _("Publish a policy"),
    "exclusion": _("Decide about an exclusion"),
    "recovery_overdue": _("Chase a recovery"),
    "payments_due": _("Make payments that are due"),
    "payment_batches": _("Check, release and send batches"),
    "payment_cases": _("Resolve exceptions of payments"),
    "payment_requests": _("Decide requests about payments"),
}


def kind_label(kind: str) -> str:
    return str(KINDS.get(kind, kind))
