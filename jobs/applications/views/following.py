"""The pages on which a person follows what they sent: list, history, interview, offer."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.permissions import SIGNED_IN, require, route
from employment_portal.core.errors import DomainError
from employment_portal.core.money import format_yuan
from employment_portal.core.uploads import serve_paper
from employment_portal.people.queries import person_for
from employment_portal.people.records.spells import StillWorking
from jobs.applications import actions, queries
from jobs.applications.calendar_files import MIMETYPE, calendar_file, filename
from jobs.applications.enums import INTERVIEW_LEVELS, OPEN_INTERVIEWS, ApplicationStatus, OfferState
from jobs.applications.forms import AcceptForm, InterviewAnswerForm, ReasonForm
from jobs.applications.models import Application, Interview
from jobs.applications.permissions import is_applicant, is_recipient
from jobs.applications.rules import reasons_of
from jobs.applications.snapshot import readable
from jobs.applications.views.applying import to_resume
from jobs.applications.views.common import level_of, page_of, tab_items, told, with_levels
from jobs.applications.workflow import APPLICATION
from jobs.postings.enums import PayUnit

TABS = {
    "all": gettext_lazy("All"),
    "draft": gettext_lazy("Drafts"),
    "open": pgettext_lazy("applications", "Waiting for the employer"),
    "interview": pgettext_lazy("applications", "Interview"),
    "offered": pgettext_lazy("applications", "Offer"),
    "ended": pgettext_lazy("applications", "Ended"),
}


def application_of(request: HttpRequest, public_id: str) -> Application:
    """An application of the person at hand; anybody else's is not found."""
    person = person_for(request)
    if person is None:
        raise Http404
    application = get_object_or_404(
        Application.objects.of_person(person).select_related(
            "posting__employer", "posting__region", "person"
        ),
        public_id=public_id,
    )
    return application


@route(SIGNED_IN)
@require_safe
def my_applications(request: HttpRequest) -> HttpResponse:
    """Everything that the person started or sent, by state."""
    person = person_for(request)
    if person is None:
        return to_resume(request)
    words = request.GET.get("q", "").strip()[:60]
    rows = queries.my_applications(person, words=words)
    tab = request.GET.get("tab", "all")
    tab = tab if tab in TABS else "all"
    counts = queries.tab_counts(rows.order_by(), queries.MY_TABS)
    return render(
        request,
        "jobs/applications/my_applications.html",
        {
            "page": with_levels(page_of(request, rows.filter(queries.MY_TABS[tab]))),
            "tabs": tab_items(request, TABS, counts, tab),
            "tab": tab,
            "words": words,
        },
    )


@route(SIGNED_IN)
@require_safe
def application(request: HttpRequest, public_id: str) -> HttpResponse:
    """One application with the history of every step."""
    application = application_of(request, public_id)
    if application.status == ApplicationStatus.DRAFT:
        return redirect("jobs:apply_tasks", public_id)
    return _page(request, application)


def _page(
    request: HttpRequest, application: Application, form: InterviewAnswerForm | None = None
) -> HttpResponse:
    interview = queries.open_interview(application)
    return render(
        request,
        "jobs/applications/application.html",
        {
            "application": application,
            "posting": application.posting,
            "level": level_of(application),
            "interview": interview,
            "interview_level": INTERVIEW_LEVELS[interview.state] if interview else "",
            "answerable": interview is not None and interview.starts_at > timezone.now(),
            "form": form or InterviewAnswerForm(),
            "offer": queries.standing_offer(application),
            "steps": queries.timeline(application, for_applicant=True),
            "reasons": reasons_of(application.match),
            "answers": application.answers.select_related("question").order_by("question__position"),
            "contact_views": application.contact_views.select_related("by"),
            "can_withdraw": APPLICATION.can(application, "withdraw"),
            "snapshot": readable(application.resume),
        },
        status=422 if form is not None and form.errors else 200,
    )


@route(SIGNED_IN)
@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take an application or draft back."""
    application = application_of(request, public_id)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    with told(request, _("The application has been withdrawn.")):
        actions.withdraw_application(application_id=application.pk, reason=reason, by=request.user)
    return redirect(application if application.submitted_at else "jobs:my_applications")


@route(SIGNED_IN)
@require_safe
def download(request: HttpRequest, public_id: str) -> HttpResponse:
    """The uploaded résumé, for the person and for the employer that received it."""
    application = get_object_or_404(
        Application.objects.select_related("person", "posting").exclude(upload=""), public_id=public_id
    )
    if is_applicant(request.user, application):
        return serve_paper(application.upload, name=application.upload_name)
    received = application.submitted_at is not None and is_recipient(request.user, application)
    if not received:
        raise Http404
    try:
        actions.open_file(application_id=application.pk, by=request.user, request=request)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("jobs:applicant", public_id)
    return serve_paper(application.upload, name=application.upload_name)


@route(SIGNED_IN)
@require_POST
def answer_interview(request: HttpRequest, public_id: str, interview_id: str) -> HttpResponse:
    """Accept, decline, or ask for another time."""
    application = application_of(request, public_id)
    interview = get_object_or_404(application.interviews, public_id=interview_id)
    form = InterviewAnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, application, form)
    done = {
        "accept": _("The employer knows that you will come. Put the interview into your calendar."),
        "decline": _("The employer knows that you do not come."),
        "ask_other_time": _("The employer has been asked for another time."),
    }[form.cleaned_data["answer"]]
    with told(request, done):
        actions.answer_interview(interview_id=interview.pk, by=request.user, **form.cleaned_data)
    return redirect(application)


@route(SIGNED_IN)
@require_safe
def interview_calendar(request: HttpRequest, public_id: str, interview_id: str) -> HttpResponse:
    """The calendar file of an interview, for both sides."""
    interview = get_object_or_404(
        Interview.objects.select_related("application__posting__employer", "application__person"),
        public_id=interview_id,
        application__public_id=public_id,
    )
    application = interview.application
    if not (is_applicant(request.user, application) or is_recipient(request.user, application)):
        raise Http404
    text = calendar_file(
        interview, url=f"{settings.SITE_URL}{application.get_absolute_url()}", now=timezone.now()
    )
    return HttpResponse(
        text,
        content_type=f"{MIMETYPE}; charset=utf-8; method={'REQUEST' if interview.state in OPEN_INTERVIEWS else 'CANCEL'}",
        headers={
            "Content-Disposition": f'attachment; filename="{filename(interview)}"',
            "Cache-Control": "private, no-store",
        },
    )


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, public_id: str) -> HttpResponse:
    """The offer with its terms; POST accepts it."""
    application = application_of(request, public_id)
    standing = queries.standing_offer(application)
    if standing is None:
        messages.info(request, _("There is no offer waiting for your answer."))
        return redirect(application)
    running = None
    if request.method == "POST":
        form = AcceptForm(request.POST)
        require(form.is_valid())
        try:
            actions.accept_offer(
                application_id=application.pk,
                by=request.user,
                today=timezone.localdate(),
                end_earlier=form.cleaned_data["end_earlier"],
            )
        except StillWorking as error:
            running = str(error.message)
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect("jobs:offer", public_id)
        else:
            messages.success(request, _("You have accepted the offer. Congratulations on your new job!"))
            return redirect(application)
    return render(
        request,
        "jobs/applications/offer.html",
        {
            "application": application,
            "posting": application.posting,
            "offer": standing,
            "open": standing.state == OfferState.OPEN and standing.answer_by >= timezone.localdate(),
            "running": running,
            "pay": format_yuan(standing.pay_fen),
            "pay_unit": PayUnit(standing.pay_unit).label,
        },
        status=422 if running else 200,
    )


@route(SIGNED_IN)
@require_POST
def decline_offer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say no to the offer; the application ends with it."""
    application = application_of(request, public_id)
    form = ReasonForm(request.POST, required=True)
    if not form.is_valid():
        messages.error(request, _("Say in a few words why you decline."))
        return redirect("jobs:offer", public_id)
    with told(request, _("You have declined the offer.")):
        actions.decline_offer(
            application_id=application.pk, reason=form.cleaned_data["reason"], by=request.user
        )
    return redirect(application)
