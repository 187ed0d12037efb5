"""Offers as part of what is held about a person: exported, moved with the record, erased unless claimed."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.people.holdings import Holding, Move, plain, register
from employment_portal.people.models import Person
from subsidies.matching.models import LapseReason, Offer, OfferState


def _rows(person: Person) -> Any:
    return Offer.objects.filter(person=person).order_by("pk")


def _move(duplicate: Person, survivor: Person, by: Any) -> Move:
    """An open offer rests on the duplicate's data: it ends, and the night finds the survivor by the whole."""
    rows = Offer.objects.filter(person=duplicate)
    settled = rows.filter(state=OfferState.OPEN).update(
        state=OfferState.LAPSED, lapse_reason=LapseReason.NO_LONGER
    )
    return Move(moved=rows.update(person=survivor) - settled, settled=settled)


def _erase(person: Person) -> None:
    Offer.objects.filter(person=person, claim__isnull=True).delete()


def _restrict(person: Person) -> None:
    """Who had the use of their data restricted is not asked any more."""
    Offer.objects.filter(person=person, state=OfferState.OPEN).update(
        state=OfferState.LAPSED, lapse_reason=LapseReason.NOT_ASKED
    )


def register_all() -> None:
    register(
        Holding(
            "subsidy_offers",
            _("Offers of subsidies"),
            _("Examining what you are entitled to"),
            _rows,
            _move,
            plain("item", "amount_fen", "get_state_display", "created_at", "expires_on", "decline_reason"),
            erase=_erase,
            restrict=_restrict,
        )
    )
