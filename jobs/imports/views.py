"""Pages for staff who bring lists of adverts in."""

import csv
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.permissions import STAFF, route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from jobs.imports import actions, queries, reports
from jobs.imports.adverts import Advert, Repeated
from jobs.imports.enums import BatchState, RowOutcome
from jobs.imports.forms import ColumnsForm, UploadForm
from jobs.imports.mapping import FIELDS, ColumnMapping, detect, mapping_from_dict, mapping_named, suggest
from jobs.imports.models import ImportBatch
from jobs.imports.readers import FileNotReadable, open_list

IMPORTERS = STAFF(StaffRole.CITY_OFFICER, StaffRole.SYSTEM_ADMIN)
PAGE_SIZE = 50

REASONS = {
    "no_title": gettext_lazy("No job title"),
    "no_employer": gettext_lazy("No employer"),
    "no_place": gettext_lazy("No place of work"),
    "place": gettext_lazy("Place not understood"),
    "remote": gettext_lazy("Work from home without a place"),
    "no_pay": gettext_lazy("No pay"),
    "pay": gettext_lazy("Pay not understood"),
    "pay_negotiable": gettext_lazy("Pay negotiable only"),
    "pay_piece": gettext_lazy("Pay by the piece without an estimate"),
    "expired": gettext_lazy("Already ended"),
    "employer_stopped": gettext_lazy("Employer suspended"),
    "unlawful": gettext_lazy("Must be fixed by law"),
    "row": gettext_lazy("Row damaged"),
}


@require_GET
@route(IMPORTERS)
def batch_list(request: HttpRequest) -> HttpResponse:
    return _list(request, UploadForm())


@require_POST
@route(IMPORTERS)
def upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form)
    file = form.cleaned_data["file"]
    mapping = detect(form.listed.headings) or suggest(form.listed.headings)
    batch = actions.receive_file(
        file=file, file_name=file.name, source=mapping.source, mapping=mapping, by=request.user
    )
    return redirect("jobs:imports:columns", batch.public_id)


def _list(request: HttpRequest, form: UploadForm) -> HttpResponse:
    page = Paginator(queries.history(), 20).get_page(request.GET.get("page"))
    status = 422 if form.errors else 200
    return render(request, "jobs/imports/list.html", {"form": form, "page": page}, status=status)


@require_GET
@route(IMPORTERS)
def template(request: HttpRequest) -> HttpResponse:
    """An empty list with the headings that the portal understands by itself, and one example row."""
    columns = mapping_named("standard").columns
    example = {
        "id": "A001",
        "title": "仓库管理员",
        "employer": "示例物流有限公司",
        "place": "成都·成华区",
        "pay": "5-7千",
        "headcount": "3人",
        "education": "高中",
        "experience": "1-3年",
        "duties": "收货、盘点、发货",
        "requirements": "会用办公软件",
        "tags": "五险一金 双休",
    }
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, _("adverts-template.csv"))
    writer = csv.writer(response)
    writer.writerow([names[0] for names in columns.values()])
    writer.writerow([example.get(field, "") for field in columns])
    return response


@require_http_methods(["GET", "POST"])
@route(IMPORTERS)
def columns(request: HttpRequest, public_id: str) -> HttpResponse:
    """Confirm what the columns mean and see the first rows as they will be read; then start."""
    batch = get_object_or_404(ImportBatch, public_id=public_id)
    if batch.state != BatchState.UPLOADED:
        return redirect(batch)
    try:
        with batch.file.open("rb") as stream:
            headings = open_list(stream).headings
    except (FileNotReadable, OSError):
        messages.error(request, _("The uploaded file is not there any more. Upload it again."))
        return redirect("jobs:imports:list")
    before = mapping_from_dict(batch.mapping)
    data = request.POST if request.method == "POST" else None
    form = ColumnsForm(data, headings=headings, mapping=before, source=batch.source)
    mapping = before
    if data is not None and form.is_valid():
        mapping = form.mapping()
        if "start" in data:
            try:
                actions.queue_batch(
                    batch_id=batch.pk, source=form.cleaned_data["source"], mapping=mapping, by=request.user
                )
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                return redirect(batch)
    context = {"batch": batch, "form": form, "preview": _preview(batch, mapping), "headings": headings}
    return render(request, "jobs/imports/columns.html", context, status=422 if form.errors else 200)


def _preview(batch: ImportBatch, mapping: ColumnMapping) -> list[dict[str, Any]]:
    if mapping.missing:
        return []
    with batch.file.open("rb") as stream:
        rows = list(actions.preview_rows(batch, mapping=mapping, stream=stream))
    return [
        {
            "number": row.number,
            "advert": advert if isinstance(advert, Advert) else None,
            "problem": _problem(advert),
        }
        for row, advert in rows
    ]


def _problem(read: Any) -> str:
    if isinstance(read, Repeated):
        return _("The same vacancy as row %(number)s.") % {"number": read.first}
    return "" if isinstance(read, Advert) else read.message


@require_POST
@route(IMPORTERS)
def discard(request: HttpRequest, public_id: str) -> HttpResponse:
    batch = get_object_or_404(ImportBatch, public_id=public_id)
    try:
        actions.discard_upload(batch_id=batch.pk, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(batch)
    messages.success(request, _("The uploaded file was discarded."))
    return redirect("jobs:imports:list")


@require_GET
@route(IMPORTERS)
def batch(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where an import stands, and what became of its rows. The progress part asks for itself while it runs."""
    batch = get_object_or_404(queries.history(), public_id=public_id)
    if batch.state == BatchState.UPLOADED:
        return redirect("jobs:imports:columns", batch.public_id)
    if request.htmx and request.GET.get("part") == "progress":
        response = render(request, "jobs/imports/batch.html#progress", {"batch": batch})
        if not batch.is_at_work:
            response["HX-Refresh"] = "true"
        return response
    outcome, code = request.GET.get("outcome", ""), request.GET.get("code", "")
    page = Paginator(queries.rows_of(batch, outcome, code), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "batch": batch,
        "page": page,
        "outcome": outcome,
        "code": code,
        "tabs": _tabs(batch, outcome),
        "reasons": [(code, REASONS.get(code, code), count) for code, count in queries.reasons_of(batch)],
        "columns": [
            (FIELDS[field], "、".join(columns))
            for field, columns in mapping_from_dict(batch.mapping).columns.items()
        ],
    }
    return render(request, "jobs/imports/batch.html", context)


def _tabs(batch: ImportBatch, chosen: str) -> list[dict[str, Any]]:
    all_rows = {"label": _("All rows"), "url": "?", "current": not chosen, "count": batch.row_count}
    return [all_rows] + [
        {
            "label": outcome.label,
            "url": f"?outcome={outcome.value}",
            "current": chosen == outcome.value,
            "count": count,
        }
        for outcome, count in batch.counts
        if count or chosen == outcome.value
    ]


@require_GET
@route(IMPORTERS)
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """The rows that were not imported (or were held, or noted), as CSV or Excel, for whoever made the list."""
    batch = get_object_or_404(ImportBatch, public_id=public_id)
    outcomes = [RowOutcome.REJECTED.value, RowOutcome.HELD.value, RowOutcome.DUPLICATE.value]
    record(action="imports.report", by=request.user, subject=batch, request=request)
    if request.GET.get("format") == "csv":
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        reports.write_csv(batch, response, outcomes=outcomes)
        extension = "csv"
    else:
        response = HttpResponse(
            reports.xlsx(batch, outcomes=outcomes),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
        extension = "xlsx"
    name = _("import-%(id)s-problems") % {"id": batch.public_id}
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{extension}")
    return response


@require_POST
@route(IMPORTERS)
def resume(request: HttpRequest, public_id: str) -> HttpResponse:
    batch = get_object_or_404(ImportBatch, public_id=public_id)
    try:
        actions.continue_batch(batch_id=batch.pk, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(batch)


@require_POST
@route(IMPORTERS)
def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    batch = get_object_or_404(ImportBatch, public_id=public_id)
    try:
        batch = actions.undo_batch(batch_id=batch.pk, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        counts = {"down": batch.withdrawn_count, "kept": batch.kept_count}
        messages.success(request, _("%(down)s postings were taken down, %(kept)s stay up.") % counts)
    return redirect(batch)
