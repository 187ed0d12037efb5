"""The whole life of an invitation, and who answers it."""

from typing import Any

from employment_portal.workflow.engine import Workflow, move
from jobs.applications.permissions import is_applicant
from jobs.invitations.enums import InvitationState as S


def is_invited(user: Any, invitation: Any) -> bool:
    """The person, or the clerk who sits with them at the counter now."""
    return is_applicant(user, invitation)


INVITATION = Workflow(
    "invitation",
    field="state",
    accept=move(S.ACCEPTED, sources=[S.OPEN], may=is_invited),
    decline=move(S.DECLINED, sources=[S.OPEN, S.ACCEPTED], may=is_invited),
    block=move(S.BLOCKED, sources=[S.OPEN, S.ACCEPTED, S.DECLINED], may=is_invited),
)
