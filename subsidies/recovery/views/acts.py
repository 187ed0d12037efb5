"""Every act on an order: one view, one action; a refused form shows the page again."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.permissions import STAFF, route
from employment_portal.ui.acts import attempt, attempt_form
from subsidies.recovery import actions, queries
from subsidies.recovery.forms import IssueForm, PlanForm, ReceiptForm, ReferForm, WriteOffForm
from subsidies.recovery.models import Receipt, RecoveryOrder
from subsidies.recovery.views.staff import OFFICERS, order_page, visible

FINANCE = STAFF(StaffRole.FINANCE_OFFICER)


def _fill(
    request: HttpRequest, public_id: str, name: str, form_class: Any, act: Callable[..., Any], done: str
) -> HttpResponse:
    """Carry out ``act`` with the order, the officer and what the form says; ``name`` is the form's on the page."""
    order = visible(request, public_id)
    form = form_class(request.POST)
    if attempt_form(request, form, lambda data: act(order_id=order.pk, by=request.user, **data), done):
        return redirect("subsidies:staff_recovery", order.public_id)
    return order_page(request, order, **{name: form})


def _press(request: HttpRequest, order: RecoveryOrder, act: Callable[[], Any], done: str) -> HttpResponse:
    attempt(request, act, done)
    return redirect("subsidies:staff_recovery", order.public_id)


@require_POST
@route(OFFICERS)
def recovery_issue(request: HttpRequest, public_id: str) -> HttpResponse:
    act = partial(actions.issue_order, now=timezone.now())
    done = _("Issued. The letter is ready, and the debtor was told.")
    return _fill(request, public_id, "issue_form", IssueForm, act, done)


@require_POST
@route(OFFICERS)
def recovery_drop(request: HttpRequest, public_id: str) -> HttpResponse:
    order = visible(request, public_id)
    reason = request.POST.get("reason", "")[:300]
    return _press(
        request,
        order,
        lambda: actions.drop_order(order_id=order.pk, reason=reason, by=request.user, now=timezone.now()),
        _("Dropped. Nothing was booked."),
    )


@require_POST
@route(OFFICERS)
def recovery_plan(request: HttpRequest, public_id: str) -> HttpResponse:
    act = partial(actions.agree_plan, now=timezone.now())
    done = _("The instalments are kept, and the debtor was told.")
    return _fill(request, public_id, "plan_form", PlanForm, act, done)


@require_POST
@route(FINANCE)
def recovery_refer(request: HttpRequest, public_id: str) -> HttpResponse:
    act = partial(actions.refer_order, now=timezone.now())
    done = _("Handed over. Money that still comes in is recorded here as before.")
    return _fill(request, public_id, "refer_form", ReferForm, act, done)


@require_POST
@route(FINANCE)
def recovery_receipt(request: HttpRequest, public_id: str) -> HttpResponse:
    act = partial(actions.record_receipt, now=timezone.now())
    done = _("Recorded. A colleague has to confirm it before it is booked.")
    return _fill(request, public_id, "receipt_form", ReceiptForm, act, done)


@require_POST
@route(FINANCE)
def recovery_write_off(request: HttpRequest, public_id: str) -> HttpResponse:
    done = _("Asked. A colleague has to decide it.")
    return _fill(request, public_id, "write_off_form", WriteOffForm, actions.request_write_off, done)


def _receipt(request: HttpRequest, public_id: str) -> Receipt:
    return get_object_or_404(queries.receipts_visible_to(request.user), public_id=public_id)


@require_POST
@route(FINANCE)
def receipt_confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    receipt = _receipt(request, public_id)
    return _press(
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
    return _press(
        request,
        receipt.order,
        lambda: actions.remove_receipt(receipt_id=receipt.pk, reason=reason, by=request.user),
        _("Taken out. Nothing was booked."),
    )


@require_POST
@route(FINANCE)
def recovery_decide_write_off(request: HttpRequest, public_id: str) -> HttpResponse:
    order = visible(request, public_id)
    approve = request.POST.get("decision") == "approve"
    note = request.POST.get("reason", "")[:300]
    return _press(
        request,
        order,
        lambda: actions.decide_write_off(
            order_id=order.pk, approve=approve, note=note, by=request.user, now=timezone.now()
        ),
        _("Written off.") if approve else _("The request was refused."),
    )
