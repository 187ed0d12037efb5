"""Pages for officers: search, a person's record, and what is entered into it at the counter."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.permissions import OFFICERS, require, route
from employment_portal.audit.actions import record
from employment_portal.audit.models import AuditEntry
from employment_portal.core.errors import DomainError
from employment_portal.people.groups.queries import groups_for_staff, suggestions_for
from employment_portal.people.models import Person
from employment_portal.people.permissions import may_decide_for, may_serve
from employment_portal.people.records import actions, queries, registration, unmerging
from employment_portal.people.records.forms import ContactForm, CounterRecordForm
from employment_portal.people.records.rules import retirement_of
from employment_portal.people.records.staff_forms import (
    SignInForm,
    SpellEndForm,
    StatusForm,
    UnemploymentForm,
)
from employment_portal.people.resumes.queries import resume_of
from employment_portal.people.views import visible_person

PAGE_SIZE = 30
LOOK_AGAIN = timedelta(minutes=10)  # a second look within this time is the same look


@route(OFFICERS)
@require_safe
def staff_people(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("text", "").strip()
    page = Paginator(queries.search_people(request.user, text), PAGE_SIZE).get_page(request.GET.get("page"))
    if text:
        record(
            action="people.search", by=request.user, detail={"found": page.paginator.count}, request=request
        )
    return render(request, "people/staff/search.html", {"text": text, "page": page})


@route(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_new(request: HttpRequest) -> HttpResponse:
    """Register a person at the counter, with their document in hand."""
    form = CounterRecordForm(request.POST or None)
    taken = None
    if request.method == "POST" and form.is_valid():
        places = [
            form.cleaned_data[name]
            for name in ("household_region", "residence_region", "work_region", "insured_region")
        ]
        if not any(place and request.user.has_role(*OFFICERS.roles, region=place) for place in places):
            form.add_error("residence_region", str(registration.RegionNotServed.message))
        else:
            try:
                person = actions.register_person(
                    user=None, by=request.user, through="counter", today=timezone.localdate(), **form.values()
                )
            except actions.NumberOnRecord:
                form.add_error("number", _("This number is on record already."))
                taken = _taken(request, form.cleaned_data["number"].value)
            except DomainError as error:
                form.add_error("number", str(error))
            else:
                messages.success(request, _("The record of %(name)s was made.") % {"name": person.name})
                return redirect("people:staff_person", person.public_id)
    context = {"form": form, "taken": taken}
    return render(request, "people/staff/new.html", context, status=422 if form.errors else 200)


def _taken(request: HttpRequest, number: str) -> Person | None:
    """The record behind a number, when it lies in the officer's own region."""
    rows = Person.objects.visible_to_staff(request.user)
    return rows.filter(id_number_hash=actions.number_hash(number)).first()


def person_page(request: HttpRequest, person: Person, *, number: str = "", status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    resume = resume_of(person)
    context = {
        "person": person,
        "number": number,
        "staff": True,
        "current": queries.current_spell(person, on=today),
        "spells": queries.spells_of(person, with_voided=True),
        "groups": groups_for_staff(request.user, person),
        "suggestions": [] if person.restricted_at else suggestions_for(person, on=today),
        "resume": resume,
        "expectation": getattr(resume, "expectation", None),
        "retires": retirement_of(person),
        "may_serve": may_serve(request.user, person) and person.merged_into_id is None,
        "may_decide": may_decide_for(request.user, person),
        "steps": _history(person),
        "requests": queries.waiting_requests(person),
        "merged_by": unmerging.merge_of(person, on=today),
        "merged_in": unmerging.merges_into(person, on=today),
    }
    return render(request, "people/staff/person.html", context, status=status)


def _history(person: Person) -> list[dict[str, Any]]:
    entries = AuditEntry.objects.filter(
        subject_type="people.person", subject_id=person.public_id
    ).select_related("actor")
    return [
        {"label": queries.act_label(entry.action), "at": entry.at, "by": entry.actor, "note": entry.reason}
        for entry in entries[:30]
    ]


@route(OFFICERS)
@require_safe
def staff_person(request: HttpRequest, public_id: str) -> HttpResponse:
    person = visible_person(request, public_id)
    _note_look(request, person)
    return person_page(request, person)


def _note_look(request: HttpRequest, person: Person) -> None:
    """Sensitive reads are logged, and the person sees them; a reload is not a second look."""
    recent = AuditEntry.objects.filter(
        actor=request.user,
        action="people.view",
        subject_type="people.person",
        subject_id=person.public_id,
        at__gt=timezone.now() - LOOK_AGAIN,
    )
    if not recent.exists():
        record(action="people.view", by=request.user, subject=person, request=request)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:300]


@route(OFFICERS)
@require_POST
def staff_reveal(request: HttpRequest, public_id: str) -> HttpResponse:
    """The full number, for this one answer; nothing of it is kept in an address or session."""
    person = visible_person(request, public_id)
    require(may_serve(request.user, person))
    if not _reason(request):
        messages.error(request, _("Say why you need the number: the person reads it."))
        return redirect("people:staff_person", public_id)
    number = actions.reveal_number(
        person_id=person.pk, reason=_reason(request), by=request.user, request=request
    )
    response = person_page(request, person, number=number)
    response["Cache-Control"] = "private, no-store"
    return response


@route(OFFICERS)
@require_POST
def staff_confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    """Confirm an identity by the document seen."""
    person = visible_person(request, public_id)
    require(may_serve(request.user, person))
    if not _reason(request):
        messages.error(request, _("Say which document you saw."))
    else:
        try:
            actions.confirm_by_document(person_id=person.pk, seen=_reason(request), by=request.user)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The identity was confirmed."))
    return redirect("people:staff_person", public_id)


def _form_page(request: HttpRequest, person: Person, form: Any, title: str, submit: str) -> HttpResponse:
    context = {"person": person, "form": form, "title": title, "submit": submit}
    return render(request, "people/staff/form.html", context, status=422 if form.errors else 200)


@route(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    person = visible_person(request, public_id)
    require(may_serve(request.user, person))
    form = ContactForm(request.POST or None, instance=Person.objects.get(pk=person.pk))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_person(person_id=person.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The record was saved."))
            return redirect("people:staff_person", public_id)
    return _form_page(request, person, form, _("Contact and places"), _("Save the record"))


@route(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_sign_in(request: HttpRequest, public_id: str) -> HttpResponse:
    """Connect the record to the sign-in of the person at the counter."""
    person = visible_person(request, public_id)
    require(may_serve(request.user, person) and person.user_id is None)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.connect_sign_in(person_id=person.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("phone", str(error))
        else:
            messages.success(request, _("The record was connected to the sign-in."))
            return redirect("people:staff_person", public_id)
    return _form_page(request, person, form, _("Connect a sign-in"), _("Connect"))


@route(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_unemployment(request: HttpRequest, public_id: str) -> HttpResponse:
    person = visible_person(request, public_id)
    require(may_serve(request.user, person))
    form = UnemploymentForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            registration.register_unemployment(
                person_id=person.pk, by=request.user, today=timezone.localdate(), **form.cleaned_data
            )
        except registration.NotWillingAndAble as error:
            form.add_error("able_and_willing", str(error))
        except registration.RegionNotServed as error:
            form.add_error("place", str(error))
        except DomainError as error:
            form.add_error("starts_on", str(error))
        else:
            messages.success(request, _("Unemployment was registered."))
            return redirect("people:staff_person", public_id)
    return _form_page(request, person, form, _("Register unemployment"), _("Register unemployment"))


@route(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_status(request: HttpRequest, public_id: str) -> HttpResponse:
    person = visible_person(request, public_id)
    require(may_serve(request.user, person))
    form = StatusForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            registration.register_status(
                person_id=person.pk, by=request.user, today=timezone.localdate(), **form.cleaned_data
            )
        except registration.WorksThere as error:
            form.add_error("end_earlier", str(error))
        except DomainError as error:
            form.add_error("starts_on", str(error))
        else:
            messages.success(request, _("The status was entered."))
            return redirect("people:staff_person", public_id)
    return _form_page(request, person, form, _("Enter a status"), _("Enter the status"))


@route(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_spell_end(request: HttpRequest, public_id: str, spell_id: str) -> HttpResponse:
    person = visible_person(request, public_id)
    require(may_serve(request.user, person))
    spell = get_object_or_404(person.spells, public_id=spell_id)
    form = SpellEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            registration.end_spell(
                person_id=person.pk,
                spell_id=spell.pk,
                by=request.user,
                today=timezone.localdate(),
                **form.cleaned_data,
            )
        except DomainError as error:
            form.add_error("last_day", str(error))
        else:
            messages.success(request, _("The status was ended."))
            return redirect("people:staff_person", public_id)
    title = _("End: %(status)s") % {"status": spell.get_status_display()}
    return _form_page(request, person, form, title, _("End this status"))


@route(OFFICERS)
@require_POST
def staff_spell_void(request: HttpRequest, public_id: str, spell_id: str) -> HttpResponse:
    person = visible_person(request, public_id)
    require(may_serve(request.user, person))
    spell = get_object_or_404(person.spells, public_id=spell_id)
    if not _reason(request):
        messages.error(request, _("Say why the entry is an error."))
    else:
        try:
            registration.void_spell(
                person_id=person.pk, spell_id=spell.pk, reason=_reason(request), by=request.user
            )
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The entry was taken out of the history."))
    return redirect("people:staff_person", public_id)
