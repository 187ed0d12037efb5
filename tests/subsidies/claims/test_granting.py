"""What the last pass grants, and what keeps it from being granted twice."""

import pytest
from django.utils import timezone

from employment_portal.ledger.errors import InsufficientFunds
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef
from employment_portal.ledger.queries import balance
from subsidies.budgets.queries import NoBudgetLine
from subsidies.claims import actions
from subsidies.claims.actions.granting import GrantedBefore
from subsidies.claims.enums import ClaimState, Verdict
from subsidies.claims.models import Claim
from tests.factories.subsidies_claims import (
    Officers,
    approved,
    at_step,
    claimant,
    made_by,
    money_for,
    policy_version,
    submitted,
    with_paper,
)

pytestmark = pytest.mark.django_db


def say(claim, by, verdict, note="说明"):
    return actions.decide_step(claim_id=claim.pk, verdict=verdict, note=note, by=by, now=timezone.now())


def test_without_money_the_claim_stays_where_it_is():
    officers = Officers()
    claim = at_step("second_review", officers=officers)
    money_for(claim.version, fen=149_999)

    with pytest.raises(InsufficientFunds):
        say(claim, officers.second, Verdict.PASS)

    claim.refresh_from_db()
    assert (claim.state, claim.step) == (ClaimState.IN_REVIEW, "second_review")
    assert not claim.entitlements.exists()
    assert claim.approvals.count() == 2


def test_without_a_budget_line_the_sentence_says_whom_to_ask():
    officers = Officers()
    claim = at_step("second_review", officers=officers)

    with pytest.raises(NoBudgetLine, match="finance officer"):
        say(claim, officers.second, Verdict.PASS)


def test_what_was_granted_once_is_not_granted_again():
    person, version = claimant(), policy_version()
    officers = Officers()
    approved(submitted(person, version), officers=officers)
    second = made_by(person, version)
    with_paper(second, by=person.user)

    from subsidies.claims.actions.submitting import ClaimedAlready, DoesNotQualify

    with pytest.raises((DoesNotQualify, ClaimedAlready)):
        actions.submit_claim(claim_id=second.pk, by=person.user, now=timezone.now())


def test_the_hold_refuses_a_second_grant_that_slipped_past_every_check():
    person, version = claimant(), policy_version()
    officers = Officers()
    claim = approved(submitted(person, version), officers=officers)
    from subsidies.claims.actions.granting import entitle
    from subsidies.claims.models import ClaimEntry

    twin = Claim.objects.get(pk=claim.pk)
    twin.pk, twin.public_id, twin.number = None, "x" * 10, "SQ-twin"
    twin.save()
    ClaimEntry.objects.create(
        claim=twin, row=1, item=twin.item, subject_id=person.pk, person=person,
        period=claim.entries.get().period, amount_fen=150_000,
    )  # fmt: skip

    with pytest.raises(GrantedBefore, match=person.name):
        entitle(claim=twin, now=timezone.now())


def test_a_revoked_approval_gives_the_money_back_and_ends_the_entitlement():
    claim = approved()
    before = balance(AccountRef(SUBSIDIES, claim.line_id, AccountKind.COMMITTED))

    claim = actions.revoke_approval(
        claim_id=claim.pk, reason="异议成立", by=Officers().city, now=timezone.now()
    )

    assert before == 150_000
    assert balance(AccountRef(SUBSIDIES, claim.line_id, AccountKind.COMMITTED)) == 0
    assert claim.state == ClaimState.REVOKED
    assert not claim.entitlements.filter(live=True).exists()
    assert claim.decisions.order_by("-pk").first().reasons == ["异议成立"]
