"""The locked row that an action works on."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from jobs.applications.enums import OPEN_INTERVIEWS
from jobs.applications.models import Application, Interview
from jobs.applications.workflow import INTERVIEW
from jobs.postings.enums import PostingStatus
from jobs.postings.models import Posting


class TakenDown(DomainError):
    """Staff took the posting off the portal: nobody is drawn further into it."""

    message = _("The employment agency has taken this job down. Ask the agency before you go on.")


class EmployerStopped(DomainError):
    message = _("This employer may not recruit at present. Ask the employment agency before you go on.")


class EmployerLapsed(DomainError):
    message = _(
        "Your organisation is not verified at present. Hand its licence in; once it is verified, go on from here."
    )


def require_standing(posting: Posting) -> None:
    """Raise TakenDown for a posting that staff took down, EmployerStopped where its employer may not recruit."""
    if posting.status == PostingStatus.REJECTED:
        raise TakenDown
    if posting.employer.is_stopped:
        raise EmployerStopped


def require_verified(posting: Posting) -> None:
    """Raise EmployerLapsed where the verification has run out: what has begun goes on, nothing new begins."""
    if not posting.employer.is_verified_on(timezone.localdate()):
        raise EmployerLapsed


def locked_application(application_id: int) -> Application:
    """The application held until the transaction ends; whoever comes second sees the new state."""
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("person__user", "posting__employer__parent")
        .get(pk=application_id)
    )


def locked_interview(interview_id: int) -> Interview:
    """The application first, then its interview: always in this order, so that two never wait for each other."""
    application_id = Interview.objects.values_list("application_id", flat=True).get(pk=interview_id)
    application = locked_application(application_id)
    interview = Interview.objects.select_for_update(of=("self",)).get(pk=interview_id)
    interview.application = application
    return interview


def cancel_open_interviews(application: Application, *, by: Any, note: str = "") -> None:
    """The application ends or is decided: what was still planned is off."""
    for interview in application.interviews.select_for_update().filter(state__in=OPEN_INTERVIEWS):
        interview.application = application
        interview.sequence += 1
        interview.answered_at = interview.answered_at or timezone.now()
        INTERVIEW.apply(interview, "cancel", by=by, note=note, save_fields=["sequence", "answered_at"])
