from typing import Any

from employment_portal.accounts.enums import StaffRole
from employment_portal.workflow.engine import Workflow, move
from subsidies.payments.enums import BatchState as S
from subsidies.payments.models import Batch


def may_pay(user: Any, region: Any) -> bool:
    """A finance officer pays for his own subtree."""
    return user.has_role(StaffRole.FINANCE_OFFICER, region=region)


def finance(user: Any, batch: Batch) -> bool:
    return may_pay(user, batch.region)


def checker(user: Any, batch: Batch) -> bool:
    return finance(user, batch) and user.pk != batch.made_by_id


def releaser(user: Any, batch: Batch) -> bool:
    return finance(user, batch) and user.pk not in {batch.made_by_id, batch.checked_by_id}


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
