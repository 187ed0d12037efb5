"""Exceptions: what the portal must not settle by itself. One finance officer proposes, another decides."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.ledger.actions import post, reverse
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef, NewTransfer, TransferKind
from employment_portal.ledger.models import Transfer
from employment_portal.workflow.actions import AlreadyDecided, SamePersonDecides
from subsidies.payments.actions.building import locked_batch
from subsidies.payments.actions.payables import account_of, locked_payable
from subsidies.payments.actions.sending import arrived, not_arrived
from subsidies.payments.enums import (
    LIVE_ATTEMPTS,
    AttemptState,
    BatchState,
    CaseKind,
    CaseState,
    LineOutcome,
    PayableState,
)
from subsidies.payments.models import ExceptionCase, Payable, PaymentAttempt
from subsidies.payments.queries import position, state_by_books
from subsidies.payments.workflow import BATCH, may_pay

OUT = frozenset({AttemptState.EXPORTED, AttemptState.UNKNOWN})


class NotYourCase(DomainError):
    message = _("This case lies outside your region.")


class NoSuchResolution(DomainError):
    message = _(
        "This case cannot be resolved in that way as things stand. Choose one of the ways that it offers."
    )


class NoSuchPayment(DomainError):
    message = _(
        "No payment with this reference is with the bank or paid, of the same amount. Check the reference."
    )


class SecondPaymentOut(DomainError):
    message = _(
        "The claimant is being paid a second time. Wait for the bank's answer to that payment; if both arrived, "
        "recover the second one."
    )


class ReasonMissing(DomainError):
    message = _("Say what the bank told you and when: whoever decides reads it.")


LABELS = {
    "arrived": _("The bank has the file"),
    "not_arrived": _("The bank does not have the file: it may be sent again"),
    "settle": _("The full amount reached the payee"),
    "fail": _("Nothing was paid: pay again"),
    "nothing": _("Close without any posting"),
    "keep": _("Our books are right"),
    "follow": _("The bank's last word is right"),
    "belongs_to": _("The money belongs to a payment of ours that came back"),
    "to_available": _("The money goes to the budget line"),
    "to_treasury": _("The money goes to the treasury"),
    "send_back": _("The money goes back to who sent it"),
}


def resolutions(case: ExceptionCase) -> dict[str, Any]:
    """The ways in which a case can be resolved as things stand: code and label."""
    codes: list[str] = []
    if case.kind == CaseKind.UNKNOWN_SEND:
        codes = ["arrived"]
        if case.batch is not None and case.batch.state == BatchState.UNKNOWN:
            codes.append("not_arrived")
    elif case.kind == CaseKind.PAID_AFTER_RETURN:
        codes = ["keep", "follow"]
    elif case.data.get("suspense_line"):
        codes = ["belongs_to", "to_available", "to_treasury", "send_back"]
    else:
        wrong = case.kind in {CaseKind.WRONG_AMOUNT, CaseKind.WRONG_PAYEE}
        if wrong and case.attempt is not None and case.attempt.state in OUT:
            codes = ["settle", "fail"]
        codes.append("nothing")
    return {code: LABELS[code] for code in codes}


@transaction.atomic
def propose_resolution(
    *,
    case_id: int,
    resolution: str,
    note: str,
    by: Any,
    now: datetime,
    reference: str = "",
    on: date | None = None,
) -> ExceptionCase:
    """Say how a case should end. ``reference`` names the payment that the money belongs to, ``on`` the day it was paid.

    Raises NotYourCase, AlreadyDecided, NoSuchResolution, NoSuchPayment, ReasonMissing.
    """
    case = _locked(case_id, by)
    if resolution not in resolutions(case):
        raise NoSuchResolution
    if not note.strip():
        raise ReasonMissing
    if resolution == "belongs_to":
        _payment_of(case, reference)
    case.data = {**case.data, "reference": reference, "on": on.isoformat() if on else ""}
    case.state, case.resolution, case.note = CaseState.PROPOSED, resolution, note
    case.proposed_by, case.proposed_at = by, now
    case.save()
    record(action="payments.propose", by=by, subject=case, reason=note, detail={"resolution": resolution})
    return case


@transaction.atomic
def decide_resolution(*, case_id: int, approve: bool, by: Any, now: datetime) -> ExceptionCase:
    """Approve what a colleague proposed, which carries it out, or refuse, which opens the case again.

    Raises NotYourCase, AlreadyDecided, SamePersonDecides, and why it cannot be carried out any more.
    """
    case = _locked(case_id, by)
    if case.state != CaseState.PROPOSED:
        raise AlreadyDecided
    if case.proposed_by_id == by.pk:
        raise SamePersonDecides
    if not approve:
        record(
            action="payments.refuse_resolution", by=by, subject=case, detail={"resolution": case.resolution}
        )
        case.state, case.resolution, case.proposed_by, case.proposed_at = CaseState.OPEN, "", None, None
        case.save()
        return case
    if case.resolution not in resolutions(case):
        raise NoSuchResolution
    case.state, case.decided_by, case.decided_at = CaseState.RESOLVED, by, now
    case.save()
    record(
        action="payments.resolve",
        by=by,
        subject=case,
        reason=case.note,
        detail={"resolution": case.resolution},
    )
    EFFECTS[case.resolution](case, by, now)
    return case


def _locked(case_id: int, by: Any) -> ExceptionCase:
    # The batch first, as everywhere.
    batch_id = ExceptionCase.objects.values_list("batch", flat=True).get(pk=case_id)
    if batch_id is not None:
        locked_batch(batch_id)
    case = (
        ExceptionCase.objects.select_for_update(of=("self",))
        .select_related("region", "batch", "attempt", "line")
        .get(pk=case_id)
    )
    if not may_pay(by, case.region):
        raise NotYourCase
    if case.state == CaseState.RESOLVED:
        raise AlreadyDecided
    return case


def _arrived(case: ExceptionCase, by: Any, now: datetime) -> None:
    assert case.batch_id is not None
    arrived(locked_batch(case.batch_id), reference=case.note[:80], now=now, by=by)


def _not_arrived(case: ExceptionCase, by: Any, now: datetime) -> None:
    assert case.batch_id is not None
    not_arrived(batch_id=case.batch_id, by=by, note=case.note[:300])


def _nothing(case: ExceptionCase, by: Any, now: datetime) -> None:
    """The case is closed; the attempt, if any, stays as it is."""


def _settle(case: ExceptionCase, by: Any, now: datetime) -> None:
    attempt, payable = _held(case)
    _set(attempt, payable, AttemptState.PAID, _day(case, now))
    _post(case, payable, TransferKind.SETTLE, AccountKind.IN_TRANSIT, AccountKind.PAID)
    _close_if_done(attempt, now)


def _fail(case: ExceptionCase, by: Any, now: datetime) -> None:
    attempt, payable = _held(case)
    _set(attempt, payable, AttemptState.FAILED, None, reason=case.note[:200])
    _post(case, payable, TransferKind.FAIL, AccountKind.IN_TRANSIT, AccountKind.RETURNED_HOLD)
    _close_if_done(attempt, now)


def _keep(case: ExceptionCase, by: Any, now: datetime) -> None:
    _attempt, payable = _held(case)
    _thaw(case, payable)


def _follow(case: ExceptionCase, by: Any, now: datetime) -> None:
    attempt, payable = _held(case)
    if attempt.state == AttemptState.PAID:
        # It was refused after all: what stands as paid came back.
        _set(attempt, payable, AttemptState.RETURNED, None, reason=case.note[:200])
        _post(case, payable, TransferKind.RETURN, AccountKind.PAID, AccountKind.RETURNED_HOLD)
    elif attempt.state in {AttemptState.FAILED, AttemptState.RETURNED}:
        _paid_after_all(case, attempt, payable, now)
    _thaw(case, payable)


def _paid_after_all(case: ExceptionCase, attempt: PaymentAttempt, payable: Payable, now: datetime) -> None:
    if payable.attempts.filter(state__in=LIVE_ATTEMPTS).exclude(pk=attempt.pk).exists():
        raise SecondPaymentOut
    held = position(payable)
    if AccountKind.PAYABLE in held:
        reverse(_last(payable, [TransferKind.REISSUE]).pk, f"case:{case.pk}:reissue")
    elif AccountKind.RETURNED_HOLD not in held:
        raise NoSuchResolution
    undone = _last(payable, [TransferKind.FAIL, TransferKind.RETURN])
    reverse(undone.pk, f"case:{case.pk}:undo")
    if undone.kind == TransferKind.FAIL:
        _post(case, payable, TransferKind.SETTLE, AccountKind.IN_TRANSIT, AccountKind.PAID)
    _set(attempt, payable, AttemptState.PAID, _day(case, now))


def _last(payable: Payable, kinds: list[TransferKind]) -> Transfer:
    found = (
        Transfer.objects.filter(
            Q(debit__holder=payable.pk) | Q(credit__holder=payable.pk), debit__book=SUBSIDIES, kind__in=kinds
        )
        .filter(reversed_by__isnull=True)
        .order_by("-number")
        .first()
    )
    if found is None:
        raise NoSuchResolution
    return found


def _thaw(case: ExceptionCase, payable: Payable) -> None:
    others = ExceptionCase.objects.filter(kind=CaseKind.PAID_AFTER_RETURN, attempt__payable=payable)
    if others.exclude(pk=case.pk).exclude(state=CaseState.RESOLVED).exists():
        payable.state = PayableState.FROZEN
    else:
        payable.state = state_by_books(payable)
    payable.save(update_fields=["state"])


def _belongs_to(case: ExceptionCase, by: Any, now: datetime) -> None:
    attempt = _payment_of(case, case.data.get("reference", ""))
    payable = locked_payable(attempt.payable_id)
    attempt = PaymentAttempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    if attempt.state in OUT:
        _post(case, payable, TransferKind.SETTLE, AccountKind.IN_TRANSIT, AccountKind.PAID)
    _set(attempt, payable, AttemptState.RETURNED, None, reason=case.note[:200])
    _post(case, payable, TransferKind.RETURN, AccountKind.PAID, AccountKind.RETURNED_HOLD)
    _explain(case, AccountKind.CASH_SOURCE)
    _close_if_done(attempt, now)


def _payment_of(case: ExceptionCase, reference: str) -> PaymentAttempt:
    attempt = (
        PaymentAttempt.objects.select_related("payable", "batch__region")
        .filter(
            reference=reference.strip(), amount_fen=case.amount_fen or 0, state__in=[*OUT, AttemptState.PAID]
        )
        .filter(batch__region__path__startswith=case.region.path)
        .first()
    )
    if attempt is None:
        raise NoSuchPayment
    return attempt


def _explain(case: ExceptionCase, kind: AccountKind) -> None:
    line = int(case.data["suspense_line"])
    post(
        [
            NewTransfer(
                TransferKind.EXPLAIN,
                AccountRef(SUBSIDIES, line, AccountKind.SUSPENSE),
                AccountRef(SUBSIDIES, line, kind),
                case.amount_fen or 0,
                f"case:{case.pk}:explain",
            )
        ]
    )


def _explained(kind: AccountKind) -> Callable[[ExceptionCase, Any, datetime], None]:
    return lambda case, by, now: _explain(case, kind)


EFFECTS: dict[str, Callable[[ExceptionCase, Any, datetime], None]] = {
    "arrived": _arrived,
    "not_arrived": _not_arrived,
    "settle": _settle,
    "fail": _fail,
    "nothing": _nothing,
    "keep": _keep,
    "follow": _follow,
    "belongs_to": _belongs_to,
    "to_available": _explained(AccountKind.AVAILABLE),
    "to_treasury": _explained(AccountKind.TREASURY_SURRENDERED),
    "send_back": _explained(AccountKind.CASH_SOURCE),
}


def _held(case: ExceptionCase) -> tuple[PaymentAttempt, Payable]:
    assert case.attempt_id is not None
    payable = locked_payable(PaymentAttempt.objects.values_list("payable", flat=True).get(pk=case.attempt_id))
    return PaymentAttempt.objects.select_for_update(of=("self",)).get(pk=case.attempt_id), payable


def _day(case: ExceptionCase, now: datetime) -> date:
    if written := case.data.get("on"):
        return date.fromisoformat(written)
    if case.line is not None and case.line.outcome == LineOutcome.PAID and case.line.settled_on:
        return case.line.settled_on
    return timezone.localdate(now)


def _set(
    attempt: PaymentAttempt,
    payable: Payable,
    state: AttemptState,
    settled_on: date | None,
    *,
    reason: str = "",
) -> None:
    attempt.state, attempt.reason = state, reason
    attempt.settled_on = settled_on or attempt.settled_on
    attempt.save(update_fields=["state", "reason", "settled_on"])
    payable.paid_on, payable.return_reason = settled_on, reason
    if payable.state != PayableState.FROZEN:
        payable.state = PayableState.PAID if state == AttemptState.PAID else PayableState.RETURNED
    payable.save(update_fields=["state", "paid_on", "return_reason"])


def _post(
    case: ExceptionCase, payable: Payable, kind: TransferKind, debit: AccountKind, credit: AccountKind
) -> None:
    key = f"case:{case.pk}:{kind.value}"
    post(
        [NewTransfer(kind, account_of(payable, debit), account_of(payable, credit), payable.amount_fen, key)]
    )


def _close_if_done(attempt: PaymentAttempt, now: datetime) -> None:
    batch = locked_batch(attempt.batch_id)
    if batch.state == BatchState.SENT and not batch.attempts.filter(state__in=["queued", *OUT]).exists():
        batch.closed_at = now
        BATCH.apply(batch, "close", by=None, save_fields=["closed_at"])
