"""Money that came back: recorded by one finance officer, confirmed by another, then booked."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.money import format_yuan
from employment_portal.ledger.actions import post
from employment_portal.workflow.actions import AlreadyDecided, SamePersonDecides, close_work_items
from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.recovery.actions.returning import onward
from subsidies.recovery.actions.rows import locked_order
from subsidies.recovery.messages import tell_debtor
from subsidies.recovery.models import OrderState, Receipt, RecoveryOrder
from subsidies.recovery.permissions import cashier
from subsidies.recovery.workflow import RECOVERY

OPEN = frozenset({OrderState.ISSUED, OrderState.REFERRED})


class MoreThanOwed(DomainError):
    message = _(
        "At most %(most)s yuan is still owed. What came in beyond that goes back to the payer: record the part "
        "that is owed."
    )


class DayInFuture(DomainError):
    message = _("The day of the receipt lies in the future, or before the order was issued.")


class KnownReference(DomainError):
    message = _("A receipt with this bank reference is recorded already.")


class ReferenceMissing(DomainError):
    message = _("Enter the reference that the bank statement gives.")


@transaction.atomic
def record_receipt(
    *, order_id: int, amount_fen: int, received_on: date, reference: str, by: Any, now: datetime
) -> Receipt:
    """Enter money that the bank statement shows; nothing is booked before a colleague confirms it.

    Raises TransitionNotAllowed, MoreThanOwed, DayInFuture, KnownReference, ReferenceMissing.
    """
    order = _open_order(order_id, by)
    if not reference.strip():
        raise ReferenceMissing
    assert order.issued_at is not None  # a CHECK of the table
    if not timezone.localdate(order.issued_at) <= received_on <= timezone.localdate(now):
        raise DayInFuture
    waiting = sum(order.receipts.filter(confirmed_at__isnull=True).values_list("amount_fen", flat=True))
    most = order.outstanding_fen - waiting
    if not 0 < amount_fen <= most:
        raise MoreThanOwed(most=format_yuan(most, 2))
    try:
        with transaction.atomic():
            receipt = Receipt.objects.create(
                order=order,
                amount_fen=amount_fen,
                received_on=received_on,
                reference=reference.strip()[:80],
                recorded_by=by,
                recorded_at=now,
            )
    except IntegrityError as error:
        if "reference" not in str(error):
            raise
        raise KnownReference from error
    record(
        action="recovery.record_receipt",
        by=by,
        subject=order,
        detail={"fen": amount_fen, "reference": receipt.reference},
    )
    return receipt


@transaction.atomic
def confirm_receipt(*, receipt_id: int, by: Any, now: datetime) -> RecoveryOrder:
    """Confirm as the second person: OVERPAID_RECEIVABLE → RECOVERED, and on as ``returning.onward`` says.

    Raises SamePersonDecides, AlreadyDecided, TransitionNotAllowed.
    """
    order = _open_order(Receipt.objects.values_list("order", flat=True).get(pk=receipt_id), by)
    receipt = Receipt.objects.select_for_update(of=("self",)).get(pk=receipt_id)
    if receipt.confirmed_at is not None:
        raise AlreadyDecided
    if receipt.recorded_by_id == by.pk:
        raise SamePersonDecides
    receipt.confirmed_by, receipt.confirmed_at = by, now
    receipt.save(update_fields=["confirmed_by", "confirmed_at"])
    order.recovered_fen += receipt.amount_fen
    order.save(update_fields=["recovered_fen"])
    record(
        action="recovery.confirm_receipt",
        by=by,
        subject=order,
        detail={"fen": receipt.amount_fen, "reference": receipt.reference},
    )
    if order.outstanding_fen == 0:
        order.ended_at = now
        RECOVERY.apply(order, "settle", by=None, save_fields=["ended_at"])
        close_work_items(subject=order, by=by, outcome="settle")
    tell_debtor(
        "recovery_received", order, key=receipt.public_id, received=format_yuan(receipt.amount_fen, 2)
    )
    post(
        onward(
            order,
            receipt.amount_fen,
            received_on=receipt.received_on,
            booked_on=timezone.localdate(now),
            key=f"receipt:{receipt.pk}",
        )
    )
    return order


@transaction.atomic
def remove_receipt(*, receipt_id: int, reason: str, by: Any) -> RecoveryOrder:
    """Take a wrong receipt out while nobody has confirmed it. Raises AlreadyDecided, TransitionNotAllowed."""
    order = _open_order(Receipt.objects.values_list("order", flat=True).get(pk=receipt_id), by)
    receipt = Receipt.objects.select_for_update(of=("self",)).get(pk=receipt_id)
    if receipt.confirmed_at is not None:
        raise AlreadyDecided
    detail = {"fen": receipt.amount_fen, "reference": receipt.reference}
    receipt.delete()
    record(action="recovery.remove_receipt", by=by, subject=order, reason=reason[:300], detail=detail)
    return order


def _open_order(order_id: int, by: Any) -> RecoveryOrder:
    order = locked_order(order_id)
    if order.state not in OPEN or not cashier(by, order):
        raise TransitionNotAllowed
    return order
