"""The bank paid the same money twice: the second payment is booked as owed at once, and an order asks for it back."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from employment_portal.audit.actions import record
from employment_portal.ledger.actions import post
from employment_portal.ledger.kinds import AccountKind, NewTransfer, TransferKind
from subsidies.numbering import next_number
from subsidies.payments.models import Payable, PaymentAttempt
from subsidies.recovery.actions.rows import account_of, line_account
from subsidies.recovery.models import Cause, RecoveryOrder


def ask_second_back(
    *, payable: Payable, attempt: PaymentAttempt, reasons: str, proposed_by: Any, now: datetime
) -> RecoveryOrder:
    """Book what went out twice (UNCOVERED → OVERPAID_RECEIVABLE) and propose its order; the caller holds both rows.

    No line of the budget bears it: what comes back covers it, or the line does when it is written off.
    """
    order = RecoveryOrder.objects.create(
        number=next_number(RecoveryOrder, f"ZH{payable.region.code[:6]}", timezone.localdate(now)),
        payable=payable,
        attempt=attempt,
        region=payable.region,
        cause=Cause.PAID_TWICE,
        reasons=reasons,
        amount_fen=attempt.amount_fen,
        proposed_by=proposed_by,
        proposed_at=now,
    )
    record(action="recovery.propose", by=proposed_by, subject=order, reason=reasons[:300])
    post(
        [
            NewTransfer(
                TransferKind.OVERPAY,
                line_account(payable, AccountKind.UNCOVERED),
                account_of(payable, AccountKind.OVERPAID_RECEIVABLE),
                order.amount_fen,
                f"recovery:{order.pk}:overpay",
            )
        ]
    )
    return order
