"""What staff say at a step. Each word is a row of its own, bound to the fingerprint of what was decided on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.calendar import add_working_days
from employment_portal.core.errors import DomainError
from employment_portal.workflow.delegation import Authority
from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.claims import rules
from subsidies.claims.actions.granting import commit_money, entitle, hold_limits_still
from subsidies.claims.actions.rows import end_without_money, enter_step, leave_step, locked_claim
from subsidies.claims.decisions import make_decision
from subsidies.claims.enums import ClaimState, EntryState, Verdict
from subsidies.claims.evaluation import content_sha256, findings_of, refresh_entries
from subsidies.claims.messages import tell_claimant
from subsidies.claims.models import Approval, Claim
from subsidies.claims.permissions import bar_to_deciding
from subsidies.claims.workflow import CLAIM

AT_A_STEP = (ClaimState.SUBMITTED, ClaimState.IN_REVIEW)


class MayNotDecide(DomainError):
    message = _("This step belongs to another role or region.")


class ReasonNeeded(DomainError):
    message = _("Write the reason: the claimant reads it in the decision.")


class CorrectedOnce(DomainError):
    message = _(
        "The claimant was asked for a correction before; it is asked for once. Accept the claim, or do not accept it "
        "and say why."
    )


class ChangedMeanwhile(DomainError):
    message = _("The claim has changed since you opened it. Look at it again before you decide.")


class DataDiffer(DomainError):
    message = _(
        "By the data held now the claim comes to another result than the one shown. Reckon it anew and look at it "
        "again before you decide."
    )


class DoesNotQualifyNow(DomainError):
    message = _(
        "By the data that we hold the claim does not qualify, so it cannot be passed. Have the data corrected where they "
        "are wrong and reckon anew, or refuse it and say why."
    )


class NothingBefore(DomainError):
    message = _("This is the first step: there is nothing to send the claim back to.")


class NotAtThisStep(DomainError):
    message = _("This verdict does not belong to the step at which the claim stands.")


def authority_for(claim: Claim, by: Any, acting_for: Any) -> Authority:
    """By what somebody decides the claim's step. Raises TransitionNotAllowed, MayNotDecide with the reason."""
    if claim.state not in AT_A_STEP:
        raise TransitionNotAllowed
    bar, authority = bar_to_deciding(by, claim, acting_for=acting_for)
    if bar is not None or authority is None:
        raise MayNotDecide(bar.sentence if bar else None)
    return authority


@transaction.atomic
def decide_step(
    *,
    claim_id: int,
    verdict: str,
    note: str,
    by: Any,
    now: datetime,
    acting_for: Any = None,
    seen_sha256: str = "",
    seen_step: str = "",
    bulk: bool = False,
) -> Claim:
    """One verdict at the step where the claim stands: pass, correct, send back, refuse, not accept.

    ``seen_sha256`` is the fingerprint of what the officer saw, at ``seen_step``. ``acting_for`` narrows to one delegation; without it an
    own post comes first. The last pass grants (entitlements, budget) in this transaction, or nothing happens.

    Raises MayNotDecide, ReasonNeeded, ChangedMeanwhile, DataDiffer (nothing decided), DoesNotQualifyNow, CorrectedOnce,
    NothingBefore, NotAtThisStep, TransitionNotAllowed, and those of ``grant``.
    """
    claim = locked_claim(claim_id)
    authority = authority_for(claim, by, acting_for)
    fingerprint = content_sha256(claim)
    if (seen_sha256 and seen_sha256 != fingerprint) or (seen_step and seen_step != claim.step):
        raise ChangedMeanwhile
    note = note.strip()
    if verdict != Verdict.PASS and not note:
        raise ReasonNeeded
    check = {
        Verdict.PASS: _check_pass,
        Verdict.CORRECT: _check_correction,
        Verdict.SEND_BACK: _check_send_back,
        Verdict.REFUSE: _check_refuse,
        Verdict.NOT_ACCEPT: _check_not_accept,
    }[Verdict(verdict)]
    check(claim)
    moved = {
        Verdict.PASS: _pass,
        Verdict.CORRECT: _ask_correction,
        Verdict.SEND_BACK: _send_back,
        Verdict.REFUSE: _refuse,
        Verdict.NOT_ACCEPT: _not_accept,
    }[Verdict(verdict)]
    said = Approval(
        claim=claim,
        round=claim.round,
        step=claim.step,
        role=authority.role,
        verdict=verdict,
        by=by,
        acting_for=authority.acting_for,
        maker_id=claim.maker_id,
        note=note,
        amount_fen=claim.amount_fen,
        content_sha256=content_sha256(claim),
        bulk=bulk,
        at=now,
    )
    leave_step(claim, by=by, outcome=verdict)
    moved(claim, said, now)
    return claim


def _is_first(claim: Claim) -> bool:
    return claim.state == ClaimState.SUBMITTED


def _check_pass(claim: Claim) -> None:
    """From the first review on a claim passes only on data that hold now, as they were shown."""
    step = rules.next_step(claim.version.content, claim.amount_fen, claim.step)
    if _is_first(claim) and step is not None:
        return
    before = _counted(claim)
    shown = [(entry.pk, entry.state, entry.amount_fen) for entry in before]
    if step is None:
        hold_limits_still([claim], before)
    with transaction.atomic():
        refresh_entries(claim)
        now = [(entry.pk, entry.state, entry.amount_fen) for entry in _counted(claim)]
    if any(entry.state == EntryState.INCLUDED and entry.reasons for entry in _counted(claim)):
        raise DoesNotQualifyNow
    if shown != now:
        raise DataDiffer
    if claim.amount_fen <= 0:
        raise DoesNotQualifyNow


def _counted(claim: Claim) -> list:
    return list(claim.entries.exclude(state=EntryState.REMOVED).order_by("row"))


def _check_correction(claim: Claim) -> None:
    if not _is_first(claim):
        raise NotAtThisStep
    if claim.corrected_once:
        raise CorrectedOnce


def _check_send_back(claim: Claim) -> None:
    if rules.previous_step(claim.version.content, claim.amount_fen, claim.step) is None:
        raise NothingBefore


def _check_refuse(claim: Claim) -> None:
    if _is_first(claim):
        raise NotAtThisStep


def _check_not_accept(claim: Claim) -> None:
    if not _is_first(claim):
        raise NotAtThisStep


# Each of these moves the claim while it still stands at the step (the table's guard speaks of it), then keeps what was
# said, then sends the claim on.


def _pass(claim: Claim, said: Approval, now: datetime) -> None:
    step = rules.next_step(claim.version.content, claim.amount_fen, claim.step)
    if step is None:
        _approve(claim, said, now)
        return
    first = _is_first(claim)
    _move(claim, "accept" if first else "pass_step", said)
    said.save()
    _send_to(claim, step, now)
    if first:
        tell_claimant("claim_accepted", claim)


def _approve(claim: Claim, said: Approval, now: datetime) -> None:
    entitle(claim=claim, now=now)
    claim.decided_at = now
    _move(claim, "approve", said, ["line", "decided_at"])
    said.save()
    claim.step = ""
    claim.save(update_fields=["step"])
    reasons = [said.note] if said.note else []
    make_decision(claim, verdict=Verdict.PASS, reasons=reasons, by=said.by, now=now)
    tell_claimant("claim_decided", claim, key="approved", reason="")
    commit_money(claim)  # last: the budget line is locked from here to the end of the transaction


def _ask_correction(claim: Claim, said: Approval, now: datetime) -> None:
    days = int(claim.version.content.get("correction_working_days", 10))
    claim.correction_note = said.note
    claim.correction_due_on = add_working_days(timezone.localdate(now), days)
    claim.corrected_once = True
    _move(claim, "ask_correction", said, ["correction_note", "correction_due_on", "corrected_once"])
    said.save()
    tell_claimant("claim_correction", claim, reason=said.note)


def _send_back(claim: Claim, said: Approval, now: datetime) -> None:
    before = rules.previous_step(claim.version.content, claim.amount_fen, claim.step)
    assert before is not None  # _check_send_back
    first = rules.first_step(claim.version.content, claim.amount_fen)
    _move(claim, "send_back_to_acceptance" if before.name == first.name else "send_back", said)
    said.save()
    claim.round += 1
    claim.save(update_fields=["round"])
    _send_to(claim, before, now)


def _refuse(claim: Claim, said: Approval, now: datetime) -> None:
    _end(claim, "refuse", said, now)


def _not_accept(claim: Claim, said: Approval, now: datetime) -> None:
    _end(claim, "not_accept", said, now)


def _end(claim: Claim, move: str, said: Approval, now: datetime) -> None:
    claim.decided_at = claim.ended_at = now
    _move(claim, move, said, ["decided_at", "ended_at"])
    said.save()
    end_without_money(claim, verdict=said.verdict, reason=said.note, by=said.by, now=now)


def _move(claim: Claim, name: str, said: Approval, save_fields: Iterable[str] = ()) -> None:
    CLAIM.apply(
        claim,
        name,
        by=said.by,
        note=said.note,
        data={"step": said.step, "acting_for": str(said.acting_for or "")},
        save_fields=save_fields,
    )


def _send_to(claim: Claim, step: rules.Step, now: datetime) -> None:
    claim.step = step.name
    claim.save(update_fields=["step"])
    enter_step(claim, step, today=timezone.localdate(now))


@transaction.atomic
def recalculate(*, claim_id: int, by: Any, now: datetime) -> Claim:
    """Reckon a claim at a step anew with the data held now; what was shown to others no longer fits its fingerprint.

    Where the new amount asks for a step that the old one did not, the claim goes there, back if need be.
    Raises MayNotDecide, TransitionNotAllowed.
    """
    claim = locked_claim(claim_id)
    authority = authority_for(claim, by, None)
    entries = refresh_entries(claim)
    amount_fen = sum(entry.amount_fen for entry in entries if entry.state == EntryState.INCLUDED)
    missed = rules.missed_step(claim.version.content, claim.amount_fen, amount_fen, claim.step)
    if missed is not None and missed.name != claim.step and not _is_first(claim):
        first = rules.first_step(claim.version.content, amount_fen)
        data = {"step": claim.step, "acting_for": str(authority.acting_for or "")}
        move = "send_back_to_acceptance" if missed.name == first.name else "send_back"
        CLAIM.apply(claim, move, by=by, data=data)
        claim.round += 1
    claim.amount_fen = amount_fen
    claim.findings = findings_of(claim, entries)
    claim.clean = not claim.findings
    claim.save(update_fields=["round", "amount_fen", "findings", "clean"])
    if missed is not None:  # an earlier step, or the same one by another role
        leave_step(claim, by=by, outcome="recalculated")
        _send_to(claim, missed, now)
    return claim
