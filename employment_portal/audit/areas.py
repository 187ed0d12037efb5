"""What the areas of the audit trail are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# By the part of an action before its first full stop.
AREAS: dict[str, Promise] = {
    "budgets": _("Budget"),
    "payments": _("Payments"),
    "batch": _("Payment batches"),
    "accounts": _("Accounts and sign-in"),
    "api": _("Programming interface"),
    "application": _("Applications"),
    "interview": _("Interviews"),
    "offer": _("Offers of work"),
    "invitation": _("Invitations to apply"),
    "posting": _("Job postings"),
    "posting_revision": _("Changes of published jobs"),
    "imports": _("Imports"),
    "registers": _("Registers of other authorities"),
    "organisation": _("Organisations"),
    "people": _("People"),
    "group": _("Key groups"),
    "policy": _("Policies"),
    "guard": _("Exclusions"),
    "terms": _("Terms and limits"),
    "matching": _("Offers of subsidies"),
    "claim": _("Subsidy claims"),
    "decision": _("Letters of decisions"),
    "notice": _("Public notices"),
    "objection": _("Objections"),
    "recovery": _("Recoveries"),
    "opening": _("Opening data"),
    "finance": _("Subsidy money"),
    "workflow": _("Work queue"),
    "desk": _("Workbench"),
    "audit": _("Audit trail"),
}
