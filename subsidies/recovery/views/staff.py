"""Orders for the offices: the list with its sums, one order, its letter, and the proposal that begins one."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from employment_portal.accounts.permissions import STAFF, require, route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.exports import left_out, spreadsheet
from employment_portal.core.money import format_yuan
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef
from employment_portal.ledger.queries import balance
from employment_portal.ui.lists import in_order
from employment_portal.workflow.engine import history
from subsidies.recovery import actions, exports, queries
from subsidies.recovery.actions.issuing import effect_on_grant
from subsidies.recovery.forms import (
    FindForm,
    IssueForm,
    PlanForm,
    ProposeForm,
    ReceiptForm,
    ReferForm,
    WriteOffForm,
)
from subsidies.recovery.letter import letter_of
from subsidies.recovery.models import Cause, OrderState, RecoveryOrder
from subsidies.recovery.permissions import PROPOSERS, cashier, may_propose
from subsidies.recovery.permissions import READERS as READING_ROLES
from subsidies.recovery.rules import EFFECT_WORDS, even_parts
from subsidies.recovery.views.common import amounts_of, pdf_of, plan_rows
from subsidies.recovery.workflow import RECOVERY

READERS = STAFF(*READING_ROLES)
OFFICERS = STAFF(*PROPOSERS)
PAGE_SIZE = 40
EXPORT_LIMIT = 20_000
SORTS = {"number": "number", "due": "next_due_on", "asked": "amount_fen", "state": "state"}
MOVES = {
    "issue": gettext_lazy("Issued"),
    "drop": gettext_lazy("Dropped"),
    "agree_plan": gettext_lazy("Instalments agreed"),
    "refer": gettext_lazy("Referred for enforcement"),
    "settle": gettext_lazy("Settled"),
    "write_off": gettext_lazy("Written off"),
}


def _filtered(request: HttpRequest) -> tuple[QuerySet[RecoveryOrder], dict[str, str]]:
    chosen = {name: request.GET.get(name, "").strip() for name in ("state", "cause", "text", "only", "year")}
    rows = queries.with_next_due(queries.orders_visible_to(request.user))
    if chosen["state"] in OrderState.values:
        rows = rows.filter(state=chosen["state"])
    if chosen["cause"] in Cause.values:
        rows = rows.filter(cause=chosen["cause"])
    if chosen["year"].isdigit():
        rows = rows.filter(payable__line__year=int(chosen["year"][:4]))
    if text := chosen["text"]:
        rows = rows.filter(
            Q(number__iexact=text)
            | Q(payable__claim__number__iexact=text)
            | Q(payable__person__name__startswith=text)
            | Q(payable__organisation__name__contains=text)
        )
    if chosen["only"] == "overdue":
        rows = queries.overdue(rows, timezone.localdate())
    elif chosen["only"] == "receipts":
        rows = rows.filter(receipts__confirmed_at__isnull=True, receipts__isnull=False).distinct()
    return in_order(rows, request, SORTS, default=("-proposed_at", "-pk")), chosen


@require_GET
@route(READERS)
def recovery_list(request: HttpRequest) -> HttpResponse:
    rows, chosen = _filtered(request)
    summed = queries.sums(rows)
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "sums": {"count": summed.pop("count")}
        | {f"{key}_yuan": format_yuan(fen, 2) for key, fen in summed.items()},
        "chosen": chosen,
        "today": timezone.localdate(),
        "states": OrderState.choices,
        "causes": Cause.choices,
        "may_propose": request.user.has_role(*PROPOSERS),
        "export_href": f"{reverse('subsidies:export_recoveries')}?{request.GET.urlencode()}",
    }
    return render(request, "subsidies/recovery/list.html", context)


@require_GET
@route(READERS)
def recovery_export(request: HttpRequest) -> HttpResponse:
    rows, chosen = _filtered(request)
    record(action="recovery.export", by=request.user, detail=chosen, request=request)
    return spreadsheet(
        exports.orders(rows[:EXPORT_LIMIT], left_out(rows.count(), EXPORT_LIMIT)), _("recoveries")
    )


@require_GET
@route(OFFICERS)
def recovery_find(request: HttpRequest) -> HttpResponse:
    """Find the payment that is to be asked back."""
    form = FindForm(request.GET if "text" in request.GET else None)
    found = (
        list(queries.paid_by_number(request.user, form.cleaned_data["text"])[:20]) if form.is_valid() else []
    )
    context = {"form": form, "found": found, "searched": form.is_bound and form.is_valid()}
    return render(request, "subsidies/recovery/find.html", context)


@require_http_methods(["GET", "POST"])
@route(OFFICERS)
def recovery_propose(request: HttpRequest, public_id: str) -> HttpResponse:
    payable = get_object_or_404(queries.paid_payables(request.user), public_id=public_id)
    require(may_propose(request.user, payable))
    entitlements = payable.claim.entitlements.live().select_related("person").order_by("pk")
    paid = balance(AccountRef(SUBSIDIES, payable.line_id, AccountKind.PAID, payable.pk))
    form = ProposeForm(
        request.POST or None, entitlements=entitlements, initial={"amount_fen": format_yuan(paid, 2)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            order = actions.propose_order(
                payable_id=payable.pk, **form.cleaned_data, by=request.user, now=timezone.now()
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("subsidies:staff_recovery", order.public_id)
    context = {"form": form, "payable": payable, "paid": paid}
    return render(request, "subsidies/recovery/propose.html", context, status=422 if form.errors else 200)


def visible(request: HttpRequest, public_id: str) -> RecoveryOrder:
    rows = queries.orders_visible_to(request.user).select_related(
        "payable__claim__version", "payable__claim__person", "payable__claim__organisation"
    )
    return get_object_or_404(rows, public_id=public_id)


@require_GET
@route(READERS)
def staff_recovery(request: HttpRequest, public_id: str) -> HttpResponse:
    order = visible(request, public_id)
    record(action="recovery.open", by=request.user, subject=order, request=request)
    return order_page(request, order)


def order_page(request: HttpRequest, order: RecoveryOrder, **refused: Any) -> HttpResponse:
    """The page of an order; ``refused`` is the form that was sent and cannot be taken, by its name."""
    today = timezone.localdate()
    if order.plan_agreed_on is not None:
        prefetch_related_objects([order], "instalments")
    moves = RECOVERY.allowed(order, request.user)
    open_state = order.state in {OrderState.ISSUED, OrderState.REFERRED}
    forms = {
        "issue_form": IssueForm(
            initial={"pay_to": queries.suggested_pay_to(order) if "issue" in moves else ""}
        ),
        "plan_form": PlanForm(initial={"parts": _even(order, today)}),
        "receipt_form": ReceiptForm(initial={"received_on": today}),
        "refer_form": ReferForm(),
        "write_off_form": WriteOffForm(),
    }
    forms.update(refused)
    waiting = actions.waiting_write_off(order) if open_state else None
    takes_money = open_state and cashier(request.user, order)
    term_over = order.due_on is not None and order.due_on < today
    offered = {
        "issue_form": "issue" in moves,
        "plan_form": "agree_plan" in moves,
        "receipt_form": takes_money,
        "refer_form": "refer" in moves and term_over,
        "write_off_form": "write_off" in moves and waiting is None,
    }
    context = {
        "order": order,
        "payable": order.payable,
        "amounts": amounts_of(order),
        "moves": moves,
        "plan": plan_rows(order, today=today),
        "overdue_since": queries.overdue_since(order, today=today) if open_state else None,
        "receipts": order.receipts.select_related("recorded_by", "confirmed_by").order_by(
            "-recorded_at", "-pk"
        )
        if order.issued_at
        else [],
        "takes_money": takes_money,
        "offered": offered,
        "gone": next((form for name, form in refused.items() if not offered[name]), None),
        "effect": EFFECT_WORDS[effect_on_grant(order)] if order.state == OrderState.PROPOSED else "",
        "write_off": waiting,
        "decides_write_off": waiting is not None
        and "write_off" in moves
        and waiting.requested_by_id != request.user.pk,
        "steps": _steps(order),
        **forms,
    }
    return render(request, "subsidies/recovery/order.html", context, status=422 if refused else 200)


def _even(order: RecoveryOrder, today: Any) -> str:
    if order.outstanding_fen < 1200 * 100:
        count = 3
    else:
        count = 6
    first = max(order.due_on or today, today)
    return "\n".join(
        f"{part.due_on:%Y-%m-%d} {format_yuan(part.fen, 2)}"
        for part in even_parts(order.outstanding_fen, count, first)
    )


def _steps(order: RecoveryOrder) -> list[dict[str, Any]]:
    steps = [
        {"label": _("Proposed"), "at": order.proposed_at, "by": str(order.proposed_by), "note": ""},
        *(
            {
                "label": MOVES.get(step.name, step.name),
                "at": step.at,
                "by": str(step.by) if step.by else _("The portal"),
                "note": step.note,
            }
            for step in history(order)
        ),
    ]
    return list(reversed(steps))


def _issued(request: HttpRequest, public_id: str) -> RecoveryOrder:
    order = visible(request, public_id)
    if order.issued_at is None:
        raise Http404
    return order


@require_GET
@route(READERS)
def staff_recovery_letter(request: HttpRequest, public_id: str) -> HttpResponse:
    order = _issued(request, public_id)
    context = {
        "order": order,
        "letter": letter_of(order),
        "base": "base_staff.html",
        "back": "subsidies:staff_recovery",
        "pdf": "subsidies:staff_recovery_pdf",
    }
    return render(request, "subsidies/recovery/letter.html", context)


@require_GET
@route(READERS)
def staff_recovery_pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    return pdf_of(_issued(request, public_id))
