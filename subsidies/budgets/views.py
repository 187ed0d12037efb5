"""The budget: what each line holds and what is behind every figure; changes with four eyes."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.permissions import STAFF, route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.exports import spreadsheet
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, TransferKind, headings
from employment_portal.ledger.queries import transfers_of
from employment_portal.ui.acts import attempt, attempt_form
from subsidies.budgets import actions, exports, imports, queries
from subsidies.budgets.forms import ChangeForm, LineForm, UploadForm
from subsidies.budgets.models import BudgetChange, BudgetLine
from subsidies.policies.models import SubsidyItem

READERS = STAFF(StaffRole.FINANCE_OFFICER, StaffRole.CITY_OFFICER, StaffRole.POLICY_OFFICER)
FINANCE = STAFF(StaffRole.FINANCE_OFFICER)
PAGE_SIZE = 50


def _filtered(request: HttpRequest) -> tuple[Any, dict[str, str]]:
    chosen = {name: request.GET.get(name, "").strip() for name in ("year", "item", "region")}
    chosen["year"] = chosen["year"] or str(timezone.localdate().year)
    rows = queries.lines_visible_to(request.user)
    if chosen["year"].isdigit():
        rows = rows.filter(year=int(chosen["year"][:4]))
    if chosen["item"]:
        rows = rows.filter(item__code=chosen["item"])
    if chosen["region"]:
        rows = rows.filter(Q(region__code=chosen["region"]) | Q(region__name__contains=chosen["region"]))
    return rows.order_by("region__path", "item__order", "item__code", "fund__code"), chosen


@require_GET
@route(READERS)
def line_list(request: HttpRequest) -> HttpResponse:
    lines, chosen = _filtered(request)
    visible = queries.lines_visible_to(request.user)
    years = sorted({*visible.order_by().values_list("year", flat=True).distinct(), timezone.localdate().year})
    rows = queries.with_figures(lines)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    kinds = headings(AccountKind)
    summed = queries.totals(rows)
    filled = [kind.value for kind in queries.COLUMNS if any(row.by_kind.get(kind.value) for row in rows)]
    context = {
        "page": page,
        "rows": [(row, [(kinds[kind], kind, row.by_kind.get(kind, 0)) for kind in filled]) for row in page],
        "columns": [kinds[kind] for kind in filled],
        "empty_columns": [kinds[kind.value] for kind in queries.COLUMNS if kind.value not in filled],
        "total": summed["appropriated"],
        "totals": [(kinds[kind], summed[kind]) for kind in filled],
        "chosen": chosen,
        "years": reversed(years),
        "items": SubsidyItem.objects.all(),
        "waiting": queries.waiting_changes(request.user).count(),
        "may_change": request.user.has_role(StaffRole.FINANCE_OFFICER),
        "query": request.GET.urlencode(),
    }
    return render(request, "subsidies/budgets/lines.html", context)


@require_GET
@route(READERS)
def line_export(request: HttpRequest) -> HttpResponse:
    lines, chosen = _filtered(request)
    record(action="budgets.export", by=request.user, detail=chosen, request=request)
    name = _("budget-%(year)s") % {"year": chosen["year"]}
    return spreadsheet(exports.lines(queries.with_figures(lines)), name)


def _visible(request: HttpRequest, public_id: str) -> BudgetLine:
    return get_object_or_404(queries.lines_visible_to(request.user), public_id=public_id)


@require_GET
@route(READERS)
def line(request: HttpRequest, public_id: str) -> HttpResponse:
    """One line: its figures, its changes, every transfer, narrowed to one account by ``account``."""
    return _line_page(request, _visible(request, public_id), None)


def _line_page(request: HttpRequest, found: BudgetLine, form: ChangeForm | None) -> HttpResponse:
    kinds, moves = headings(AccountKind), headings(TransferKind)
    account = request.GET.get("account", "")
    transfers = transfers_of(SUBSIDIES, line=found.pk)
    if account in kinds:
        transfers = transfers.filter(Q(debit__kind=account) | Q(credit__kind=account))
    page = Paginator(transfers.order_by("-number"), PAGE_SIZE).get_page(request.GET.get("page"))
    figures = queries.with_figures([found])[0]
    others = queries.lines_visible_to(request.user).filter(year=found.year).exclude(pk=found.pk)
    context = {
        "line": found,
        "figures": figures,
        "columns": [(kind, kinds[kind], fen) for kind, fen in figures.figures],
        "account": account,
        "account_label": kinds.get(account, ""),
        "page": page,
        "rows": [
            {
                "number": row.number,
                "at": row.posted_at,
                "kind": moves.get(row.kind, row.kind),
                "debit": kinds.get(row.debit.kind, row.debit.kind),
                "credit": kinds.get(row.credit.kind, row.credit.kind),
                "fen": row.amount_fen,
            }
            for row in page
        ],
        "changes": queries.changes_visible_to(request.user)
        .filter(Q(line=found) | Q(to_line=found))
        .order_by("-requested_at", "-pk")[:20],
        "form": form or ChangeForm(lines=others),
        "may_change": actions.may_keep_budget(request.user, found.region),
    }
    return render(
        request, "subsidies/budgets/line.html", context, status=422 if form and form.errors else 200
    )


@require_POST
@route(FINANCE)
def line_change(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for an allotment, a cut or a move."""
    found = _visible(request, public_id)
    others = queries.lines_visible_to(request.user).filter(year=found.year).exclude(pk=found.pk)
    form = ChangeForm(request.POST, lines=others)
    asked = attempt_form(
        request,
        form,
        lambda data: actions.request_change(line=found, **data, by=request.user, now=timezone.now()),
        _("Asked. A colleague has to decide it before any money moves."),
    )
    return redirect("subsidies:budget_line", found.public_id) if asked else _line_page(request, found, form)


@require_http_methods(["GET", "POST"])
@route(FINANCE)
def line_open(request: HttpRequest) -> HttpResponse:
    form = LineForm(request.POST or None, initial={"year": timezone.localdate().year})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_line(**form.cleaned_data, by=request.user)
        except DomainError as error:
            form.add_error("region", str(error))
        else:
            return redirect("subsidies:budget_line", made.public_id)
    return render(request, "subsidies/budgets/open.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@route(FINANCE)
def change_list(request: HttpRequest) -> HttpResponse:
    """Requests that wait for a second person, and those decided before."""
    waiting = Paginator(queries.waiting_changes(request.user), PAGE_SIZE)
    decided = (
        queries.changes_visible_to(request.user)
        .exclude(decided_at__isnull=True)
        .order_by("-decided_at", "-pk")
    )
    asked = waiting.get_page(request.GET.get("waiting"))
    context = {
        "waiting": asked,
        "may_approve": any(row.requested_by_id != request.user.pk for row in asked),
        "page": Paginator(decided, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "subsidies/budgets/changes.html", context)


def _change(request: HttpRequest, public_id: str) -> BudgetChange:
    return get_object_or_404(queries.changes_visible_to(request.user), public_id=public_id)


@require_POST
@route(FINANCE)
def change_decide(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _change(request, public_id)
    approve = request.POST.get("decision") == "approve"
    note = request.POST.get("reason", "")[:300]
    attempt(
        request,
        lambda: actions.decide_change(
            change_id=found.pk, approve=approve, note=note, by=request.user, now=timezone.now()
        ),
        _("Approved and posted.") if approve else _("Refused."),
    )
    return redirect("subsidies:budget_changes")


@require_POST
@route(FINANCE)
def change_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _change(request, public_id)
    attempt(
        request,
        lambda: actions.withdraw_change(change_id=found.pk, by=request.user, now=timezone.now()),
        _("Taken back."),
    )
    return redirect("subsidies:budget_changes")


@require_POST
@route(FINANCE)
def change_decide_many(request: HttpRequest) -> HttpResponse:
    """Approve the ticked requests of colleagues, each in a transaction of its own."""
    ids = request.POST.getlist("ids")[:500]
    if not ids:
        messages.error(request, _("Tick the requests that you approve."))
        return redirect("subsidies:budget_changes")
    approved = 0
    for found in queries.waiting_changes(request.user).filter(public_id__in=ids):
        try:
            actions.decide_change(
                change_id=found.pk, approve=True, note="", by=request.user, now=timezone.now()
            )
        except DomainError as error:
            messages.error(request, f"{found.line}: {error}")
        else:
            approved += 1
    done = ngettext(
        "One request was approved and posted.", "%(count)s requests were approved and posted.", approved
    )
    if approved:
        messages.success(request, done % {"count": approved})
    return redirect("subsidies:budget_changes")


@require_http_methods(["GET", "POST"])
@route(FINANCE)
def budget_import(request: HttpRequest) -> HttpResponse:
    """Bring in a year's budget; every row answers for itself."""
    form = UploadForm(request.POST or None, request.FILES or None)
    results: list[imports.RowResult] = []
    if request.method == "POST" and form.is_valid():
        try:
            results = imports.import_budget(
                content=form.cleaned_data["file"].read(), by=request.user, now=timezone.now()
            )
        except DomainError as error:
            form.add_error("file", str(error))
    counts = {name: sum(row.outcome == name for row in results) for name in ("asked", "known", "problem")}
    context = {"form": form, "results": results, "counts": counts}
    return render(request, "subsidies/budgets/import.html", context, status=422 if form.errors else 200)


@require_GET
@route(FINANCE)
def import_template(request: HttpRequest) -> HttpResponse:
    return spreadsheet(exports.template(), _("budget-template"))
