"""One applicant as the employer sees them, and every step that can be taken from there."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.permissions import route
from employment_portal.core.errors import DomainError
from employment_portal.core.masking import mask_mobile
from jobs.applications import actions, queries
from jobs.applications.enums import ENDED_STATES, INTERVIEW_LEVELS, OFFER_LEVELS, ApplicationStatus
from jobs.applications.forms import InterviewForm, MessageForm, NoteForm, OfferForm, ReasonForm, RejectForm
from jobs.applications.models import Application, Interview
from jobs.applications.rules import reasons_of
from jobs.applications.snapshot import readable
from jobs.applications.views.common import level_of, posted, told
from jobs.applications.views.recruiting import EMPLOYER
from jobs.applications.workflow import APPLICATION


def received_or_404(request: HttpRequest, public_id: str) -> Application:
    """An application that was sent to the organisation that the user acts for now."""
    return get_object_or_404(
        Application.objects.received_by(request.organisation).select_related(
            "posting__employer", "posting__region", "person"
        ),
        public_id=public_id,
    )


@route(EMPLOYER)
@require_safe
def applicant(request: HttpRequest, public_id: str) -> HttpResponse:
    """Résumé, answers, history, notes. The page itself reports by a POST of its own that it was opened."""
    return _page(request, received_or_404(request, public_id))


def _page(
    request: HttpRequest, application: Application, *, note_form: NoteForm | None = None, phone: str = ""
) -> HttpResponse:
    interview = queries.open_interview(application)
    offer = queries.standing_offer(application)
    held = application.resume.get("phone", "")
    return render(
        request,
        "jobs/applications/applicant.html",
        {
            "application": application,
            "posting": application.posting,
            "level": level_of(application),
            "snapshot": readable(application.resume),
            "answers": application.answers.select_related("question").order_by("question__position"),
            "reasons": reasons_of(application.match),
            "interview": interview,
            "interview_begun": interview is not None and interview.starts_at <= timezone.now(),
            "interview_level": INTERVIEW_LEVELS[interview.state] if interview else "",
            "offer": offer,
            "offer_level": OFFER_LEVELS[offer.state] if offer else "",
            "steps": queries.timeline(application, for_applicant=False),
            "notes": application.notes.select_related("by"),
            "note_form": note_form or NoteForm(),
            "can": _possible(application, interview),
            "phone": phone,
            "masked": mask_mobile(held) if held and application.share_phone else "",
            "may_reveal": _may_reveal(application),
        },
        status=422 if note_form is not None else 200,
    )


def _possible(application: Application, interview: Interview | None) -> set[str]:
    """Which steps the buttons of the page offer; the user is a member, so only the state decides."""
    moves = {"mark_seen", "shortlist", "invite", "make_offer", "withdraw_offer", "reject"}
    possible = {name for name in moves if APPLICATION.can(application, name)}
    if application.status == ApplicationStatus.INTERVIEW:
        possible.add("invite")
    if interview is not None:
        possible.discard("invite")
    return possible


def _may_reveal(application: Application) -> bool:
    ended = application.status in ENDED_STATES - {ApplicationStatus.HIRED}
    return bool(application.resume.get("phone")) and application.share_phone and not ended


@route(EMPLOYER)
@require_POST
def seen(request: HttpRequest, public_id: str) -> HttpResponse:
    """The page was opened in front of a member."""
    application = received_or_404(request, public_id)
    with told(request):
        actions.mark_seen(application_id=application.pk, by=request.user)
    if request.htmx:
        return HttpResponse(status=204)
    return redirect("jobs:applicant", public_id)


@route(EMPLOYER)
@require_POST
def reveal_phone(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the phone number once on the page; the look is recorded and the applicant sees it."""
    application = received_or_404(request, public_id)
    try:
        phone = actions.reveal_phone(application_id=application.pk, by=request.user, request=request)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("jobs:applicant", public_id)
    response = _page(request, application, phone=phone)
    response["Cache-Control"] = "private, no-store"
    return response


@route(EMPLOYER)
@require_POST
def note(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add a note for colleagues."""
    application = received_or_404(request, public_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, application, note_form=form)
    with told(request, _("The note has been kept.")):
        actions.add_note(application_id=application.pk, by=request.user, **form.cleaned_data)
    return redirect("jobs:applicant", public_id)


def _step(
    request: HttpRequest,
    application: Application,
    *,
    step: str,
    form: Any,
    title: str,
    submit: str,
    act: Callable[[dict[str, Any]], Any],
    done: str,
    danger: bool = False,
) -> HttpResponse:
    """A page that asks for what a step needs, then takes it; keeps the wording when asked to."""
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        keep = values.pop("keep", False)
        try:
            act(values)
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect("jobs:applicant", application.public_id)
        if keep:
            actions.save_message_template(
                organisation_id=request.organisation.pk, step=step, text=values["message"]
            )
        messages.success(request, done)
        return redirect("jobs:applicant", application.public_id)
    return render(
        request,
        "jobs/applications/step.html",
        {
            "application": application,
            "posting": application.posting,
            "form": form,
            "title": title,
            "submit": submit,
            "danger": danger,
        },
        status=422 if form.errors else 200,
    )


def _wording(request: HttpRequest, step: str) -> dict[str, str]:
    return {"message": queries.message_templates(request.organisation)[step]}


@route(EMPLOYER)
@require_http_methods(["GET", "HEAD", "POST"])
def shortlist(request: HttpRequest, public_id: str) -> HttpResponse:
    application = received_or_404(request, public_id)
    return _step(
        request,
        application,
        step="shortlist",
        form=MessageForm(posted(request), initial=_wording(request, "shortlist")),
        title=_("Put on the shortlist"),
        submit=_("Put on the shortlist and send the message"),
        act=lambda values: actions.shortlist(application_id=application.pk, by=request.user, **values),
        done=_("The applicant is on the shortlist and has been told."),
    )


@route(EMPLOYER)
@require_http_methods(["GET", "HEAD", "POST"])
def reject(request: HttpRequest, public_id: str) -> HttpResponse:
    application = received_or_404(request, public_id)
    return _step(
        request,
        application,
        step="reject",
        form=RejectForm(posted(request), initial=_wording(request, "reject")),
        title=_("Turn down"),
        submit=_("Turn down and send the message"),
        act=lambda values: actions.reject(application_id=application.pk, by=request.user, **values),
        done=_("The applicant has been told."),
        danger=True,
    )


@route(EMPLOYER)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, public_id: str) -> HttpResponse:
    application = received_or_404(request, public_id)
    posting = application.posting
    return _step(
        request,
        application,
        step="invite",
        form=InterviewForm(
            posted(request),
            now=timezone.now(),
            initial={
                **_wording(request, "invite"),
                "kind": "on_site",
                "place": posting.address,
                "contact": " ".join(filter(None, [posting.contact_name, posting.contact_phone])),
            },
        ),
        title=_("Invite to an interview"),
        submit=_("Send the invitation"),
        act=lambda values: actions.invite_to_interview(
            application_id=application.pk, by=request.user, **values
        ),
        done=_("The invitation has been sent with a calendar file."),
    )


def _interview(application: Application, interview_id: str) -> Interview:
    return get_object_or_404(application.interviews, public_id=interview_id)


@route(EMPLOYER)
@require_http_methods(["GET", "HEAD", "POST"])
def reschedule(request: HttpRequest, public_id: str, interview_id: str) -> HttpResponse:
    application = received_or_404(request, public_id)
    interview = _interview(application, interview_id)
    return _step(
        request,
        application,
        step="invite",
        form=InterviewForm(
            posted(request),
            now=timezone.now(),
            initial={
                "kind": interview.kind,
                "starts_at": timezone.localtime(interview.starts_at),
                "minutes": interview.minutes,
                "place": interview.place,
                "contact": interview.contact,
                "message": interview.message,
            },
        ),
        title=_("Move the interview"),
        submit=_("Send the new time"),
        act=lambda values: actions.reschedule_interview(interview_id=interview.pk, by=request.user, **values),
        done=_("The new time has been sent. The applicant answers again."),
    )


@route(EMPLOYER)
@require_POST
def cancel_interview(request: HttpRequest, public_id: str, interview_id: str) -> HttpResponse:
    application = received_or_404(request, public_id)
    interview = _interview(application, interview_id)
    form = ReasonForm(request.POST, required=True)
    if not form.is_valid():
        messages.error(request, _("Say why the interview is cancelled; the applicant reads it."))
        return redirect("jobs:applicant", public_id)
    with told(request, _("The interview has been cancelled and the applicant told.")):
        actions.cancel_interview(interview_id=interview.pk, by=request.user, **form.cleaned_data)
    return redirect("jobs:applicant", public_id)


@route(EMPLOYER)
@require_POST
def interview_outcome(request: HttpRequest, public_id: str, interview_id: str) -> HttpResponse:
    """Whether the interview took place or the applicant did not come."""
    application = received_or_404(request, public_id)
    interview = _interview(application, interview_id)
    outcomes = {"held": actions.mark_held, "no_show": actions.mark_no_show}
    outcome = outcomes.get(request.POST.get("outcome", ""))
    if outcome is None:
        messages.error(request, _("Choose how the interview went."))
        return redirect("jobs:applicant", public_id)
    with told(request, _("The outcome has been recorded.")):
        outcome(interview_id=interview.pk, by=request.user)
    return redirect("jobs:applicant", public_id)


@route(EMPLOYER)
@require_http_methods(["GET", "HEAD", "POST"])
def make_offer(request: HttpRequest, public_id: str) -> HttpResponse:
    application = received_or_404(request, public_id)
    today = timezone.localdate()

    def act(values: dict[str, Any]) -> None:
        actions.make_offer(
            application_id=application.pk, pay_fen=values.pop("pay"), by=request.user, today=today, **values
        )

    return _step(
        request,
        application,
        step="make_offer",
        form=OfferForm(
            posted(request),
            posting=application.posting,
            today=today,
            initial=_wording(request, "make_offer"),
        ),
        title=_("Make an offer of work"),
        submit=_("Send the offer"),
        act=act,
        done=_("The offer has been sent."),
    )


@route(EMPLOYER)
@require_POST
def withdraw_offer(request: HttpRequest, public_id: str) -> HttpResponse:
    application = received_or_404(request, public_id)
    form = ReasonForm(request.POST, required=True)
    if not form.is_valid():
        messages.error(request, _("Say why the offer is withdrawn; the applicant reads it."))
        return redirect("jobs:applicant", public_id)
    with told(request, _("The offer has been withdrawn and the applicant told.")):
        actions.withdraw_offer(application_id=application.pk, by=request.user, **form.cleaned_data)
    return redirect("jobs:applicant", public_id)


@route(EMPLOYER)
@require_safe
def printed(request: HttpRequest, public_id: str) -> HttpResponse:
    """The résumé on its own, for paper; without the phone number."""
    application = received_or_404(request, public_id)
    return render(
        request,
        "jobs/applications/print.html",
        {
            "application": application,
            "posting": application.posting,
            "snapshot": readable(application.resume),
            "answers": application.answers.select_related("question").order_by("question__position"),
        },
    )
