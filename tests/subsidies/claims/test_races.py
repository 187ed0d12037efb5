"""Two at once: real connections, real locks, one winner."""

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef
from employment_portal.ledger.queries import balance
from subsidies.claims import actions
from subsidies.claims.entitlement_models import Entitlement
from subsidies.claims.enums import ClaimState, Verdict
from subsidies.claims.evaluation import content_sha256
from subsidies.claims.models import Approval, Claim
from subsidies.policies.periods import first_of_month
from tests.factories.accounts import UserFactory
from tests.factories.subsidies_claims import (
    Officers,
    at_step,
    claimant,
    made_by,
    money_for,
    policy_version,
    submitted,
    with_paper,
)
from tests.racing import at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True)


def passing(claim, by):
    return lambda: actions.decide_step(
        claim_id=claim.pk, verdict=Verdict.PASS, note="", by=by, now=timezone.now()
    )


def test_two_officers_decide_a_step_at_once_and_one_of_them_is_told():
    officers, claim = Officers(), submitted()
    other = UserFactory(street_clerk=True, region=officers.street)

    results = at_once(passing(claim, officers.clerk), passing(claim, other))

    assert len(refusals(results)) == 1
    assert claim.approvals.count() == 1
    assert Claim.objects.get(pk=claim.pk).step == "first_review"


def test_the_same_subject_claimed_twice_at_once_is_claimed_once():
    person, version = claimant(), policy_version()
    first = made_by(person, version)
    with_paper(first, by=person.user)
    second = Claim.objects.get(pk=first.pk)
    second.pk, second.public_id = None, "twinclaim2"
    second.save()
    entry = first.entries.get()
    entry.pk, entry.claim = None, second
    entry.save()

    results = at_once(
        *(
            lambda pk=claim.pk: actions.submit_claim(claim_id=pk, by=person.user, now=timezone.now())
            for claim in (first, second)
        )
    )

    assert len(refusals(results)) == 1
    assert Claim.objects.filter(state=ClaimState.SUBMITTED).count() == 1


def test_the_last_money_goes_to_one_of_two():
    officers, version = Officers(), policy_version()
    claims = [
        at_step("second_review", claim=submitted(version=version), officers=officers) for _n in range(2)
    ]
    line = money_for(version, fen=150_000)
    other = UserFactory(district_officer=True, region=officers.street.parent)

    results = at_once(passing(claims[0], officers.second), passing(claims[1], other))

    assert len(refusals(results)) == 1
    assert "not enough money" in str(refusals(results)[0])
    assert Entitlement.objects.filter(live=True).count() == 1
    assert balance(AccountRef(SUBSIDIES, line.pk, AccountKind.COMMITTED)) == 150_000
    assert balance(AccountRef(SUBSIDIES, line.pk, AccountKind.AVAILABLE)) == 0


def two_times(months, **limits):
    """Two claims of one person for different months that stand at their last step."""
    officers, person = Officers(), claimant()
    version = policy_version(
        period_kind="months", period_months=1, guards=[("person", False)], limits=limits,
        amount={"kind": "fixed", "fen": 150_000},
    )  # fmt: skip
    money_for(version)
    claims = []
    for back in range(months, 0, -1):
        today = timezone.localdate()
        period = DateRange(first_of_month(today, back=back), first_of_month(today, back=back - 1))
        claim = made_by(person, version, period=period)
        with_paper(claim, by=person.user)
        claim = actions.submit_claim(claim_id=claim.pk, by=person.user, now=timezone.now())
        claims.append(at_step("second_review", claim=claim, officers=officers))
    return officers, claims


LIMITS = [{"lifetime_months": 1}, {"lifetime_count": 1}, {"yearly_count": 1}, {"yearly_fen": 150_000}]


@pytest.mark.parametrize("limits", LIMITS)
def test_two_claims_granted_at_once_do_not_pass_a_limit_together(limits):
    officers, claims = two_times(2, **limits)
    other = UserFactory(district_officer=True, region=officers.street.parent)

    results = at_once(passing(claims[0], officers.second), passing(claims[1], other))

    assert len(refusals(results)) == 1
    assert Entitlement.objects.filter(live=True).count() == 1


def test_a_bulk_and_a_single_grant_at_once_do_not_pass_a_limit_together():
    officers, claims = two_times(2, lifetime_months=1)
    other = UserFactory(district_officer=True, region=officers.street.parent)

    at_once(in_bulk(claims[:1], officers.second), passing(claims[1], other))

    assert Entitlement.objects.filter(live=True).count() == 1


def test_withdrawing_and_passing_at_once_leaves_one_of_them():
    officers = Officers()
    claim = at_step("second_review", officers=officers)
    money_for(claim.version)

    results = at_once(
        passing(claim, officers.second),
        lambda: actions.withdraw_claim(
            claim_id=claim.pk, reason="", by=claim.person.user, now=timezone.now()
        ),
    )

    claim.refresh_from_db()
    assert len(refusals(results)) == 1
    assert (claim.state == ClaimState.APPROVED) == claim.entitlements.filter(live=True).exists()


def in_bulk(claims, by):
    seen = {claim.pk: content_sha256(Claim.objects.get(pk=claim.pk)) for claim in claims}
    return lambda: actions.bulk_approve(seen=seen, by=by, now=timezone.now())


def passed_by(outcomes):
    return {outcome.claim.pk for outcome in outcomes if not outcome.problem}


def test_two_officers_pass_overlapping_sets_at_once_and_each_claim_passes_once():
    officers, version = Officers(), policy_version()
    claims = [
        at_step("second_review", claim=submitted(version=version), officers=officers) for _n in range(6)
    ]
    line = money_for(version)
    other = UserFactory(district_officer=True, region=officers.street.parent)

    mine, theirs = map(
        passed_by, at_once(in_bulk(claims[:4], officers.second), in_bulk(claims[2:][::-1], other))
    )

    assert mine | theirs == {claim.pk for claim in claims}
    assert not mine & theirs
    assert Entitlement.objects.filter(live=True).count() == 6
    assert balance(AccountRef(SUBSIDIES, line.pk, AccountKind.COMMITTED)) == 6 * 150_000


def test_a_bulk_and_a_single_decision_at_once_decide_each_claim_once():
    officers, version = Officers(), policy_version()
    claims = [
        at_step("second_review", claim=submitted(version=version), officers=officers) for _n in range(4)
    ]
    money_for(version)
    other = UserFactory(district_officer=True, region=officers.street.parent)

    bulk, single = at_once(in_bulk(claims, officers.second), passing(claims[2], other))

    alone = set() if isinstance(single, Exception) else {claims[2].pk}
    assert passed_by(bulk) | alone == {claim.pk for claim in claims}
    assert not passed_by(bulk) & alone
    assert Entitlement.objects.filter(live=True).count() == 4


def test_two_bulks_share_the_money_that_suffices_for_part_of_them():
    officers, version = Officers(), policy_version()
    claims = [
        at_step("second_review", claim=submitted(version=version), officers=officers) for _n in range(6)
    ]
    line = money_for(version, fen=4 * 150_000)
    other = UserFactory(district_officer=True, region=officers.street.parent)

    both = at_once(in_bulk(claims[:3], officers.second), in_bulk(claims[3:], other))

    assert sum(len(passed_by(outcomes)) for outcomes in both) == 4
    assert Entitlement.objects.filter(live=True).count() == 4
    assert balance(AccountRef(SUBSIDIES, line.pk, AccountKind.AVAILABLE)) == 0
    assert balance(AccountRef(SUBSIDIES, line.pk, AccountKind.COMMITTED)) == 4 * 150_000


def test_one_bulk_run_twice_at_once_decides_each_claim_once_and_counts_it_once():
    officers, version = Officers(), policy_version()
    claims = [submitted(version=version) for _n in range(4)]
    bulk = actions.ask_bulk(claim_ids=[claim.pk for claim in claims], by=officers.clerk, now=timezone.now())
    actions.start_bulk(bulk_id=bulk.pk, by=officers.clerk, now=timezone.now())

    at_once(*[lambda: actions.run_bulk(bulk_id=bulk.pk, now=timezone.now())] * 2)

    bulk.refresh_from_db()
    assert (bulk.state, bulk.done) == ("done", 4)
    assert set(bulk.rows.values_list("outcome", flat=True)) == {"passed"}
    assert Approval.objects.filter(claim__in=claims).count() == 4
