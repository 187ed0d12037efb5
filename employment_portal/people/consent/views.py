"""My data: what is held, what I allowed, who saw it, and my rights (Personal Information Protection Law)."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.permissions import OFFICERS, SIGNED_IN, require, route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.uploads import serve_paper
from employment_portal.people.consent import queries, requests
from employment_portal.people.consent.actions import give_consent
from employment_portal.people.consent.forms import AnswerForm, CorrectForm, DeleteForm, ReasonForm
from employment_portal.people.consent.rules import may_be_asked
from employment_portal.people.consent.texts import TEXTS
from employment_portal.people.enums import ConsentPurpose, DataRequestKind
from employment_portal.people.models import DataRequest, Person
from employment_portal.people.permissions import may_decide_for
from employment_portal.people.records.four_eyes import place_of
from employment_portal.people.views import keeps_rights, visible_person
from employment_portal.regions.serving import city
from employment_portal.regions.terms import TermCode, working_days_in_words

# Given in the course of something else; here they can only be withdrawn.
NOT_HERE = {ConsentPurpose.ASSISTED, ConsentPurpose.SENSITIVE_GROUP, ConsentPurpose.RESUME_SHARING}


@route(SIGNED_IN)
@require_safe
@keeps_rights
def data(request: HttpRequest, person: Person) -> HttpResponse:
    context = {
        "person": person,
        "held": queries.held_about(person),
        "consents": queries.consents_of(person),
        "looks": queries.looks_at(person),
        "requests": queries.requests_of(person),
        "not_here": NOT_HERE,
        "now": timezone.now(),
    }
    return render(request, "people/data/data.html", context)


@route(SIGNED_IN)
@require_POST
@keeps_rights
def consent(request: HttpRequest, person: Person, purpose: str) -> HttpResponse:
    """Give or withdraw one consent; ``give`` is 1 or 0."""
    if purpose not in TEXTS:
        raise Http404
    if request.POST.get("give") == "1" and purpose not in NOT_HERE:
        if person.restricted_at is not None:
            return redirect("people:restricted")
        through = "counter" if request.assisted else "online"  # type: ignore[attr-defined]
        give_consent(person_id=person.pk, purpose=purpose, through=through, by=request.user)
        messages.success(request, _("Your consent was recorded."))
    else:
        requests.withdraw(person_id=person.pk, purpose=purpose, by=request.user, today=timezone.localdate())
        messages.success(request, _("Your consent was withdrawn."))
    return redirect("people:data_requests")


def _ask(request: HttpRequest, person: Person, form: Any, kind: str, title: str, submit: str) -> HttpResponse:
    if not may_be_asked(kind, restricted=person.restricted_at is not None):
        return redirect("people:data_requests")
    if request.method == "POST" and form.is_valid():
        try:
            asked = requests.request_data(
                person_id=person.pk,
                kind=kind,
                text=form.cleaned_data["text"],
                evidence=form.cleaned_data.get("evidence"),
                by=request.user,
                today=timezone.localdate(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("Your request was received. You get an answer by %(day)s.") % {"day": asked.due_on}
            )
            return redirect("people:data_requests")
    context = {"person": person, "form": form, "title": title, "submit": submit, "kind": kind}
    context["materials"] = [_("A picture of the document")] if "evidence" in form.fields else []
    context["deadline"] = working_days_in_words(
        TermCode.DATA_REQUEST, region=place_of(person) or city(), on=timezone.localdate()
    )
    if kind == DataRequestKind.DELETE:
        context["kept"] = queries.must_be_kept(person)
    return render(request, "people/data/ask.html", context, status=422 if form.errors else 200)


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_rights
def correction_new(request: HttpRequest, person: Person) -> HttpResponse:
    form = CorrectForm(request.POST or None, request.FILES or None)
    return _ask(
        request, person, form, DataRequestKind.CORRECT, _("Ask for a correction"), _("Send the request")
    )


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_rights
def restriction_new(request: HttpRequest, person: Person) -> HttpResponse:
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return _ask(
        request,
        person,
        form,
        DataRequestKind.RESTRICT,
        _("Ask for a restriction"),
        _("Ask for the restriction"),
    )


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_rights
def lift_new(request: HttpRequest, person: Person) -> HttpResponse:
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return _ask(
        request,
        person,
        form,
        DataRequestKind.LIFT,
        _("Use the portal again"),
        _("Ask to lift the restriction"),
    )


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_rights
def deletion_new(request: HttpRequest, person: Person) -> HttpResponse:
    form = DeleteForm(request.POST or None)
    return _ask(
        request, person, form, DataRequestKind.DELETE, _("Ask for deletion"), _("Ask for the deletion")
    )


def _visible(request: HttpRequest, public_id: str) -> DataRequest:
    return get_object_or_404(queries.requests_visible_to(request.user), public_id=public_id)


def _page(request: HttpRequest, asked: DataRequest, form: AnswerForm) -> HttpResponse:
    context = {
        "asked": asked,
        "person": asked.person,
        "form": form,
        "kept": queries.must_be_kept(asked.person) if asked.kind == DataRequestKind.DELETE else [],
        "may_decide": asked.state == "open" and may_decide_for(request.user, asked.person),
    }
    return render(request, "people/staff/data_request.html", context, status=422 if form.errors else 200)


def _answer_form(asked: DataRequest, data: Any = None) -> AnswerForm:
    label = {
        DataRequestKind.CORRECT: _("Carried out: corrected on the person's page"),
        DataRequestKind.RESTRICT: _("Restrict now: the record is kept, and nobody works with it"),
        DataRequestKind.LIFT: _("Lift the restriction now"),
        DataRequestKind.DELETE: _("Delete now, for good"),
    }[DataRequestKind(asked.kind)]
    if asked.kind == DataRequestKind.DELETE and queries.must_be_kept(asked.person):
        label = _("Restrict: part of it must be kept")
    return AnswerForm(data, grant_label=label)


@route(OFFICERS)
@require_safe
def staff_data_request(request: HttpRequest, public_id: str) -> HttpResponse:
    asked = _visible(request, public_id)
    return _page(request, asked, _answer_form(asked))


@route(OFFICERS)
@require_POST
def staff_data_answer(request: HttpRequest, public_id: str) -> HttpResponse:
    asked = _visible(request, public_id)
    require(may_decide_for(request.user, asked.person))
    form = _answer_form(asked, request.POST)
    if not form.is_valid():
        return _page(request, asked, form)
    try:
        requests.answer_request(
            request_id=asked.pk,
            grant=form.cleaned_data["decision"] == "grant",
            answer=form.cleaned_data["answer"],
            by=request.user,
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("people:staff_data_request", public_id)
    messages.success(request, _("The answer was recorded and the person was told."))
    return redirect("people:staff_people")


@route(OFFICERS)
@require_safe
def staff_data_evidence(request: HttpRequest, public_id: str) -> FileResponse:
    asked = _visible(request, public_id)
    if not asked.evidence:
        raise Http404
    response = serve_paper(asked.evidence, name=asked.evidence_name)
    record(action="people.open_evidence", by=request.user, subject=asked.person, request=request)
    return response


@route(OFFICERS)
@require_POST
def staff_unrestrict(request: HttpRequest, public_id: str) -> HttpResponse:
    person = visible_person(request, public_id)
    require(may_decide_for(request.user, person))
    try:
        requests.lift_restriction(
            person_id=person.pk, reason=request.POST.get("reason", "").strip()[:300], by=request.user
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The restriction was lifted."))
    return redirect("people:staff_person", public_id)
