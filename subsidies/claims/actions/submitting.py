"""Handing a claim in, first and after a correction."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.claims import rules
from subsidies.claims.actions.rows import ClaimedAlready, enter_step, locked_claim
from subsidies.claims.actions.starting import require_unrestricted
from subsidies.claims.enums import ClaimState, EntryState
from subsidies.claims.evaluation import (
    disputes,
    evaluated,
    findings_of,
    reference_day,
    refresh_entries,
    region_of,
)
from subsidies.claims.messages import tell_claimant
from subsidies.claims.models import Claim, ClaimEntry
from subsidies.claims.queries import missing_of
from subsidies.claims.workflow import CLAIM
from subsidies.numbering import next_number
from subsidies.policies.models import PolicyVersion


class NotReady(DomainError):
    message = _("Finish the parts that are still open first.")


class DoesNotQualify(DomainError):
    message = _(
        "By the data that we hold nobody on this claim qualifies. Look at the reasons; if our data are wrong, "
        "say so under “Check the data”."
    )


class NoLongerInForce(DomainError):
    message = _(
        "This policy is no longer in force, so this draft cannot be handed in. Look up which policy replaced it and claim "
        "under that one; then delete this draft."
    )


@transaction.atomic
def submit_claim(*, claim_id: int, by: Any, now: datetime) -> Claim:
    """Hand a draft or a corrected claim in: number, evaluation as of the day of the first submission, data checks.

    Submitted already, it stays as it is. Raises DataRestricted and NoLongerInForce (a draft), NotReady, DoesNotQualify,
    ClaimedAlready, TransitionNotAllowed.
    """
    claim = locked_claim(claim_id)
    if claim.state == ClaimState.SUBMITTED and CLAIM.may(claim, "submit", by):
        return claim
    again = claim.state == ClaimState.CORRECTION
    if not CLAIM.can(claim, "resubmit" if again else "submit", by):
        raise TransitionNotAllowed
    if not again:
        require_unrestricted(claim.person)
    missing = missing_of(claim)
    if missing:
        raise NotReady(missing[0].sentence)
    return hand_in(claim, by=by, now=now, again=again)


def hand_in(claim: Claim, *, by: Any, now: datetime, again: bool = False) -> Claim:
    """The part of submitting that offers share: a locked claim that is ready.

    What was handed in goes on under its version whatever became of it; nothing new begins. Raises NoLongerInForce,
    DoesNotQualify, ClaimedAlready.
    """
    today = timezone.localdate(now)
    if not again and not PolicyVersion.objects.in_force(today).filter(pk=claim.version_id).exists():
        raise NoLongerInForce
    claim.submitted_at = claim.submitted_at or now
    if again:
        claim.round += 1
    else:
        claim.maker = by
    entries = refresh_entries(claim)
    included = [entry for entry in entries if entry.state == EntryState.INCLUDED]
    claim.amount_fen = sum(entry.amount_fen for entry in included)
    if not included or (claim.amount_fen == 0 and not disputes(claim)):
        raise DoesNotQualify
    if claim.number is None:
        answers = evaluated(claim, [entries[0].subject_id], on=reference_day(claim))
        claim.region = region_of(claim, answers.values())
        claim.number = next_number(Claim, f"SQ{claim.region.code[:6]}", today, digits=5)
    claim.findings = findings_of(claim, included)
    claim.clean = not claim.findings
    first = rules.first_step(claim.version.content, claim.amount_fen)
    claim.step = first.name
    _take_hold(claim, included)
    CLAIM.apply(
        claim,
        "resubmit" if again else "submit",
        by=by,
        save_fields=[
            "submitted_at", "round", "maker", "amount_fen", "region", "number", "findings", "clean", "step",
        ],
    )  # fmt: skip
    enter_step(claim, first, today=today)
    tell_claimant("claim_submitted", claim)
    return claim


def _take_hold(claim: Claim, included: list[ClaimEntry]) -> None:
    """Nobody else may have an open claim for the same subject and time: the index refuses the same period, the
    query one that overlaps."""
    claim.entries.exclude(state=EntryState.INCLUDED).update(open=False)
    subjects = [entry.subject_id for entry in included]
    others = ClaimEntry.objects.filter(
        item=claim.item, subject_id__in=subjects, open=True, state=EntryState.INCLUDED
    ).exclude(claim=claim)
    period = included[0].period
    if others.filter(Q(period__overlap=period)).exists():
        raise ClaimedAlready
    try:
        with transaction.atomic():
            claim.entries.filter(state=EntryState.INCLUDED).update(open=True)
    except IntegrityError as error:
        raise ClaimedAlready from error
