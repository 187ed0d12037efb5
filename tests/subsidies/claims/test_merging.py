"""Two records of one person become one, with the subsidies that each received."""

import pytest
from django.utils import timezone

from employment_portal.people.consent.queries import must_be_kept
from employment_portal.people.holdings import holdings
from employment_portal.people.records import merging, snapshots, unmerging
from subsidies.claims.actions import start_claim
from subsidies.claims.entitlement_models import EntitlementHold
from subsidies.claims.holdings import move_claims, move_entitlements
from subsidies.claims.models import Claim
from subsidies.payments.enums import AccountState
from subsidies.payments.holdings import move_accounts
from tests.factories.accounts import UserFactory
from tests.factories.subsidies_claims import Officers, approved, claimant, policy_version, submitted

pytestmark = pytest.mark.django_db


def merge(duplicate, survivor):
    by = UserFactory()
    return [move(duplicate, survivor, by) for move in (move_claims, move_entitlements, move_accounts)]


def test_a_draft_is_not_kept_by_law_and_goes_with_a_deletion():
    person = claimant()
    start_claim(version_id=policy_version().pk, person_id=person.pk, by=person.user, now=timezone.now())
    holding = next(row for row in holdings() if row.key == "subsidy_claims")
    assert must_be_kept(person) == []

    holding.erase(person)

    assert not Claim.objects.exists()
    submitted(person)
    assert holding.label in must_be_kept(person)


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


def joined(duplicate, survivor):
    """A merge through both officers, as the counter makes it."""
    clerk, *officers = (
        UserFactory(street_clerk=True, region=duplicate.residence_region),
        UserFactory(district_officer=True, region=duplicate.residence_region),
    )
    asked = merging.request_merge(
        duplicate_id=duplicate.pk,
        survivor_id=survivor.pk,
        reason="同一人",
        by=clerk,
        today=timezone.localdate(),
    )
    merging.decide_merge(request_id=asked.pk, approve=True, note="", by=officers[0])
    return duplicate.merges_away.get(undone_at__isnull=True), clerk, officers[0]


def parted(merge, clerk, officer):
    asked = unmerging.request_undo(
        merge_id=merge.pk, added_to_duplicate=False, reason="不同人", by=clerk, today=timezone.localdate()
    )
    unmerging.decide_undo(request_id=asked.pk, approve=True, note="", by=officer)


def money_rows(*people):
    keys = {"subsidy_claims", "entitlements", "payee_accounts", "payables", "subsidy_offers"}
    kept = [holding for holding in holdings() if holding.key in keys]
    return snapshots.take(rows for h in kept for person in people for rows in h.rows_of_merge(person))


def test_an_undone_merge_gives_each_their_claims_grants_and_accounts_back():
    version = policy_version()
    duplicate, survivor = claimant(), claimant()
    for person in (duplicate, survivor):
        approved(submitted(person, version), officers=Officers())
    before = money_rows(duplicate, survivor)

    made = joined(duplicate, survivor)
    assert money_rows(duplicate, survivor) != before
    parted(*made)

    assert money_rows(duplicate, survivor) == before


def test_a_claim_begun_since_has_to_end_before_the_records_part():
    duplicate, survivor = claimant(), claimant()
    merge, clerk, officer = joined(duplicate, survivor)
    survivor.refresh_from_db()
    submitted(survivor)

    with pytest.raises(unmerging.AddedSince):
        parted(merge, clerk, officer)


def test_what_was_granted_since_keeps_the_records_together():
    duplicate, survivor = claimant(), claimant()
    claim = submitted(duplicate)
    merge, clerk, officer = joined(duplicate, survivor)
    claim.refresh_from_db()
    approved(claim, officers=Officers())

    with pytest.raises(unmerging.AddedSince):
        parted(merge, clerk, officer)
