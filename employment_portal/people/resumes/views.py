"""The résumé builder. Each part is edited in place with htmx, and on a page of its own without."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.permissions import SIGNED_IN, route
from employment_portal.core.errors import DomainError
from employment_portal.people.consent.texts import TEXTS
from employment_portal.people.enums import ConsentPurpose, ResumeVisibility
from employment_portal.people.models import (
    BlockedEmployer,
    Person,
    Resume,
    ResumeCertificate,
    ResumeEducation,
    ResumeSkill,
    ResumeWork,
)
from employment_portal.people.resumes import actions
from employment_portal.people.resumes.forms import (
    WANTED,
    AboutForm,
    BlockForm,
    CertificateForm,
    EducationForm,
    ExpectationForm,
    SkillForm,
    VisibilityForm,
    WorkForm,
)
from employment_portal.people.resumes.pdf import resume_pdf
from employment_portal.people.resumes.queries import held_by, resume_of, shown_to_employers
from employment_portal.people.resumes.rules import completeness, missing_parts
from employment_portal.people.resumes.sharing import choose_visibility
from employment_portal.people.views import needs_record, own_record

BLOCK_RESULTS = 10


@dataclass(frozen=True)
class Part:
    """A list of entries in the résumé."""

    model: type[models.Model]
    form: type[forms.ModelForm]
    add: Any
    edit: Any


PARTS = {
    "education": Part(
        ResumeEducation, EducationForm, gettext_lazy("Add education"), gettext_lazy("Change education")
    ),
    "work": Part(ResumeWork, WorkForm, gettext_lazy("Add work"), gettext_lazy("Change work")),
    "skills": Part(ResumeSkill, SkillForm, gettext_lazy("Add a skill"), gettext_lazy("Change the skill")),
    "certificates": Part(
        ResumeCertificate,
        CertificateForm,
        gettext_lazy("Add a certificate"),
        gettext_lazy("Change the certificate"),
    ),
}
SINGLE = {
    "about": gettext_lazy("Change the headline and the text about me"),
    "expectation": gettext_lazy("Change what I look for"),
}


def _context(person: Person, **more: Any) -> dict[str, Any]:
    resume = resume_of(person)
    held = held_by(person, resume)
    shown = shown_to_employers(person, resume, today=timezone.localdate())
    shown_to = ResumeVisibility(resume.visibility if resume else ResumeVisibility.APPLIED_ONLY).label
    return {
        **shown,
        "shown_to": shown_to,
        "percent": completeness(held),
        "missing": missing_parts(held),
        **more,
    }


def _part(
    request: HttpRequest, person: Person, part: str, *, saved: bool = False, **more: Any
) -> HttpResponse:
    """One part of the page for htmx; after a change with the measure of completeness beside it."""
    context = _context(person, part=part, saved=saved, **more)
    refused = bool(getattr(more.get("form"), "errors", None))
    return render(request, "people/resume/_swap.html", context, status=422 if refused else 200)


def _form_page(
    request: HttpRequest, person: Person, part: str, form: Any, title: Any, action: str
) -> HttpResponse:
    """The form of a part: inside the page with htmx, on its own without."""
    if request.htmx:  # type: ignore[attr-defined]
        return _part(request, person, part, form=form, form_title=title, form_action=action)
    context = {"person": person, "part": part, "form": form, "form_title": title, "form_action": action}
    return render(request, "people/resume/form.html", context, status=422 if form.errors else 200)


def _done(request: HttpRequest, person: Person, part: str, sentence: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return _part(request, person, part, saved=True, sentence=sentence)
    messages.success(request, sentence)
    return redirect(f"{reverse('people:resume')}#{part}")


@route(SIGNED_IN)
@require_safe
@needs_record
def resume(request: HttpRequest, person: Person) -> HttpResponse:
    return render(request, "people/resume/resume.html", _context(person))


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@needs_record
def single(request: HttpRequest, person: Person, part: str) -> HttpResponse:
    """Headline and summary, or the expectation: parts that a résumé has once."""
    form = _single_form(person, part, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if part == "about":
                actions.save_about(person_id=person.pk, by=request.user, **form.cleaned_data)
            else:
                actions.save_expectation(person_id=person.pk, by=request.user, **form.values())
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _done(request, person, part, _("Saved."))
    return _form_page(request, person, part, form, SINGLE[part], reverse(f"people:resume_{part}"))


def _single_form(person: Person, part: str, data: Any) -> Any:
    resume = resume_of(person)
    if part == "about":
        return AboutForm(data, instance=resume or Resume(person=person))
    expectation = getattr(resume, "expectation", None) if resume else None
    initial: dict[str, Any] = {}
    if expectation is not None:
        for number, occupation in enumerate(expectation.occupations.all()[:WANTED], start=1):
            initial[f"occupation_{number}"] = occupation
        for number, region in enumerate(expectation.regions.all()[:WANTED], start=1):
            initial[f"region_{number}"] = region
        initial["employment_types"] = expectation.employment_types
        initial["pay_min"] = expectation.pay_min_fen // 100 if expectation.pay_min_fen else None
    elif data is None and person.residence_region is not None:
        initial["employment_types"] = []
    return ExpectationForm(data, initial=initial)


@route(SIGNED_IN)
@require_safe
@needs_record
def part(request: HttpRequest, person: Person, part: str) -> HttpResponse:
    """One part as it stands: where cancelling leads."""
    if part not in PARTS and part not in SINGLE:
        raise Http404
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"{reverse('people:resume')}#{part}")
    return _part(request, person, part)


def _known(part: str) -> Part:
    if part not in PARTS:
        raise Http404
    return PARTS[part]


def _row_form(
    request: HttpRequest, person: Person, part: str, row: Any, title: Any, action: str
) -> HttpResponse:
    form = PARTS[part].form(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_row(person_id=person.pk, row=form.instance, part=part, by=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _done(request, person, part, _("Saved."))
    return _form_page(request, person, part, form, title, action)


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@needs_record
def row_new(request: HttpRequest, person: Person, part: str) -> HttpResponse:
    known = _known(part)
    resume = Resume.objects.filter(person=person).first()
    action = reverse("people:resume_row_new", args=[part])
    return _row_form(request, person, part, known.model(resume=resume), known.add, action)


def _own_row(person: Person, part: str, public_id: str) -> Any:
    return get_object_or_404(_known(part).model, resume__person=person, public_id=public_id)


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@own_record
def row_edit(request: HttpRequest, person: Person, part: str, public_id: str) -> HttpResponse:
    row = _own_row(person, part, public_id)
    action = reverse("people:resume_row", args=[part, public_id])
    return _row_form(request, person, part, row, PARTS[part].edit, action)


@route(SIGNED_IN)
@require_POST
@own_record
def row_delete(request: HttpRequest, person: Person, part: str, public_id: str) -> HttpResponse:
    row = _own_row(person, part, public_id)
    actions.delete_row(person_id=person.pk, row=row, part=part, by=request.user)
    return _done(request, person, part, _("Deleted."))


@route(SIGNED_IN)
@require_safe
@needs_record
def preview(request: HttpRequest, person: Person) -> HttpResponse:
    """The résumé as an employer sees it."""
    return render(request, "people/resume/preview.html", _context(person))


@route(SIGNED_IN)
@require_safe
@needs_record
def pdf(request: HttpRequest, person: Person) -> HttpResponse:
    shown = shown_to_employers(person, resume_of(person), today=timezone.localdate())
    response = HttpResponse(resume_pdf(shown, own=True), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="resume.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@needs_record
def visibility(request: HttpRequest, person: Person) -> HttpResponse:
    """Who sees the résumé, and the employers that never do; ``?employer=`` searches one to block."""
    held = Resume.objects.filter(person=person).first()
    shown_to = held.visibility if held is not None else ResumeVisibility.APPLIED_ONLY
    form = VisibilityForm(request.POST or None, initial={"visibility": shown_to})
    if request.method == "POST" and form.is_valid():
        through = "counter" if request.assisted else "online"  # type: ignore[attr-defined]
        choose_visibility(person_id=person.pk, through=through, by=request.user, **form.cleaned_data)
        messages.success(request, _("Your choice was recorded. You can change it at any time."))
        return redirect("people:resume_visibility")
    search = BlockForm(request.GET if "employer" in request.GET else None)
    found = None
    if search.is_valid():
        found = _employers().filter(name__icontains=search.cleaned_data["employer"])[:BLOCK_RESULTS]
    blocked = (
        BlockedEmployer.objects.filter(resume__person=person)
        .select_related("organisation")
        .order_by("organisation__name_key")
    )
    context = {
        "person": person,
        "form": form,
        "consent": TEXTS[ConsentPurpose.RESUME_SHARING].text,
        "search": search,
        "found": found,
        "blocked": blocked,
    }
    refused = search.errors or form.errors
    return render(request, "people/resume/visibility.html", context, status=422 if refused else 200)


def _employers() -> Any:
    # Organisations are a sibling package: reached through the model registry, not by import.
    return apps.get_model("organisations", "Organisation").objects.active().order_by("name_key", "pk")


@route(SIGNED_IN)
@require_POST
@needs_record
def block(request: HttpRequest, person: Person, public_id: str) -> HttpResponse:
    employer = get_object_or_404(_employers(), public_id=public_id)
    actions.block_employer(person_id=person.pk, organisation_id=employer.pk, by=request.user)
    messages.success(request, _("%(name)s no longer sees your résumé.") % {"name": employer.name})
    return redirect("people:resume_visibility")


@route(SIGNED_IN)
@require_POST
@needs_record
def unblock(request: HttpRequest, person: Person, public_id: str) -> HttpResponse:
    employer = get_object_or_404(_employers(), public_id=public_id)
    actions.unblock_employer(person_id=person.pk, organisation_id=employer.pk, by=request.user)
    messages.success(request, _("%(name)s is no longer blocked.") % {"name": employer.name})
    return redirect("people:resume_visibility")
