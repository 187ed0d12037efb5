"""The pages on which a person applies: start, task list, parts, check and send."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.permissions import SIGNED_IN, route
from employment_portal.core.errors import DomainError
from employment_portal.people.models import Person
from employment_portal.people.queries import person_for
from jobs.applications import actions
from jobs.applications.enums import ApplicationStatus, ResumeKind
from jobs.applications.forms import AnswersForm, LetterForm, ResumeForm, SendForm
from jobs.applications.models import Application
from jobs.applications.queries import apply_state, has_resume, match_facts, part_state
from jobs.applications.rules import match_reasons, reasons_of
from jobs.applications.snapshot import readable, take_snapshot
from jobs.applications.views.common import posted, told
from jobs.postings.models import Posting


def to_resume(request: HttpRequest) -> HttpResponse:
    """Whoever has no record yet makes one first."""
    messages.info(request, _("Fill in your name and your résumé first. After that you can apply."))
    try:
        return redirect("people:resume")
    except NoReverseMatch:
        return redirect("home")


def draft_of(request: HttpRequest, public_id: str) -> Application:
    """The draft of the person at hand; anything else is not found."""
    person = person_for(request)
    if person is None:
        raise Http404
    return get_object_or_404(
        Application.objects.of_person(person).select_related(
            "posting__employer", "posting__region", "person"
        ),
        public_id=public_id,
        status=ApplicationStatus.DRAFT,
    )


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, public_id: str) -> HttpResponse:
    """What applying takes; POST begins the draft or goes on with it."""
    posting = get_object_or_404(
        Posting.objects.public().select_related("employer", "region"), public_id=public_id
    )
    person = person_for(request)
    if request.method == "POST":
        if person is None:
            return to_resume(request)
        try:
            application = actions.start_application(
                person_id=person.pk, posting_id=posting.pk, by=request.user, today=timezone.localdate()
            )
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect("jobs:apply", public_id)
        return redirect("jobs:apply_tasks", application.public_id)
    state = apply_state(person, posting, today=timezone.localdate())
    return render(
        request,
        "jobs/applications/start.html",
        {
            "posting": posting,
            "state": state,
            "person": person,
            "materials": [_("Your résumé on this portal, or a PDF or Word file")],
        },
    )


@route(SIGNED_IN)
@require_safe
def tasks(request: HttpRequest, public_id: str) -> HttpResponse:
    """The task list of a draft; what was sent already shows its own page."""
    person = person_for(request)
    if person is None:
        raise Http404
    application = get_object_or_404(
        Application.objects.of_person(person).select_related(
            "posting__employer", "posting__region", "person"
        ),
        public_id=public_id,
    )
    if application.status != ApplicationStatus.DRAFT:
        return redirect(application)
    missing = {part.part: part.sentence for part in part_state(application)}
    state = apply_state(person, application.posting, today=timezone.localdate())
    return render(
        request,
        "jobs/applications/tasks.html",
        {
            "application": application,
            "posting": application.posting,
            "state": state,
            "tasks": _tasks(application, missing),
            "ready": not missing and state.kind == "draft",
        },
    )


def _tasks(application: Application, missing: dict[str, Any]) -> list[dict[str, Any]]:
    def task(part: str, label: str, name: str, *, done: str = "", optional: bool = False) -> dict[str, Any]:
        if part in missing:
            status, level, hint = _("To do"), "warn", missing[part]
        elif optional and not done:
            status, level, hint = _("Optional"), "neutral", ""
        else:
            status, level, hint = pgettext("part of an application", "Done"), "ok", done
        return {
            "label": label,
            "url": reverse(f"jobs:{name}", args=[application.public_id]),
            "status": status,
            "level": level,
            "hint": hint,
        }

    chosen = application.get_resume_kind_display() if application.resume_kind else ""
    if application.resume_kind == ResumeKind.UPLOAD:
        chosen = application.upload_name
    rows = [task("resume", _("Résumé"), "apply_resume", done=chosen)]
    if count := application.posting.questions.count():
        label = _("Questions of the employer (%(count)s)") % {"count": count}
        rows.append(task("questions", label, "apply_questions"))
    letter = _("Written") if application.letter else ""
    rows.append(task("letter", _("Letter and phone number"), "apply_letter", done=letter, optional=True))
    return rows


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, public_id: str) -> HttpResponse:
    """Choose the résumé on file or upload one."""
    application = draft_of(request, public_id)
    form = ResumeForm(
        posted(request),
        request.FILES or None,
        initial={"kind": application.resume_kind},
        has_upload=bool(application.upload),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_resume_choice(application_id=application.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("file", str(error.message))
        else:
            return redirect("jobs:apply_tasks", public_id)
    return render(
        request,
        "jobs/applications/resume.html",
        {
            "application": application,
            "form": form,
            "has_resume": has_resume(application.person),
            "snapshot": readable(take_snapshot(application.person, today=timezone.localdate(), online=True)),
        },
        status=422 if form.errors else 200,
    )


@route(SIGNED_IN)
@require_POST
def remove_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """Delete the file of a draft."""
    application = draft_of(request, public_id)
    with told(request, _("The file has been deleted.")):
        actions.remove_upload(application_id=application.pk, by=request.user)
    return redirect("jobs:apply_resume", public_id)


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, public_id: str) -> HttpResponse:
    """Answer the employer's questions."""
    application = draft_of(request, public_id)
    asked = list(application.posting.questions.all())
    if not asked:
        return redirect("jobs:apply_tasks", public_id)
    answers = {answer.question_id: answer for answer in application.answers.all()}
    form = AnswersForm(posted(request), questions=asked, answers=answers)
    if request.method == "POST" and form.is_valid():
        actions.save_answers(
            application_id=application.pk, answers=form.texts(), checked=form.checked(), by=request.user
        )
        return redirect("jobs:apply_tasks", public_id)
    return render(
        request,
        "jobs/applications/questions.html",
        {"application": application, "form": form},
        status=422 if form.errors else 200,
    )


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, public_id: str) -> HttpResponse:
    """A letter, and whether the phone number may be seen."""
    application = draft_of(request, public_id)
    form = LetterForm(posted(request), instance=application)
    if request.method == "POST" and form.is_valid():
        actions.save_letter(application_id=application.pk, by=request.user, **form.cleaned_data)
        return redirect("jobs:apply_tasks", public_id)
    return render(
        request,
        "jobs/applications/letter.html",
        {"application": application, "form": form},
        status=422 if form.errors else 200,
    )


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything as the employer will see it; POST sends it."""
    person = person_for(request)
    sent = person and Application.objects.of_person(person).filter(public_id=public_id).first()
    if sent and sent.status == ApplicationStatus.SUBMITTED:  # sent by a second click or another tab
        return redirect("jobs:apply_sent", public_id)
    application = draft_of(request, public_id)
    if missing := part_state(application):
        messages.error(request, str(missing[0].sentence))
        return redirect("jobs:apply_tasks", public_id)
    form = SendForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.submit_application(
                application_id=application.pk, by=request.user, today=timezone.localdate()
            )
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect("jobs:apply_tasks", public_id)
        return redirect("jobs:apply_sent", public_id)
    return render(
        request,
        "jobs/applications/check.html",
        {"application": application, "form": form, **_preview(application.person, application)},
        status=422 if form.errors else 200,
    )


def _preview(person: Person, application: Application) -> dict[str, Any]:
    today = timezone.localdate()
    online = application.resume_kind == ResumeKind.ONLINE
    return {
        "snapshot": readable(take_snapshot(person, today=today, online=online)),
        "reasons": reasons_of(match_reasons(*match_facts(person, application.posting), today=today)),
        "answers": application.answers.select_related("question").order_by("question__position"),
    }


@route(SIGNED_IN)
@require_safe
def sent(request: HttpRequest, public_id: str) -> HttpResponse:
    """The confirmation: what happens next and when."""
    person = person_for(request)
    if person is None:
        raise Http404
    application = get_object_or_404(
        Application.objects.of_person(person).select_related("posting__employer"),
        public_id=public_id,
        submitted_at__isnull=False,
    )
    return render(
        request,
        "jobs/applications/sent.html",
        {
            "application": application,
            "posting": application.posting,
            "answer_days": actions.answer_days(application.posting, timezone.localdate()),
        },
    )
