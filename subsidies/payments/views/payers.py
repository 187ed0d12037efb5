"""The accounts that finance offices pay from."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from employment_portal.accounts.permissions import route
from employment_portal.core.errors import DomainError
from employment_portal.ui.acts import attempt
from subsidies.payments import actions, queries
from subsidies.payments.forms import PayerForm
from subsidies.payments.models import Batch
from subsidies.payments.payer_models import Payer
from subsidies.payments.views.common import FINANCE, PAGE_SIZE, places


@require_http_methods(["GET", "POST"])
@route(FINANCE)
def payer_list(request: HttpRequest) -> HttpResponse:
    form = PayerForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.enter_payer(**form.cleaned_data, by=request.user, now=timezone.now())
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("subsidies:payers")
    rows = queries.payers_visible_to(request.user).order_by(
        "region__level", "region__code", "-effective_from", "-pk"
    )
    own = [post.agency.region for post in request.user.current_posts() if post.role == queries.FINANCE]
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "places": places(request, "payers"),
        "form": form,
        "page": page,
        "rows": [(payer, any(payer.region.path.startswith(region.path) for region in own)) for payer in page],
        "used": set(Batch.objects.filter(payer__in=list(page)).values_list("payer", flat=True)),
    }
    return render(request, "subsidies/payments/payers.html", context, status=422 if form.errors else 200)


def _own(request: HttpRequest, public_id: str) -> Payer:
    mine = Payer.objects.filter(queries.scope_of(request.user, "region__path"))
    return get_object_or_404(mine, public_id=public_id)


@require_POST
@route(FINANCE)
def payer_confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    payer = _own(request, public_id)
    attempt(
        request,
        lambda: actions.confirm_payer(payer_id=payer.pk, by=request.user, now=timezone.now()),
        _("Confirmed. Batches made from that day on are paid from it."),
    )
    return redirect("subsidies:payers")


@require_POST
@route(FINANCE)
def payer_remove(request: HttpRequest, public_id: str) -> HttpResponse:
    payer = _own(request, public_id)
    reason = request.POST.get("reason", "")
    attempt(
        request,
        lambda: actions.remove_payer(payer_id=payer.pk, reason=reason, by=request.user),
        _("Taken out."),
    )
    return redirect("subsidies:payers")
