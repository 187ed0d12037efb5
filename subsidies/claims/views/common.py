"""Whose claims a request is about, and refusals shown as sentences."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from employment_portal.core.errors import DomainError
from employment_portal.people.queries import person_for
from subsidies.claims.enums import Channel, ClaimState
from subsidies.claims.models import Claim, ClaimQuerySet
from subsidies.payments.enums import PayableState

LEVELS = {
    ClaimState.DRAFT: "neutral",
    ClaimState.SUBMITTED: "info",
    ClaimState.CORRECTION: "warn",
    ClaimState.IN_REVIEW: "info",
    ClaimState.APPROVED: "ok",
    ClaimState.NOTICED: "ok",
    ClaimState.PAYABLE: "ok",
    ClaimState.ARCHIVED: "neutral",
    ClaimState.NOT_ACCEPTED: "bad",
    ClaimState.REFUSED: "bad",
    ClaimState.WITHDRAWN: "neutral",
    ClaimState.REVOKED: "bad",
}
PAYMENT_LEVELS = {
    PayableState.OPEN: "info",
    PayableState.QUEUED: "info",
    PayableState.IN_TRANSIT: "info",
    PayableState.PAID: "ok",
    PayableState.RETURNED: "bad",
    PayableState.FROZEN: "bad",
    PayableState.CANCELLED: "neutral",
}
HANDED_OVER = (ClaimState.PAYABLE, ClaimState.ARCHIVED)
JOINED = ("item", "version__policy__region", "region", "person__user", "organisation", "account")


@contextmanager
def told(request: HttpRequest, done: Any = "") -> Iterator[None]:
    """Say ``done`` when the action went through, its sentence when it was refused."""
    try:
        yield
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        if done:
            messages.success(request, str(done))


def claimant_ids(request: HttpRequest) -> dict[str, int]:
    """For whom claims are made here: the organisation one acts for, else the person at hand. Empty without either."""
    if request.organisation is not None and request.assisted is None:  # type: ignore[attr-defined]
        return {"organisation_id": request.organisation.pk}  # type: ignore[attr-defined]
    person = person_for(request)
    return {"person_id": person.pk} if person is not None else {}


def channel_of(request: HttpRequest) -> str:
    return Channel.COUNTER if request.assisted is not None else Channel.ONLINE  # type: ignore[attr-defined]


def own_claims(request: HttpRequest) -> ClaimQuerySet:
    """Claims of whom the request is about."""
    ids = claimant_ids(request)
    rows = Claim.objects.filter(**ids) if ids else Claim.objects.none()
    return rows.select_related(*JOINED, "payable")


def own_claim(request: HttpRequest, public_id: str, *states: str) -> Claim:
    """One of them, optionally only in some states; anything else is not found."""
    rows = own_claims(request)
    return get_object_or_404(rows.filter(state__in=states) if states else rows, public_id=public_id)


def of_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the claim that its claimant may still change.

    One that has moved on meanwhile (another tab, a second press) shows its page, with a sentence.
    """

    @wraps(view)
    def found(request: HttpRequest, public_id: str, **more: Any) -> HttpResponse:
        claim = own_claim(request, public_id)
        if claim.state not in (ClaimState.DRAFT, ClaimState.CORRECTION):
            messages.info(request, _("This claim was handed in already. Here you see where it stands."))
            return redirect("subsidies:claim", public_id)
        return view(request, claim, **more)

    return found


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: also an empty POST is a POST."""
    return request.POST if request.method == "POST" else None


def reason_of(request: HttpRequest) -> str:
    """Why somebody does it, as far as a column takes it."""
    return request.POST.get("reason", "").replace("\x00", "").strip()[:300]


def with_standings(claims: Iterable[Any]) -> list[Any]:
    """Each row with ``standing``, where it stands in a word, and ``level``, the colour of it. Once a claim is handed
    over its payment tells, also one that came back after the case was archived: join ``payable``."""
    rows = list(claims)
    for claim in rows:
        payable = getattr(claim, "payable", None)
        paid_and_closed = (ClaimState.ARCHIVED, PayableState.PAID)
        if (
            payable is not None
            and claim.state in HANDED_OVER
            and (claim.state, payable.state) != paid_and_closed
        ):
            claim.standing, claim.level = payable.get_state_display(), PAYMENT_LEVELS[payable.state]
        else:
            claim.standing, claim.level = claim.get_state_display(), LEVELS[claim.state]
    return rows
