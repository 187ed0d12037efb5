"""Saved jobs and searches, and reports about an advert."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from django_ratelimit.decorators import ratelimit

from employment_portal.accounts.permissions import BY_KEY, PUBLIC, SIGNED_IN, route
from employment_portal.core.errors import DomainError
from jobs.postings.actions.reports import report_posting
from jobs.postings.limits import limits_in_force
from jobs.postings.models import Posting
from jobs.search.queries import search_postings
from jobs.seeking import actions, queries, search_page
from jobs.seeking.forms import FrequencyForm, KeepSearchForm, ReportForm
from jobs.seeking.models import SavedSearch

PAGE_SIZE = 20


@require_GET
@route(SIGNED_IN)
def saved(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.saved_jobs(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "jobs/seeking/saved.html", {"page": page, "today": timezone.localdate()})


@require_POST
@route(SIGNED_IN)
def save(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep a job, or with ``forget`` no longer; an htmx request gets the button back."""
    posting = get_object_or_404(Posting.objects.public(), public_id=public_id)
    forget = "forget" in request.POST
    if forget:
        actions.forget_job(posting_id=posting.pk, by=request.user)
    else:
        actions.save_job(posting_id=posting.pk, by=request.user, now=timezone.now())
    if request.htmx:
        context = {"posting": posting, "is_saved": not forget, "size": request.POST.get("size", "")}
        return render(request, "jobs/seeking/_save.html", context)
    messages.success(
        request, _("No longer saved.") if forget else _("Saved. You find it under “Saved jobs”.")
    )
    return redirect(posting)


@require_GET
@route(SIGNED_IN)
def searches(request: HttpRequest) -> HttpResponse:
    rows = [
        {"search": search, "form": FrequencyForm(initial={"frequency": search.frequency})}
        for search in queries.saved_searches(request.user)
    ]
    context = {"rows": rows, "frequencies": SavedSearch.Frequency.choices}
    return render(request, "jobs/seeking/searches.html", context)


@ratelimit(key="ip", rate=settings.ALERTS_PER_ADDRESS, method="POST", block=True)
@route(PUBLIC)
def keep_search(request: HttpRequest) -> HttpResponse:
    filters = search_page.filters_of(request.GET)
    user = request.user if request.user.is_authenticated else None
    form = KeepSearchForm(
        request.POST or None, with_address=user is None, initial={"name": search_page.title_of(filters)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_search(
                filters=filters,
                by=user,
                now=timezone.now(),
                language=get_language() or "zh-hans",
                **form.cleaned_data,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            if user is None:
                return render(request, "jobs/seeking/check_mail.html", {"email": form.cleaned_data["email"]})
            messages.success(request, _("The search was kept."))
            return redirect("jobs:searches")
    found = search_postings(filters, now=timezone.now(), page_size=1)
    context = {
        "form": form,
        "title": search_page.title_of(filters),
        "query": search_page.query_of(filters),
        "found": found,
    }
    return render(request, "jobs/seeking/keep_search.html", context, status=422 if form.errors else 200)


@require_POST
@route(SIGNED_IN)
def change_search(request: HttpRequest, public_id: str) -> HttpResponse:
    search = get_object_or_404(queries.saved_searches(request.user), public_id=public_id)
    if "delete" in request.POST:
        actions.leave_search(search_id=search.pk, now=timezone.now())
        messages.success(request, _("The search was deleted."))
        return redirect("jobs:searches")
    form = FrequencyForm(request.POST)
    if form.is_valid():
        actions.change_frequency(search_id=search.pk, **form.cleaned_data)
        messages.success(request, _("Saved."))
    return redirect("jobs:searches")


@route(BY_KEY)
def confirm_search(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the first mail: opening it shows what is confirmed, the button confirms it."""
    now = timezone.now()
    try:
        search = (
            actions.confirm_search(token=token, now=now)
            if request.method == "POST"
            else actions.search_to_confirm(token)
        )
    except actions.LinkGone as error:
        return render(request, "jobs/seeking/link_gone.html", {"sentence": str(error)}, status=410)
    context = {"search": search, "title": _title(search), "is_done": request.method == "POST"}
    return render(request, "jobs/seeking/confirm_search.html", context)


@csrf_exempt
@route(BY_KEY)
def leave_search(request: HttpRequest, token: str) -> HttpResponse:
    """The link of every mail. A POST leaves, also the one-click POST of a mail program (RFC 8058), which has no token
    of ours: the address itself is the secret."""
    try:
        search = actions.search_behind(token)
    except actions.LinkGone:
        return render(request, "jobs/seeking/left.html", status=200)
    if request.method == "POST":
        actions.leave_search(search_id=search.pk, now=timezone.now())
        return render(request, "jobs/seeking/left.html")
    return render(request, "jobs/seeking/leave_search.html", {"search": search, "title": _title(search)})


def _title(search: SavedSearch) -> str:
    return search.name or search_page.title_of(search_page.filters_of(QueryDict(search.query)))


@ratelimit(key="ip", rate=settings.REPORTS_PER_ADDRESS, method="POST", block=True)
@route(PUBLIC)
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    posting = get_object_or_404(Posting.objects.public().select_related("employer"), public_id=public_id)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = request.user if request.user.is_authenticated else None
        report_posting(posting_id=posting.pk, by=user, now=timezone.now(), **form.cleaned_data)
        days = limits_in_force(posting.region, timezone.localdate()).review_working_days
        words = ngettext("%(n)s working day", "%(n)s working days", days) % {"n": days}
        return render(request, "jobs/seeking/reported.html", {"posting": posting, "days": words})
    return render(
        request,
        "jobs/seeking/report.html",
        {"form": form, "posting": posting},
        status=422 if form.errors else 200,
    )
