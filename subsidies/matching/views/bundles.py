"""政策福袋: what happened, what goes with it, one form for all of it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from employment_portal.accounts.permissions import SIGNED_IN, route
from employment_portal.core.errors import DomainError
from employment_portal.people.models import Person
from subsidies.claims.actions.starting import current_account
from subsidies.claims.enums import Channel
from subsidies.claims.models import Bundle
from subsidies.claims.views.common import with_standings
from subsidies.matching import actions
from subsidies.matching.actions.bundling import papers_for
from subsidies.matching.bundle_forms import BundleForm
from subsidies.matching.candidates import EVENTS, Candidate, candidates_of, preselected
from subsidies.matching.views.common import claimant_ids


def _person(request: HttpRequest) -> Person | None:
    """At the counter or oneself; None when there is no record, or one acts for an organisation."""
    ids = claimant_ids(request)
    return Person.objects.get(pk=ids["person_id"]) if "person_id" in ids else None


@route(SIGNED_IN)
@require_safe
def together(request: HttpRequest) -> HttpResponse:
    """What the person qualifies for, ticked by what happened (``event``)."""
    person = _person(request)
    if person is not None and person.restricted_at is not None:
        return redirect("people:restricted")
    event = EVENTS.get(request.GET.get("event", ""))
    candidates = candidates_of(person, timezone.localdate()) if person is not None else []
    context = {
        "person": person,
        "is_organisation": "organisation_id" in claimant_ids(request),
        "events": EVENTS.values(),
        "event": event,
        "candidates": candidates,
        "ticked": preselected(candidates, event),
        "problem": "",
    }
    return render(request, "subsidies/matching/bundle.html", context)


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def fill_together(request: HttpRequest) -> HttpResponse:
    """Common data, account, papers and commitment once; POST hands everything in, all or none."""
    person = _person(request)
    if person is None:
        return redirect("subsidies:together")
    sent = request.POST if request.method == "POST" else request.GET
    keys = sent.getlist("claim")
    candidates = candidates_of(person, timezone.localdate())
    try:
        chosen = actions.choose(candidates, keys)
        actions.require_together(chosen)
    except DomainError as error:
        context = {
            "person": person,
            "is_organisation": False,
            "events": EVENTS.values(),
            "event": None,
            "candidates": candidates,
            "ticked": keys,
            "problem": str(error.message),
        }
        return render(request, "subsidies/matching/bundle.html", context, status=422)
    account = current_account(person=person, organisation=None)
    posted = request.method == "POST"
    form = BundleForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        papers=papers_for(chosen),
        needs_account=account is None,
        holder=person.name,
    )
    if posted and form.is_valid():
        try:
            bundle = actions.claim_together(
                person_id=person.pk,
                keys=keys,
                account=form.account(),
                committed=True,
                papers=form.handed_in(),
                channel=Channel.COUNTER if request.assisted is not None else Channel.ONLINE,  # type: ignore[attr-defined]
                by=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            return redirect("subsidies:bundle", bundle.public_id)
    context = {
        "chosen": chosen,
        "form": form,
        "account": account,
        "today": timezone.localdate(),
        **_sums(chosen),
    }
    return render(request, "subsidies/matching/bundle_fill.html", context, status=422 if form.errors else 200)


@route(SIGNED_IN)
@require_safe
def bundle(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was handed in together: each claim with its number and where it stands."""
    person = _person(request)
    row = get_object_or_404(Bundle, public_id=public_id, person=person) if person is not None else None
    if row is None:
        raise Http404
    claims = with_standings(row.claims.select_related("item", "payable").order_by("pk"))
    context = {"bundle": row, "claims": claims, "total": sum(claim.amount_fen for claim in claims)}
    return render(request, "subsidies/matching/bundle_sent.html", context)


def _sums(chosen: list[Candidate]) -> dict[str, Any]:
    """The total, and each fact that we hold once, with its source."""
    held = {}
    for candidate in chosen:
        for result in candidate.because:
            held.setdefault((result.fact, tuple(sorted(result.args.items()))), result)
    return {"total": sum(row.qualified.amount_fen for row in chosen), "held": list(held.values())}
