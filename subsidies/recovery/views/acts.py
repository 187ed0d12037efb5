"""Every act on an order: one view, one action; a refused form shows the page again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.permissions import STAFF, route
from employment_portal.core.errors import DomainError
from subsidies.recovery import actions, queries
from subsidies.recovery.forms import IssueForm, PlanForm, ReceiptForm, ReferForm, WriteOffForm
from subsidies.recovery.models import Receipt, RecoveryOrder
from subsidies.recovery.views.staff import OFFICERS, order_page, visible

FINANCE = STAFF(StaffRole.FINANCE_OFFICER)


def _act(
    request: HttpRequest,
    order: RecoveryOrder,
    form: Any,
    name: str,
    act: Callable[[dict[str, Any]], Any],
    done: str,
) -> HttpResponse:
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, done)
            return redirect("subsidies:staff_recovery", order.public_id)
    return order_page(request, order, **{name: form})


def _try(request: HttpRequest, order: RecoveryOrder, act: Callable[[], Any], done: str) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("subsidies:staff_recovery", order.public_id)


@require_POST
@route(OFFICERS)
def recovery_issue(request: HttpRequest, public_id: str) -> HttpResponse:
    order = visible(request, public_id)
    return _act(
        request,
        order,
        IssueForm(request.POST),
        "issue_form",
        lambda data: actions.issue_order(order_id=order.pk, **data, by=request.user, now=timezone.now()),
        _("Issued. The letter is ready, and the debtor was told."),
    )


@require_POST
@route(OFFICERS)
def recovery_drop(request: HttpRequest, public_id: str) -> HttpResponse:
    order = visible(request, public_id)
    reason = request.POST.get("reason", "")[:300]
    return _try(
        request,
        order,
        lambda: actions.drop_order(order_id=order.pk, reason=reason, by=request.user, now=timezone.now()),
        _("Dropped. Nothing was booked."),
    )


@require_POST
@route(OFFICERS)
def recovery_plan(request: HttpRequest, public_id: str) -> HttpResponse:
    order = visible(request, public_id)
    return _act(
        request,
        order,
        PlanForm(request.POST),
        "plan_form",
        lambda data: actions.agree_plan(order_id=order.pk, **data, by=request.user, now=timezone.now()),
        _("The instalments are kept, and the debtor was told."),
    )


@require_POST
@route(FINANCE)
def recovery_refer(request: HttpRequest, public_id: str) -> HttpResponse:
    order = visible(request, public_id)
    return _act(
        request,
        order,
        ReferForm(request.POST),
        "refer_form",
        lambda data: actions.refer_order(order_id=order.pk, **data, by=request.user, now=timezone.now()),
        _("Handed over. Money that still comes in is recorded here as before."),
    )


@require_POST
@route(FINANCE)
def recovery_receipt(request: HttpRequest, public_id: str) -> HttpResponse:
    order = visible(request, public_id)
    return _act(
        request,
        order,
        ReceiptForm(request.POST),
        "receipt_form",
        lambda data: actions.record_receipt(order_id=order.pk, **data, by=request.user, now=timezone.now()),
        _("Recorded. A colleague has to confirm it before it is booked."),
    )


def _receipt(request: HttpRequest, public_id: str) -> Receipt:
    return get_object_or_404(queries.receipts_visible_to(request.user), public_id=public_id)


@require_POST
@route(FINANCE)
def receipt_confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    receipt = _receipt(request, public_id)
    return _try(
        request,
        receipt.order,
        lambda: actions.confirm_receipt(receipt_id=receipt.pk, by=request.user, now=timezone.now()),
        _("Confirmed and booked."),
    )


@require_POST
@route(FINANCE)
def receipt_remove(request: HttpRequest, public_id: str) -> HttpResponse:
    receipt = _receipt(request, public_id)
    reason = request.POST.get("reason", "")[:300]
    return _try(
        request,
        receipt.order,
        lambda: actions.remove_receipt(receipt_id=receipt.pk, reason=reason, by=request.user),
        _("Taken out. Nothing was booked."),
    )


@require_POST
@route(FINANCE)
def recovery_write_off(request: HttpRequest, public_id: str) -> HttpResponse:
    order = visible(request, public_id)
    return _act(
        request,
        order,
        WriteOffForm(request.POST),
        "write_off_form",
        lambda data: actions.request_write_off(order_id=order.pk, **data, by=request.user),
        _("Asked. A colleague has to decide it."),
    )


@require_POST
@route(FINANCE)
def recovery_decide_write_off(request: HttpRequest, public_id: str) -> HttpResponse:
    order = visible(request, public_id)
    approve = request.POST.get("decision") == "approve"
    note = request.POST.get("reason", "")[:300]
    return _try(
        request,
        order,
        lambda: actions.decide_write_off(
            order_id=order.pk, approve=approve, note=note, by=request.user, now=timezone.now()
        ),
        _("Written off.") if approve else _("The request was refused."),
    )
