"""Writing a posting step by step."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from employment_portal.accounts.permissions import route
from employment_portal.core.errors import DomainError
from jobs.postings import actions
from jobs.postings.actions.drafts import EDITABLE
from jobs.postings.forms import STEP_OF_FIELD, STEPS, PostingForm, field_label, initial_of
from jobs.postings.limits import limits_in_force
from jobs.postings.models import Posting
from jobs.postings.rules import latest_end
from jobs.postings.views import writing
from jobs.postings.views.common import EMPLOYER, own_posting, say, today_now


@route(EMPLOYER)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Start a posting: empty, from a template, or as a copy of an earlier one."""
    if request.method == "POST":
        _today, now = today_now()
        if template_id := request.POST.get("template"):
            template = get_object_or_404(request.organisation.posting_templates, public_id=template_id)
            posting = actions.create_from_template(template_id=template.pk, by=request.user, now=now)
        else:
            posting = actions.create_draft(
                employer_id=request.organisation.pk,
                by=request.user,
                now=now,
                values={
                    "contact_name": request.organisation.contact_name,
                    "contact_phone": request.organisation.contact_phone,
                },
            )
        return redirect("jobs:edit_posting", posting.public_id, "job")
    recent = Posting.objects.of_organisation(request.organisation).exclude(title="").order_by("-updated_at")
    return render(
        request,
        "jobs/postings/new.html",
        {
            "templates": request.organisation.posting_templates.all(),
            "recent": recent.select_related("region")[:10],
        },
    )


@route(EMPLOYER)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: str, step: str) -> HttpResponse:
    """One step of the form. Saving keeps what can be read even when something else cannot."""
    posting = own_posting(request, public_id)
    if step not in STEPS:
        raise Http404
    if posting.status not in EDITABLE:
        messages.info(request, _("This posting has been submitted. You find its state here."))
        return redirect("jobs:manage_posting", public_id)
    if request.method != "POST":
        form = PostingForm(initial=initial_of(posting), only=step, complete=True)
        return _show_step(request, posting, step, form)
    leaving = "later" in request.POST
    form = PostingForm(request.POST, initial=initial_of(posting), only=step, complete=not leaving)
    is_valid = form.is_valid()
    _today, now = today_now()
    try:
        posting = actions.save_draft(
            posting_id=posting.pk,
            values=form.values(),
            by=request.user,
            now=now,
            seen=request.POST.get("seen", ""),
        )
    except actions.PostingChanged as error:
        conflict = writing.differences(form, error.posting)
        return _show_step(
            request, error.posting, step, form, conflict=conflict, sentence=error.message, status=409
        )
    except DomainError as error:
        say(request, error)
        return redirect("jobs:manage_posting", public_id)
    if not is_valid:
        return _show_step(request, posting, step, form, status=422)
    if leaving:
        messages.success(request, _("The draft is saved. You find it under “Drafts”."))
        return redirect(reverse("jobs:postings") + "?tab=draft")
    following = _after(step)
    if following is None or "preview" in request.POST:
        return redirect("jobs:preview_posting", public_id)
    return redirect("jobs:edit_posting", public_id, following)


@route(EMPLOYER)
@require_POST
def autosave(request: HttpRequest, public_id: str, step: str) -> HttpResponse:
    """Keep the draft while it is written, and answer with the check of its words."""
    posting = own_posting(request, public_id)
    if step not in STEPS or posting.status not in EDITABLE:
        raise Http404
    form = PostingForm(request.POST, only=step)
    form.is_valid()
    today, now = today_now()
    context: dict[str, Any] = {"posting": posting, "step": step}
    try:
        posting = actions.save_draft(
            posting_id=posting.pk,
            values=form.values(),
            by=request.user,
            now=now,
            seen=request.POST.get("seen", ""),
        )
        context |= {"posting": posting, "saved_at": now, "version": actions.version_of(posting, _names(step))}
    except DomainError as error:
        context["sentence"] = error.message
    context |= writing.live_check(form.values(), request.organisation, today)
    return render(request, "jobs/postings/edit.html#live-check", context)


@route(EMPLOYER)
@require_POST
def check(request: HttpRequest, public_id: str) -> HttpResponse:
    """The check of words that are being written, without saving anything."""
    own_posting(request, public_id)
    today, _now = today_now()
    form = PostingForm(request.POST)
    form.is_valid()
    return render(
        request,
        "jobs/postings/edit.html#live-check",
        writing.live_check(form.values(), request.organisation, today),
    )


def _names(step: str) -> list[str]:
    """The fields that a step shows."""
    return [*STEPS[step][1], *(["questions"] if step == "text" else [])]


def _after(step: str) -> str | None:
    keys = list(STEPS)
    place = keys.index(step) + 1
    return keys[place] if place < len(keys) else None


def _show_step(
    request: HttpRequest,
    posting: Posting,
    step: str,
    form: PostingForm,
    *,
    conflict: list[dict[str, Any]] | None = None,
    sentence: Any = "",
    status: int = 200,
) -> HttpResponse:
    today, _now = today_now()
    comments = [
        {"label": field_label(row.field), "text": row.text}
        for row in posting.comments.filter(resolved_at__isnull=True)
        if not row.field or STEP_OF_FIELD.get(row.field) == step
    ]
    keys = list(STEPS)
    place = keys.index(step)
    context = {
        "posting": posting,
        "form": form,
        "step": step,
        "steps": writing.steps(posting),
        "label": STEPS[step][0],
        "previous": keys[place - 1] if place else None,
        "comments": comments,
        "conflict": conflict,
        "sentence": sentence,
        "version": actions.version_of(posting, _names(step)),
        "latest": latest_end(today, limits_in_force(posting.region, today)),
    }
    values = form.values() if form.is_bound and hasattr(form, "cleaned_data") else _stored(posting, step)
    context |= writing.live_check(values, posting.employer, today)
    return render(request, "jobs/postings/edit.html", context, status=status)


def _stored(posting: Posting, step: str) -> dict[str, Any]:
    values = {name: getattr(posting, name) for name in STEPS[step][1]}
    if step == "text":
        values["questions"] = list(posting.questions.values("text"))
    return values
