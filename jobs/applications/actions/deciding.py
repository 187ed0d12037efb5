"""What the employer does with the applications that it received, one by one."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.each import each
from employment_portal.core.errors import DomainError
from employment_portal.organisations.models import Organisation
from employment_portal.regions.terms import TermCode, term
from employment_portal.workflow.engine import TransitionNotAllowed
from jobs.applications.actions.rows import (
    cancel_open_interviews,
    locked_application,
    require_standing,
    require_verified,
)
from jobs.applications.enums import ENDED_STATES, ApplicationStatus, ContactKind
from jobs.applications.messages import tell_applicant
from jobs.applications.models import Application, ApplicationNote, ContactView, MessageTemplate
from jobs.applications.permissions import is_recipient
from jobs.applications.rules import STEPS, fill
from jobs.applications.workflow import APPLICATION
from jobs.postings.enums import PostingStatus
from jobs.postings.models import Posting


class NoPhone(DomainError):
    message = _("This applicant does not share a phone number. Invite them through this portal.")


@transaction.atomic
def mark_seen(*, application_id: int, by: Any) -> Application:
    """The employer opened the application. Opened before, nothing changes."""
    application = locked_application(application_id)
    if application.status != ApplicationStatus.SUBMITTED and is_recipient(by, application):
        return application
    application.seen_at = timezone.now()
    APPLICATION.apply(application, "mark_seen", by=by, save_fields=["seen_at"])
    return application


@transaction.atomic
def shortlist(*, application_id: int, message: str, by: Any) -> Application:
    """Put an applicant on the shortlist and tell them, unless ``message`` is empty."""
    application = locked_application(application_id)
    text = _filled(message, application)
    if application.seen_at is None:
        application.seen_at = timezone.now()
    APPLICATION.apply(application, "shortlist", by=by, note=text, save_fields=["seen_at"])
    if text:
        tell_applicant("application_shortlisted", application, key="1", message=text)
    return application


@transaction.atomic
def reject(*, application_id: int, reason: str, message: str, by: Any) -> Application:
    """Turn an applicant down. ``reason`` (RejectReason) is kept for the employer, ``message`` goes to the person."""
    application = locked_application(application_id)
    if APPLICATION.can(application, "reject", by):
        cancel_open_interviews(application, by=by)
    application.reject_reason = reason
    application.reject_message = _filled(message, application)
    application.ended_at = timezone.now()
    APPLICATION.apply(
        application,
        "reject",
        by=by,
        note=application.reject_message,
        data={"reason": reason},
        save_fields=["reject_reason", "reject_message", "ended_at"],
    )
    tell_applicant("application_rejected", application, key="1", message=application.reject_message)
    return application


def _filled(message: str, application: Application) -> str:
    return fill(message.strip(), name=application.resume.get("name", ""), job=application.posting.title)


@transaction.atomic
def add_note(*, application_id: int, text: str, by: Any) -> ApplicationNote:
    """A note for the employer's own people; the applicant does not see it."""
    application = locked_application(application_id)
    if not is_recipient(by, application):
        raise TransitionNotAllowed
    return ApplicationNote.objects.create(
        application=application, text=text.strip(), by=by, at=timezone.now()
    )


@transaction.atomic
def reveal_phone(*, application_id: int, by: Any, request: Any = None) -> str:
    """The applicant's phone number. Each look is recorded; the applicant sees who looked and when.

    Raises NoPhone when the applicant does not share it or the application has ended without a hire, TakenDown,
    EmployerStopped, EmployerLapsed.
    """
    application = locked_application(application_id)
    if not is_recipient(by, application):
        raise TransitionNotAllowed
    require_standing(application.posting)
    require_verified(application.posting)
    phone = application.resume.get("phone", "")
    if not application.share_phone or not phone:
        raise NoPhone
    if application.status in ENDED_STATES - {ApplicationStatus.HIRED}:
        raise NoPhone(_("The application has ended, so the phone number is no longer shown."))
    ContactView.objects.create(application=application, by=by, at=timezone.now())
    record(action="application.reveal_phone", by=by, subject=application, request=request)
    return phone


@transaction.atomic
def open_file(*, application_id: int, by: Any, request: Any = None) -> Application:
    """An applicant's own file, for the employer that received it; recorded like a look at the phone number.

    Raises TransitionNotAllowed, TakenDown, EmployerStopped, EmployerLapsed.
    """
    application = locked_application(application_id)
    if not is_recipient(by, application):
        raise TransitionNotAllowed
    require_standing(application.posting)
    require_verified(application.posting)
    ContactView.objects.create(application=application, by=by, at=timezone.now(), kind=ContactKind.FILE)
    record(action="application.download", by=by, subject=application, request=request)
    return application


@transaction.atomic
def save_message_template(*, organisation_id: int, step: str, text: str) -> None:
    """Keep an employer's wording of a step; the portal's own wording, or none, takes it away."""
    text = text.strip()
    if step not in STEPS:
        raise ValueError(f"no message for the step {step!r}")
    if not text or text == str(STEPS[step]):
        MessageTemplate.objects.filter(employer=organisation_id, step=step).delete()
        return
    MessageTemplate.objects.update_or_create(employer_id=organisation_id, step=step, defaults={"text": text})


def record_export(*, organisation: Organisation, rows: int, kind: str, by: Any, request: Any) -> None:
    """Audit that a list of applicants left the portal as a file."""
    record(
        action="application.export",
        by=by,
        subject=organisation,
        detail={"rows": rows, "format": kind},
        request=request,
    )


def expire_applications(*, today: date) -> int:
    """End applications that nobody answered within the term of the posting's region after it ended; how many.

    A step of the employer counts as an answer only while an interview or offer is still ahead.
    """
    ended = Application.objects.filter(
        status__in=APPLICATION.moves["expire"].sources,
        posting__status__in=[PostingStatus.EXPIRED, PostingStatus.CLOSED, PostingStatus.REJECTED],
        posting__ended_at__date__lt=today,
    ).exclude(
        interviews__state__in=["proposed", "other_time", "accepted"], interviews__starts_at__date__gte=today
    )
    due = [
        application.pk
        for application in ended.select_related("posting__region").order_by("pk")
        if timezone.localdate(application.posting.ended_at)
        < today - timedelta(days=answer_days(application.posting, today))
    ]
    return each(_expire, due)


def answer_days(posting: Posting, on: date) -> int:
    """Within how many days an employer answers once the posting has ended."""
    return term(TermCode.APPLICATION_ANSWER, region=posting.region, on=on)


@transaction.atomic
def _expire(application_id: int) -> bool:
    application = locked_application(application_id)
    if not APPLICATION.can(application, "expire"):
        return False
    cancel_open_interviews(application, by=None)
    application.ended_at = timezone.now()
    APPLICATION.apply(application, "expire", by=None, save_fields=["ended_at"])
    tell_applicant("application_expired", application, key="1")
    return True
