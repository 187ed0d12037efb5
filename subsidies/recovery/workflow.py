"""The whole life of a recovery order."""

from employment_portal.workflow.engine import Workflow, move
from subsidies.recovery.models import OrderState as S
from subsidies.recovery.permissions import cashier, issuer, nobody, officer

RECOVERY = Workflow(
    "recovery",
    field="state",
    issue=move(S.ISSUED, sources=[S.PROPOSED], may=issuer),
    drop=move(S.DROPPED, sources=[S.PROPOSED], may=officer),
    agree_plan=move(S.ISSUED, sources=[S.ISSUED], may=officer),
    refer=move(S.REFERRED, sources=[S.ISSUED], may=cashier),
    settle=move(S.RECOVERED, sources=[S.ISSUED, S.REFERRED], may=nobody),
    bank_returns=move(S.RETURNED, sources=[S.ISSUED, S.REFERRED], may=nobody),
    withdraw=move(S.DROPPED, sources=[S.PROPOSED], may=nobody),
    write_off=move(S.WRITTEN_OFF, sources=[S.ISSUED, S.REFERRED], may=cashier),
)
