"""Payments to be made: what is due, why one waits, what stands behind it."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from employment_portal.accounts.permissions import route
from employment_portal.audit.actions import record
from employment_portal.core.calendar import add_working_days
from employment_portal.core.errors import DomainError
from employment_portal.core.exports import left_out, spreadsheet
from employment_portal.core.money import format_yuan
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, TransferKind, headings
from employment_portal.ledger.queries import transfers_of
from employment_portal.ui.acts import attempt
from employment_portal.ui.lists import in_order
from subsidies.payments import actions, exports, queries
from subsidies.payments.actions.accounts import HolderDiffers
from subsidies.payments.actions.entering import ENTER_ACCOUNT
from subsidies.payments.actions.payables import CANCEL_PAYABLE
from subsidies.payments.enums import SETTLED_PAYABLES, BankFormat, PayableState
from subsidies.payments.forms import AccountForm, NumberForm, ReasonForm
from subsidies.payments.models import Payable
from subsidies.payments.views.common import FINANCE, PAGE_SIZE, places
from subsidies.payments.workflow import may_handle
from subsidies.policies.models import SubsidyItem

EXPORT_LIMIT = 20_000
SORTS = {"amount": "amount_fen", "due": "due_on", "region": "region__code", "state": "state"}


def _filtered(request: HttpRequest) -> tuple[QuerySet[Payable], dict[str, str]]:
    chosen = {name: request.GET.get(name, "").strip() for name in ("state", "item", "text", "only")}
    rows = queries.with_obstacles(queries.payables_visible_to(request.user))
    if chosen["state"] in PayableState.values:
        rows = rows.filter(state=chosen["state"], settled=chosen["state"] in SETTLED_PAYABLES)
    if chosen["item"]:
        rows = rows.filter(line__item__code=chosen["item"])
    if chosen["text"]:
        text = chosen["text"]
        rows = rows.filter(
            Q(claim__number__iexact=text)
            | Q(person__name__startswith=text)
            | Q(organisation__name__contains=text)
            | Q(attempts__reference__iexact=text)
        ).distinct()
    if chosen["only"] == "blocked":
        rows = rows.exclude(obstacle="")
    elif chosen["only"] == "overdue":
        rows = queries.overdue(rows, timezone.localdate())
    elif chosen["only"] == "due":
        rows = queries.due_by(rows, add_working_days(timezone.localdate(), 1))
    elif chosen["only"] == "asked":
        rows = queries.with_requests(rows)
    elif chosen["only"] == "shared":
        rows = queries.shared_accounts(rows)
    rows = rows.select_related("claim", "person", "organisation", "line__item", "region", "account")
    return in_order(rows, request, SORTS, default=("due_on", "pk")), chosen


@require_GET
@route(FINANCE)
def payable_list(request: HttpRequest) -> HttpResponse:
    rows, chosen = _filtered(request)
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "places": places(request, "payables"),
        "chosen": chosen,
        "states": PayableState.choices,
        "items": SubsidyItem.objects.all(),
        "ready": queries.ready_by_year(request.user),
        "formats": BankFormat.choices,
        "run_key": uuid.uuid4().hex,
        "obstacles": queries.OBSTACLES,
        "today": timezone.localdate(),
        "query": request.GET.urlencode(),
    }
    return render(request, "subsidies/payments/payables.html", context)


@require_GET
@route(FINANCE)
def payable_export(request: HttpRequest) -> HttpResponse:
    """The list as it is filtered, as an Excel file; account numbers by their tail only."""
    rows, _chosen = _filtered(request)
    count = rows.count()
    record(
        action="payments.export",
        by=request.user,
        detail={"rows": min(count, EXPORT_LIMIT)},
        request=request,
    )
    return spreadsheet(exports.payables(rows[:EXPORT_LIMIT], left_out(count, EXPORT_LIMIT)), _("payments"))


def _visible(request: HttpRequest, public_id: str) -> Payable:
    rows = queries.with_obstacles(queries.payables_visible_to(request.user))
    rows = rows.select_related(
        "claim__person",
        "claim__organisation",
        "person",
        "organisation",
        "line__item",
        "line__region",
        "region",
        "account",
    )
    return get_object_or_404(rows, public_id=public_id)


@require_GET
@route(FINANCE)
def payable(request: HttpRequest, public_id: str) -> HttpResponse:
    """One payment: where its money stands, every try, every transfer behind it."""
    return _page(request, _visible(request, public_id), ReasonForm())


def _statement_of(due: Payable) -> str:
    kind, owner = ("people", due.person) if due.person is not None else ("organisations", due.organisation)
    assert owner is not None
    return reverse("subsidies:staff_statement", args=[kind, owner.public_id])


def _page(
    request: HttpRequest, due: Payable, cancel_form: ReasonForm, number_form: NumberForm | None = None
) -> HttpResponse:
    kinds, moves = headings(AccountKind), headings(TransferKind)
    transfers = [
        {
            "at": transfer.posted_at,
            "kind": moves.get(transfer.kind, transfer.kind),
            "debit": kinds.get(transfer.debit.kind, transfer.debit.kind),
            "credit": kinds.get(transfer.credit.kind, transfer.credit.kind),
            "fen": transfer.amount_fen,
            "number": transfer.number,
        }
        for transfer in transfers_of(SUBSIDIES, line=due.line_id, holder=due.pk)
    ]
    waiting = queries.requests_waiting(due)
    cancel, entered = waiting.get(CANCEL_PAYABLE), waiting.get(ENTER_ACCOUNT)
    context = {
        "due": due,
        "attempts": due.attempts.select_related("batch", "account").order_by("-pk"),
        "transfers": transfers,
        "amount": format_yuan(due.amount_fen, 2),
        "still_due": format_yuan(due.due_fen, 2),
        "position": [
            (kinds.get(kind, kind), format_yuan(fen, 2)) for kind, fen in queries.position(due).items()
        ],
        "statement_url": _statement_of(due),
        "obstacle": queries.OBSTACLES.get(due.obstacle, ""),  # type: ignore[attr-defined]
        "waiting": cancel,
        "may_handle": may_handle(request.user, due),
        "may_decide": cancel is not None and cancel.requested_by_id != request.user.pk,
        "entered": entered,
        "may_decide_account": entered is not None and entered.requested_by_id != request.user.pk,
        "number_form": number_form or NumberForm(),
        "present": queries.current_account(person=due.person, organisation=due.organisation)
        if due.state == PayableState.RETURNED
        else None,
        "cancel_form": cancel_form,
        "cases": queries.cases_visible_to(request.user).filter(attempt__payable=due).order_by("-opened_at"),
    }
    refused = cancel_form.errors or (number_form and number_form.errors)
    return render(request, "subsidies/payments/payable.html", context, status=422 if refused else 200)


@require_POST
@route(FINANCE)
def payable_reissue(request: HttpRequest, public_id: str) -> HttpResponse:
    due = _visible(request, public_id)
    attempt(
        request,
        lambda: actions.reissue(payable_id=due.pk, by=request.user, now=timezone.now()),
        _("The payment goes into the next batch again."),
    )
    return redirect("subsidies:payable", due.public_id)


@require_POST
@route(FINANCE)
def payable_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask to give the payment up."""
    due = _visible(request, public_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, due, form)
    attempt(
        request,
        lambda: actions.request_cancel(
            payable_id=due.pk, reason=form.cleaned_data["reason"], by=request.user
        ),
        _("Asked. A colleague has to decide it."),
    )
    return redirect("subsidies:payable", due.public_id)


@require_POST
@route(FINANCE)
def payable_decide_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    due = _visible(request, public_id)
    approve = request.POST.get("decision") == "approve"
    attempt(
        request,
        lambda: actions.decide_cancel(
            payable_id=due.pk,
            approve=approve,
            note=request.POST.get("note", "")[:300],
            by=request.user,
            now=timezone.now(),
        ),
        _("The payment was given up; its money is available again.")
        if approve
        else _("The request was refused."),
    )
    return redirect("subsidies:payable", due.public_id)


@require_http_methods(["GET", "POST"])
@route(FINANCE)
def payable_account(request: HttpRequest, public_id: str) -> HttpResponse:
    """Enter the claimant's account for him, from a paper that he brought or sent; a colleague decides."""
    due = _visible(request, public_id)
    owner = due.person or due.organisation
    assert owner is not None
    form = AccountForm(
        request.POST or None, person=due.person is not None, staff=True, initial={"holder": owner.name}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.request_account(payable_id=due.pk, **form.cleaned_data, by=request.user)
        except HolderDiffers as error:
            form.add_error("holder", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Asked. A colleague has to decide it."))
            return redirect("subsidies:payable", due.public_id)
    context = {"due": due, "form": form}
    return render(
        request, "subsidies/payments/payable_account.html", context, status=422 if form.errors else 200
    )


@require_POST
@route(FINANCE)
def payable_decide_account(request: HttpRequest, public_id: str) -> HttpResponse:
    """Approve an account that a colleague entered, its number read from the paper once more, or refuse it."""
    due = _visible(request, public_id)
    approve = request.POST.get("decision") != "refuse"
    form = NumberForm(request.POST)
    if approve and not form.is_valid():
        return _page(request, due, ReasonForm(), form)
    attempt(
        request,
        lambda: actions.decide_account(
            payable_id=due.pk,
            approve=approve,
            number=form.cleaned_data["number"] if approve else "",
            note=request.POST.get("note", "")[:300],
            by=request.user,
            now=timezone.now(),
        ),
        _("The account counts from now on, and the claimant is told.")
        if approve
        else _("The request was refused."),
    )
    return redirect("subsidies:payable", due.public_id)
