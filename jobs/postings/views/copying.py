"""Copies of a posting and templates."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from employment_portal.accounts.permissions import route
from jobs.postings import actions
from jobs.postings.forms import CopyForm, TemplateForm
from jobs.postings.limits import limits_in_force
from jobs.postings.models import PostingTemplate
from jobs.postings.rules import latest_end
from jobs.postings.views.common import EMPLOYER, own_posting, today_now


@route(EMPLOYER)
@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, public_id: str) -> HttpResponse:
    """Copy a posting into a new draft; asks for the dates only."""
    posting = own_posting(request, public_id)
    today, now = today_now()
    limits = limits_in_force(posting.region, today)
    form = CopyForm(request.POST or None, initial={"expires_on": latest_end(today, limits)})
    if request.method == "POST" and form.is_valid():
        draft = actions.copy_posting(posting_id=posting.pk, by=request.user, now=now, **form.cleaned_data)
        messages.success(request, _("The copy is a draft. Check it, then submit it."))
        return redirect("jobs:preview_posting", draft.public_id)
    return render(
        request,
        "jobs/postings/act.html",
        {
            "posting": posting,
            "form": form,
            "heading": _("Copy this posting"),
            "text": _("Everything but the dates is taken over."),
            "submit": _("Copy and go to the preview"),
        },
        status=422 if request.method == "POST" else 200,
    )


@route(EMPLOYER)
@require_http_methods(["GET", "POST"])
def save_template(request: HttpRequest, public_id: str) -> HttpResponse:
    posting = own_posting(request, public_id)
    form = TemplateForm(request.POST or None, initial={"name": posting.title})
    if request.method == "POST" and form.is_valid():
        _today, now = today_now()
        try:
            actions.save_as_template(
                posting_id=posting.pk, name=form.cleaned_data["name"], by=request.user, now=now
            )
        except actions.TemplateNameTaken as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("The template is saved. Start the next posting from it."))
            return redirect("jobs:new_posting")
    return render(
        request,
        "jobs/postings/act.html",
        {
            "posting": posting,
            "form": form,
            "heading": _("Save as a template"),
            "text": _("The content is kept under a name, without the dates."),
            "submit": _("Save the template"),
        },
        status=422 if request.method == "POST" else 200,
    )


@route(EMPLOYER)
@require_POST
def delete_template(request: HttpRequest, public_id: str) -> HttpResponse:
    template = get_object_or_404(
        PostingTemplate.objects.filter(employer=request.organisation), public_id=public_id
    )
    actions.delete_template(template_id=template.pk, by=request.user)
    messages.success(request, _("The template is deleted."))
    return redirect("jobs:new_posting")
