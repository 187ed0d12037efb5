"""Locked rows and what every action of a claim does around its own step."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.workflow.actions import close_work_items, open_work_item
from subsidies.claims import rules
from subsidies.claims.decisions import make_decision
from subsidies.claims.messages import tell_claimant
from subsidies.claims.models import Claim

WORK_KIND = "subsidy_claim"


class ClaimedAlready(DomainError):
    message = _("Somebody claims this already for that time. Look at the claims that are open.")


def locked_claim(claim_id: int) -> Claim:
    """The claim, held until the end of the transaction."""
    return (
        Claim.objects.select_for_update(of=("self",))
        .select_related(
            "item", "version__policy__region", "region", "person__user", "organisation", "account", "maker"
        )
        .get(pk=claim_id)
    )


def enter_step(claim: Claim, step: rules.Step, *, today: date) -> None:
    """Put the claim into the queue of whoever takes ``step``; the clock runs from today."""
    open_work_item(
        kind=WORK_KIND,
        subject=claim,
        title=f"{claim.item.name} {claim.number}",
        path=reverse("subsidies:staff_claim", args=[claim.public_id]),
        region=claim.region,
        role=rules.role_in_charge(step.role, claim.region.level),
        working_days=step.working_days,
        today=today,
    )


def leave_step(claim: Claim, *, by: Any, outcome: str) -> None:
    close_work_items(subject=claim, by=by, outcome=outcome, kind=WORK_KIND)


def end_without_money(claim: Claim, *, verdict: str, reason: str, by: Any, now: datetime) -> None:
    """A claim that was refused or not accepted: its decision with the reason, and its subjects are free again."""
    claim.step = ""
    claim.save(update_fields=["step"])
    claim.entries.update(open=False)
    make_decision(claim, verdict=verdict, reasons=[reason], by=by, now=now)
    tell_claimant("claim_decided", claim, key=verdict, reason=reason)
