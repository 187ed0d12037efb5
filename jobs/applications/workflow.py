"""The whole life of an application, of its interviews and of its offers."""

from typing import Any

from employment_portal.workflow.engine import Workflow, move
from jobs.applications.enums import ApplicationStatus as S
from jobs.applications.enums import InterviewState as I
from jobs.applications.enums import OfferState as O
from jobs.applications.permissions import is_applicant, is_recipient, nobody

APPLICATION = Workflow(
    "application",
    submit=move(S.SUBMITTED, sources=[S.DRAFT], may=is_applicant),
    mark_seen=move(S.SEEN, sources=[S.SUBMITTED], may=is_recipient),
    shortlist=move(S.SHORTLISTED, sources=[S.SUBMITTED, S.SEEN], may=is_recipient),
    invite=move(S.INTERVIEW, sources=[S.SUBMITTED, S.SEEN, S.SHORTLISTED], may=is_recipient),
    make_offer=move(S.OFFERED, sources=[S.SHORTLISTED, S.INTERVIEW], may=is_recipient),
    withdraw_offer=move(S.SHORTLISTED, sources=[S.OFFERED], may=is_recipient),
    lapse_offer=move(S.SHORTLISTED, sources=[S.OFFERED], may=nobody),
    hire=move(S.HIRED, sources=[S.OFFERED], may=is_applicant),
    reject=move(S.REJECTED, sources=[S.SUBMITTED, S.SEEN, S.SHORTLISTED, S.INTERVIEW], may=is_recipient),
    withdraw=move(
        S.WITHDRAWN,
        sources=[S.DRAFT, S.SUBMITTED, S.SEEN, S.SHORTLISTED, S.INTERVIEW, S.OFFERED],
        may=is_applicant,
    ),
    expire=move(S.EXPIRED, sources=[S.SUBMITTED, S.SEEN, S.SHORTLISTED, S.INTERVIEW], may=nobody),
)


def _applicant(user: Any, part: Any) -> bool:
    return is_applicant(user, part.application)


def _recipient(user: Any, part: Any) -> bool:
    return is_recipient(user, part.application)


def _either(user: Any, part: Any) -> bool:
    return _applicant(user, part) or _recipient(user, part)


INTERVIEW = Workflow(
    "interview",
    field="state",
    accept=move(I.ACCEPTED, sources=[I.PROPOSED], may=_applicant),
    decline=move(I.DECLINED, sources=[I.PROPOSED, I.OTHER_TIME, I.ACCEPTED], may=_applicant),
    ask_other_time=move(I.OTHER_TIME, sources=[I.PROPOSED, I.ACCEPTED], may=_applicant),
    reschedule=move(I.PROPOSED, sources=[I.PROPOSED, I.OTHER_TIME, I.ACCEPTED], may=_recipient),
    # cancelled by the employer, or together with the application by whoever ends that
    cancel=move(I.CANCELLED, sources=[I.PROPOSED, I.OTHER_TIME, I.ACCEPTED], may=_either),
    mark_held=move(I.HELD, sources=[I.PROPOSED, I.OTHER_TIME, I.ACCEPTED], may=_recipient),
    mark_no_show=move(I.NO_SHOW, sources=[I.PROPOSED, I.OTHER_TIME, I.ACCEPTED], may=_recipient),
)

OFFER = Workflow(
    "offer",
    field="state",
    accept=move(O.ACCEPTED, sources=[O.OPEN], may=_applicant),
    decline=move(O.DECLINED, sources=[O.OPEN], may=_applicant),
    withdraw=move(O.WITHDRAWN, sources=[O.OPEN], may=_recipient),
    lapse=move(O.LAPSED, sources=[O.OPEN], may=nobody),
)
