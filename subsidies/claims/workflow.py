"""The whole life of a claim. Moves of other topics (notice, payment) are listed too: nobody else moves a claim."""

from employment_portal.workflow.engine import Workflow, move
from subsidies.claims.enums import ClaimState as S
from subsidies.claims.permissions import is_claimant, may_decide, nobody

CLAIM = Workflow(
    "claim",
    field="state",
    submit=move(S.SUBMITTED, sources=[S.DRAFT], may=is_claimant),
    resubmit=move(S.SUBMITTED, sources=[S.CORRECTION], may=is_claimant),
    withdraw=move(S.WITHDRAWN, sources=[S.SUBMITTED, S.CORRECTION, S.IN_REVIEW], may=is_claimant),
    # the steps of the policy
    accept=move(S.IN_REVIEW, sources=[S.SUBMITTED], may=may_decide),
    ask_correction=move(S.CORRECTION, sources=[S.SUBMITTED], may=may_decide),
    not_accept=move(S.NOT_ACCEPTED, sources=[S.SUBMITTED], may=may_decide),
    pass_step=move(S.IN_REVIEW, sources=[S.IN_REVIEW], may=may_decide),
    send_back=move(S.IN_REVIEW, sources=[S.IN_REVIEW], may=may_decide),
    send_back_to_acceptance=move(S.SUBMITTED, sources=[S.IN_REVIEW], may=may_decide),
    approve=move(S.APPROVED, sources=[S.SUBMITTED, S.IN_REVIEW], may=may_decide),
    refuse=move(S.REFUSED, sources=[S.IN_REVIEW], may=may_decide),
    # by the portal: a correction that never came, an appeal upheld, an objection upheld
    lapse=move(S.NOT_ACCEPTED, sources=[S.CORRECTION], may=nobody),
    reopen=move(S.SUBMITTED, sources=[S.NOT_ACCEPTED, S.REFUSED, S.REVOKED]),
    revoke=move(S.REVOKED, sources=[S.APPROVED, S.NOTICED]),
    # notice and payment
    publish=move(S.NOTICED, sources=[S.APPROVED]),
    unpublish=move(S.APPROVED, sources=[S.NOTICED]),
    hand_over=move(S.PAYABLE, sources=[S.APPROVED, S.NOTICED]),
    archive=move(S.ARCHIVED, sources=[S.PAYABLE]),
)
