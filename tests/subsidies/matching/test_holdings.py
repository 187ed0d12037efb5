"""Offers go with a person's data: into the export, over to the surviving record, away with a deletion."""

import pytest

from employment_portal.people.holdings import holdings
from subsidies.matching.models import LapseReason, Offer, OfferState
from tests.factories.accounts import UserFactory
from tests.factories.subsidies_claims import claimant
from tests.factories.subsidies_matching import offered

pytestmark = pytest.mark.django_db


@pytest.fixture
def holding():
    return next(row for row in holdings() if row.key == "subsidy_offers")


def test_an_offer_stands_in_the_export(holding):
    offer = offered(claimant())

    exported = [holding.export(row) for row in holding.rows(offer.person)]

    assert exported[0]["amount_fen"] == 150_000
    assert exported[0]["item"] == offer.item.name


def test_an_open_offer_of_a_duplicate_ends(holding):
    offer, survivor = offered(claimant()), claimant()

    move = holding.move(offer.person, survivor, UserFactory())

    offer.refresh_from_db()
    assert (move.moved, move.settled, offer.person) == (0, 1, survivor)
    assert (offer.state, offer.lapse_reason) == (OfferState.LAPSED, LapseReason.NO_LONGER)


def test_offers_go_with_a_deletion(holding):
    offer = offered(claimant())

    holding.erase(offer.person)

    assert not Offer.objects.exists()
