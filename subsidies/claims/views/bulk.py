"""Many clean claims passed with one word: a look at count and money, the word, progress, what became of each."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from employment_portal.accounts.permissions import STAFF_ANY, route
from employment_portal.core.errors import DomainError
from subsidies.claims import actions
from subsidies.claims import queue as reads
from subsidies.claims.actions.bulk import IN_BACKGROUND, MOST
from subsidies.claims.bulk_models import BulkOutcome, BulkPass, BulkState
from subsidies.claims.models import Claim
from subsidies.claims.views.queue import PER_PAGE, asked_of, kept, require_officer

TABS = ("stays", "passed")


def _listed(request: HttpRequest) -> list[int]:
    """The ticked claims of the officer's own queue in its order, or every clean one that fits the filter."""
    today = timezone.localdate()
    if request.POST.get("all"):
        clean = asked_of({**kept(request.POST), "show": "clean"})
        items = reads.queue(request.user, clean, today=today)
    else:
        ticked = Claim.objects.filter(public_id__in=request.POST.getlist("ids")[:PER_PAGE])
        items = reads.waiting(request.user, today=today).filter(subject_id__in=ticked.values("pk"))
    return list(items.values_list("subject_id", flat=True)[:MOST])


@route(STAFF_ANY)
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """List what would be passed. Nothing is decided yet."""
    require_officer(request)
    try:
        bulk = actions.ask_bulk(claim_ids=_listed(request), by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect(_with_filter(reverse("subsidies:staff_claims"), request.POST))
    return redirect(_with_filter(reverse("subsidies:bulk_pass", args=[bulk.public_id]), request.POST))


@route(STAFF_ANY)
@require_safe
def bulk(request: HttpRequest, public_id: str) -> HttpResponse:
    """Before the word: how many claims, how much money. After it: the progress, then what became of each."""
    require_officer(request)
    asked = get_object_or_404(BulkPass, by=request.user, public_id=public_id)
    back = _with_filter(reverse("subsidies:staff_claims"), request.GET)
    rows = asked.rows.select_related("claim__item", "claim__person", "claim__organisation")
    if asked.state == BulkState.ASKED:
        page = Paginator(rows.order_by("pk"), PER_PAGE).get_page(request.GET.get("page"))
        return render(
            request,
            "subsidies/claims/staff/bulk.html",
            {
                "bulk": asked,
                "page": page,
                "rows": [{"claim": row.claim, "who": reads.who(row.claim)} for row in page],
                "filters": kept(request.GET),
                "back": back,
            },
        )
    return render(request, "subsidies/claims/staff/bulk_results.html", _results(request, asked, rows, back))


def _results(request: HttpRequest, asked: BulkPass, rows: Any, back: str) -> dict[str, Any]:
    counts = {outcome: asked.rows.filter(outcome=outcome).count() for outcome in BulkOutcome}
    shown = request.GET.get("outcome", "")
    if shown not in TABS:
        shown = BulkOutcome.STAYS if counts[BulkOutcome.STAYS] else BulkOutcome.PASSED
    passed = asked.rows.filter(outcome=BulkOutcome.PASSED)
    others = kept(request.GET)
    n = counts[BulkOutcome.PASSED]
    return {
        "bulk": asked,
        "is_done": asked.state == BulkState.DONE,
        "words": ngettext("%(n)s claim passed.", "%(n)s claims passed.", n) % {"n": n},
        "total_fen": passed.aggregate(fen=Sum("claim__amount_fen"))["fen"] or 0,
        "page": Paginator(rows.filter(outcome=shown).order_by("pk"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "tabs": [
            {
                "label": label,
                "url": f"?{urlencode({**others, 'outcome': outcome})}",
                "current": outcome == shown,
                "count": counts[BulkOutcome(outcome)],
                "hot": outcome == BulkOutcome.STAYS,
            }
            for outcome, label in (("stays", _("Stays")), ("passed", _("Passed")))
        ],
        "back": back,
    }


@route(STAFF_ANY)
@require_POST
def start(request: HttpRequest, public_id: str) -> HttpResponse:
    """The word: few are passed at once, many in the background; the server checks each again."""
    require_officer(request)
    asked = get_object_or_404(BulkPass, by=request.user, public_id=public_id)
    try:
        actions.start_bulk(bulk_id=asked.pk, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        if asked.total <= IN_BACKGROUND:
            actions.run_bulk(bulk_id=asked.pk, now=timezone.now())
    return redirect(_with_filter(reverse("subsidies:bulk_pass", args=[public_id]), request.POST))


def _with_filter(path: str, data: Any) -> str:
    query = urlencode(kept(data))
    return f"{path}?{query}" if query else path
