"""Applying in one go, for programs that ask for everything first."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from jobs.applications.actions.applying import (
    CannotApply,
    save_answers,
    save_letter,
    save_resume_choice,
    start_application,
    submit_application,
)
from jobs.applications.enums import OPEN_STATES, ResumeKind
from jobs.applications.models import Application


class AlreadyApplied(CannotApply):
    message = _("You have applied for this job already.")


@transaction.atomic
def apply_at_once(
    *,
    person_id: int,
    posting_id: int,
    answers: dict[int, str],
    letter: str | None = None,
    share_phone: bool | None = None,
    by: Any,
    today: date,
) -> Application:
    """Start, fill in and send with the résumé on file. When a step refuses, nothing of it stays.

    ``answers`` by question id are looked at by who sends them, so an earlier answer among them counts as checked.
    A draft begun on the pages is completed; ``letter`` and ``share_phone`` None keep what it says.

    Raises AlreadyApplied, CannotApply, NotReady.
    """
    if Application.objects.filter(person=person_id, posting=posting_id, status__in=OPEN_STATES).exists():
        raise AlreadyApplied
    application = start_application(person_id=person_id, posting_id=posting_id, by=by, today=today)
    chosen = {"application_id": application.pk, "by": by}
    save_resume_choice(kind=ResumeKind.ONLINE, file=None, **chosen)
    save_answers(answers=answers, checked=set(answers), **chosen)
    save_letter(
        letter=application.letter if letter is None else letter,
        share_phone=application.share_phone if share_phone is None else share_phone,
        **chosen,
    )
    return submit_application(today=today, **chosen)
