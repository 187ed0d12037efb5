"""One step for many ticked applicants: asked in a dialog, or on a page where there is no script."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from employment_portal.accounts.permissions import route
from jobs.applications import actions, queries
from jobs.applications.enums import ApplicationStatus
from jobs.applications.forms import BulkInterviewForm, MessageForm, RejectForm
from jobs.applications.models import Application
from jobs.applications.views.recruiting import BULK_LABELS, EMPLOYER
from jobs.applications.workflow import APPLICATION


@route(EMPLOYER)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """First asks, with the message to edit; with ``confirmed`` it does the step row by row."""
    step = request.POST.get("step", "")
    chosen = request.POST.getlist("ids")
    if step not in actions.BULK_STEPS or not chosen:
        messages.error(request, _("Tick at least one applicant, then choose what to do."))
        return _go_back(request)
    confirmed = "confirmed" in request.POST
    found = {
        row.public_id: row for row in queries.received(request.organisation).filter(public_id__in=chosen)
    }
    rows = [found[public_id] for public_id in chosen if public_id in found]
    possible = [row for row in rows if _possible(row, step)]
    form = _form(request, step, possible, confirmed)
    if step == "mark_seen" or (confirmed and form is not None and form.is_valid()):
        return _do(request, step, chosen, form)
    return _render(
        request,
        "jobs/applications/bulk.html",
        "ask",
        {
            "step": step,
            "label": BULK_LABELS[step],
            "form": form,
            "rows": possible,
            "others": [row for row in rows if row not in possible],
            "next": _back(request),
        },
        status=422 if confirmed else 200,
    )


def _possible(row: Application, step: str) -> bool:
    """Whether the step fits the stage; a second interview can follow one that is over."""
    if step == "invite" and row.status == ApplicationStatus.INTERVIEW:
        return row.interview_at is None  # type: ignore[attr-defined]
    return APPLICATION.can(row, step)


def _form(request: HttpRequest, step: str, rows: list[Application], confirmed: bool) -> MessageForm | None:
    if step == "mark_seen":
        return None
    data = request.POST if confirmed else None
    initial = {"message": queries.message_templates(request.organisation)[step]}
    if step == "reject":
        return RejectForm(data, initial=initial)
    if step == "shortlist":
        return MessageForm(data, initial=initial)
    if rows:
        posting = rows[0].posting
        contact = " ".join(filter(None, [posting.contact_name, posting.contact_phone]))
        initial |= {"kind": "on_site", "place": posting.address, "contact": contact}
    return BulkInterviewForm(data, now=timezone.now(), count=len(rows), initial=initial)


def _do(request: HttpRequest, step: str, chosen: list[str], form: MessageForm | None) -> HttpResponse:
    values = dict(form.cleaned_data) if form is not None else {}
    keep = values.pop("keep", False)
    whose: dict[str, Any] = {
        "organisation_id": request.organisation.pk,
        "public_ids": chosen,
        "by": request.user,
    }
    if step == "invite":
        together = values.pop("times") == "together"
        results = actions.bulk_invite(together=together, **values, **whose)
    else:
        results = actions.bulk_move(step=step, **values, **whose)
    if keep:
        actions.save_message_template(
            organisation_id=request.organisation.pk, step=step, text=values["message"]
        )
    done = [result for result in results if not result.problem]
    if len(done) == len(results):
        messages.success(
            request,
            ngettext("%(label)s: %(n)s applicant.", "%(label)s: %(n)s applicants.", len(done))
            % {"label": BULK_LABELS[step], "n": len(done)},
        )
        return _go_back(request)
    return _render(
        request,
        "jobs/applications/bulk_results.html",
        "results",
        {
            "label": BULK_LABELS[step],
            "done": done,
            "refused": [result for result in results if result.problem],
            "next": _back(request),
        },
    )


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return reverse("jobs:applicants")


def _go_back(request: HttpRequest) -> HttpResponse:
    return HttpResponseClientRedirect(_back(request)) if request.htmx else redirect(_back(request))


def _render(
    request: HttpRequest, template: str, part: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The whole page, or what stands in the dialog."""
    name = f"{template}#{part}" if request.htmx else template
    return render(request, name, context | {"dialog": bool(request.htmx)}, status=status)
