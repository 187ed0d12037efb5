"""How the resolution of a case is carried out: one function each, with the case held and resolved by two people."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from employment_portal.ledger.actions import post
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef, NewTransfer, TransferKind
from subsidies.payments.actions.bank_returns import take_back
from subsidies.payments.actions.building import locked_batch
from subsidies.payments.actions.double_payments import paid_after_all, paid_twice, says_paid
from subsidies.payments.actions.payables import locked_payable
from subsidies.payments.actions.sending import arrived, not_arrived
from subsidies.payments.actions.settling import (
    CAME_BACK,
    OUT,
    STANDS,
    book,
    close_if_done,
    held,
    mark,
    payment_in_by,
    payment_out_by,
    thaw,
)
from subsidies.payments.enums import AttemptState, LineOutcome
from subsidies.payments.models import ExceptionCase
from subsidies.recovery.actions.receipts import confirm_receipt, record_receipt
from subsidies.recovery.queries import order_by_number

A, T = AccountKind, TransferKind
CASH_MOVED = (LineOutcome.PAID, LineOutcome.RETURNED)
Effect = Callable[[ExceptionCase, Any, datetime], None]


def _arrived(case: ExceptionCase, by: Any, now: datetime) -> None:
    assert case.batch_id is not None
    arrived(locked_batch(case.batch_id), reference=case.note[:80], now=now, by=by)


def _not_arrived(case: ExceptionCase, by: Any, now: datetime) -> None:
    assert case.batch_id is not None
    not_arrived(batch_id=case.batch_id, by=by, note=case.note[:300])


def _nothing(case: ExceptionCase, by: Any, now: datetime) -> None:
    """The case is closed; the attempt, if any, stays as it is."""


def _settle(case: ExceptionCase, by: Any, now: datetime) -> None:
    attempt, payable = held(case)
    mark(attempt, payable, AttemptState.PAID, _day(case, now))
    book(case, attempt, payable, T.SETTLE, A.IN_TRANSIT, A.PAID)
    close_if_done(attempt, now)


def _fail(case: ExceptionCase, by: Any, now: datetime) -> None:
    attempt, payable = held(case)
    mark(attempt, payable, AttemptState.FAILED, None, reason=case.note[:200])
    book(case, attempt, payable, T.FAIL, A.IN_TRANSIT, A.RETURNED_HOLD)
    close_if_done(attempt, now)


def _keep(case: ExceptionCase, by: Any, now: datetime) -> None:
    _attempt, payable = held(case)
    thaw(case, payable)


def _follow(case: ExceptionCase, by: Any, now: datetime) -> None:
    attempt, payable = held(case)
    if attempt.state in STANDS and not says_paid(case):
        # It was refused after all: what stands as paid never left, which is as good as a return.
        source, suspense = (
            AccountRef(SUBSIDIES, payable.line_id, kind) for kind in (A.CASH_SOURCE, A.SUSPENSE)
        )
        post([NewTransfer(T.SUSPEND, source, suspense, attempt.amount_fen, f"case:{case.pk}:suspend")])
        take_back(case, attempt, payable, line_id=payable.line_id, day=_day(case, now), by=by, now=now)
    elif attempt.state in CAME_BACK and says_paid(case):
        paid_after_all(case, attempt, payable, _day(case, now))
    thaw(case, payable)


def _paid_twice(case: ExceptionCase, by: Any, now: datetime) -> None:
    attempt, payable = held(case)
    paid_twice(case, attempt, payable, _day(case, now), now)
    thaw(case, payable)


def _came_back(case: ExceptionCase, by: Any, now: datetime) -> None:
    attempt, payable = held(case)
    _back(case, attempt, payable, by, now)


def _belongs_to(case: ExceptionCase, by: Any, now: datetime) -> None:
    attempt = payment_in_by(case, case.data.get("reference", ""), by)
    payable = locked_payable(attempt.payable_id)
    attempt.refresh_from_db()
    _back(case, attempt, payable, by, now)


def _back(case: ExceptionCase, attempt: Any, payable: Any, by: Any, now: datetime) -> None:
    if attempt.state in OUT:
        book(case, attempt, payable, T.SETTLE, A.IN_TRANSIT, A.PAID)
        mark(attempt, payable, AttemptState.PAID, _day(case, now))
    line = int(case.data["suspense_line"])
    take_back(case, attempt, payable, line_id=line, day=_day(case, now), by=by, now=now)
    close_if_done(attempt, now)


def _repays(case: ExceptionCase, by: Any, now: datetime) -> None:
    """Both people answer for the receipt as they do for the case."""
    assert case.cash is not None
    assert case.proposed_by is not None
    order = order_by_number(by, case.data.get("reference", ""))
    receipt = record_receipt(
        order_id=order.pk,
        amount_fen=case.amount_fen or 0,
        received_on=case.cash.moved_on,
        reference=case.cash.reference,
        by=case.proposed_by,
        now=now,
    )
    confirm_receipt(receipt_id=receipt.pk, by=by, now=now)
    _explain(case, A.CASH_SOURCE)


def _pays(case: ExceptionCase, by: Any, now: datetime) -> None:
    """A payment that nobody could place was one of ours: settled, paid after all, or paid a second time."""
    attempt = payment_out_by(case, case.data.get("reference", ""), by)
    payable = locked_payable(attempt.payable_id)
    attempt.refresh_from_db()
    day = _day(case, now)
    _cover(case, A.CASH_SOURCE)
    if attempt.state in OUT:
        mark(attempt, payable, AttemptState.PAID, day)
        book(case, attempt, payable, T.SETTLE, A.IN_TRANSIT, A.PAID)
        close_if_done(attempt, now)
    elif payable.attempts.filter(state=AttemptState.PAID).exclude(pk=attempt.pk).exists():
        paid_twice(case, attempt, payable, day, now)
    else:
        paid_after_all(case, attempt, payable, day)


def _explain(case: ExceptionCase, kind: AccountKind) -> None:
    line = int(case.data["suspense_line"])
    _on_line(case, line, T.EXPLAIN, A.SUSPENSE, kind)


def _cover(case: ExceptionCase, kind: AccountKind) -> None:
    assert case.cash is not None
    _on_line(case, case.cash.line_id, T.COVER, kind, A.UNCOVERED)


def _on_line(
    case: ExceptionCase, line: int, kind: TransferKind, debit: AccountKind, credit: AccountKind
) -> None:
    sides = AccountRef(SUBSIDIES, line, debit), AccountRef(SUBSIDIES, line, credit)
    post([NewTransfer(kind, *sides, case.amount_fen or 0, f"case:{case.pk}:{kind.value}")])


def _explained(kind: AccountKind) -> Effect:
    return lambda case, by, now: _explain(case, kind)


def _covered(kind: AccountKind) -> Effect:
    return lambda case, by, now: _cover(case, kind)


def _day(case: ExceptionCase, now: datetime) -> date:
    if written := case.data.get("on"):
        return date.fromisoformat(written)
    if case.cash is not None:
        return case.cash.moved_on
    if case.line is not None and case.line.outcome in CASH_MOVED and case.line.settled_on:
        return case.line.settled_on
    return timezone.localdate(now)


EFFECTS: dict[str, Effect] = {
    "arrived": _arrived,
    "not_arrived": _not_arrived,
    "settle": _settle,
    "fail": _fail,
    "nothing": _nothing,
    "keep": _keep,
    "follow": _follow,
    "paid_twice": _paid_twice,
    "came_back": _came_back,
    "belongs_to": _belongs_to,
    "repays": _repays,
    "to_available": _explained(A.AVAILABLE),
    "to_treasury": _explained(A.TREASURY_SURRENDERED),
    "send_back": _explained(A.CASH_SOURCE),
    "pays": _pays,
    "came_in_again": _covered(A.CASH_SOURCE),
    "line_bears": _covered(A.AVAILABLE),
}
