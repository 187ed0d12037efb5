"""Interviews: the employer invites, the person answers."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.workflow.engine import TransitionNotAllowed
from jobs.applications.actions.rows import locked_application, locked_interview, require_standing
from jobs.applications.enums import OPEN_INTERVIEWS, ApplicationStatus, InterviewState
from jobs.applications.messages import tell_employer, tell_of_interview
from jobs.applications.models import Interview
from jobs.applications.rules import fill
from jobs.applications.workflow import APPLICATION, INTERVIEW

ANSWERS = {
    "accept": InterviewState.ACCEPTED,
    "decline": InterviewState.DECLINED,
    "ask_other_time": InterviewState.OTHER_TIME,
}


class InterviewInThePast(DomainError):
    message = _("Choose a time that has not passed yet.")


class InterviewNotYet(DomainError):
    message = _("The interview has not begun yet. Record its outcome afterwards.")


@transaction.atomic
def invite_to_interview(
    *,
    application_id: int,
    kind: str,
    starts_at: datetime,
    minutes: int,
    place: str,
    contact: str,
    message: str,
    by: Any,
) -> Interview:
    """Invite the applicant, with a calendar file. The same invitation sent twice is one.

    After an interview that was held, declined or missed, another can follow while the stage is interview.
    Raises TransitionNotAllowed when one is still open, InterviewInThePast, TakenDown.
    """
    application = locked_application(application_id)
    require_standing(application.posting)
    if starts_at <= timezone.now():
        raise InterviewInThePast
    standing = application.interviews.filter(state__in=OPEN_INTERVIEWS).first()
    if standing is not None:
        if (standing.starts_at, standing.kind, standing.place, standing.created_by_id) == (
            starts_at,
            kind,
            place,
            by.pk,
        ):
            return standing
        raise TransitionNotAllowed(_("An interview is already planned. Move or cancel that one."))
    text = fill(message, name=application.resume.get("name", ""), job=application.posting.title)
    if application.status == ApplicationStatus.INTERVIEW:
        if not APPLICATION.may(application, "invite", by):
            raise TransitionNotAllowed
    else:
        if application.seen_at is None:
            application.seen_at = timezone.now()
        APPLICATION.apply(application, "invite", by=by, note=text, save_fields=["seen_at"])
    interview = Interview.objects.create(
        application=application,
        kind=kind,
        starts_at=starts_at,
        minutes=minutes,
        place=place,
        contact=contact,
        message=text,
        created_by=by,
        created_at=timezone.now(),
    )
    tell_of_interview("interview_invited", interview, now=timezone.now())
    return interview


@transaction.atomic
def reschedule_interview(
    *,
    interview_id: int,
    kind: str,
    starts_at: datetime,
    minutes: int,
    place: str,
    contact: str,
    message: str,
    by: Any,
) -> Interview:
    """Move an open interview; the person answers anew. Raises TransitionNotAllowed, InterviewInThePast."""
    interview = locked_interview(interview_id)
    require_standing(interview.application.posting)
    if starts_at <= timezone.now():
        raise InterviewInThePast
    interview.kind = kind
    interview.starts_at = starts_at
    interview.minutes = minutes
    interview.place = place
    interview.contact = contact
    interview.message = fill(
        message, name=interview.application.resume.get("name", ""), job=interview.application.posting.title
    )
    interview.sequence += 1
    interview.answered_at = None
    interview.reply = ""
    INTERVIEW.apply(
        interview,
        "reschedule",
        by=by,
        note=interview.message,
        save_fields=[
            "kind",
            "starts_at",
            "minutes",
            "place",
            "contact",
            "message",
            "sequence",
            "answered_at",
            "reply",
        ],
    )
    tell_of_interview("interview_invited", interview, now=timezone.now())
    return interview


@transaction.atomic
def cancel_interview(*, interview_id: int, reason: str, by: Any) -> Interview:
    """Call an open interview off, saying why; the calendar entry goes with it."""
    interview = locked_interview(interview_id)
    interview.sequence += 1
    if not APPLICATION.may(interview.application, "invite", by):
        raise TransitionNotAllowed
    INTERVIEW.apply(interview, "cancel", by=by, note=reason.strip(), save_fields=["sequence"])
    tell_of_interview("interview_cancelled", interview, now=timezone.now())
    return interview


@transaction.atomic
def answer_interview(*, interview_id: int, answer: str, reply: str, by: Any) -> Interview:
    """``accept``, ``decline`` or ``ask_other_time``. The same answer given twice is one.

    Raises TransitionNotAllowed, InterviewInThePast.
    """
    interview = locked_interview(interview_id)
    if interview.state == ANSWERS[answer] and INTERVIEW.may(interview, answer, by):
        return interview
    if interview.starts_at <= timezone.now():
        raise InterviewInThePast(_("The time of this interview has passed. Contact the employer."))
    interview.answered_at = timezone.now()
    interview.reply = reply.strip()
    INTERVIEW.apply(interview, answer, by=by, note=interview.reply, save_fields=["answered_at", "reply"])
    tell_employer("interview_answered", interview.application, interview=interview)
    return interview


def mark_held(*, interview_id: int, by: Any) -> Interview:
    """The interview took place. Raises InterviewNotYet, TransitionNotAllowed."""
    return _record_outcome(interview_id, "mark_held", by)


def mark_no_show(*, interview_id: int, by: Any) -> Interview:
    """The applicant did not come. Raises InterviewNotYet, TransitionNotAllowed."""
    return _record_outcome(interview_id, "mark_no_show", by)


@transaction.atomic
def _record_outcome(interview_id: int, move: str, by: Any) -> Interview:
    interview = locked_interview(interview_id)
    if interview.starts_at > timezone.now():
        raise InterviewNotYet
    INTERVIEW.apply(interview, move, by=by)
    return interview
