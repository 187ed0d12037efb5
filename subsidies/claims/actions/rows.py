"""Locked rows and what every action of a claim does around its own step."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.regions.models import Region
from employment_portal.workflow.actions import Work, close_work_items_of, open_work_item, open_work_items
from subsidies.claims import rules
from subsidies.claims.decisions import make_decision
from subsidies.claims.messages import tell_claimant
from subsidies.claims.models import Claim
from subsidies.policies.models import PolicyVersion

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


def locked_claims(claim_ids: Sequence[int]) -> list[Claim]:
    """Claims of one version and region, held until the end of the transaction, in the order of their ids."""
    claims = list(
        Claim.objects.select_for_update(of=("self",))
        .filter(pk__in=claim_ids)
        .select_related("person__user", "organisation")
        .order_by("pk")
    )
    versions = PolicyVersion.objects.select_related("policy__region", "policy__item")
    version_of = versions.in_bulk({claim.version_id for claim in claims})
    region_of = Region.objects.in_bulk({claim.region_id for claim in claims})
    for claim in claims:  # one object of each: the content of a version is not read a thousand times
        claim.version, claim.region = version_of[claim.version_id], region_of[claim.region_id]
        claim.item = claim.version.policy.item
    return claims


def enter_step(claim: Claim, step: rules.Step, *, today: date) -> None:
    """Put the claim into the queue of whoever takes ``step``; the clock runs from today."""
    work = _work(claim)
    open_work_item(
        kind=WORK_KIND,
        subject=claim,
        title=work.title,
        path=work.path,
        region=claim.region,
        role=rules.role_in_charge(step.role, claim.region.level),
        working_days=step.working_days,
        today=today,
    )


def enter_step_together(claims: Sequence[Claim], step: rules.Step, *, today: date) -> None:
    """The same for many claims of one region."""
    open_work_items(
        kind=WORK_KIND,
        works=[_work(claim) for claim in claims],
        region=claims[0].region,
        role=rules.role_in_charge(step.role, claims[0].region.level),
        working_days=step.working_days,
        today=today,
    )


def _work(claim: Claim) -> Work:
    path = reverse("subsidies:staff_claim", args=[claim.public_id])
    return Work(claim, f"{claim.item.name} {claim.number}", path)


def leave_step(claim: Claim, *, by: Any, outcome: str) -> None:
    leave_step_together([claim], by=by, outcome=outcome)


def leave_step_together(claims: Sequence[Claim], *, by: Any, outcome: str) -> None:
    close_work_items_of(subjects=claims, by=by, outcome=outcome, kind=WORK_KIND)


def end_without_money(claim: Claim, *, verdict: str, reason: str, by: Any, now: datetime) -> None:
    """A claim that was refused or not accepted: its decision with the reason, and its subjects are free again."""
    claim.step = ""
    claim.save(update_fields=["step"])
    claim.entries.update(open=False)
    make_decision(claim, verdict=verdict, reasons=[reason], by=by, now=now)
    tell_claimant("claim_decided", claim, key=verdict, reason=reason)
