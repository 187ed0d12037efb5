"""The officers' queue of claims with a case beside it, bulk approval, export."""

from typing import Any
from urllib.parse import urlencode

import openpyxl
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from employment_portal.accounts.enums import OFFICER_ROLES, StaffRole
from employment_portal.accounts.permissions import STAFF_ANY, require, route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.exports import safe_cell
from employment_portal.core.money import format_yuan
from employment_portal.regions.models import Region
from employment_portal.workflow.delegation import authorities_of, delegations_to
from subsidies.claims import actions, rules
from subsidies.claims import queue as reads
from subsidies.claims.actions.bulk import MOST
from subsidies.claims.evaluation import content_sha256
from subsidies.claims.models import Claim
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
    return {
        "page": page,
        "rows": reads.rows(list(page.object_list), today=today),
        "asked": asked,
        "tabs": _tabs(request, asked),
        "query": urlencode(kept(request.GET)),
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


def _ticked(request: HttpRequest) -> list[Claim]:
    """The ticked claims of the officer's own queue, in its order."""
    today = timezone.localdate()
    ids = request.POST.getlist("ids")[:MOST]
    found = Claim.objects.filter(public_id__in=ids)
    items = reads.waiting(request.user, today=today).filter(subject_id__in=found.values("pk"))
    return [row.claim for row in reads.rows(list(items), today=today)]


@route(STAFF_ANY)
@require_POST
def bulk_check(request: HttpRequest) -> HttpResponse:
    """What would be passed: how many claims, how much money. Nothing is decided yet."""
    require_officer(request)
    ticked = _ticked(request)
    clean = [claim for claim in ticked if claim.clean]
    if not clean:
        messages.error(request, _("Tick at least one clean claim first."))
        return redirect(_back(request))
    return render(
        request,
        "subsidies/claims/staff/bulk.html",
        {
            "claims": [
                {"claim": claim, "who": reads.who(claim), "seen": content_sha256(claim)} for claim in clean
            ],
            "count": len(clean),
            "total_fen": sum(claim.amount_fen for claim in clean),
            "left_out": len(ticked) - len(clean),
            "filters": kept(request.POST),
            "back": _back(request),
        },
    )


@route(STAFF_ANY)
@require_POST
def bulk_pass(request: HttpRequest) -> HttpResponse:
    """Pass the confirmed claims; the server checks each again and says what became of it."""
    require_officer(request)
    seen_by_id = dict(pair.split(":", 1) for pair in request.POST.getlist("seen") if ":" in pair)
    found = Claim.objects.visible_to_staff(request.user).filter(public_id__in=seen_by_id)
    try:
        outcomes = actions.bulk_approve(
            seen={claim.pk: seen_by_id[claim.public_id] for claim in found},
            by=request.user,
            now=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect(_back(request))
    passed = [outcome for outcome in outcomes if not outcome.problem]
    words = ngettext("%(n)s claim passed.", "%(n)s claims passed.", len(passed)) % {"n": len(passed)}
    return render(
        request,
        "subsidies/claims/staff/bulk_results.html",
        {"outcomes": outcomes, "words": words, "total_fen": sum(o.claim.amount_fen for o in passed),
         "back": _back(request)},
    )  # fmt: skip


def _back(request: HttpRequest) -> str:
    query = urlencode(kept(request.POST))
    return reverse("subsidies:staff_claims") + (f"?{query}" if query else "")


@route(STAFF_ANY)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The queue as it is filtered, as an XLSX file. Audited: the file leaves the portal's protection."""
    require_officer(request)
    today = timezone.localdate()
    asked = asked_of(request.POST)
    items = list(reads.queue(request.user, asked, today=today)[:EXPORT_LIMIT])
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
                safe_cell(row.claim.number), safe_cell(row.claim.item.name), safe_cell(row.who),
                safe_cell(row.claim.region.name), safe_cell(row.step), format_yuan(row.claim.amount_fen, 2),
                len(row.claim.findings), row.item.due_on.isoformat(), row.left,
            ]
        )  # fmt: skip
    response = HttpResponse(content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="claims-{today.isoformat()}.xlsx"'
    book.save(response)
    return response
