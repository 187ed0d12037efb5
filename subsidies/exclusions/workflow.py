"""The whole life of a rule against double benefits."""

from employment_portal.workflow.engine import Workflow, move
from subsidies.exclusions.permissions import may_ask, may_end, may_publish, may_write
from subsidies.policies.enums import GuardState as S

GUARD = Workflow(
    "guard",
    field="state",
    edit=move(S.DRAFT, sources=[S.DRAFT], may=may_write),
    submit=move(S.SUBMITTED, sources=[S.DRAFT], may=may_write),
    take_back=move(S.DRAFT, sources=[S.SUBMITTED], may=may_write),
    send_back=move(S.DRAFT, sources=[S.SUBMITTED], may=may_publish),
    publish=move(S.IN_FORCE, sources=[S.SUBMITTED], may=may_publish),
    replace=move(S.ENDED, sources=[S.IN_FORCE, S.ENDING], may=may_ask),
    ask_end=move(S.ENDING, sources=[S.IN_FORCE], may=may_ask),
    keep=move(S.IN_FORCE, sources=[S.ENDING], may=may_ask),
    end=move(S.ENDED, sources=[S.ENDING], may=may_end),
)
