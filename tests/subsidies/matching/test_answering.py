"""What somebody says to an offer: yes in one step, no, after all yes; a roster at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from employment_portal.people.models import Person, StatusSpell
from subsidies.claims.actions.filling import NotYourAccount
from subsidies.claims.actions.offers import OfferOver
from subsidies.claims.actions.starting import NotForYou
from subsidies.claims.enums import Channel, ClaimState, EntryState
from subsidies.claims.evaluation import refresh_entries
from subsidies.claims.models import Claim
from subsidies.matching import actions
from subsidies.matching.actions.answering import OneClaim, TickSomebody
from subsidies.matching.models import LapseReason, Offer, OfferState
from subsidies.payments.models import PayeeAccount
from subsidies.policies.models import PolicyVersion
from tests.factories.accounts import UserFactory
from tests.factories.organisations import MemberFactory, OrganisationFactory
from tests.factories.subsidies_claims import account_of, claimant
from tests.factories.subsidies_matching import offered, offered_roster

pytestmark = pytest.mark.django_db


def test_a_yes_becomes_a_claim_with_the_commitment():
    person = claimant()
    offer = offered(person)
    account_of(person=person)

    claim = actions.confirm_offer(offer_id=offer.pk, account=None, by=person.user, now=timezone.now())

    offer.refresh_from_db()
    assert (claim.state, claim.channel, claim.committed) == (ClaimState.SUBMITTED, Channel.OFFER, True)
    assert claim.amount_fen == 150_000
    assert offer.state == OfferState.CONFIRMED


def test_a_second_yes_is_the_same_claim():
    person = claimant()
    offer = offered(person)
    account_of(person=person)
    yes = {"offer_id": offer.pk, "account": None, "by": person.user, "now": timezone.now()}

    first, second = actions.confirm_offer(**yes), actions.confirm_offer(**yes)

    assert first.pk == second.pk
    assert Claim.objects.count() == 1


def test_the_account_comes_with_the_yes_when_none_is_on_record():
    person = claimant()
    offer = offered(person)
    account = {"holder": person.name, "bank_name": "成都银行", "number": "6222021234567890128"}

    claim = actions.confirm_offer(offer_id=offer.pk, account=account, by=person.user, now=timezone.now())

    assert claim.account == PayeeAccount.objects.get(person=person)


def test_without_any_account_nothing_is_claimed():
    person = claimant()
    offer = offered(person)

    with pytest.raises(NotYourAccount):
        actions.confirm_offer(offer_id=offer.pk, account=None, by=person.user, now=timezone.now())

    assert not Claim.objects.exists()


def test_nobody_answers_for_another():
    offer = offered(claimant())
    stranger = UserFactory()

    for answer in (actions.decline_offer, actions.undo_decline):
        more = {"reason": ""} if answer is actions.decline_offer else {}
        with pytest.raises(NotForYou):
            answer(offer_id=offer.pk, by=stranger, now=timezone.now(), **more)

    offer.refresh_from_db()
    assert offer.state == OfferState.OPEN


def test_a_no_can_be_undone_until_the_last_day():
    person = claimant()
    offer = offered(person)
    now = timezone.now()
    actions.decline_offer(offer_id=offer.pk, reason="我已经在外地申领", by=person.user, now=now)
    declined = Offer.objects.get(pk=offer.pk)

    actions.undo_decline(offer_id=offer.pk, by=person.user, now=now + timedelta(days=89))
    reopened = Offer.objects.get(pk=offer.pk)
    actions.decline_offer(offer_id=offer.pk, reason="", by=person.user, now=now)
    with pytest.raises(OfferOver):
        actions.undo_decline(offer_id=offer.pk, by=person.user, now=now + timedelta(days=92))

    assert (declined.state, declined.decline_reason) == (OfferState.DECLINED, "我已经在外地申领")
    assert (reopened.state, reopened.answered_at, reopened.decline_reason) == (OfferState.OPEN, None, "")


def test_whoever_declined_is_not_offered_it_again():
    person = claimant()
    offer = offered(person)
    actions.decline_offer(offer_id=offer.pk, reason="", by=person.user, now=timezone.now())
    tomorrow = timezone.localdate() + timedelta(days=1)

    run = actions.match_version(version_id=offer.version_id, day=tomorrow)

    assert (run.qualifying, run.offered) == (0, 0)


def test_an_offer_under_a_policy_that_ended_cannot_be_confirmed():
    person = claimant()
    offer = offered(person)
    account_of(person=person)
    yesterday = timezone.localdate() - timedelta(days=1)
    PolicyVersion.objects.filter(pk=offer.version_id).update(effective_until=yesterday)

    with pytest.raises(OfferOver):
        actions.confirm_offer(offer_id=offer.pk, account=None, by=person.user, now=timezone.now())


@pytest.fixture
def employer():
    organisation = OrganisationFactory()
    organisation.member = MemberFactory(organisation=organisation)
    organisation.account = account_of(organisation=organisation)
    return organisation


def test_chosen_rows_become_one_claim(employer):
    offers = offered_roster(employer, 3)

    claim = actions.confirm_roster(
        offer_ids=[offer.pk for offer in offers[:2]],
        account_id=employer.account.pk,
        by=employer.member.user,
        now=timezone.now(),
    )

    assert (claim.state, claim.channel, claim.amount_fen) == (ClaimState.SUBMITTED, Channel.OFFER, 200_000)
    assert claim.entries.filter(person__isnull=False).count() == 2
    states = [Offer.objects.get(pk=offer.pk).state for offer in offers]
    assert states == [OfferState.CONFIRMED, OfferState.CONFIRMED, OfferState.OPEN]


def test_a_roster_confirmed_twice_is_one_claim(employer):
    offers = offered_roster(employer, 2)
    yes = {
        "offer_ids": [offer.pk for offer in offers],
        "account_id": employer.account.pk,
        "by": employer.member.user,
        "now": timezone.now(),
    }

    first, second = actions.confirm_roster(**yes), actions.confirm_roster(**yes)

    assert first.pk == second.pk


def test_a_row_that_no_longer_qualifies_is_left_out(employer):
    offers = offered_roster(employer, 2)
    gone = offers[0]
    StatusSpell.objects.filter(pk=gone.subject_id).update(status="public_post")

    claim = actions.confirm_roster(
        offer_ids=[offer.pk for offer in offers],
        account_id=employer.account.pk,
        by=employer.member.user,
        now=timezone.now(),
    )

    gone.refresh_from_db()
    assert claim.amount_fen == 100_000
    assert (gone.state, gone.lapse_reason) == (OfferState.LAPSED, LapseReason.NO_LONGER)


def test_a_row_whose_person_had_their_data_restricted_is_left_out_unless_it_was_handed_in(employer):
    offers = offered_roster(employer, 2)
    first, second = (StatusSpell.objects.get(pk=offer.subject_id).person_id for offer in offers)
    Person.objects.filter(pk=first).update(restricted_at=timezone.now())

    claim = actions.confirm_roster(
        offer_ids=[offer.pk for offer in offers],
        account_id=employer.account.pk,
        by=employer.member.user,
        now=timezone.now(),
    )
    Person.objects.filter(pk=second).update(restricted_at=timezone.now())
    reckoned_again = refresh_entries(claim)

    assert [entry.state for entry in reckoned_again] == [EntryState.EXCLUDED, EntryState.INCLUDED]


def test_rows_of_two_policies_are_two_claims(employer):
    offers = [*offered_roster(employer, 1), *offered_roster(employer, 1)]
    yes = {"account_id": employer.account.pk, "by": employer.member.user, "now": timezone.now()}

    with pytest.raises(OneClaim):
        actions.confirm_roster(offer_ids=[offers[0].pk, offers[-1].pk], **yes)
    with pytest.raises(TickSomebody):
        actions.confirm_roster(offer_ids=[], **yes)

    assert not Claim.objects.exists()


def test_another_organisation_confirms_nothing(employer):
    offers = offered_roster(employer, 1)
    stranger = MemberFactory()

    with pytest.raises(NotForYou):
        actions.confirm_roster(
            offer_ids=[offers[0].pk], account_id=employer.account.pk, by=stranger.user, now=timezone.now()
        )
