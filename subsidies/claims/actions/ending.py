"""How a claim ends without a decision of staff: withdrawn, a correction that never came, its money settled."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from employment_portal.regions.models import Region
from employment_portal.regions.terms import TermCode, term
from subsidies.claims.actions.rows import end_without_money, leave_step, locked_claim
from subsidies.claims.enums import ClaimState, Verdict
from subsidies.claims.models import Claim
from subsidies.claims.workflow import CLAIM
from subsidies.payments.enums import PayableState
from subsidies.payments.models import Payable

ARCHIVED_AT_ONCE = 2000


@transaction.atomic
def withdraw_claim(*, claim_id: int, reason: str, by: Any, now: datetime) -> Claim:
    """Take a claim back before it is approved; another may be made later. Raises TransitionNotAllowed."""
    claim = locked_claim(claim_id)
    if claim.state == ClaimState.WITHDRAWN and CLAIM.may(claim, "withdraw", by):
        return claim
    claim.ended_at = now
    passed = claim.step
    claim.step = ""
    CLAIM.apply(
        claim,
        "withdraw",
        by=by,
        note=reason.strip()[:300],
        data={"step": passed},
        save_fields=["ended_at", "step"],
    )
    claim.entries.update(open=False)
    leave_step(claim, by=by, outcome="withdrawn")
    return claim


def archive_settled(*, today: date) -> int:
    """Archive claims whose money has settled (归档): paid, and the days for reconsideration have passed since without a
    recovery that is still open; or given up. Returns how many. Safe to run twice.

    Until then the payment is what a claimant or the bank may still come back to (TermCode.RECONSIDERATION).
    """
    ready = Claim.objects.filter(state=ClaimState.PAYABLE, payable__settled=True)
    asked_back = Payable.objects.filter(recoveries__isnull=False, recoveries__ended_at__isnull=True)
    ready = ready.exclude(payable__in=asked_back)
    regions = Region.objects.filter(pk__in=ready.order_by().values("region").distinct())
    moved = 0
    for region in regions.order_by("pk"):
        limit = today - timedelta(days=term(TermCode.RECONSIDERATION, region=region, on=today))
        over = Q(payable__paid_on__lt=limit) | Q(payable__state=PayableState.CANCELLED)
        ids = list(ready.filter(over, region=region).order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), ARCHIVED_AT_ONCE):
            some = ready.filter(over, pk__in=ids[start : start + ARCHIVED_AT_ONCE])
            with transaction.atomic():
                moved += len(CLAIM.apply_all(some, "archive", by=None))
    return moved


def lapse_corrections(*, today: date, now: datetime) -> int:
    """Claims whose correction did not come by its day are not accepted; how many. Safe to run twice."""
    due = Claim.objects.filter(state=ClaimState.CORRECTION, correction_due_on__lt=today)
    return sum(_lapse(claim_id, today, now) for claim_id in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _lapse(claim_id: int, today: date, now: datetime) -> bool:
    claim = locked_claim(claim_id)
    due_on = claim.correction_due_on
    if claim.state != ClaimState.CORRECTION or due_on is None or due_on >= today:
        return False
    claim.decided_at = claim.ended_at = now
    CLAIM.apply(claim, "lapse", by=None, save_fields=["decided_at", "ended_at"])
    reason = _("The correction that was asked for (%(note)s) was due on %(day)s and did not come.") % {
        "note": claim.correction_note,
        "day": due_on.isoformat(),
    }
    end_without_money(claim, verdict=Verdict.NOT_ACCEPT, reason=reason, by=None, now=now)
    return True
