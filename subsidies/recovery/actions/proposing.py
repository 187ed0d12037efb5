"""Saying that a payment was not due: nothing moves and nobody is told before a second person issues the order."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.money import format_yuan
from employment_portal.ledger.kinds import AccountKind
from employment_portal.ledger.queries import balance
from subsidies.claims.entitlement_models import Entitlement
from subsidies.numbering import next_number
from subsidies.payments.enums import PayableState
from subsidies.payments.models import Payable
from subsidies.recovery.actions.rows import account_of
from subsidies.recovery.models import Cause, RecoveryOrder
from subsidies.recovery.permissions import may_propose


class NotYours(DomainError):
    message = _("This payment lies outside your region, or you have an interest in it. A colleague takes it.")


class NotPaid(DomainError):
    message = _("Only money that was paid can be asked back. Look at where this payment stands.")


class NotSoMuch(DomainError):
    message = _(
        "At most %(most)s yuan can be asked back: no more was paid, or the rest is asked back already."
    )


class AskedAlready(DomainError):
    message = _("An order for this payment is open already. Finish that one first.")


class WholeRoster(DomainError):
    message = _("The payment was for several people. Choose whose part is asked back, or ask for all of it.")


class NoSuchDay(DomainError):
    message = _("Give the last day that counts; it lies before the end of the time that was paid for.")


class ReasonsMissing(DomainError):
    message = _("Say what was found and where: whoever has to pay back reads it.")


@transaction.atomic
def propose_order(
    *,
    payable_id: int,
    cause: str,
    reasons: str,
    amount_fen: int,
    by: Any,
    now: datetime,
    entitlement: Entitlement | None = None,
    qualified_until: date | None = None,
) -> RecoveryOrder:
    """Propose to ask a paid payment back, in whole or in part.

    ``entitlement`` narrows it to one person of a roster, ``qualified_until`` is the last day that counts where
    somebody did not qualify to the end. Raises NotYours, NotPaid, NotSoMuch, AskedAlready, WholeRoster, NoSuchDay,
    ReasonsMissing.
    """
    payable = (
        Payable.objects.select_for_update(of=("self",))
        .select_related("region", "line__item", "claim__person", "claim__organisation")
        .get(pk=payable_id)
    )
    if not may_propose(by, payable):
        raise NotYours
    if payable.state != PayableState.PAID:
        raise NotPaid
    if not reasons.strip():
        raise ReasonsMissing
    if entitlement is not None and entitlement.claim_id != payable.claim_id:
        raise WholeRoster
    _check_amount(payable, amount_fen, entitlement)
    if cause == Cause.NO_LONGER_QUALIFIES:
        _check_day(payable, qualified_until, entitlement)
    else:
        qualified_until = None
    try:
        with transaction.atomic():
            order = RecoveryOrder.objects.create(
                number=next_number(RecoveryOrder, f"ZH{payable.region.code[:6]}", timezone.localdate(now)),
                payable=payable,
                entitlement=entitlement,
                region=payable.region,
                cause=cause,
                reasons=reasons.strip(),
                amount_fen=amount_fen,
                qualified_until=qualified_until,
                proposed_by=by,
                proposed_at=now,
            )
    except IntegrityError as error:
        if "recovery_one_open" not in str(error):
            raise
        raise AskedAlready from error
    record(action="recovery.propose", by=by, subject=order, reason=order.reasons[:300])
    return order


def _check_amount(payable: Payable, amount_fen: int, entitlement: Entitlement | None) -> None:
    """No more than still stands as paid; a part of a roster's payment belongs to somebody."""
    paid = balance(account_of(payable, AccountKind.PAID))
    most = paid if entitlement is None else min(paid, entitlement.amount_fen)
    if not 0 < amount_fen <= most:
        raise NotSoMuch(most=format_yuan(most, 2))
    if entitlement is None and amount_fen < paid and payable.claim.entitlements.count() > 1:
        raise WholeRoster


def _check_day(payable: Payable, day: date | None, entitlement: Entitlement | None) -> None:
    if day is None:
        raise NoSuchDay
    granted = [entitlement] if entitlement is not None else list(payable.claim.entitlements.all())
    ends = [row.period.upper for row in granted if row.period.upper is not None]
    if ends and day >= max(ends):
        raise NoSuchDay
