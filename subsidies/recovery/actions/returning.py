"""The bank sends back a payment that is asked back: the order ends, and nobody repays what the bank has returned."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from employment_portal.core.money import format_yuan
from employment_portal.ledger.actions import post
from employment_portal.ledger.kinds import AccountKind, NewTransfer, TransferKind
from employment_portal.workflow.actions import close_work_items
from subsidies.payments.models import Payable, PaymentAttempt
from subsidies.recovery.actions.plans import ReceiptsWaiting
from subsidies.recovery.actions.rows import account_of, line_account, locked_order
from subsidies.recovery.messages import tell_debtor
from subsidies.recovery.models import OrderState, RecoveryOrder
from subsidies.recovery.rules import returns_to_budget
from subsidies.recovery.workflow import RECOVERY


def settle_by_return(
    payable: Payable, *, attempt: PaymentAttempt | None, returned_on: date, note: str, by: Any, now: datetime
) -> int:
    """End the order that asks this payment back (``attempt``: the one of a second payment) and book what was owed.

    Fen that were still owed, 0 without an open order. OVERPAID_RECEIVABLE → RECOVERED, and on as a receipt goes on.
    The caller holds the payable and books the cash beside. Raises ReceiptsWaiting.
    """
    open_states = [OrderState.ISSUED, OrderState.REFERRED]
    if attempt is not None:
        open_states.append(OrderState.PROPOSED)  # booked already, though the debtor has not heard of it
    pk = (
        RecoveryOrder.objects.filter(payable=payable, attempt=attempt, state__in=open_states)
        .values_list("pk", flat=True)
        .first()
    )
    if pk is None:
        return 0
    order = locked_order(pk)
    if order.receipts.filter(confirmed_at__isnull=True).exists():
        raise ReceiptsWaiting
    owed = order.outstanding_fen
    told = order.issued_at is not None
    order.returned_fen, order.ended_at = owed, now
    move = "bank_returns" if told else "withdraw"
    RECOVERY.apply(
        order, move, by=None, note=note[:300], data={"by": by.pk}, save_fields=["returned_fen", "ended_at"]
    )
    close_work_items(subject=order, by=by, outcome=move)
    if told:
        tell_debtor("recovery_returned", order, returned=format_yuan(owed, 2))
    post(onward(order, owed, received_on=returned_on, booked_on=timezone.localdate(now), key="returned"))
    return owed


def onward(
    order: RecoveryOrder, fen: int, *, received_on: date, booked_on: date, key: str
) -> list[NewTransfer]:
    """OVERPAID_RECEIVABLE → RECOVERED, and from there to the line of the year, to the treasury, or to what a second
    payment left uncovered. ``key`` names the event among those of the order."""
    payable = order.payable
    if order.attempt_id is not None:
        kind, target = TransferKind.COVER, AccountKind.UNCOVERED
    elif returns_to_budget(payable.line.year, received_on=received_on, booked_on=booked_on):
        kind, target = TransferKind.REUSE, AccountKind.AVAILABLE
    else:
        kind, target = TransferKind.SURRENDER_RECOVERED, AccountKind.TREASURY_SURRENDERED
    recovered = account_of(payable, AccountKind.RECOVERED)
    owed = account_of(payable, AccountKind.OVERPAID_RECEIVABLE)
    name = f"recovery:{order.pk}:{key}"
    return [
        NewTransfer(TransferKind.RECOVER, owed, recovered, fen, f"{name}:recover"),
        NewTransfer(kind, recovered, line_account(payable, target), fen, f"{name}:on"),
    ]
