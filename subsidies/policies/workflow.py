"""The whole life of a policy version."""

from employment_portal.workflow.engine import Workflow, move
from subsidies.policies.enums import VersionState as S
from subsidies.policies.permissions import may_publish, may_retire, may_write

VERSION = Workflow(
    "policy",
    field="state",
    edit=move(S.DRAFT, sources=[S.DRAFT], may=may_write),
    submit=move(S.SUBMITTED, sources=[S.DRAFT], may=may_write),
    take_back=move(S.DRAFT, sources=[S.SUBMITTED], may=may_write),
    send_back=move(S.DRAFT, sources=[S.SUBMITTED], may=may_publish),
    publish=move(S.PUBLISHED, sources=[S.SUBMITTED], may=may_publish),
    end=move(S.PUBLISHED, sources=[S.PUBLISHED], may=may_retire),
    retire=move(S.RETIRED, sources=[S.PUBLISHED], may=may_retire),
)
