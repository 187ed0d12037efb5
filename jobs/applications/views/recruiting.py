"""What an employer received: the pipeline of one posting, all applicants, export."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from employment_portal.accounts.permissions import MEMBER, route
from employment_portal.organisations.enums import OrganisationKind
from jobs.applications import actions, exports, queries
from jobs.applications.forms import ReceivedFilter
from jobs.applications.models import Application
from jobs.applications.views.common import page_of, tab_items, with_levels
from jobs.postings.models import Posting

EMPLOYER = MEMBER(OrganisationKind.EMPLOYER)
TABS = {
    "all": gettext_lazy("All"),
    "submitted": pgettext_lazy("applications", "New"),
    "seen": pgettext_lazy("applications", "Seen"),
    "shortlisted": pgettext_lazy("applications", "Shortlisted"),
    "interview": pgettext_lazy("applications", "Interview"),
    "offered": pgettext_lazy("applications", "Offer"),
    "hired": pgettext_lazy("applications", "Hired"),
    "ended": pgettext_lazy("applications", "Ended"),
}
BULK_LABELS = {
    "mark_seen": gettext_lazy("Mark as seen"),
    "shortlist": gettext_lazy("Put on the shortlist"),
    "invite": gettext_lazy("Invite to an interview"),
    "reject": gettext_lazy("Turn down"),
}


def _filtered(request: HttpRequest, posting: Posting | None) -> tuple[QuerySet[Application], dict[str, str]]:
    """The rows of all tabs that fit the search, and the filters as they were understood."""
    form = ReceivedFilter(request.GET if request.method == "GET" else request.POST)
    form.is_valid()
    values = {key: form.cleaned_data.get(key, "") for key in ("q", "job", "sort")}
    if posting is None and values["job"]:
        posting = request.organisation.postings.filter(public_id=values["job"]).first()
    rows = queries.received(
        request.organisation, posting=posting, words=values["q"].strip(), sort=values["sort"] or "-submitted"
    )
    return rows, values


def _tab(data: Any) -> str:
    tab = data.get("tab", "all")
    return tab if tab in TABS else "all"


def _list(request: HttpRequest, posting: Posting | None) -> HttpResponse:
    rows, values = _filtered(request, posting)
    tab = _tab(request.GET)
    counts = queries.tab_counts(rows.order_by(), queries.PIPELINE)
    page = with_levels(page_of(request, rows.filter(queries.PIPELINE[tab]), 50))
    for application in page:
        application.met = sum(1 for reason in application.match if reason["met"])
    return render(
        request,
        "jobs/applications/received.html",
        {
            "posting": posting,
            "postings": request.organisation.postings.filter(applications__submitted_at__isnull=False)
            .distinct()
            .order_by("-created_at")[:100]
            if posting is None
            else [],
            "page": page,
            "tabs": tab_items(request, TABS, counts, tab),
            "tab": tab,
            "filters": values,
            "bulk": BULK_LABELS.items(),
            "total": counts["n_all"],
            "shown": counts[f"n_{tab}"],
        },
    )


@route(EMPLOYER)
@require_safe
def applicants(request: HttpRequest) -> HttpResponse:
    """Everybody who applied to this employer."""
    return _list(request, None)


@route(EMPLOYER)
@require_safe
def pipeline(request: HttpRequest, public_id: str) -> HttpResponse:
    """The applicants of one posting by stage."""
    posting = get_object_or_404(Posting.objects.of_organisation(request.organisation), public_id=public_id)
    return _list(request, posting)


@route(EMPLOYER)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is filtered now, as CSV or XLSX; audited. A POST, because it leaves a trace."""
    kind = request.POST.get("format", exports.XLSX)
    kind = kind if kind in exports.CONTENT_TYPES else exports.XLSX
    posting = None
    if job := request.POST.get("job"):
        posting = get_object_or_404(Posting.objects.of_organisation(request.organisation), public_id=job)
    rows, _values = _filtered(request, posting)
    chosen = list(rows.filter(queries.PIPELINE[_tab(request.POST)])[: exports.LIMIT])
    actions.record_export(
        organisation=request.organisation, rows=len(chosen), kind=kind, by=request.user, request=request
    )
    write = exports.as_csv if kind == exports.CSV else exports.as_xlsx
    response = HttpResponse(write(exports.table(chosen)), content_type=exports.CONTENT_TYPES[kind])
    name = f"applicants-{timezone.localdate():%Y%m%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
