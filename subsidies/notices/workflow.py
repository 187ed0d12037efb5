from employment_portal.workflow.engine import Workflow, move
from subsidies.notices.enums import NoticeState as S
from subsidies.notices.enums import ObjectionState as O
from subsidies.notices.permissions import may_decide_objection, may_keep_notice, nobody

NOTICE = Workflow(
    "notice",
    field="state",
    publish=move(S.OPEN, sources=[S.DRAFT], may=may_keep_notice),
    close=move(S.CLOSED, sources=[S.OPEN], may=nobody),
    cancel=move(S.CANCELLED, sources=[S.DRAFT, S.OPEN], may=may_keep_notice),
)

OBJECTION = Workflow(
    "objection",
    field="state",
    uphold=move(O.UPHELD, sources=[O.OPEN], may=may_decide_objection),
    reject=move(O.REJECTED, sources=[O.OPEN], may=may_decide_objection),
)
