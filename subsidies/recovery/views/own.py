"""What somebody who has to pay back sees: why, how much, how, by when, and what can be done against it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from employment_portal.accounts.permissions import SIGNED_IN, route
from subsidies.recovery import queries
from subsidies.recovery.letter import letter_of
from subsidies.recovery.models import RecoveryOrder
from subsidies.recovery.permissions import is_debtor
from subsidies.recovery.views.common import amounts_of, pdf_of, plan_rows


def _own(request: HttpRequest, public_id: str) -> RecoveryOrder:
    rows = RecoveryOrder.objects.filter(issued_at__isnull=False).select_related(
        *queries.RELATED, "payable__claim__version"
    )
    order = get_object_or_404(rows, public_id=public_id)
    if not is_debtor(request.user, order):
        raise Http404
    return order


@require_GET
@route(SIGNED_IN)
def recovery(request: HttpRequest, public_id: str) -> HttpResponse:
    order = _own(request, public_id)
    today = timezone.localdate()
    context = {
        "order": order,
        "amounts": amounts_of(order),
        "letter": letter_of(order),
        "plan": plan_rows(order, today=today),
        "receipts": order.receipts.filter(confirmed_at__isnull=False).order_by("received_on", "pk"),
        "overdue_since": queries.overdue_since(order, today=today),
    }
    return render(request, "subsidies/recovery/own.html", context)


@require_GET
@route(SIGNED_IN)
def recovery_letter(request: HttpRequest, public_id: str) -> HttpResponse:
    order = _own(request, public_id)
    context = {
        "order": order,
        "letter": letter_of(order),
        "base": "base.html",
        "back": "subsidies:recovery",
        "pdf": "subsidies:recovery_pdf",
    }
    return render(request, "subsidies/recovery/letter.html", context)


@require_GET
@route(SIGNED_IN)
def recovery_pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    return pdf_of(_own(request, public_id))
