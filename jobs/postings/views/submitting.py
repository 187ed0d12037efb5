"""The preview of a posting, and its submission."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from employment_portal.accounts.permissions import route
from employment_portal.core.errors import DomainError
from jobs.postings import actions, queries
from jobs.postings.actions.drafts import EDITABLE
from jobs.postings.check import check_posting
from jobs.postings.forms import STEP_OF_FIELD, field_label
from jobs.postings.limits import limits_in_force
from jobs.postings.models import Posting
from jobs.postings.rules import reasons_for_review
from jobs.postings.views import writing
from jobs.postings.views.common import EMPLOYER, own_posting, today_now


@route(EMPLOYER)
@require_safe
def preview(request: HttpRequest, public_id: str) -> HttpResponse:
    """The posting as the public will see it, what still stands against it, and the button that submits it."""
    posting = own_posting(request, public_id)
    if posting.status not in EDITABLE:
        return redirect("jobs:manage_posting", public_id)
    return _show_preview(request, posting)


@route(EMPLOYER)
@require_POST
def submit(request: HttpRequest, public_id: str) -> HttpResponse:
    posting = own_posting(request, public_id)
    _today, now = today_now()
    try:
        posting = actions.submit_posting(
            posting_id=posting.pk,
            by=request.user,
            now=now,
            confirmed="confirmed" in request.POST,
            seen=request.POST.get("seen", ""),
        )
    except actions.PostingChanged:
        return _show_preview(
            request,
            own_posting(request, public_id),
            error=_(
                "The posting was changed after you opened this page. This is how it stands now: check it and submit again."
            ),
            status=409,
        )
    except DomainError as error:
        return _show_preview(request, own_posting(request, public_id), error=error.message, status=422)
    said = {
        "live": _("The posting is live."),
        "scheduled": _("The posting is scheduled and goes live on its day."),
    }
    messages.success(
        request, said.get(posting.status, _("The posting is submitted. The employment service reviews it."))
    )
    return redirect("jobs:manage_posting", public_id)


def _show_preview(
    request: HttpRequest, posting: Posting, *, error: Any = "", status: int = 200
) -> HttpResponse:
    today, _now = today_now()
    found = check_posting(posting, on=today)
    limits = limits_in_force(posting.region, today)
    record = queries.employer_record(posting.employer, limits, today)
    return render(
        request,
        "jobs/postings/preview.html",
        {
            "posting": posting,
            "steps": writing.steps(posting),
            "must_fix": [_located(posting, remark) for remark in found.must_fix],
            "to_confirm": [_located(posting, remark) for remark in found.to_confirm],
            "duplicates": queries.likely_duplicates(posting)[:3],
            "reasons": reasons_for_review(record, limits, found.remarks, today=today),
            "review_days": limits.review_working_days,
            "is_verified": posting.employer.is_verified_on(today),
            "comments": posting.comments.filter(resolved_at__isnull=True),
            "error": error,
            "version": actions.version_of(posting),
        },
        status=status,
    )


def _located(posting: Posting, remark: Any) -> dict[str, Any]:
    step = STEP_OF_FIELD.get(remark.field, "job")
    return {
        "remark": remark,
        "label": field_label(remark.field),
        "url": reverse("jobs:edit_posting", args=[posting.public_id, step]) + f"#id_{remark.field}",
    }
