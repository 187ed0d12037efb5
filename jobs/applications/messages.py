"""Who is told what about an application. The words are in templates/notifications/."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from employment_portal.notifications.actions import ALL_CHANNELS, INBOX_AND_MAIL, INBOX_ONLY, notify
from employment_portal.organisations.models import Member
from jobs.applications.calendar_files import MIMETYPE, calendar_file, filename
from jobs.applications.models import Application, Interview

LOUD = {"interview_invited", "interview_cancelled", "offer_made", "offer_withdrawn"}


def tell_applicant(kind: str, application: Application, *, key: str = "", **context: Any) -> None:
    """A message to the person; without a sign-in it goes to the mail address of the résumé, if there is one."""
    user = application.person.user
    address = "" if user is not None else application.resume.get("email", "")
    if user is None and not address:
        return
    _send(
        kind,
        application,
        to=user,
        address=address,
        channels=ALL_CHANNELS if kind in LOUD else INBOX_AND_MAIL,
        path=application.get_absolute_url(),
        key=key,
        **context,
    )


def tell_employer(kind: str, application: Application, *, key: str = "", **context: Any) -> None:
    """A message to everybody who acts for the employer now."""
    members = Member.objects.filter(
        organisation=application.posting.employer_id, left_at__isnull=True
    ).select_related("user")
    for member in members:
        _send(
            kind,
            application,
            to=member.user,
            channels=INBOX_ONLY if kind == "application_received" else INBOX_AND_MAIL,
            path=reverse("jobs:applicant", args=[application.public_id]),
            key=key,
            **context,
        )


def tell_of_interview(kind: str, interview: Interview, *, now: datetime) -> None:
    """The applicant, with the calendar file in the language of the mail."""
    application = interview.application
    user = application.person.user
    with translation.override(user.language if user is not None else settings.LANGUAGE_CODE):
        text = calendar_file(interview, url=f"{settings.SITE_URL}{application.get_absolute_url()}", now=now)
    tell_applicant(
        kind,
        application,
        key=f"{interview.public_id}:{interview.sequence}",
        interview=interview,
        attachments=[{"name": filename(interview), "mimetype": MIMETYPE, "text": text}],
    )


def _send(
    kind: str,
    application: Application,
    *,
    to: Any,
    channels: Iterable[str],
    path: str,
    key: str,
    address: str = "",
    attachments: list[dict[str, str]] | None = None,
    **context: Any,
) -> None:
    notify(
        kind=kind,
        to=to,
        address=address,
        channels=channels,
        context={
            "application": application,
            "posting": application.posting,
            "employer": application.posting.employer,
            "applicant": application.resume.get("name") or application.person.name,
            **context,
        },
        path=path,
        dedupe_key=f"{kind}:{application.public_id}:{key}" if key else "",
        attachments=attachments,
    )
