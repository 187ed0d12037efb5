from employment_portal.organisations.enums import VerificationStatus as S
from employment_portal.workflow.engine import Workflow, move

VERIFIABLE = [S.UNVERIFIED, S.RETURNED, S.REFUSED, S.EXPIRED, S.VERIFIED]
# A renewal in time is decided while the organisation stays verified; its validity may end before the decision.
# Unverified are those whose suspension was lifted while a renewal waited.
DECIDABLE = [S.SUBMITTED, S.VERIFIED, S.EXPIRED, S.UNVERIFIED]

# The standing of an organisation: what its licence check says at present. Who may do what stands in permissions.
ORGANISATION = Workflow(
    "organisation",
    submit=move(S.SUBMITTED, sources=VERIFIABLE),
    verify=move(S.VERIFIED, sources=DECIDABLE),
    send_back=move(S.RETURNED, sources=[S.SUBMITTED, S.EXPIRED, S.UNVERIFIED]),
    keep=move(S.VERIFIED, sources=[S.VERIFIED]),  # a renewal was sent back: still verified until its last day
    refuse=move(S.REFUSED, sources=DECIDABLE),
    expire=move(S.EXPIRED, sources=[S.VERIFIED]),
    suspend=move(S.SUSPENDED, sources=[S.VERIFIED, S.EXPIRED, S.UNVERIFIED, S.RETURNED, S.REFUSED]),
    resume=move(S.UNVERIFIED, sources=[S.SUSPENDED]),
)
