"""Two records of one person become one, with the subsidies that each received."""

import pytest

from subsidies.claims.entitlement_models import EntitlementHold
from subsidies.claims.holdings import move_claims, move_entitlements
from subsidies.payments.enums import AccountState
from subsidies.payments.holdings import move_accounts
from tests.factories.accounts import UserFactory
from tests.factories.subsidies_claims import Officers, approved, claimant, policy_version, submitted

pytestmark = pytest.mark.django_db


def merge(duplicate, survivor):
    by = UserFactory()
    return [move(duplicate, survivor, by) for move in (move_claims, move_entitlements, move_accounts)]


def test_what_was_granted_to_the_duplicate_holds_for_the_survivor():
    duplicate, survivor = claimant(), claimant()
    claim = approved(submitted(duplicate), officers=Officers())

    merge(duplicate, survivor)

    claim.refresh_from_db()
    hold = EntitlementHold.objects.get(entitlement__claim=claim)
    assert (claim.person, hold.holder_id) == (survivor, survivor.pk)
    assert claim.entries.get().subject_id == survivor.pk


def test_the_same_granted_to_both_stays_visible_as_two():
    version = policy_version()
    duplicate, survivor = claimant(), claimant()
    for person in (duplicate, survivor):
        approved(submitted(person, version), officers=Officers())

    moves = merge(duplicate, survivor)

    assert moves[1].settled == 1
    assert survivor.entitlements.filter(live=True).count() == 2


def test_the_survivor_keeps_their_own_account():
    duplicate, survivor = claimant(), claimant()
    submitted(duplicate)
    submitted(survivor)

    merge(duplicate, survivor)

    states = survivor.payee_accounts.order_by("made_at").values_list("state", flat=True)
    assert sorted(states) == [AccountState.REPLACED, AccountState.UNTRIED]
