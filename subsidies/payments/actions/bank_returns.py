"""The bank has sent a payment back that stood as paid. What was asked back of it is settled by that, and ends.

Where the bank had paid twice and the payee kept the second payment, that one stands in the place of the first: its order
ends, the payee has what is due, and nothing is paid again.
"""

from datetime import date, datetime
from typing import Any

from django.db.models import F

from employment_portal.ledger.actions import post
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef, NewTransfer, TransferKind
from employment_portal.ledger.queries import balance
from subsidies.payments.actions.payables import account_of
from subsidies.payments.actions.settling import mark
from subsidies.payments.enums import AttemptState, CaseKind, LineOutcome, LineState, PayableState
from subsidies.payments.models import ExceptionCase, Payable, PaymentAttempt, ReturnLine
from subsidies.recovery.actions.returning import settle_by_return


def take_back(
    case: ExceptionCase,
    attempt: PaymentAttempt,
    payable: Payable,
    *,
    line_id: int,
    day: date,
    by: Any,
    now: datetime,
) -> None:
    """Undo a payment whose money waits in the suspense of ``line_id``: all of ``attempt.amount_fen``.

    What still stood as paid is held and may be paid again, unless a second payment stands in its place; what was owed
    of it is owed no more. The rest was paid back by the payee or written off before: it stays in suspense with a case
    of its own. Raises ReceiptsWaiting.
    """
    second = attempt if attempt.state == AttemptState.PAID_TWICE else kept_second(attempt)
    stood = 0 if second else min(balance(account_of(payable, AccountKind.PAID)), attempt.amount_fen)
    owed = 0
    if stood < attempt.amount_fen:
        owed = settle_by_return(payable, attempt=second, returned_on=day, note=case.note, by=by, now=now)
    if stood:
        sides = (
            account_of(payable, AccountKind.PAID),
            account_of(payable, AccountKind.RETURNED_HOLD),
        )
        post([NewTransfer(TransferKind.RETURN, *sides, stood, f"case:{case.pk}:return")])
    if stood + owed:
        suspense, source = (
            AccountRef(SUBSIDIES, line_id, kind) for kind in (AccountKind.SUSPENSE, AccountKind.CASH_SOURCE)
        )
        post([NewTransfer(TransferKind.EXPLAIN, suspense, source, stood + owed, f"case:{case.pk}:explain")])
    attempt.state, attempt.reason = AttemptState.RETURNED, case.note[:200]
    attempt.save(update_fields=["state", "reason"])
    if second is None:
        _hold(payable, attempt, stood, case.note[:200])
    elif second != attempt:
        mark(second, payable, AttemptState.PAID, second.settled_on)
    # What the bank itself called returned, it need not say again.
    ReturnLine.objects.filter(case=case.pk, outcome=LineOutcome.RETURNED).update(state=LineState.APPLIED)
    if rest := attempt.amount_fen - stood - owed:
        ExceptionCase.objects.create(
            kind=CaseKind.UNEXPLAINED_CASH,
            file=case.file,
            batch=case.batch,
            attempt=attempt,
            region=case.region,
            amount_fen=rest,
            opened_at=now,
            data={"suspense_line": line_id, "rest_of": case.public_id},
        )


def kept_second(attempt: PaymentAttempt) -> PaymentAttempt | None:
    """A second payment of the same money, not wholly paid back, while ``attempt`` is the one that stands."""
    return (
        PaymentAttempt.objects.filter(
            payable=attempt.payable_id,
            state=AttemptState.PAID_TWICE,
            amount_fen=attempt.amount_fen,
            recoveries__recovered_fen__lt=F("recoveries__amount_fen"),
            recoveries__returned_fen=0,
        )
        .order_by(F("recoveries__ended_at").asc(nulls_first=True), "pk")
        .first()
    )


def _hold(payable: Payable, attempt: PaymentAttempt, stood: int, reason: str) -> None:
    payable.reduced_fen += attempt.amount_fen - stood
    payable.paid_on, payable.return_reason = None, reason
    if payable.state != PayableState.FROZEN:
        payable.state = PayableState.RETURNED if stood else PayableState.CANCELLED
    payable.save(update_fields=["reduced_fen", "state", "paid_on", "return_reason"])
