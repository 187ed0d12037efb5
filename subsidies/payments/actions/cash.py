"""Cash on the bank's statement that no batch explains: recorded by one officer, confirmed by another, then a case."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.ledger.actions import post
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef, NewTransfer, TransferKind
from employment_portal.workflow.actions import AlreadyDecided, SamePersonDecides
from subsidies.budgets.models import BudgetLine
from subsidies.payments.cash_models import CashMovement
from subsidies.payments.enums import CaseKind, Direction
from subsidies.payments.models import ExceptionCase
from subsidies.payments.workflow import may_pay


class NotYourLine(DomainError):
    message = _("This budget line lies outside your region.")


class NoAmount(DomainError):
    message = _("Enter an amount of more than zero.")


class DayInFuture(DomainError):
    message = _("The day on the statement lies in the future.")


class ReferenceMissing(DomainError):
    message = _("Enter the reference that the bank statement gives.")


class KnownReference(DomainError):
    message = _("Cash with this bank reference is recorded already. Open it in the list.")


@transaction.atomic
def record_cash(
    *,
    direction: str,
    line: BudgetLine,
    amount_fen: int,
    moved_on: date,
    reference: str,
    counterparty: str,
    note: str,
    by: Any,
    now: datetime,
) -> CashMovement:
    """Enter cash that the statement shows and no batch explains; nothing is booked before a colleague confirms it.

    ``line``: whose account it is on. Raises NotYourLine, NoAmount, DayInFuture, ReferenceMissing, KnownReference.
    """
    if not may_pay(by, line.region):
        raise NotYourLine
    if amount_fen <= 0:
        raise NoAmount
    if moved_on > timezone.localdate(now):
        raise DayInFuture
    if not reference.strip():
        raise ReferenceMissing
    try:
        with transaction.atomic():
            cash = CashMovement.objects.create(
                direction=direction,
                line=line,
                amount_fen=amount_fen,
                moved_on=moved_on,
                reference=reference.strip(),
                counterparty=counterparty.strip(),
                note=note.strip(),
                recorded_by=by,
                recorded_at=now,
            )
    except IntegrityError as error:
        if "reference" not in str(error):
            raise
        raise KnownReference from error
    record(
        action="payments.record_cash", by=by, subject=cash, detail={"direction": direction, "fen": amount_fen}
    )
    return cash


@transaction.atomic
def confirm_cash(*, cash_id: int, by: Any, now: datetime) -> ExceptionCase:
    """Confirm as the second person: it is booked (CASH_SOURCE → SUSPENSE, or UNCOVERED → CASH_SOURCE) and a case opens.

    Raises NotYourLine, AlreadyDecided, SamePersonDecides.
    """
    cash = _unconfirmed(cash_id, by)
    if cash.recorded_by_id == by.pk:
        raise SamePersonDecides
    cash.confirmed_by, cash.confirmed_at = by, now
    cash.save(update_fields=["confirmed_by", "confirmed_at"])
    record(action="payments.confirm_cash", by=by, subject=cash, detail={"fen": cash.amount_fen})
    came_in = cash.direction == Direction.IN
    case = ExceptionCase.objects.create(
        kind=CaseKind.UNEXPLAINED_CASH if came_in else CaseKind.CASH_OUT,
        cash=cash,
        region=cash.line.region,
        amount_fen=cash.amount_fen,
        opened_at=now,
        data={"suspense_line": cash.line_id} if came_in else {},
    )
    source, suspense, uncovered = (
        AccountRef(SUBSIDIES, cash.line_id, kind)
        for kind in (AccountKind.CASH_SOURCE, AccountKind.SUSPENSE, AccountKind.UNCOVERED)
    )
    kind, debit, credit = (
        (TransferKind.SUSPEND, source, suspense) if came_in else (TransferKind.PAY_OUT, uncovered, source)
    )
    post([NewTransfer(kind, debit, credit, cash.amount_fen, f"cash:{cash.pk}")])
    return case


@transaction.atomic
def remove_cash(*, cash_id: int, reason: str, by: Any) -> None:
    """Take a wrong entry out while nobody has confirmed it. Raises NotYourLine, AlreadyDecided."""
    cash = _unconfirmed(cash_id, by)
    detail = {"fen": cash.amount_fen, "reference": cash.reference}
    record(action="payments.remove_cash", by=by, subject=cash.line, reason=reason[:300], detail=detail)
    cash.delete()


def _unconfirmed(cash_id: int, by: Any) -> CashMovement:
    cash = CashMovement.objects.select_for_update(of=("self",)).select_related("line__region").get(pk=cash_id)
    if not may_pay(by, cash.line.region):
        raise NotYourLine
    if cash.confirmed_at is not None:
        raise AlreadyDecided
    return cash
