"""政策找人 for a person: what one qualifies for and why, confirm in one step, decline, not be looked for."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.permissions import SIGNED_IN, route
from employment_portal.core.errors import DomainError
from employment_portal.people.models import Person
from subsidies.claims import rules
from subsidies.claims.actions.starting import current_account
from subsidies.matching import actions, queries
from subsidies.matching.forms import ConfirmForm, DeclineForm
from subsidies.matching.models import Offer, OfferState
from subsidies.matching.views.common import claimant_ids, posted, through


@route(SIGNED_IN)
@require_safe
def for_me(request: HttpRequest) -> HttpResponse:
    """What the portal found: a person's offers, or an organisation's by policy."""
    ids = claimant_ids(request)
    today = timezone.localdate()
    if "organisation_id" in ids:
        groups = queries.rosters_of(today, **ids)
        total = sum(group["fen"] for group in groups)
        return render(request, "subsidies/matching/for_us.html", {"groups": groups, "total": total})
    if not ids:
        return render(request, "subsidies/matching/for_nobody.html")
    person = Person.objects.get(pk=ids["person_id"])
    if person.restricted_at is not None:
        return redirect("people:restricted")
    found = queries.open_for(today, **ids)
    context = {
        "person": person,
        "offers": found,
        "total": sum(row.offer.amount_fen for row in found),
        "declined": queries.declined_by(today, **ids),
        "looked_for": actions.is_looked_for(person),
    }
    return render(request, "subsidies/matching/for_me.html", context)


def _own(request: HttpRequest, public_id: str, *states: str) -> Offer:
    ids = claimant_ids(request)
    if "person_id" not in ids:
        raise Http404
    offers = Offer.objects.of_claimant(**ids).select_related(
        "item", "version__policy__region", "version__policy__item", "person", "region"
    )
    return get_object_or_404(offers.filter(state__in=states) if states else offers, public_id=public_id)


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Why, how much, to which account; POST with the signed commitment hands the claim in."""
    row = _own(request, public_id)
    if row.state == OfferState.CONFIRMED:
        return redirect("subsidies:claim", row.claim.public_id)
    is_open = Offer.objects.open_on(timezone.localdate()).filter(pk=row.pk).exists()
    account = current_account(person=row.person, organisation=None)
    assert row.person is not None
    form = ConfirmForm(posted(request), needs_account=account is None, holder=row.person.name)
    if request.method == "POST" and form.is_valid():
        try:
            claim = actions.confirm_offer(
                offer_id=row.pk, account=form.account(), by=request.user, now=timezone.now()
            )
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            return redirect("subsidies:claim_sent", claim.public_id)
    steps = rules.steps_for(row.version.content, row.amount_fen)
    context: dict[str, Any] = {
        "shown": queries.shown(row),
        "offer": row,
        "is_open": is_open,
        "account": account,
        "form": form,
        "steps": steps,
        "days": sum(step.working_days for step in steps),
    }
    return render(request, "subsidies/matching/offer.html", context, status=422 if form.errors else 200)


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say no with a reason; the page says until when one may change one's mind."""
    row = _own(request, public_id, OfferState.OPEN)
    form = DeclineForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.decline_offer(
                offer_id=row.pk, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now()
            )
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            until = row.expires_on.isoformat()
            messages.success(request, _("Declined. You can change your mind until %(day)s.") % {"day": until})
        return redirect("subsidies:for_me")
    context = {"offer": row, "form": form}
    return render(request, "subsidies/matching/decline.html", context, status=422 if form.errors else 200)


@route(SIGNED_IN)
@require_POST
def undo_decline(request: HttpRequest, public_id: str) -> HttpResponse:
    row = _own(request, public_id, OfferState.DECLINED, OfferState.OPEN)
    try:
        actions.undo_decline(offer_id=row.pk, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("subsidies:for_me")
    return redirect("subsidies:offer", public_id)


@route(SIGNED_IN)
@require_POST
def finding(request: HttpRequest) -> HttpResponse:
    """Stop being looked for, or be looked for again; ``on`` is 1 or 0."""
    ids = claimant_ids(request)
    if "person_id" not in ids:
        raise Http404
    how = {**ids, "through": through(request), "by": request.user, "now": timezone.now()}
    if request.POST.get("on") == "1":
        actions.resume_finding(**how)
        messages.success(request, _("We look for you again, for the first time tonight."))
    else:
        actions.stop_finding(**how)
        messages.success(request, _("We no longer look for you. You can still claim everything yourself."))
    return redirect("subsidies:for_me")
