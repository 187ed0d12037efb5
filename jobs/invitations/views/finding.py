"""The employer's side: search the résumés that are shown to it, invite, and see what became of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from employment_portal.accounts.permissions import MEMBER, require, route
from employment_portal.core.errors import DomainError
from employment_portal.organisations.enums import OrganisationKind
from employment_portal.people.models import Resume
from employment_portal.people.resumes import sharing
from jobs.applications.views.common import page_of
from jobs.invitations import actions, queries
from jobs.invitations.enums import LEVELS, SEEN_BY_EMPLOYER, InvitationState
from jobs.invitations.forms import InviteForm, PeopleFilter
from jobs.invitations.models import Invitation
from jobs.search.cursors import Cursor, read_cursor, write_cursor

EMPLOYER = MEMBER(OrganisationKind.EMPLOYER)
PAGES = ("after", "before")


@route(EMPLOYER)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Résumés that fit, newest first, without anything that leads to the person."""
    form = PeopleFilter(request.GET)
    context: dict[str, Any] = {"form": form, "verified": request.organisation.is_verified}
    if context["verified"] and form.is_valid():
        at = {name: read_cursor(request.GET[name]) for name in PAGES if name in request.GET}
        found = queries.find(request.organisation, form.wanted(), on=timezone.localdate(), **at)
        context |= {
            "found": found,
            "capped": found.total > queries.COUNT_CAP,
            "total": min(found.total, queries.COUNT_CAP),
            "previous": _page(request, "before", found.previous),
            "next": _page(request, "after", found.next),
            "filtered": any(form.cleaned_data.values()),
        }
    return render(request, "jobs/invitations/people.html", context, status=422 if form.errors else 200)


def _page(request: HttpRequest, name: str, cursor: Cursor | None) -> str:
    if cursor is None:
        return ""
    query = request.GET.copy()
    for each in PAGES:
        query.pop(each, None)
    query[name] = write_cursor(cursor)
    return f"?{query.urlencode()}"


def _shown(request: HttpRequest, public_id: str) -> Resume:
    """A résumé that the employer may see; any other is not found."""
    resume = queries.shown_resume(request.organisation, public_id, on=timezone.localdate())
    if resume is None:
        raise Http404
    return resume


@route(EMPLOYER)
@require_safe
def found_resume(request: HttpRequest, public_id: str) -> HttpResponse:
    """One résumé without name, age, sex and contacts; the look is recorded for the person."""
    resume = _shown(request, public_id)
    try:
        sharing.note_look(
            resume=resume, employer=request.organisation, by=request.user, now=timezone.now(), request=request
        )
    except sharing.TooManyLooks as error:
        messages.error(request, str(error))
        return redirect("jobs:find_people")
    return _resume_page(request, resume, None)


def _resume_page(request: HttpRequest, resume: Resume, form: InviteForm | None) -> HttpResponse:
    postings = queries.postings_to_invite(request.organisation, resume.person, on=timezone.localdate())
    made = queries.invitations_made(request.organisation).filter(person=resume.person)
    response = render(
        request,
        "jobs/invitations/resume.html",
        {
            "resume": resume,
            "expectation": getattr(resume, "expectation", None),
            "years": resume.days_worked // queries.DAYS_A_YEAR,
            "invitations": [_seen(invitation) for invitation in made],
            "form": form or InviteForm(postings=postings),
            "can_invite": postings.exists(),
        },
        status=422 if form is not None else 200,
    )
    response["Cache-Control"] = "private, no-store"
    return response


@route(EMPLOYER)
@require_POST
def invite_person(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask the person to apply for one of the employer's live jobs."""
    resume = _shown(request, public_id)
    today = timezone.localdate()
    postings = queries.postings_to_invite(request.organisation, resume.person, on=today)
    form = InviteForm(request.POST, postings=postings)
    if not form.is_valid():
        return _resume_page(request, resume, form)
    try:
        actions.invite(
            resume_id=resume.pk,
            posting_id=form.cleaned_data["posting"].pk,
            message=form.cleaned_data["message"],
            by=request.user,
            now=timezone.now(),
            today=today,
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return _resume_page(request, resume, form)
    messages.success(request, _("The invitation was sent. You get a message when the person answers."))
    return redirect("jobs:found_resume", public_id)


@route(EMPLOYER)
@require_safe
def invitations_made(request: HttpRequest) -> HttpResponse:
    """What was sent and what became of it."""
    return _made_page(request)


def _made_page(request: HttpRequest, contact: Any = None, of: Invitation | None = None) -> HttpResponse:
    page = page_of(request, queries.invitations_made(request.organisation))
    for invitation in page:
        _seen(invitation)
    context = {"page": page, "contact": contact, "contact_of": of}
    return render(request, "jobs/invitations/made.html", context)


def _seen(invitation: Invitation) -> Invitation:
    """The invitation with its state as the employer reads it."""
    state = SEEN_BY_EMPLOYER.get(InvitationState(invitation.state), InvitationState(invitation.state))
    invitation.label, invitation.level = state.label, LEVELS[state]  # type: ignore[attr-defined]
    person = invitation.person
    invitation.resume = None if person.restricted_at else getattr(person, "resume", None)  # type: ignore[attr-defined]
    return invitation


@route(EMPLOYER)
@require_POST
def invitation_contact(request: HttpRequest, public_id: str) -> HttpResponse:
    """Name and phone number of somebody who accepted, for this one answer; the look is recorded for the person."""
    rows = Invitation.objects.of_employer(request.organisation)
    invitation = get_object_or_404(rows, public_id=public_id)
    require(request.organisation.is_verified)
    try:
        contact = actions.reveal_contact(invitation_id=invitation.pk, by=request.user, request=request)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("jobs:invitations_made")
    response = _made_page(request, contact, invitation)
    response["Cache-Control"] = "private, no-store"
    return response
