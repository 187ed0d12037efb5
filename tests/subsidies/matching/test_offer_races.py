"""An offer answered twice at once: real connections, real locks."""

import pytest
from django.utils import timezone

from subsidies.claims.models import Claim, ClaimEntry
from subsidies.matching import actions
from subsidies.matching.models import OfferState
from subsidies.payments.models import PayeeAccount
from tests.factories.subsidies_claims import account_of, claimant
from tests.factories.subsidies_matching import offered
from tests.racing import at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True)
ACCOUNT = {"bank_name": "成都银行", "number": "6222021234567890128"}


def saying_yes(offer, by, account=None):
    return lambda: actions.confirm_offer(offer_id=offer.pk, account=account, by=by, now=timezone.now())


def test_an_offer_confirmed_twice_at_once_is_one_claim_with_one_account():
    person = claimant()
    offer = offered(person)
    account = {"holder": person.name, **ACCOUNT}

    results = at_once(*[saying_yes(offer, person.user, account)] * 3)

    claims = [result for result in results if isinstance(result, Claim)]
    assert len(claims) + len(refusals(results)) == 3
    assert len({claim.pk for claim in claims}) == 1
    assert ClaimEntry.objects.filter(open=True).count() == 1
    assert PayeeAccount.objects.filter(person=person).exclude(state="replaced").count() == 1


def test_yes_and_no_at_once_leave_one_answer():
    person = claimant()
    offer = offered(person)
    account_of(person=person)

    results = at_once(
        saying_yes(offer, person.user),
        lambda: actions.decline_offer(offer_id=offer.pk, reason="", by=person.user, now=timezone.now()),
    )

    offer.refresh_from_db()
    assert len(refusals(results)) == 1
    assert (offer.state == OfferState.CONFIRMED) == Claim.objects.exists()
