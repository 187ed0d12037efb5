"""Withdrawing, appealing, confirming an offer, and passing several clean claims with one word."""

from datetime import timedelta

import pytest
from django.utils import timezone

from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef
from employment_portal.ledger.queries import balance
from employment_portal.workflow.engine import TransitionNotAllowed
from employment_portal.workflow.models import WorkItem
from subsidies.claims import actions
from subsidies.claims.actions.appealing import AnswerNeeded, AppealedAlready, TooLate, Uninvolved
from subsidies.claims.actions.offers import OfferOver
from subsidies.claims.enums import AppealState, Channel, ClaimState, Verdict
from subsidies.claims.evaluation import content_sha256
from subsidies.claims.models import Claim
from subsidies.claims.progress import next_words
from subsidies.claims.views.common import with_standings
from subsidies.letters.letter import letter_of
from subsidies.matching.models import Offer, OfferState
from subsidies.payments.models import Payable
from subsidies.recovery.models import RecoveryOrder
from tests.factories.accounts import UserFactory
from tests.factories.subsidies_claims import (
    Officers,
    account_of,
    approved,
    at_step,
    claimant,
    money_for,
    pass_step,
    policy_version,
    submitted,
)
from tests.factories.subsidies_payments import payable

pytestmark = pytest.mark.django_db


def refused(officers):
    claim = at_step("first_review", officers=officers)
    return actions.decide_step(
        claim_id=claim.pk, verdict=Verdict.REFUSE, note="合同不足一年", by=officers.first, now=timezone.now()
    )


def appeal(claim, **how):
    values = {"text": "合同有一年", "by": claim.person.user, "now": timezone.now(), **how}
    return actions.file_appeal(claim_id=claim.pk, **values)


@pytest.mark.parametrize("state", ["submitted", "correction", "in_review"])
def test_a_claim_is_withdrawn_until_it_is_approved_and_its_subject_is_free_again(state):
    officers, claim = Officers(), submitted()
    if state == "in_review":
        claim = at_step("first_review", claim=claim, officers=officers)
    if state == "correction":
        claim = actions.decide_step(
            claim_id=claim.pk, verdict=Verdict.CORRECT, note="补", by=officers.clerk, now=timezone.now()
        )

    claim = actions.withdraw_claim(claim_id=claim.pk, reason="", by=claim.person.user, now=timezone.now())

    assert claim.state == ClaimState.WITHDRAWN
    assert not claim.entries.filter(open=True).exists()
    assert not WorkItem.objects.open().filter(subject_type="subsidies.claim", subject_id=claim.pk).exists()
    assert submitted(claim.person, claim.version).state == ClaimState.SUBMITTED


def test_an_approved_claim_is_not_withdrawn():
    claim = approved()

    with pytest.raises(TransitionNotAllowed):
        actions.withdraw_claim(claim_id=claim.pk, reason="", by=claim.person.user, now=timezone.now())


def test_a_refusal_tells_the_reason_and_can_be_appealed_against_once():
    claim = refused(Officers())
    assert claim.decisions.get().reasons == ["合同不足一年"]

    made = appeal(claim)

    item = WorkItem.objects.open().get(subject_type="subsidies.appeal", subject_id=made.pk)
    assert item.role == "city_officer"
    with pytest.raises(AppealedAlready):
        appeal(claim)


def test_an_appeal_needs_grounds_and_comes_within_sixty_days():
    claim = refused(Officers())

    with pytest.raises(AnswerNeeded):
        appeal(claim, text=" ")
    with pytest.raises(TooLate):
        appeal(claim, now=timezone.now() + timedelta(days=61))


def test_whoever_had_a_part_does_not_answer_the_appeal():
    officers = Officers()
    made = appeal(refused(officers))

    for officer in (officers.first, officers.clerk):
        with pytest.raises(Uninvolved):
            actions.decide_appeal(
                appeal_id=made.pk, uphold=True, answer="受理", by=officer, now=timezone.now()
            )


def test_an_upheld_appeal_opens_a_new_round_which_the_refuser_does_not_decide():
    officers = Officers()
    claim = refused(officers)
    made = appeal(claim)

    made = actions.decide_appeal(
        appeal_id=made.pk, uphold=True, answer="重新审核", by=officers.city, now=timezone.now()
    )

    claim.refresh_from_db()
    assert made.state == AppealState.UPHELD
    assert (claim.state, claim.step, claim.round) == (ClaimState.SUBMITTED, "acceptance", 2)
    claim = at_step("first_review", claim=claim, officers=officers)
    with pytest.raises(actions.MayNotDecide, match="appealed against"):
        actions.decide_step(
            claim_id=claim.pk, verdict=Verdict.PASS, note="", by=officers.first, now=timezone.now()
        )


def revoked(officers):
    """A claim granted and taken back by the district's third officer, who decided no step of it."""
    claim = approved(officers=officers)
    third = UserFactory(district_officer=True, region=officers.street.parent)
    claim = actions.revoke_approval(claim_id=claim.pk, reason="异议成立", by=third, now=timezone.now())
    return claim, third


def test_a_revoked_approval_takes_the_appeal_that_its_letter_names():
    claim, _third = revoked(Officers())
    letter = letter_of(claim.decisions.order_by("-pk").first(), addressee=claim.person.name)

    made = appeal(claim)

    assert any("appeal to us" in line for line in letter.remedies)
    assert made.state == AppealState.OPEN


def test_an_upheld_appeal_against_a_revocation_grants_and_commits_anew_at_the_last_step():
    officers = Officers()
    claim, third = revoked(officers)
    made = appeal(claim)

    actions.decide_appeal(
        appeal_id=made.pk, uphold=True, answer="异议不成立", by=officers.city, now=timezone.now()
    )
    claim.refresh_from_db()
    available = balance(AccountRef(SUBSIDIES, claim.line_id, AccountKind.AVAILABLE))
    claim = at_step("second_review", claim=claim, officers=officers)
    with pytest.raises(actions.MayNotDecide, match="appealed against"):
        actions.decide_step(claim_id=claim.pk, verdict=Verdict.PASS, note="", by=third, now=timezone.now())
    claim = pass_step(claim, officers.second)

    assert (claim.state, claim.round) == (ClaimState.APPROVED, 2)
    assert list(claim.entitlements.order_by("pk").values_list("live", flat=True)) == [False, True]
    assert balance(AccountRef(SUBSIDIES, claim.line_id, AccountKind.COMMITTED)) == claim.amount_fen
    left = balance(AccountRef(SUBSIDIES, claim.line_id, AccountKind.AVAILABLE))
    assert left == available - claim.amount_fen


def test_whoever_took_an_approval_back_does_not_answer_the_appeal():
    officers = Officers()
    claim = approved(officers=officers)
    claim = actions.revoke_approval(
        claim_id=claim.pk, reason="异议成立", by=officers.city, now=timezone.now()
    )

    with pytest.raises(Uninvolved):
        actions.decide_appeal(
            appeal_id=appeal(claim).pk, uphold=True, answer="受理", by=officers.city, now=timezone.now()
        )


def test_a_rejected_appeal_leaves_the_decision_as_it_was():
    officers = Officers()
    claim = refused(officers)

    made = actions.decide_appeal(
        appeal_id=appeal(claim).pk, uphold=False, answer="维持", by=officers.city, now=timezone.now()
    )

    claim.refresh_from_db()
    assert (made.state, claim.state) == (AppealState.REJECTED, ClaimState.REFUSED)


def paid(days_ago, **values):
    due = payable()
    Payable.objects.filter(pk=due.pk).update(
        state="paid", paid_on=timezone.localdate() - timedelta(days=days_ago), **values
    )
    return due


def test_a_claim_is_archived_when_its_money_has_settled_and_the_term_is_over():
    due, early = paid(61), paid(60)
    given_up, returned = paid(0), paid(90)
    Payable.objects.filter(pk=given_up.pk).update(state="cancelled", paid_on=None)
    Payable.objects.filter(pk=returned.pk).update(state="returned")

    moved = actions.archive_settled(today=timezone.localdate())

    assert (moved, actions.archive_settled(today=timezone.localdate())) == (2, 0)
    states = {one.pk: Claim.objects.get(payable=one).state for one in (due, early, given_up, returned)}
    assert list(states.values()) == ["archived", "payable", "archived", "payable"]
    closed, cancelled = (Claim.objects.get(payable=one) for one in (due, given_up))
    assert "the case is closed" in next_words(closed, today=timezone.localdate())
    assert "cancelled" in next_words(cancelled, today=timezone.localdate())
    assert [row.standing for row in with_standings([closed, cancelled])] == ["Archived", "Cancelled"]


def test_a_claim_whose_money_is_asked_back_is_not_archived():
    due = paid(400)
    RecoveryOrder.objects.create(
        number="ZH-1", payable=due, region=due.region, cause="our_error", reasons="多发", amount_fen=100,
        proposed_by=UserFactory(), proposed_at=timezone.now(),
    )  # fmt: skip

    assert actions.archive_settled(today=timezone.localdate()) == 0


def offer_to(person, version, **values):
    from django.db.backends.postgresql.psycopg_any import DateRange

    return Offer.objects.create(
        version=version, item=version.policy.item, subject_id=person.pk, person=person,
        region=person.residence_region, period=DateRange(None, None), amount_fen=150_000,
        created_at=timezone.now(), expires_on=timezone.localdate() + timedelta(days=30), **values,
    )  # fmt: skip


def test_a_confirmed_offer_is_a_claim_once():
    person, version = claimant(), policy_version()
    offer, account = offer_to(person, version), account_of(person=person)
    how = {"offer_id": offer.pk, "account_id": account.pk, "by": person.user, "now": timezone.now()}

    claim = actions.create_claim_from_offer(**how)
    again = actions.create_claim_from_offer(**how)

    offer.refresh_from_db()
    assert claim == again
    assert (claim.state, claim.channel, claim.amount_fen) == (ClaimState.SUBMITTED, Channel.OFFER, 150_000)
    assert offer.state == OfferState.CONFIRMED


def test_an_offer_past_its_day_is_no_longer_confirmed():
    person = claimant()
    offer = offer_to(person, policy_version())
    account = account_of(person=person)

    with pytest.raises(OfferOver):
        actions.create_claim_from_offer(
            offer_id=offer.pk, account_id=account.pk, by=person.user, now=timezone.now() + timedelta(days=31)
        )


def test_clean_claims_pass_together_and_each_other_one_says_why_not():
    officers, version = Officers(), policy_version()
    clean, dirty, changed = (submitted(version=version, clean=kind) for kind in (True, False, True))
    seen = {claim.pk: content_sha256(claim) for claim in (clean, dirty, changed)}
    changed.entries.update(amount_fen=7)

    outcomes = actions.bulk_approve(seen=seen, by=officers.clerk, now=timezone.now())

    problems = {outcome.claim.pk: str(outcome.problem) for outcome in outcomes}
    assert problems[clean.pk] == ""
    assert "findings" in problems[dirty.pk]
    assert "changed" in problems[changed.pk]
    assert Claim.objects.get(pk=clean.pk).step == "first_review"
    assert Claim.objects.get(pk=dirty.pk).step == "acceptance"


def test_money_runs_out_in_the_middle_and_the_rest_stays():
    officers, version = Officers(), policy_version()
    claims = [
        at_step("second_review", claim=submitted(version=version), officers=officers) for _n in range(3)
    ]
    money_for(version, fen=300_000)

    outcomes = actions.bulk_approve(
        seen={claim.pk: content_sha256(claim) for claim in claims}, by=officers.second, now=timezone.now()
    )

    assert [bool(outcome.problem) for outcome in outcomes] == [False, False, True]
    assert "not enough money" in str(outcomes[2].problem)


def test_somebody_without_a_post_passes_nothing():
    claim = submitted()

    assert actions.bulk_approve(seen={claim.pk: ""}, by=UserFactory(), now=timezone.now()) == []
