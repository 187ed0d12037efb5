"""Reports about published postings, for the officers of the district."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from employment_portal.accounts.permissions import route
from employment_portal.core.errors import DomainError
from jobs.postings import actions, queries
from jobs.postings.actions.reports import REPORT
from jobs.postings.forms import ReportAnswerForm, reason_of_report
from jobs.postings.models import PostingReport
from jobs.postings.permissions import acts_for_employer
from jobs.postings.views.common import REVIEWER, page_of, say, today_now
from jobs.postings.views.review import as_code, districts_of, filters_of, in_district


@route(REVIEWER)
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Reported postings of the district, by time left."""
    today, _now = today_now()
    items = queries.review_items(
        request.user,
        kinds=[REPORT],
        words=request.GET.get("q", "").replace("\x00", "")[:60],
        region=as_code(request.GET.get("region", "")),
        today=today,
    )
    page = page_of(request, items)
    return render(
        request,
        "jobs/review/reports.html",
        {
            "page": page,
            "rows": queries.queue_rows(page.object_list, today=today),
            "filters": filters_of(request.GET),
            "regions": districts_of(request.user),
        },
    )


@route(REVIEWER)
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """One report with its posting; upholding takes the posting down."""
    found = get_object_or_404(
        PostingReport.objects.select_related(
            "posting__employer", "posting__region", "posting__occupation", "by", "decided_by"
        ),
        public_id=public_id,
        posting__in=in_district(request.user),
    )
    form = ReportAnswerForm(request.POST or None, initial={"reason": reason_of_report(found)})
    if request.method == "POST" and form.is_valid():
        _today, now = today_now()
        cleaned = form.cleaned_data
        try:
            if cleaned["verdict"] == "uphold":
                actions.uphold_report(
                    report_id=found.pk,
                    reason=cleaned["reason"],
                    answer=cleaned["answer"],
                    by=request.user,
                    now=now,
                )
                messages.success(request, _("The report is upheld. The posting is off the portal."))
            else:
                actions.dismiss_report(report_id=found.pk, answer=cleaned["answer"], by=request.user, now=now)
                messages.success(request, _("The report is dismissed. The posting stays up."))
            return redirect("jobs:reports")
        except DomainError as error:
            say(request, error)
            return redirect("jobs:report", public_id)
    return render(
        request,
        "jobs/review/report.html",
        {
            "report": found,
            "posting": found.posting,
            "form": form,
            "earlier": found.posting.reports.exclude(pk=found.pk).order_by("-created_at")[:10],
            "conflict": acts_for_employer(request.user, found.posting),
            "level": queries.LEVELS[found.posting.status],
        },
        status=422 if request.method == "POST" else 200,
    )
