"""What the person does: start, fill in, send, withdraw."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.core.uploads import display_name
from employment_portal.people.models import Person
from employment_portal.workflow.engine import TransitionNotAllowed
from jobs.applications.actions.offering import end_open_offer
from jobs.applications.actions.rows import cancel_open_interviews, locked_application
from jobs.applications.enums import ApplicationStatus, ResumeKind
from jobs.applications.messages import tell_applicant, tell_employer
from jobs.applications.models import Answer, Application
from jobs.applications.queries import apply_state, earlier_answers, match_facts, part_state
from jobs.applications.rules import match_reasons
from jobs.applications.snapshot import take_snapshot
from jobs.applications.uploads import check_upload
from jobs.applications.workflow import APPLICATION
from jobs.postings.models import Posting

CONSENT_VERSION = "2026-11"


class CannotApply(DomainError):
    message = _("You cannot apply for this job now.")


class NotReady(DomainError):
    message = _("Finish the parts that are still open first.")


@transaction.atomic
def start_application(*, person_id: int, posting_id: int, by: Any, today: date) -> Application:
    """A draft with the answers of earlier applications filled in, to be checked. A draft already there is returned.

    Raises CannotApply with the reason.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    posting = Posting.objects.select_related("employer").get(pk=posting_id)
    state = apply_state(person, posting, today=today)
    if state.kind == "draft" and state.application is not None:
        return state.application
    if state.kind != "apply":
        raise CannotApply(state.sentence or None)
    application = Application.objects.create(
        posting=posting, person=person, created_at=timezone.now(), created_by=by
    )
    earlier = earlier_answers(application)
    Answer.objects.bulk_create(
        Answer(
            application=application,
            question=question,
            text=earlier[question.text].text,
            imported_from_id=earlier[question.text].application_id,
            checked=False,
        )
        for question in posting.questions.all()
        if question.text in earlier and earlier[question.text].question.kind == question.kind
    )
    return application


def _draft(application_id: int, by: Any) -> Application:
    application = locked_application(application_id)
    if not APPLICATION.can(application, "submit", by):
        raise TransitionNotAllowed
    return application


@transaction.atomic
def save_resume_choice(*, application_id: int, kind: str, file: UploadedFile | None, by: Any) -> Application:
    """Choose the résumé on file or a file of one's own; the file is checked by its content.

    Raises a DomainError of ``uploads`` that says what is wrong with the file, NotReady when there is none.
    """
    application = _draft(application_id, by)
    if file is not None:
        ending = check_upload(file, size=file.size or 0)
        _drop_upload(application)
        application.upload_name = display_name(file.name or "", ending, fallback="resume")
        application.upload.save(application.upload_name, file, save=False)
    if kind == ResumeKind.UPLOAD and not application.upload:
        raise NotReady(_("Choose the file that you want to send."))
    application.resume_kind = kind
    application.save(update_fields=["resume_kind", "upload", "upload_name"])
    return application


@transaction.atomic
def remove_upload(*, application_id: int, by: Any) -> Application:
    """Delete the file of a draft."""
    application = _draft(application_id, by)
    _drop_upload(application)
    if application.resume_kind == ResumeKind.UPLOAD:
        application.resume_kind = ""
    application.save(update_fields=["resume_kind", "upload", "upload_name"])
    return application


def _drop_upload(application: Application) -> None:
    if application.upload:
        storage, name = application.upload.storage, str(application.upload.name)
        transaction.on_commit(lambda: storage.delete(name))
        application.upload = ""
        application.upload_name = ""


@transaction.atomic
def save_answers(*, application_id: int, answers: dict[int, str], checked: set[int], by: Any) -> Application:
    """Keep the answers by question id. ``checked`` are the questions whose imported answer was looked at.

    An answer that was changed counts as checked.
    """
    application = _draft(application_id, by)
    known = {answer.question_id: answer for answer in application.answers.all()}
    for question in application.posting.questions.all():
        if question.pk not in answers:
            continue
        text = answers[question.pk].strip()
        answer = known.get(question.pk)
        if answer is None:
            Answer.objects.create(application=application, question=question, text=text)
            continue
        answer.checked = answer.checked or question.pk in checked or answer.text != text
        answer.text = text
        answer.save(update_fields=["text", "checked"])
    return application


@transaction.atomic
def save_letter(*, application_id: int, letter: str, share_phone: bool, by: Any) -> Application:
    """Keep the covering letter and whether the employer may see the phone number."""
    application = _draft(application_id, by)
    application.letter = letter.strip()
    application.share_phone = share_phone
    application.save(update_fields=["letter", "share_phone"])
    return application


@transaction.atomic
def submit_application(*, application_id: int, by: Any, today: date) -> Application:
    """Freeze the résumé and send it. Sent already, it stays as it was sent.

    Raises CannotApply when the job has closed meanwhile, NotReady with what is missing.
    """
    application = locked_application(application_id)
    if application.status == ApplicationStatus.SUBMITTED and APPLICATION.may(application, "submit", by):
        return application
    state = apply_state(application.person, application.posting, today=today)
    if application.status == ApplicationStatus.DRAFT and state.kind != "draft":
        raise CannotApply(state.sentence or None)
    if missing := part_state(application):
        raise NotReady(missing[0].sentence)
    application.resume = take_snapshot(
        application.person, today=today, online=application.resume_kind == ResumeKind.ONLINE
    )
    wanted, seeker = match_facts(application.person, application.posting)
    application.match = match_reasons(wanted, seeker, today=today)
    application.submitted_at = timezone.now()
    if application.resume_kind == ResumeKind.ONLINE:
        _drop_upload(application)
    APPLICATION.apply(
        application,
        "submit",
        by=by,
        data={"consent": CONSENT_VERSION},
        save_fields=["resume", "match", "submitted_at", "upload", "upload_name"],
    )
    tell_applicant("application_submitted", application, key="1")
    tell_employer("application_received", application, key="1")
    return application


@transaction.atomic
def withdraw_application(*, application_id: int, reason: str = "", by: Any) -> Application:
    """Take the application back at any time before being hired; interview and offer end with it."""
    application = locked_application(application_id)
    was_sent = application.submitted_at is not None
    if application.status == ApplicationStatus.WITHDRAWN and APPLICATION.may(application, "withdraw", by):
        return application
    if APPLICATION.can(application, "withdraw", by):
        cancel_open_interviews(application, by=by)
        end_open_offer(application, by=by, reason=str(_("Application withdrawn")))
    application.ended_at = timezone.now()
    if not was_sent:
        _drop_upload(application)
    APPLICATION.apply(
        application, "withdraw", by=by, note=reason.strip(), save_fields=["ended_at", "upload", "upload_name"]
    )
    if was_sent:
        tell_employer("application_withdrawn", application, reason=reason.strip())
    return application
