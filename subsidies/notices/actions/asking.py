"""Approved claims that no public notice shows yet, as work: nothing else would remind anybody of them."""

from django.db import transaction
from django.db.models import Min
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.enums import StaffRole
from employment_portal.regions.terms import TermCode, term
from employment_portal.workflow.actions import close_work_items_of, open_work_item
from employment_portal.workflow.models import WorkItem
from subsidies.budgets.models import BudgetLine
from subsidies.claims import rules
from subsidies.claims.enums import ClaimState
from subsidies.claims.models import Claim

WORK_KIND = "subsidy_notice"


@transaction.atomic
def ask_for_notices() -> int:
    """One open item for each budget line with approved claims that a notice is to show, its clock running since the
    first of them was approved; the item of a line without any is closed. How many are open. Safe to run twice.
    """
    waiting = Claim.objects.filter(state=ClaimState.APPROVED, line__isnull=False, decided_at__isnull=False)
    waiting = waiting.exclude(version__content__notice_working_days=0)
    since = dict(waiting.order_by().values_list("line").annotate(Min("decided_at")))
    lines = BudgetLine.objects.select_related("region", "item").in_bulk(since)
    for pk, line in sorted(lines.items()):
        first = timezone.localdate(since[pk])
        open_work_item(
            kind=WORK_KIND,
            subject=line,
            title=line.item.name,
            path=reverse("subsidies:staff_notices"),
            region=line.region,
            role=rules.role_in_charge(StaffRole.DISTRICT_OFFICER, line.region.level),
            working_days=term(TermCode.NOTICE, region=line.region, on=first),
            today=first,
        )
    shown = WorkItem.objects.open().filter(kind=WORK_KIND).exclude(subject_id__in=list(lines))
    done = BudgetLine.objects.filter(pk__in=shown.values("subject_id"))
    close_work_items_of(subjects=list(done), by=None, outcome="published", kind=WORK_KIND)
    return len(lines)
