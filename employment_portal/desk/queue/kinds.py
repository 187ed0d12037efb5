"""What the items of the queue are called. A kind that is not listed shows its code."""

from typing import Any

from django.utils.translation import gettext_lazy as _

KINDS: dict[str, Any] = {
    "organisation_verification": _("Verify an organisation"),
    "organisation_join_request": _("Request to join an organisation"),
    "posting_review": _("Review a job"),
    "posting_sample": _("Sample a published job"),
    "posting_report": _("Report about a job"),
    "people_correction": _("Correct a real-name record"),
    "people_merge": _("Merge duplicate records"),
    "people_data_request": _("Request about personal data"),
    "people_group": _("Certify a group membership"),
    "identity_check": _("Check an identity"),
    "subsidy_claim": _("Decide a subsidy claim"),
    "subsidy_appeal": _("Answer an appeal"),
}


def kind_label(kind: str) -> str:
    return str(KINDS.get(kind, kind))
