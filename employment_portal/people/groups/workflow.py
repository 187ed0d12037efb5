from employment_portal.people.enums import GroupState as S
from employment_portal.people.permissions import may_certify, may_end_membership
from employment_portal.workflow.engine import Workflow, move

# The life of a membership: applied for by the person or prepared by a clerk, certified by a district officer.
GROUP = Workflow(
    "group",
    field="state",
    certify=move(S.CERTIFIED, sources=[S.APPLIED], may=may_certify),
    refuse=move(S.REFUSED, sources=[S.APPLIED], may=may_certify),
    end=move(S.ENDED, sources=[S.CERTIFIED], may=may_end_membership),
    expire=move(S.ENDED, sources=[S.CERTIFIED], may=lambda user, membership: False),  # the nightly task only
)
