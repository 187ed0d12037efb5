"""Opening data for those who keep them: upload, report, a second person's approval."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from employment_portal.accounts.permissions import STAFF, route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.exports import spreadsheet
from employment_portal.core.money import format_yuan
from subsidies.opening import actions, exports, tasks
from subsidies.opening.columns import SHEET_NAMES, SHEETS
from subsidies.opening.forms import UploadForm
from subsidies.opening.models import OpeningImport, OpeningKind, OpeningState

KEEPERS = STAFF(*actions.KEEPERS)
ROWS, PAGE_SIZE = 50, 20


@require_http_methods(["GET", "POST"])
@route(KEEPERS)
def opening_list(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        files = [(file.name, file.read()) for file in form.cleaned_data["files"]]
        try:
            batch = actions.receive_opening(
                files=files, source=form.cleaned_data["source"], by=request.user, now=timezone.now()
            )
        except DomainError as error:
            form.add_error("workbook", str(error))
        else:
            _work(batch)
            return redirect("subsidies:opening", batch.public_id)
    batches = actions.openings_visible_to(request.user).order_by("-made_at", "-pk")
    context = {
        "form": form,
        "page": Paginator(batches, PAGE_SIZE).get_page(request.GET.get("page")),
        "sheets": [
            {"name": SHEET_NAMES[OpeningKind(kind)][0], "id": kind, "columns": columns}
            for kind, columns in SHEETS.items()
        ],
    }
    return render(request, "subsidies/opening/list.html", context, status=422 if form.errors else 200)


def _work(batch: OpeningImport) -> None:
    """Small files at once, so that the answer is on the next page; large ones by the queue."""
    checking = batch.state == OpeningState.CHECKING
    if batch.row_count > actions.IN_THE_BACKGROUND:
        task = tasks.check_opening if checking else tasks.apply_opening
        transaction.on_commit(lambda: task.delay(batch_id=batch.pk))
    elif checking:
        actions.check_opening(batch_id=batch.pk)
    else:
        actions.apply_opening(batch_id=batch.pk, now=timezone.now())


def _batch(request: HttpRequest, public_id: str) -> OpeningImport:
    return get_object_or_404(actions.openings_visible_to(request.user), public_id=public_id)


@require_GET
@route(KEEPERS)
def opening(request: HttpRequest, public_id: str) -> HttpResponse:
    batch = _batch(request, public_id)
    faulty = batch.rows.exclude(error="").order_by("number").defer("payload")
    page = Paginator(faulty, ROWS).get_page(request.GET.get("page"))
    totals = batch.totals
    context = {
        "batch": batch,
        "page": page,
        "rows": [
            {
                "number": row.number,
                "kind": row.get_kind_display(),
                "source_id": row.source_id,
                "reason": exports.reason(row),
            }
            for row in page
        ],
        "totals": {
            key: format_yuan(value, 2) if key.endswith("_fen") else value for key, value in totals.items()
        },
        "may_approve": batch.state == OpeningState.CHECKED and batch.made_by_id != request.user.pk,
        "may_recheck": batch.state in {OpeningState.CHECKED, OpeningState.FAULTY},
        "may_discard": batch.state in {OpeningState.CHECKED, OpeningState.FAULTY, OpeningState.CHECKING},
    }
    name = "subsidies/opening/batch.html"
    if request.GET.get("part") == "progress":
        name += "#progress"
    return render(request, name, context)


@require_GET
@route(KEEPERS)
def opening_problems(request: HttpRequest, public_id: str) -> StreamingHttpResponse:
    batch = _batch(request, public_id)
    record(action="opening.report", by=request.user, subject=batch, request=request)
    response = StreamingHttpResponse(exports.problems(batch), content_type="text/csv; charset=utf-8")
    name = _("opening-%(id)s-problems.csv") % {"id": batch.public_id}
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


@require_GET
@route(KEEPERS)
def opening_template(request: HttpRequest) -> HttpResponse:
    return spreadsheet(exports.template(), _("opening-template"))


def _act(request: HttpRequest, public_id: str, act: Callable[[int], Any], done: str) -> HttpResponse:
    batch = _batch(request, public_id)
    try:
        changed = act(batch.pk)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        if changed.is_at_work:
            _work(changed)
        changed.refresh_from_db()
        if changed.problem:
            messages.error(request, changed.problem)
        elif not changed.is_at_work:
            messages.success(request, done)
    return redirect("subsidies:opening", public_id)


@require_POST
@route(KEEPERS)
def opening_recheck(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(
        request,
        public_id,
        lambda pk: actions.recheck_opening(batch_id=pk, by=request.user),
        _("Checked again."),
    )


@require_POST
@route(KEEPERS)
def opening_approve(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(
        request,
        public_id,
        lambda pk: actions.approve_opening(batch_id=pk, by=request.user),
        _("Taken over. The figures stand in the finance workspace."),
    )


@require_POST
@route(KEEPERS)
def opening_discard(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(
        request,
        public_id,
        lambda pk: actions.discard_opening(batch_id=pk, by=request.user),
        _("Discarded. Its rows were deleted."),
    )
