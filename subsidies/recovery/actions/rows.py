"""The locked order, and the ledger's accounts of the payment that it asks back."""

from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef
from subsidies.payments.models import Payable
from subsidies.recovery.models import RecoveryOrder


def locked_order(order_id: int) -> RecoveryOrder:
    """The order, held until the end of the transaction."""
    return (
        RecoveryOrder.objects.select_for_update(of=("self",))
        .select_related(
            "region",
            "entitlement",
            "payable__line__item",
            "payable__claim__person",
            "payable__claim__organisation",
            "payable__person__user",
            "payable__organisation",
        )
        .get(pk=order_id)
    )


def account_of(payable: Payable, kind: AccountKind) -> AccountRef:
    return AccountRef(SUBSIDIES, payable.line_id, kind, payable.pk)


def line_account(payable: Payable, kind: AccountKind) -> AccountRef:
    return AccountRef(SUBSIDIES, payable.line_id, kind)
