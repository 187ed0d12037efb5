"""What the bank sends back, what became of each line, and the exceptions that two people resolve."""

import contextlib

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from employment_portal.accounts.permissions import route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.exports import spreadsheet
from employment_portal.ui.acts import attempt, attempt_form
from employment_portal.ui.lists import in_order, state_tabs
from subsidies.budgets.models import BudgetLine
from subsidies.payments import actions, exports, queries
from subsidies.payments.actions.cases import LABELS, NAMED, may_resolve, resolutions
from subsidies.payments.enums import CaseKind, CaseState, LineState, ReturnFileState
from subsidies.payments.forms import ResolutionForm, ReturnForm, line_label
from subsidies.payments.models import ExceptionCase, ReturnFile, ReturnLine
from subsidies.payments.problems import problem_text
from subsidies.payments.tasks import process_return_file
from subsidies.payments.views.common import FINANCE, PAGE_SIZE, places

FILE_SORTS = {"name": "name", "received": "received_at"}
CASE_SORTS = {"kind": "kind", "amount": "amount_fen", "opened": "opened_at"}
AT_ONCE = 256 * 1024  # a file up to this is applied while the browser waits


@require_GET
@route(FINANCE)
def return_list(request: HttpRequest) -> HttpResponse:
    return _list(request, ReturnForm())


def _list(request: HttpRequest, form: ReturnForm) -> HttpResponse:
    state, text = request.GET.get("state", ""), request.GET.get("text", "").strip()
    rows = queries.return_files_visible_to(request.user)
    if text:
        rows = rows.filter(
            Q(name__icontains=text) | Q(batch__number__icontains=text) | Q(file_reference__iexact=text)
        )
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    if state in ReturnFileState.values:
        rows = rows.filter(state=state)
    rows = in_order(rows, request, FILE_SORTS, default=("-received_at", "-pk"))
    context = {
        "form": form,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "places": places(request, "return_files"),
        "tabs": state_tabs(request, ReturnFileState.choices, counts, chosen=state, everything=_("All")),
        "state": state,
        "text": text,
    }
    return render(request, "subsidies/payments/returns.html", context, status=422 if form.errors else 200)


@require_POST
@route(FINANCE)
def return_upload(request: HttpRequest) -> HttpResponse:
    """Keep the file and apply it; the same file again, also at the same moment, opens the first one's report."""
    form = ReturnForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form)
    upload, now = form.cleaned_data["file"], timezone.now()
    try:
        file, _new = actions.keep_return_file(
            name=upload.name, content=upload.read(), by=request.user, now=now
        )
    except DomainError as error:
        form.add_error("file", str(error))
        return _list(request, form)
    if file.state == ReturnFileState.RECEIVED:
        if upload.size <= AT_ONCE:
            process_return_file(file_id=file.pk)
        else:
            _hint(file.pk)
    return redirect("subsidies:return_file", file.public_id)


def _hint(file_id: int) -> None:
    """Tell the queue; when it is down the sweeper finds the file within a minute."""
    with contextlib.suppress(process_return_file.OperationalError):
        process_return_file.apply_async(kwargs={"file_id": file_id}, retry=False)


def _visible(request: HttpRequest, public_id: str) -> ReturnFile:
    return get_object_or_404(queries.return_files_visible_to(request.user), public_id=public_id)


@require_GET
@route(FINANCE)
def return_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """The report of one file. While it is at work the page asks for itself."""
    file = _visible(request, public_id)
    state = request.GET.get("state", "")
    lines = (
        ReturnLine.objects.filter(file=file)
        .select_related("attempt__payable__claim", "attempt__batch")
        .defer("raw")
    )
    counts = dict(lines.order_by().values_list("state").annotate(Count("pk")))
    if state in LineState.values:
        lines = lines.filter(state=state)
    context = {
        "file": file,
        "problem": problem_text(file),
        "page": Paginator(lines.order_by("number"), PAGE_SIZE).get_page(request.GET.get("page")),
        "tabs": state_tabs(
            request, LineState.choices, counts, chosen=state, everything=_("All"), hot=[LineState.EXCEPTION]
        ),
        "read": sum(counts.values()),
        "at_work": file.state == ReturnFileState.RECEIVED,
        "cases": queries.cases_visible_to(request.user).filter(file=file).order_by("pk")[:50],
    }
    if request.htmx and request.GET.get("part") == "progress":  # type: ignore[attr-defined]
        response = render(request, "subsidies/payments/return_file.html#progress", context)
        if not context["at_work"]:
            response["HX-Refresh"] = "true"
        return response
    return render(request, "subsidies/payments/return_file.html", context)


@require_GET
@route(FINANCE)
def return_report(request: HttpRequest, public_id: str) -> HttpResponse:
    file = _visible(request, public_id)
    record(action="payments.report", by=request.user, subject=file, request=request)
    return spreadsheet(
        exports.return_lines(file.lines.defer("raw").order_by("number").iterator()), file.public_id
    )


@require_GET
@route(FINANCE)
def case_list(request: HttpRequest) -> HttpResponse:
    state, kind = request.GET.get("state", "open"), request.GET.get("kind", "")
    text = request.GET.get("text", "").strip()
    rows = queries.cases_visible_to(request.user)
    if kind in CaseKind.values:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(
            Q(batch__number__icontains=text)
            | Q(line__reference__iexact=text)
            | Q(attempt__account__holder__startswith=text)
        )
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    if state in CaseState.values:
        rows = rows.filter(state=state)
    rows = in_order(rows, request, CASE_SORTS, default=("opened_at", "pk"))
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "places": places(request, "cases"),
        "tabs": state_tabs(request, CaseState.choices, counts, chosen=state, everything=_("All")),
        "text": text,
        "kinds": CaseKind.choices,
        "kind": kind,
        "state": state,
    }
    return render(request, "subsidies/payments/cases.html", context)


def _case(request: HttpRequest, public_id: str) -> ExceptionCase:
    return get_object_or_404(
        queries.cases_visible_to(request.user).select_related("file", "attempt__batch", "attempt__account"),
        public_id=public_id,
    )


def _suspense_of(case: ExceptionCase) -> str:
    """The budget line on which unexplained cash waits, or ''."""
    lines = BudgetLine.objects.select_related("region", "item", "fund")
    line = lines.filter(pk=case.data.get("suspense_line")).first()
    return line_label(line) if line is not None else ""


def _case_page(request: HttpRequest, case: ExceptionCase, form: ResolutionForm) -> HttpResponse:
    mine = may_resolve(request.user, case)
    context = {
        "case": case,
        "form": form,
        "resolution": LABELS.get(case.resolution, ""),
        "may_decide": mine and case.state == CaseState.PROPOSED and case.proposed_by_id != request.user.pk,
        "may_propose": mine and case.state != CaseState.RESOLVED,
        "suspense": _suspense_of(case),
        "uncovered": case.kind == CaseKind.CASH_OUT,
        "problem": problem_text(case.file) if case.file else "",
    }
    return render(request, "subsidies/payments/case.html", context, status=422 if form.errors else 200)


@require_GET
@route(FINANCE)
def case(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _case(request, public_id)
    return _case_page(request, found, ResolutionForm(choices=resolutions(found)))


@require_POST
@route(FINANCE)
def case_propose(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _case(request, public_id)
    form = ResolutionForm(request.POST, choices=resolutions(found))
    proposed = attempt_form(
        request,
        form,
        lambda data: actions.propose_resolution(
            case_id=found.pk, **data, by=request.user, now=timezone.now()
        ),
        _("Proposed. A colleague has to decide it."),
        field="reference" if request.POST.get("resolution") in NAMED else None,
    )
    return redirect("subsidies:case", found.public_id) if proposed else _case_page(request, found, form)


@require_POST
@route(FINANCE)
def case_decide(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _case(request, public_id)
    approve = request.POST.get("decision") == "approve"
    attempt(
        request,
        lambda: actions.decide_resolution(
            case_id=found.pk, approve=approve, by=request.user, now=timezone.now()
        ),
        _("Resolved.") if approve else _("Refused. The case is open again."),
    )
    return redirect("subsidies:case", found.public_id)
