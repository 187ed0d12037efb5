from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.permissions import STAFF
from subsidies.payments import queries

FINANCE = STAFF(StaffRole.FINANCE_OFFICER)
PAGE_SIZE = 50


def places(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    """The lists of payments as tabs, with how many exceptions are open; ``here`` is the route's name."""
    labels = {
        "payables": _("Payments to be made"),
        "batches": _("Batches"),
        "return_files": _("Return files"),
        "cases": _("Exceptions"),
        "cash": _("Cash without a batch"),
        "payers": _("Paying accounts"),
    }
    return [
        {
            "label": label,
            "url": reverse(f"subsidies:{name}"),
            "current": name == here,
            "count": queries.open_case_count(request.user) if name == "cases" else None,
            "hot": True,
        }
        for name, label in labels.items()
    ]
