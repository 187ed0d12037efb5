"""Cash that no batch explains: recorded, confirmed by a colleague, then a case like any other."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from employment_portal.accounts.permissions import route
from employment_portal.core.errors import DomainError
from employment_portal.ui.acts import attempt
from subsidies.budgets.models import BudgetLine
from subsidies.payments import actions, queries
from subsidies.payments.forms import CashForm
from subsidies.payments.views.common import FINANCE, PAGE_SIZE, places


@require_http_methods(["GET", "POST"])
@route(FINANCE)
def cash_list(request: HttpRequest) -> HttpResponse:
    lines = BudgetLine.objects.filter(queries.scope_of(request.user, "region__path"))
    lines = lines.select_related("region", "item", "fund").order_by(
        "-year", "region__path", "item__order", "pk"
    )
    form = CashForm(request.POST or None, lines=lines)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_cash(**form.cleaned_data, by=request.user, now=timezone.now())
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("subsidies:cash")
    rows = queries.cash_visible_to(request.user).order_by("confirmed_at", "-recorded_at", "-pk")
    context = {
        "places": places(request, "cash"),
        "form": form,
        "page": Paginator(rows.reverse(), PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "subsidies/payments/cash.html", context, status=422 if form.errors else 200)


@require_POST
@route(FINANCE)
def cash_confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    cash = get_object_or_404(queries.cash_visible_to(request.user), public_id=public_id)
    attempt(
        request,
        lambda: actions.confirm_cash(cash_id=cash.pk, by=request.user, now=timezone.now()),
        _("Booked. A case is open until it is explained."),
    )
    return redirect("subsidies:cash")


@require_POST
@route(FINANCE)
def cash_remove(request: HttpRequest, public_id: str) -> HttpResponse:
    cash = get_object_or_404(queries.cash_visible_to(request.user), public_id=public_id)
    reason = request.POST.get("reason", "")
    attempt(
        request,
        lambda: actions.remove_cash(cash_id=cash.pk, reason=reason, by=request.user),
        _("Taken out."),
    )
    return redirect("subsidies:cash")
