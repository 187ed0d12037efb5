"""An organisation's roster: template, upload, progress, a result per row, errors as a file, taking rows out."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import openpyxl
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.permissions import SIGNED_IN, route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.exports import csv_lines
from employment_portal.core.masking import mask_identity
from employment_portal.core.uploads import display_name
from employment_portal.ui.widgets import FileInput
from subsidies.claims import actions
from subsidies.claims.actions.rosters import IN_BACKGROUND
from subsidies.claims.enums import EntryState
from subsidies.claims.models import Claim
from subsidies.claims.queries import has_roster
from subsidies.claims.roster_differences import differences
from subsidies.claims.roster_files import TEMPLATE_HEADINGS, read_roster
from subsidies.claims.roster_models import Roster, RosterState, RowOutcome
from subsidies.claims.views.common import of_draft, posted
from subsidies.claims.words import shown

PER_PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_ERROR = (RowOutcome.PENDING, RowOutcome.QUALIFIES, RowOutcome.REMOVED)


class RosterForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("List of employees"),
        help_text=gettext_lazy("XLSX or CSV, at most 20,000 rows and 10 MB."),
        widget=FileInput(accept=".xlsx,.csv"),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty. Choose another one."),
        },
    )


def of_roster(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the claim, as ``of_draft`` does; one without a roster has no such page."""

    @of_draft
    @wraps(view)
    def found(request: HttpRequest, claim: Claim, **more: Any) -> HttpResponse:
        if not has_roster(claim):
            raise Http404
        return view(request, claim, **more)

    return found


def _roster(claim: Claim, roster_id: str) -> Roster:
    return get_object_or_404(Roster, claim=claim, public_id=roster_id)


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@of_roster
def roster(request: HttpRequest, claim: Claim) -> HttpResponse:
    """The people on the claim; POST uploads a list of more."""
    form = RosterForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            kept = actions.keep_roster(
                claim_id=claim.pk,
                name=display_name(upload.name, upload.name.rsplit(".", 1)[-1].lower()[:4], "roster"),
                file=read_roster(upload),
                by=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            form.add_error("file", str(error.message))
        else:
            if kept.total <= IN_BACKGROUND:
                actions.check_roster(roster_id=kept.pk, now=timezone.now())
            return redirect("subsidies:roster_result", claim.public_id, kept.public_id)
    entries = claim.entries.exclude(state=EntryState.REMOVED).select_related("person").order_by("row")
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "subsidies/claims/roster.html",
        {
            "claim": claim,
            "form": form,
            "page": page,
            "included": claim.entries.filter(state=EntryState.INCLUDED).count(),
            "rosters": claim.rosters.order_by("-pk"),
        },
        status=422 if form.errors else 200,
    )


@route(SIGNED_IN)
@require_safe
@of_roster
def template(request: HttpRequest, claim: Claim) -> HttpResponse:
    """The file to fill in; the number column is text, so that no spreadsheet rounds it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "员工名单"
    sheet.append(TEMPLATE_HEADINGS)
    for column, width in zip("ABCD", (14, 24, 12, 18), strict=True):
        sheet.column_dimensions[column].width = width
    for row in range(2, 502):
        sheet.cell(row=row, column=2).number_format = "@"
    response = HttpResponse(content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="roster.xlsx"'
    book.save(response)
    return response


@route(SIGNED_IN)
@require_safe
@of_roster
def result(request: HttpRequest, claim: Claim, roster_id: str) -> HttpResponse:
    """How far the check is, then every row with what became of it."""
    row = _roster(claim, roster_id)
    outcome = request.GET.get("outcome", "")
    rows = row.rows.select_related("entry").order_by("row")
    if outcome in RowOutcome.values:
        rows = rows.filter(outcome=outcome)
    counts = dict(row.rows.order_by().values_list("outcome").annotate(n=Count("pk")))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for each in page.object_list:
        each.masked = mask_identity(each.number)
        each.why = _("; ").join(filter(None, (_words(reason) for reason in each.reasons)))
        each.differences = differences(each) if each.outcome == RowOutcome.QUALIFIES else []
    context = {
        "claim": row.claim,
        "roster": row,
        "is_done": row.state == RosterState.DONE,
        "page": page,
        "tabs": _tabs(counts, outcome, row.total),
        "errors": sum(n for key, n in counts.items() if key not in NO_ERROR),
        "qualifies": counts.get(RowOutcome.QUALIFIES, 0),
    }
    name = "subsidies/claims/roster_result.html"
    if getattr(request, "htmx", False) and not context["is_done"]:
        name += "#progress"
    return render(request, name, context)


def _words(reason: Any) -> str:
    return shown(reason)


def _tabs(counts: dict[str, int], outcome: str, total: int) -> list[dict[str, Any]]:
    tabs = [{"label": _("All"), "url": "?", "current": not outcome, "count": total, "hot": False}]
    tabs += [
        {
            "label": label,
            "url": f"?outcome={value}",
            "current": outcome == value,
            "count": counts[value],
            "hot": False,
        }
        for value, label in RowOutcome.choices
        if counts.get(value)
    ]
    return tabs


@route(SIGNED_IN)
@require_POST
@of_roster
def errors(request: HttpRequest, claim: Claim, roster_id: str) -> StreamingHttpResponse:
    """The rows that are not on the claim, with the reason, as a CSV file to correct and upload again."""
    row = _roster(claim, roster_id)
    rows = row.rows.exclude(outcome__in=NO_ERROR).order_by("row")
    record(
        action="claim.export_roster",
        by=request.user,
        subject=row.claim,
        detail={"count": rows.count()},
        request=request,
    )
    lines = csv_lines(
        [*TEMPLATE_HEADINGS, _("Row"), _("Result"), _("Why")],
        (
            [
                each.name,
                f"'{each.number}",
                each.months,
                each.amount,
                each.row,
                each.get_outcome_display(),
                "；".join(filter(None, map(_words, each.reasons))),
            ]
            for each in rows.iterator(chunk_size=1000)
        ),
    )
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="roster-errors.csv"'
    return response


@route(SIGNED_IN)
@require_POST
@of_roster
def find(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Put in everybody employed with the claimant who qualifies."""
    found = actions.find_employees(claim_id=claim.pk, by=request.user, now=timezone.now())
    words = ngettext("%(n)s person was added.", "%(n)s people were added.", found) % {"n": found}
    messages.success(request, words if found else _("Nobody else employed with you qualifies today."))
    return redirect("subsidies:claim_roster", claim.public_id)


@route(SIGNED_IN)
@require_POST
@of_roster
def remove(request: HttpRequest, claim: Claim) -> HttpResponse:
    ids = [int(value) for value in request.POST.getlist("entries") if value.isdecimal() and len(value) < 18]
    taken = actions.remove_rows(claim_id=claim.pk, entry_ids=ids, by=request.user)
    if taken:
        words = ngettext("%(n)s row was taken out.", "%(n)s rows were taken out.", taken)
        messages.success(request, words % {"n": taken})
    else:
        messages.error(request, _("Tick at least one row first."))
    return redirect("subsidies:claim_roster", claim.public_id)
