"""The officers' queue of claims with a case beside it, export."""

from typing import Any
from urllib.parse import urlencode

import openpyxl
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from employment_portal.accounts.enums import OFFICER_ROLES, StaffRole
from employment_portal.accounts.permissions import STAFF_ANY, require, route
from employment_portal.audit.actions import record
from employment_portal.core.exports import left_out, safe_cell
from employment_portal.core.money import format_yuan
from employment_portal.regions.models import Region
from employment_portal.workflow.delegation import authorities_of, delegations_to
from subsidies.claims import queue as reads
from subsidies.claims import rules
from subsidies.policies.models import SubsidyItem

PER_PAGE = 50
EXPORT_LIMIT = 10_000
FILTERS = ("show", "item", "region", "step", "text")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def asked_of(data: Any) -> reads.QueueFilter:
    show = data.get("show", "all")
    return reads.QueueFilter(
        show=show if show in reads.SHOWS else "all",
        item=data.get("item", "")[:40],
        region=data.get("region", "")[:12],
        step=data.get("step", "")[:24],
        text=data.get("text", "").replace("\x00", "").strip()[:60],
    )


def kept(data: Any) -> dict[str, str]:
    """The filter as the parameters of an address."""
    return {name: data[name] for name in FILTERS if data.get(name)}


def place(data: Any) -> str:
    """The filter and the page of the list as an address ends with them: where somebody comes back to."""
    kept_too = {"page": data["page"]} if data.get("page") else {}
    query = urlencode(kept(data) | kept_too)
    return f"?{query}" if query else ""


def require_officer(request: HttpRequest) -> None:
    """Officers, and whoever stands in for one."""
    held = authorities_of(request.user, today=timezone.localdate())
    require(any(authority.role in OFFICER_ROLES for authority in held))


@route(STAFF_ANY)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Claims that wait for the officer, the nearest due day first."""
    require_officer(request)
    return render(request, "subsidies/claims/staff/queue.html", queue_context(request))


def queue_context(request: HttpRequest) -> dict[str, Any]:
    today = timezone.localdate()
    asked = asked_of(request.GET)
    items = reads.queue(request.user, asked, today=today)
    page = Paginator(items, PER_PAGE).get_page(request.GET.get("page"))
    tabs = _tabs(request, asked)
    return {
        "page": page,
        "rows": reads.rows(list(page.object_list), today=today),
        "asked": asked,
        "tabs": tabs,
        # More clean ones than this page can tick: they are passed without ticking each.
        "clean": next(tab["count"] for tab in tabs if tab["show"] == "clean")
        if page.has_other_pages()
        else 0,
        "place": place(request.GET),
        "filtered": bool(kept(request.GET)),
        "items": SubsidyItem.objects.order_by("order", "code"),
        "regions": _regions(request),
        "steps": rules.STEP_NAMES.items(),
        "delegations": delegations_to(request.user, today=today),
        "roles": dict(StaffRole.choices),
        "claim": None,
    }


def _tabs(request: HttpRequest, asked: reads.QueueFilter) -> list[dict[str, Any]]:
    labels = {
        "all": _("All"),
        "clean": _("Clean"),
        "findings": _("With findings"),
        "overdue": _("Overdue"),
    }
    today = timezone.localdate()
    others = {name: value for name, value in kept(request.GET).items() if name != "show"}
    return [
        {
            "show": show,
            "label": label,
            "url": f"?{urlencode(others | {'show': show})}",
            "current": asked.show == show,
            "count": reads.queue(request.user, asked_of({**others, "show": show}), today=today).count(),
            "hot": show == "overdue",
        }
        for show, label in labels.items()
    ]


def _regions(request: HttpRequest) -> list[Region]:
    paths = {held.region_path for held in authorities_of(request.user, today=timezone.localdate())}
    return list(Region.objects.filter(parent__path__in=paths, is_active=True).order_by("path"))


@route(STAFF_ANY)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The queue as it is filtered, as an XLSX file. Audited: the file leaves the portal's protection."""
    require_officer(request)
    today = timezone.localdate()
    asked = asked_of(request.POST)
    found = reads.queue(request.user, asked, today=today)
    items = list(found[:EXPORT_LIMIT])
    record(
        action="claim.export_queue",
        by=request.user,
        detail={"count": len(items), **kept(request.POST)},
        request=request,
    )
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_("Claims"))
    sheet.append(
        [
            _("Claim number"), _("Subsidy"), _("Claimant"), _("Region"), _("Step"), _("Amount (yuan)"), _("Findings"),
            _("Due"), _("Working days left"),
        ]
    )  # fmt: skip
    for row in reads.rows(items, today=today):
        sheet.append(
            [
                safe_cell(row.claim.number), safe_cell(row.claim.item.label), safe_cell(row.who),
                safe_cell(row.claim.region.name), safe_cell(row.step), format_yuan(row.claim.amount_fen, 2),
                len(row.claim.findings), row.item.due_on.isoformat(), row.left,
            ]
        )  # fmt: skip
    for line in left_out(found.count(), EXPORT_LIMIT):
        sheet.append(line)
    response = HttpResponse(content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="claims-{today.isoformat()}.xlsx"'
    book.save(response)
    return response
