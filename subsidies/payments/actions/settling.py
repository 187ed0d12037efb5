"""What the effects of cases share: the payment they are about, held; its state, its postings, its batch."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.ledger.actions import post
from employment_portal.ledger.kinds import AccountKind, NewTransfer, TransferKind
from subsidies.payments.actions.building import locked_batch
from subsidies.payments.actions.payables import account_of, locked_payable
from subsidies.payments.enums import AttemptState, BatchState, CaseKind, CaseState, PayableState
from subsidies.payments.models import ExceptionCase, Payable, PaymentAttempt
from subsidies.payments.queries import state_by_books
from subsidies.payments.workflow import BATCH, may_handle

OUT = frozenset({AttemptState.EXPORTED, AttemptState.UNKNOWN})
STANDS = frozenset({AttemptState.PAID, AttemptState.PAID_TWICE})
CAME_BACK = frozenset({AttemptState.FAILED, AttemptState.RETURNED})


class NoSuchPayment(DomainError):
    message = _(
        "No payment with this reference is with the bank or paid, of the same amount. Check the reference."
    )


def payment_in_by(case: ExceptionCase, reference: str, by: Any) -> PaymentAttempt:
    """The payment that money which came in can belong to. Raises NoSuchPayment."""
    return _payment(case, reference, OUT | STANDS, by)


def payment_out_by(case: ExceptionCase, reference: str, by: Any) -> PaymentAttempt:
    """The payment that money which went out can have been. Raises NoSuchPayment."""
    return _payment(case, reference, OUT | CAME_BACK, by)


def _payment(case: ExceptionCase, reference: str, states: frozenset[AttemptState], by: Any) -> PaymentAttempt:
    attempt = (
        PaymentAttempt.objects.select_related(
            "payable__region", "payable__claim__person", "payable__claim__organisation"
        )
        .filter(reference=reference.strip(), amount_fen=case.amount_fen or 0, state__in=states)
        .first()
    )
    if attempt is None or not may_handle(by, attempt.payable):
        raise NoSuchPayment
    return attempt


def held(case: ExceptionCase) -> tuple[PaymentAttempt, Payable]:
    """The case's attempt and its payable, both locked."""
    assert case.attempt_id is not None
    payable = locked_payable(PaymentAttempt.objects.values_list("payable", flat=True).get(pk=case.attempt_id))
    return PaymentAttempt.objects.select_for_update(of=("self",)).get(pk=case.attempt_id), payable


def mark(
    attempt: PaymentAttempt,
    payable: Payable,
    state: AttemptState,
    settled_on: date | None,
    *,
    reason: str = "",
) -> None:
    """Move the attempt, and with it the payable unless it is frozen."""
    attempt.state, attempt.reason = state, reason
    attempt.settled_on = settled_on or attempt.settled_on
    attempt.save(update_fields=["state", "reason", "settled_on"])
    payable.paid_on, payable.return_reason = settled_on, reason
    if payable.state != PayableState.FROZEN:
        payable.state = PayableState.PAID if state == AttemptState.PAID else PayableState.RETURNED
    payable.save(update_fields=["state", "paid_on", "return_reason"])


def book(
    case: ExceptionCase,
    attempt: PaymentAttempt,
    payable: Payable,
    kind: TransferKind,
    debit: AccountKind,
    credit: AccountKind,
) -> None:
    """Post the whole attempt between two accounts of its payable."""
    sides = account_of(payable, debit), account_of(payable, credit)
    post([NewTransfer(kind, *sides, attempt.amount_fen, f"case:{case.pk}:{kind.value}")])


def thaw(case: ExceptionCase, payable: Payable) -> None:
    """Let the payable go to where its money is, unless another alarm holds it."""
    others = ExceptionCase.objects.filter(kind=CaseKind.PAID_AFTER_RETURN, attempt__payable=payable)
    if others.exclude(pk=case.pk).exclude(state=CaseState.RESOLVED).exists():
        payable.state = PayableState.FROZEN
    else:
        payable.state = state_by_books(payable)
    payable.save(update_fields=["state"])


def close_if_done(attempt: PaymentAttempt, now: datetime) -> None:
    batch = locked_batch(attempt.batch_id)
    if batch.state == BatchState.SENT and not batch.attempts.filter(state__in=["queued", *OUT]).exists():
        batch.closed_at = now
        BATCH.apply(batch, "close", by=None, save_fields=["closed_at"])
