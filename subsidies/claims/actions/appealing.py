"""Against a refusal, or an approval taken back: an appeal, and its decision by somebody who had no part in the claim."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.regions.terms import TermCode, term
from employment_portal.workflow.actions import close_work_items, open_work_item
from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.claims import rules
from subsidies.claims.actions.rows import ClaimedAlready, enter_step, locked_claim
from subsidies.claims.enums import AppealState, ClaimState, EntryState
from subsidies.claims.evaluation import findings_of, refresh_entries
from subsidies.claims.messages import tell_claimant
from subsidies.claims.models import Appeal, Claim, Decision
from subsidies.claims.permissions import is_claimant, is_involved
from subsidies.claims.workflow import CLAIM

WORK_KIND = "subsidy_appeal"
APPEALED_STATES = (ClaimState.REFUSED, ClaimState.NOT_ACCEPTED, ClaimState.REVOKED)


class TooLate(DomainError):
    message = _("The %(days)s days for an appeal have passed. You can make a new claim.")


class AppealedAlready(DomainError):
    message = _("This decision was appealed against before.")


class Uninvolved(DomainError):
    message = _("You had a part in this claim, or have an interest in it. Somebody else answers the appeal.")


class AnswerNeeded(DomainError):
    message = _("Write the answer: the claimant reads it.")


@transaction.atomic
def file_appeal(*, claim_id: int, text: str, by: Any, now: datetime) -> Appeal:
    """Appeal against the last decision of a claim that was refused, not accepted or revoked, within the days that it names.

    Raises AnswerNeeded (no grounds), TooLate, AppealedAlready, TransitionNotAllowed.
    """
    claim = locked_claim(claim_id)
    if claim.state not in APPEALED_STATES or not is_claimant(by, claim):
        raise TransitionNotAllowed
    text = text.strip()
    if not text:
        raise AnswerNeeded(_("Write why the decision is wrong."))
    decision: Decision | None = claim.decisions.order_by("-at", "-pk").first()
    if decision is None:
        raise TransitionNotAllowed
    days = decision.content["remedies"]["objection_days"]
    if decision.at + timedelta(days=days) < now:
        raise TooLate(days=days)
    try:
        with transaction.atomic():
            appeal = Appeal.objects.create(decision=decision, text=text[:2000], made_by=by, made_at=now)
    except IntegrityError as error:
        raise AppealedAlready from error
    record(action="claim.appeal", by=by, subject=claim)
    open_work_item(
        kind=WORK_KIND,
        subject=appeal,
        title=f"{claim.item.name} {claim.number}",
        path=reverse("subsidies:staff_appeal", args=[appeal.public_id]),
        region=claim.region,
        role=StaffRole.CITY_OFFICER,
        working_days=term(TermCode.APPEAL_ANSWER, region=claim.region, on=timezone.localdate(now)),
        today=timezone.localdate(now),
    )
    return appeal


@transaction.atomic
def decide_appeal(*, appeal_id: int, uphold: bool, answer: str, by: Any, now: datetime) -> Appeal:
    """Answer an appeal; upheld, the claim is reviewed again from its first step in a new round;
    what a revoked approval had granted and committed has ended with it and is granted anew at the last step.

    Raises Uninvolved, AnswerNeeded, ClaimedAlready (another claim took its place), TransitionNotAllowed.
    """
    claim_id = Appeal.objects.values_list("decision__claim_id", flat=True).get(pk=appeal_id)
    claim = locked_claim(claim_id)
    appeal = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal_id)
    if appeal.state != AppealState.OPEN:
        raise TransitionNotAllowed
    if not may_answer(by, claim):
        raise Uninvolved
    if not answer.strip():
        raise AnswerNeeded
    appeal.state = AppealState.UPHELD if uphold else AppealState.REJECTED
    appeal.answer = answer.strip()[:2000]
    appeal.decided_by, appeal.decided_at = by, now
    appeal.save()
    record(
        action="claim.appeal_upheld" if uphold else "claim.appeal_rejected",
        by=by,
        subject=claim,
        reason=appeal.answer,
    )
    close_work_items(subject=appeal, by=by, outcome=appeal.state, kind=WORK_KIND)
    if uphold:
        _reopen(claim, by=by, now=now)
    tell_claimant("claim_appeal", claim, key=appeal.public_id, appeal=appeal)
    return appeal


def may_answer(user: Any, claim: Claim) -> bool:
    """A city officer of the region who had no part in the claim and has no interest in it."""
    return user.has_role(StaffRole.CITY_OFFICER, region=claim.region) and not is_involved(user, claim)


def _reopen(claim: Claim, *, by: Any, now: datetime) -> None:
    claim.round += 1
    claim.decided_at = claim.ended_at = None
    entries = refresh_entries(claim)
    claim.amount_fen = sum(entry.amount_fen for entry in entries if entry.state == EntryState.INCLUDED)
    first = rules.first_step(claim.version.content, claim.amount_fen)
    claim.step = first.name
    claim.findings = findings_of(claim, entries)
    claim.clean = not claim.findings
    try:
        with transaction.atomic():
            claim.entries.filter(state=EntryState.INCLUDED).update(open=True)
    except IntegrityError as error:
        raise ClaimedAlready from error
    CLAIM.apply(
        claim,
        "reopen",
        by=by,
        save_fields=["round", "decided_at", "ended_at", "step", "amount_fen", "findings", "clean"],
    )
    enter_step(claim, first, today=timezone.localdate(now))
