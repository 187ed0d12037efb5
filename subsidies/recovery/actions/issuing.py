"""The second person's word: the debt is booked, the grant is corrected, the debtor is told; or the proposal is dropped."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.calendar import deadline
from employment_portal.core.errors import DomainError
from employment_portal.ledger.actions import post
from employment_portal.ledger.errors import InsufficientFunds
from employment_portal.ledger.kinds import AccountKind, NewTransfer, TransferKind
from employment_portal.regions.terms import TermCode, term
from employment_portal.workflow.actions import SamePersonDecides
from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.claims.entitlement_models import Entitlement
from subsidies.policies.periods import first_of_month
from subsidies.recovery.actions.proposing import NotPaid
from subsidies.recovery.actions.rows import account_of, locked_order
from subsidies.recovery.messages import tell_debtor
from subsidies.recovery.models import OrderState, RecoveryOrder
from subsidies.recovery.rules import Effect, effect_of, months_kept
from subsidies.recovery.workflow import RECOVERY


class NoTerm(DomainError):
    message = _("Give between 1 and %(most)s working days for paying back.")


class NoWayToPay(DomainError):
    message = _("Say how to pay: account holder, bank, account number. The letter says it to the debtor.")


class SecondPaymentStands(DomainError):
    message = _(
        "Two people have found that the bank paid twice. The order is issued, and ends when the money is back."
    )


@transaction.atomic
def issue_order(*, order_id: int, working_days: int, pay_to: str, by: Any, now: datetime) -> RecoveryOrder:
    """Issue as the second person: PAID → OVERPAID_RECEIVABLE (booked already for a second payment); the letter goes out.

    Due after ``working_days``. Raises SamePersonDecides, TransitionNotAllowed, NoTerm, NoWayToPay, NotPaid (the
    money has moved meanwhile).
    """
    order = locked_order(order_id)
    if order.state == OrderState.PROPOSED and order.proposed_by_id == by.pk:
        raise SamePersonDecides
    if not RECOVERY.can(order, "issue", by):
        raise TransitionNotAllowed
    most = term(TermCode.RECOVERY_LONGEST, region=order.region, on=timezone.localdate(now))
    if not 1 <= working_days <= most:
        raise NoTerm(most=most)
    if not pay_to.strip():
        raise NoWayToPay
    order.issued_by, order.issued_at, order.pay_to = by, now, pay_to.strip()
    order.due_on = deadline(timezone.localdate(now), working_days).due_on
    RECOVERY.apply(order, "issue", by=by, save_fields=["issued_by", "issued_at", "pay_to", "due_on"])
    tell_debtor("recovery_issued", order)
    if order.attempt_id is not None:
        return order  # a second payment was booked when it was found, and no grant stands behind it
    correct_grant(order, now=now)
    payable = order.payable
    try:
        post(
            [
                NewTransfer(
                    TransferKind.OVERPAY,
                    account_of(payable, AccountKind.PAID),
                    account_of(payable, AccountKind.OVERPAID_RECEIVABLE),
                    order.amount_fen,
                    f"recovery:{order.pk}:overpay",
                )
            ]
        )
    except InsufficientFunds as error:
        raise NotPaid from error
    return order


@transaction.atomic
def drop_order(*, order_id: int, reason: str, by: Any, now: datetime) -> RecoveryOrder:
    """Give a proposal up, one's own or a colleague's; nothing was booked. Raises TransitionNotAllowed, SecondPaymentStands."""
    order = locked_order(order_id)
    if order.attempt_id is not None:
        raise SecondPaymentStands
    order.ended_at = now
    RECOVERY.apply(order, "drop", by=by, note=reason, save_fields=["ended_at"])
    return order


def affected(order: RecoveryOrder) -> tuple[list[Entitlement], bool]:
    """What was granted that the order asks back, and whether it asks all of it."""
    granted = list(order.payable.claim.entitlements.live().select_related("item").order_by("pk"))
    if order.entitlement_id is not None:
        granted = [row for row in granted if row.pk == order.entitlement_id]
    return granted, order.amount_fen >= sum(row.amount_fen for row in granted)


def effect_on_grant(order: RecoveryOrder) -> Effect:
    """What issuing the order does, or would do, to the grant."""
    if order.attempt_id is not None:
        return Effect.STAYS
    _granted, whole = affected(order)
    return effect_of(order.cause, whole=whole, period_kind=order.payable.line.item.period_kind)


def correct_grant(order: RecoveryOrder, *, now: datetime) -> None:
    """End, shorten or reduce what was granted, as the cause says. A part of several grants has one each or none."""
    granted, whole = affected(order)
    for entitlement in granted:
        effect = effect_of(order.cause, whole=whole, period_kind=entitlement.item.period_kind)
        if effect == Effect.SHORTENED:
            assert order.qualified_until is not None  # a CHECK of the table
            months = months_kept(entitlement.period.lower, entitlement.period.upper, order.qualified_until)
            if months == 0:
                effect = Effect.ENDS
            else:
                _shorten(entitlement, order, months)
        if effect == Effect.ENDS:
            entitlement.live, entitlement.ended_at = False, now
            entitlement.save(update_fields=["live", "ended_at"])
        if effect in {Effect.SHORTENED, Effect.REDUCED}:
            entitlement.amount_fen -= order.amount_fen
            entitlement.save(update_fields=["amount_fen"])


def _shorten(entitlement: Entitlement, order: RecoveryOrder, months: int) -> None:
    assert order.qualified_until is not None
    before = entitlement.period
    kept = DateRange(before.lower, min(first_of_month(order.qualified_until, back=-1), before.upper))
    for hold in entitlement.holds.filter(guard__lifetime=False):
        until = min(hold.period.upper, kept.upper)
        if hold.period.lower < until:
            hold.period = DateRange(hold.period.lower, until)
            hold.save(update_fields=["period"])
        else:  # it began later than the grant, behind an older one: docs/adr/0010-changing-exclusions.md
            hold.delete()
    entitlement.period, entitlement.months = kept, min(entitlement.months, months)
    entitlement.save(update_fields=["period", "months"])
