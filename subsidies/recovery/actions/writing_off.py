"""A debt that cannot be had is written off with four eyes, on the strength of a document."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.ledger.actions import post
from employment_portal.ledger.kinds import AccountKind, NewTransfer, TransferKind
from employment_portal.workflow.actions import close_work_items, decide_four_eyes, request_four_eyes
from employment_portal.workflow.engine import TransitionNotAllowed
from employment_portal.workflow.models import FourEyes
from subsidies.recovery.actions.plans import ReceiptsWaiting
from subsidies.recovery.actions.rows import account_of, line_account, locked_order
from subsidies.recovery.models import RecoveryOrder
from subsidies.recovery.workflow import RECOVERY

WRITE_OFF = "recovery.ask_write_off"


class DocumentMissing(DomainError):
    message = _("Enter the number of the document that allows the write-off.")


class WriteOffAsked(DomainError):
    message = _("A colleague has already asked to write this off. Decide that request first.")


class AmountChanged(DomainError):
    message = _(
        "Money has come in since the write-off was asked for. Refuse it and ask again for what is left."
    )


@transaction.atomic
def request_write_off(*, order_id: int, document: str, reason: str, by: Any) -> FourEyes:
    """Ask to write off what is outstanding; a colleague decides.

    Raises TransitionNotAllowed, DocumentMissing, WriteOffAsked, ReceiptsWaiting.
    """
    order = locked_order(order_id)
    if not RECOVERY.can(order, "write_off", by):
        raise TransitionNotAllowed
    if not document.strip():
        raise DocumentMissing
    if order.receipts.filter(confirmed_at__isnull=True).exists():
        raise ReceiptsWaiting
    if waiting_write_off(order) is not None:
        raise WriteOffAsked
    return request_four_eyes(
        kind=WRITE_OFF,
        subject=order,
        payload={
            "order": order.public_id,
            "amount_fen": order.outstanding_fen,
            "document": document.strip()[:80],
        },
        reason=reason[:300],
        by=by,
    )


def waiting_write_off(order: RecoveryOrder) -> FourEyes | None:
    """The request that waits for a colleague, or None."""
    return (
        FourEyes.objects.filter(
            kind=WRITE_OFF,
            subject_type="subsidies.recoveryorder",
            subject_id=order.pk,
            state=FourEyes.State.WAITING,
        )
        .select_related("requested_by")
        .first()
    )


@transaction.atomic
def decide_write_off(*, order_id: int, approve: bool, note: str, by: Any, now: datetime) -> RecoveryOrder:
    """Decide as the second person; an approval books OVERPAID_RECEIVABLE → WRITTEN_OFF and ends the order.

    What went out twice is borne by the budget line then. Raises InsufficientFunds, TransitionNotAllowed, AmountChanged, ReceiptsWaiting, workflow's SamePersonDecides and AlreadyDecided.
    """
    order = locked_order(order_id)
    request = waiting_write_off(order)
    if request is None or not RECOVERY.can(order, "write_off", by):
        raise TransitionNotAllowed
    decide_four_eyes(request_id=request.pk, approve=approve, note=note[:300], by=by)
    if not approve:
        return order
    if order.receipts.filter(confirmed_at__isnull=True).exists():
        raise ReceiptsWaiting
    if request.payload["amount_fen"] != order.outstanding_fen:
        raise AmountChanged
    fen = order.outstanding_fen
    order.written_off_fen, order.written_off_document = fen, request.payload["document"]
    order.ended_at = now
    RECOVERY.apply(
        order,
        "write_off",
        by=by,
        note=request.reason,
        data={"document": order.written_off_document, "asked_by": request.requested_by_id},
        save_fields=["written_off_fen", "written_off_document", "ended_at"],
    )
    close_work_items(subject=order, by=by, outcome="write_off")
    payable = order.payable
    transfers = [
        NewTransfer(
            TransferKind.WRITE_OFF,
            account_of(payable, AccountKind.OVERPAID_RECEIVABLE),
            account_of(payable, AccountKind.WRITTEN_OFF),
            fen,
            f"recovery:{order.pk}:write-off",
        )
    ]
    if order.attempt_id is not None:
        bearer, shortfall = (
            line_account(payable, kind) for kind in (AccountKind.AVAILABLE, AccountKind.UNCOVERED)
        )
        transfers.append(
            NewTransfer(TransferKind.COVER, bearer, shortfall, fen, f"recovery:{order.pk}:borne")
        )
    post(transfers)
    return order
