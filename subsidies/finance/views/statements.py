"""What somebody received, by year and item: for the person or organisation, and for staff of the region."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.permissions import SIGNED_IN, STAFF, route
from employment_portal.audit.actions import record
from employment_portal.core.exports import spreadsheet
from employment_portal.organisations.models import Organisation
from employment_portal.people.models import Person
from subsidies.finance import exports, queries
from subsidies.payments.views.own import claimant_of
from subsidies.recovery.queries import orders_of

READERS = STAFF(*queries.READERS, StaffRole.DISTRICT_OFFICER)
PAGE_SIZE = 50


def _context(request: HttpRequest, owner: dict[str, Any], within: Any = None) -> dict[str, Any]:
    """``within``: the payments that a reader of the staff may see; None for the payee."""
    rows = queries.received_by(**owner, within=within)
    orders = orders_of(**owner)
    if within is not None:
        orders = orders.filter(payable__in=within)
    return {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "sums": queries.by_year_and_item(rows),
        "owner": next(iter(owner.values())),
        "orders": orders,
    }


@require_GET
@route(SIGNED_IN)
def my_statement(request: HttpRequest) -> HttpResponse:
    context = _context(request, claimant_of(request)) | {
        "base": "base.html",
        "export_href": reverse("subsidies:export_my_statement"),
    }
    return render(request, "subsidies/finance/statement.html", context)


@require_GET
@route(SIGNED_IN)
def my_statement_export(request: HttpRequest) -> HttpResponse:
    return spreadsheet(exports.statement(queries.received_by(**claimant_of(request))), _("statement"))


def _payee(request: HttpRequest, kind: str, public_id: str) -> dict[str, Any]:
    """A person or organisation that was paid in the user's subtree."""
    mine = queries.payees_visible_to(request.user)
    if kind == "people":
        found = get_object_or_404(Person, public_id=public_id, pk__in=mine.values("person"))
        return {"person": found}
    return {
        "organisation": get_object_or_404(
            Organisation, public_id=public_id, pk__in=mine.values("organisation")
        )
    }


@require_GET
@route(READERS)
def staff_statement(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    owner = _payee(request, kind, public_id)
    record(
        action="finance.open_statement", by=request.user, subject=next(iter(owner.values())), request=request
    )
    href = reverse("subsidies:export_statement", args=[kind, public_id])
    mine = queries.payees_visible_to(request.user)
    context = _context(request, owner, mine) | {"base": "base_staff.html", "export_href": href}
    return render(request, "subsidies/finance/statement.html", context)


@require_GET
@route(READERS)
def staff_statement_export(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    owner = _payee(request, kind, public_id)
    record(action="finance.export", by=request.user, subject=next(iter(owner.values())), request=request)
    rows = queries.received_by(**owner, within=queries.payees_visible_to(request.user))
    return spreadsheet(exports.statement(rows), _("statement"))
