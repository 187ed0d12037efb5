"""Pages for staff: the files of the registers, and the catalogue of facts."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.permissions import STAFF, route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.exports import csv_lines
from employment_portal.facts.catalogue import ENTITIES
from employment_portal.registers import actions, queries
from employment_portal.registers.enums import Register, RowOutcome
from employment_portal.registers.forms import UploadForm
from employment_portal.registers.intake.adapters import ADAPTERS, Adapter
from employment_portal.registers.models import RegisterBatch

IMPORTERS = STAFF(StaffRole.CITY_OFFICER)
READERS = STAFF(
    StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER, StaffRole.FINANCE_OFFICER, StaffRole.POLICY_OFFICER
)
ROWS = 50


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
    try:
        batch = actions.receive_file(**form.cleaned_data, by=request.user, now=timezone.now())
    except DomainError as error:
        form.add_error("file", error.message)
        return _list(request, form)
    return redirect(batch)


def _list(request: HttpRequest, form: UploadForm) -> HttpResponse:
    chosen = request.GET.get("register", "")
    chosen = chosen if chosen in Register.values else ""
    context = {
        "form": form,
        "page": Paginator(queries.history(chosen), 20).get_page(request.GET.get("page")),
        "standings": queries.standings(),
        "adapters": list(ADAPTERS.values()),
        "chosen": chosen,
    }
    return render(request, "registers/list.html", context, status=422 if form.errors else 200)


@require_GET
@route(IMPORTERS)
def template(request: HttpRequest, register: str) -> HttpResponse:
    """A file with the columns of a register and one example row."""
    if register not in ADAPTERS:
        raise Http404
    adapter: Adapter = ADAPTERS[register]
    rows = [[column.example for column in adapter.columns]]
    response = HttpResponse(
        "".join(csv_lines(adapter.headings, rows)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = content_disposition_header(True, f"{register}.csv")
    return response


@require_GET
@route(IMPORTERS)
def batch(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(RegisterBatch.objects.select_related("by", "undone_by"), public_id=public_id)
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in RowOutcome.values else ""
    rows = queries.reported_rows(found, outcome)
    context = {
        "batch": found,
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "tabs": _tabs(found, outcome),
        "only_progress": request.GET.get("part") == "progress",
    }
    part = "#progress" if context["only_progress"] else ""
    return render(request, f"registers/batch.html{part}", context)


def _tabs(found: RegisterBatch, chosen: str) -> list[dict[str, Any]]:
    reported = [RowOutcome.REJECTED, RowOutcome.UNKNOWN, RowOutcome.UPDATED]
    counts = dict(found.counts)
    total = sum(counts[outcome] for outcome in reported)
    return [{"label": _("All"), "url": "?", "current": not chosen, "count": total}] + [
        {
            "label": outcome.label,
            "url": f"?outcome={outcome.value}",
            "current": chosen == outcome,
            "count": counts[outcome],
        }
        for outcome in reported
        if counts[outcome] or chosen == outcome
    ]


@require_GET
@route(IMPORTERS)
def report(request: HttpRequest, public_id: str) -> StreamingHttpResponse:
    """Rows that were refused or are not known, for the authority that delivered them."""
    found = get_object_or_404(RegisterBatch, public_id=public_id)
    record(action="registers.report", by=request.user, subject=found, request=request)
    rows = queries.reported_rows(found).exclude(outcome=RowOutcome.UPDATED)
    lines = csv_lines(
        [_("Row"), "记录编号", _("Result"), _("Reason")],
        (
            [row.number, row.source_id, row.get_outcome_display(), row.reason]
            for row in rows.iterator(chunk_size=2000)
        ),
    )
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = _("register-%(id)s-problems.csv") % {"id": found.public_id}
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


@require_POST
@route(IMPORTERS)
def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(RegisterBatch, public_id=public_id)
    try:
        found = actions.undo_batch(batch_id=found.pk, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        counts = {"removed": found.removed_count, "kept": found.kept_count}
        messages.success(request, _("%(removed)s rows were taken back, %(kept)s stay.") % counts)
    return redirect(found)


@require_GET
@route(READERS)
def fact_list(request: HttpRequest) -> HttpResponse:
    """What a policy may speak of, entity by entity, and for how many it is known today."""
    entity = request.GET.get("of", "person")
    if entity not in ENTITIES:
        raise Http404
    tabs = [
        {"label": label, "url": f"?of={key}", "current": key == entity} for key, label in ENTITIES.items()
    ]
    known = queries.known_facts(entity, on=timezone.localdate())
    context = {"tabs": tabs, "known": known, "rows": known[0].rows, "entity": ENTITIES[entity]}
    return render(request, "registers/facts.html", context)
