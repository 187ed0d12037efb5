"""The end of a fiscal year: previewed, asked by one finance officer, decided by another."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.permissions import STAFF, route
from employment_portal.regions.models import Region
from employment_portal.ui.acts import attempt, attempt_form
from subsidies.finance import actions, queries
from subsidies.finance.forms import CloseForm

FINANCE = STAFF(StaffRole.FINANCE_OFFICER)


def _region(request: HttpRequest, code: str) -> Region:
    """A region under one of the user's posts as finance officer; any other is not there for him."""
    paths = [
        post.agency.region.path
        for post in request.user.current_posts()
        if post.role == StaffRole.FINANCE_OFFICER
    ]
    mine = [
        region.pk
        for region in Region.objects.filter(code=code)
        if any(region.path.startswith(path) for path in paths)
    ]
    return get_object_or_404(Region, pk__in=mine)


def _page(request: HttpRequest, region: Region, year: int, form: CloseForm) -> HttpResponse:
    waiting = actions.waiting_close(region)
    if waiting is not None:
        year = waiting.payload["year"]
    rows = actions.preview(region, year)
    context = {
        "region": region,
        "year": year,
        "rows": rows,
        "surrender": sum(row.surrender_fen for row in rows),
        "carry": sum(row.carry_fen for row in rows),
        "waiting": waiting,
        "may_decide": waiting is not None and waiting.requested_by_id != request.user.pk,
        "form": form,
        "years": sorted(
            {year, *queries.lines_visible_to(request.user).order_by().values_list("year", flat=True)},
            reverse=True,
        ),
    }
    return render(request, "subsidies/finance/closing.html", context, status=422 if form.errors else 200)


@require_GET
@route(FINANCE)
def closing(request: HttpRequest, code: str) -> HttpResponse:
    today = timezone.localdate()
    year = request.GET.get("year", "")
    chosen = int(year) if year.isdigit() and len(year) == 4 else today.year - (today.month < 12)
    return _page(request, _region(request, code), chosen, CloseForm())


@require_POST
@route(FINANCE)
def closing_ask(request: HttpRequest, code: str) -> HttpResponse:
    region = _region(request, code)
    form = CloseForm(request.POST)
    asked = attempt_form(
        request,
        form,
        lambda data: actions.request_close(region=region, **data, by=request.user, now=timezone.now()),
        _("Asked. A colleague has to decide it before any money moves."),
    )
    if asked:
        return redirect("subsidies:close_year", region.code)
    year = form.cleaned_data.get("year") or timezone.localdate().year
    return _page(request, region, year, form)


@require_POST
@route(FINANCE)
def closing_decide(request: HttpRequest, code: str) -> HttpResponse:
    region = _region(request, code)
    approve = request.POST.get("decision") == "approve"
    note = request.POST.get("reason", "")[:300]
    attempt(
        request,
        lambda: actions.decide_close(
            region=region, approve=approve, note=note, by=request.user, now=timezone.now()
        ),
        _("Closed and posted.") if approve else _("The request was refused."),
    )
    return redirect("subsidies:close_year", region.code)
