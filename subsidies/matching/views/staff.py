"""政策找人 for policy staff: what the searches found, by policy and place; start one now."""

import contextlib

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from employment_portal.accounts.permissions import STAFF, require, route
from employment_portal.core.errors import DomainError
from subsidies.matching import actions, queries
from subsidies.matching.models import OfferState
from subsidies.matching.permissions import READERS, may_search
from subsidies.matching.tasks import match_version
from subsidies.policies.models import PolicyVersion
from subsidies.policies.queries import versions_visible_to

RUNS_SHOWN = 30


@route(STAFF(*READERS))
@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    """Every policy without application with its last search and its offers by state."""
    rows = queries.searches_visible_to(request.user, timezone.localdate())
    totals = {state: sum(row["counts"][state] for row in rows) for state in OfferState}
    return render(request, "subsidies/matching/searches.html", {"rows": rows, "totals": totals})


def _visible(request: HttpRequest, public_id: str) -> PolicyVersion:
    return get_object_or_404(versions_visible_to(request.user), public_id=public_id)


@route(STAFF(*READERS))
@require_safe
def search(request: HttpRequest, public_id: str) -> HttpResponse:
    """One policy: its searches day by day, and its offers by place."""
    version = _visible(request, public_id)
    paths = [post.agency.region.path for post in request.user.current_posts()]  # type: ignore[union-attr]
    runs = list(version.runs.select_related("started_by").order_by("-day")[:RUNS_SHOWN])
    context = {
        "version": version,
        "runs": runs,
        "latest": runs[0] if runs else None,
        "regions": queries.offers_by_region(version, paths),
        "may_start": may_search(request.user, version)
        and actions.offers_itself(version, timezone.localdate()),
    }
    return render(request, "subsidies/matching/search.html", context)


@route(STAFF(*READERS))
@require_POST
def start_search(request: HttpRequest, public_id: str) -> HttpResponse:
    """Search now, in the background; the night goes on with it should the queue be down."""
    version = _visible(request, public_id)
    require(may_search(request.user, version))
    try:
        actions.open_search(version_id=version.pk, day=timezone.localdate(), by=request.user)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("subsidies:search", public_id)
    transaction.on_commit(lambda: _hint(version.pk))
    messages.success(request, _("The search has begun. Load the page again to see how far it is."))
    return redirect("subsidies:search", public_id)


def _hint(version_id: int) -> None:
    with contextlib.suppress(match_version.OperationalError):
        match_version.apply_async(kwargs={"version_id": version_id}, retry=False)
