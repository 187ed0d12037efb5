from typing import Any

from employment_portal.accounts.enums import StaffRole
from employment_portal.workflow.engine import Workflow, move
from subsidies.claims.permissions import has_interest
from subsidies.payments.enums import BatchState as S
from subsidies.payments.interest import holds_interest
from subsidies.payments.models import Batch, Payable


def may_pay(user: Any, region: Any) -> bool:
    """A finance officer pays for his own subtree."""
    return user.has_role(StaffRole.FINANCE_OFFICER, region=region)


def may_handle(user: Any, payable: Payable) -> bool:
    """Nobody touches a payment of his own, a relative's or his own firm's."""
    return may_pay(user, payable.region) and not has_interest(user, payable.claim)


def finance(user: Any, batch: Batch) -> bool:
    return may_pay(user, batch.region)


def checker(user: Any, batch: Batch) -> bool:
    return finance(user, batch) and user.pk != batch.made_by_id and not holds_interest(user, batch)


def releaser(user: Any, batch: Batch) -> bool:
    had_no_part = user.pk not in {batch.made_by_id, batch.checked_by_id}
    return finance(user, batch) and had_no_part and not holds_interest(user, batch)


BATCH = Workflow(
    "batch",
    field="state",
    check=move(S.CHECKED, sources=[S.MADE], may=checker),
    release=move(S.RELEASED, sources=[S.CHECKED], may=releaser),
    cancel=move(S.CANCELLED, sources=[S.MADE, S.CHECKED], may=finance),
    send=move(S.SENDING, sources=[S.RELEASED], may=finance),
    hand_in=move(S.SENT, sources=[S.RELEASED], may=finance),
    arrive=move(S.SENT, sources=[S.RELEASED, S.SENDING, S.UNKNOWN]),
    refuse=move(S.RELEASED, sources=[S.SENDING]),
    lose=move(S.UNKNOWN, sources=[S.SENDING]),
    not_arrived=move(S.RELEASED, sources=[S.UNKNOWN]),
    close=move(S.CLOSED, sources=[S.SENT]),
)
