"""政策找人 for an organisation: its employees who qualify, by policy; chosen rows become one claim."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from employment_portal.accounts.permissions import SIGNED_IN, route
from employment_portal.core.errors import DomainError
from subsidies.claims.actions.starting import current_account
from subsidies.claims.subjects import rows_of
from subsidies.matching import actions, queries
from subsidies.matching.forms import AgreeForm
from subsidies.matching.models import Offer
from subsidies.matching.views.common import claimant_ids, posted

PER_PAGE = 100


def _group(request: HttpRequest, public_id: str) -> tuple[Offer, Any]:
    """The offer that names a group, and the open offers of the group."""
    ids = claimant_ids(request)
    if "organisation_id" not in ids:
        raise Http404
    own = Offer.objects.of_claimant(**ids).select_related("item", "version__policy__region", "organisation")
    named = get_object_or_404(own, public_id=public_id)
    offers = queries.roster(timezone.localdate(), version_id=named.version_id, period=named.period, **ids)
    return named, offers


def _chosen(request: HttpRequest, offers: Any) -> Any:
    """All rows, or those ticked."""
    if request.POST.get("which") == "all":
        return offers
    return offers.filter(public_id__in=request.POST.getlist("ids"))


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who is on it and for how much; POST with the signed commitment hands one claim in for the rows chosen."""
    named, offers = _group(request, public_id)
    account = current_account(person=None, organisation=named.organisation)
    form = AgreeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        ids = list(_chosen(request, offers).values_list("pk", flat=True))
        try:
            claim = actions.confirm_roster(
                offer_ids=ids,
                account_id=account.pk if account is not None else 0,
                by=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            return redirect("subsidies:claim_sent", claim.public_id)
    page = Paginator(offers, PER_PAGE).get_page(request.GET.get("page"))
    names = {
        row.id: row.name
        for row in rows_of(
            named.item.subject,
            claimant_id=named.organisation_id or 0,
            ids=[offer.subject_id for offer in page.object_list],
        )
    }
    rows = [
        {
            "offer": offer,
            "name": names.get(offer.subject_id, ""),
            "because": queries.shown(offer).because,
        }
        for offer in page.object_list
    ]
    context = {
        "offer": named,
        "shown": queries.shown(named),
        "sums": offers.aggregate(count=Count("pk"), fen=Sum("amount_fen")),
        "page": page,
        "rows": rows,
        "account": account,
        "form": form,
        "ticked": set(request.POST.getlist("ids")),
    }
    return render(request, "subsidies/matching/roster.html", context, status=422 if form.errors else 200)


@route(SIGNED_IN)
@require_POST
def decline_rows(request: HttpRequest, public_id: str) -> HttpResponse:
    """Decline the rows chosen; they are not offered again for that time."""
    _named, offers = _group(request, public_id)
    ids = list(_chosen(request, offers).values_list("pk", flat=True))
    for offer_id in ids:
        try:
            actions.decline_offer(offer_id=offer_id, reason="", by=request.user, now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error.message))
    if ids:
        done = ngettext("%(count)s row was declined.", "%(count)s rows were declined.", len(ids))
        messages.success(request, done % {"count": len(ids)})
    else:
        messages.error(request, _("Tick at least one person."))
    return redirect("subsidies:for_me")
