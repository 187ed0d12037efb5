"""How a claim ends without a decision of staff: withdrawn by its claimant, or a correction that never came."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from subsidies.claims.actions.rows import end_without_money, leave_step, locked_claim
from subsidies.claims.enums import ClaimState, Verdict
from subsidies.claims.models import Claim
from subsidies.claims.workflow import CLAIM


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
