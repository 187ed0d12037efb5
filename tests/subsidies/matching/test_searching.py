"""政策找人: everybody who qualifies is offered a claim once, whatever happens to the search."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from employment_portal.notifications.models import Notification, OutboxMessage
from subsidies.claims.enums import ClaimState
from subsidies.matching import actions
from subsidies.matching.actions import searching
from subsidies.matching.models import LapseReason, MatchRun, Offer, OfferState
from subsidies.policies.engine import ConditionResult
from tests.factories.organisations import MemberFactory, OrganisationFactory
from tests.factories.people import PersonFactory, SpellFactory
from tests.factories.registers import CivilFactory
from tests.factories.subsidies_claims import claimant, policy_version, submitted
from tests.factories.subsidies_matching import hiring_version, offered, offered_roster

pytestmark = pytest.mark.django_db


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def test_those_who_qualify_are_offered_a_claim_with_the_reasons(today):
    person, child = claimant(), claimant(birth_date=date(2015, 1, 1))
    version = policy_version()

    run = actions.match_version(version_id=version.pk, day=today)

    [offer] = Offer.objects.filter(version=version)
    assert (offer.person, offer.amount_fen, offer.state) == (person, 150_000, OfferState.OPEN)
    assert offer.expires_on == today + timedelta(days=90)
    assert offer.region_id == person.residence_region_id
    results = [ConditionResult.from_json(row) for row in offer.explanation]
    assert [(result.verdict, result.article) for result in results] == [(True, "第一条"), (True, "第一条")]
    assert (run.qualifying, run.offered, run.skipped) == (1, 1, 0)
    assert run.finished_at is not None
    assert child.subsidy_offers.count() == 0


def test_a_second_search_of_the_day_finds_nobody_twice(today):
    claimant()
    version = policy_version()

    first = actions.match_version(version_id=version.pk, day=today)
    actions.match_version(version_id=version.pk, day=today)
    claimant()
    again = actions.match_version(version_id=version.pk, day=today, again=True)

    assert again.pk == first.pk
    assert (again.qualifying, again.offered) == (2, 2)
    assert Offer.objects.filter(version=version).count() == 2


def test_a_search_that_was_killed_goes_on_where_it_stopped(today, monkeypatch):
    for _number in range(5):
        claimant()
    version = policy_version()
    pieces = []
    really = searching._offer_to

    def killed_after_two(*args, **more):
        if len(pieces) == 2:
            raise KeyboardInterrupt
        pieces.append(1)
        return really(*args, **more)

    monkeypatch.setattr(searching, "_offer_to", killed_after_two)
    with pytest.raises(KeyboardInterrupt):
        actions.match_version(version_id=version.pk, day=today, chunk=2)
    stopped = MatchRun.objects.get()
    monkeypatch.setattr(searching, "_offer_to", really)
    run = actions.match_version(version_id=version.pk, day=today, chunk=2)

    assert (stopped.offered, stopped.finished_at) == (4, None)
    assert (run.offered, run.qualifying) == (5, 5)
    assert Offer.objects.count() == 5


def test_whoever_said_no_and_the_deceased_are_skipped_and_counted(today):
    unwilling, dead, restricted = claimant(), claimant(), claimant(restricted_at=timezone.now())
    actions.stop_finding(person_id=unwilling.pk, through="online", by=unwilling.user, now=timezone.now())
    CivilFactory(person=dead, kind="deceased", starts_on=date(2026, 2, 1))
    version = policy_version()

    run = actions.match_version(version_id=version.pk, day=today)

    assert (run.qualifying, run.offered, run.skipped) == (2, 0, 2)
    assert not Offer.objects.filter(person__in=[unwilling, dead, restricted]).exists()


def test_whoever_says_yes_again_is_found_again(today):
    person = claimant()
    version = policy_version()
    actions.match_version(version_id=version.pk, day=today)
    ended = actions.stop_finding(person_id=person.pk, through="online", by=person.user, now=timezone.now())
    lapsed = Offer.objects.get()

    actions.resume_finding(person_id=person.pk, through="online", by=person.user, now=timezone.now())
    actions.match_version(version_id=version.pk, day=today + timedelta(days=1))

    assert (ended, lapsed.state, lapsed.lapse_reason) == (1, OfferState.LAPSED, LapseReason.NOT_ASKED)
    assert Offer.objects.filter(person=person, state=OfferState.OPEN).count() == 1
    assert [row.withdrawn_at is None for row in person.consents.order_by("pk")] == [False, True]


def test_an_offer_lapses_when_its_conditions_no_longer_hold(today):
    person, version = claimant(), policy_version()
    offer = offered(person, version)
    person.birth_date = date(1950, 1, 1)
    person.save()

    run = actions.match_version(version_id=version.pk, day=today + timedelta(days=1))

    offer.refresh_from_db()
    assert (offer.state, offer.lapse_reason) == (OfferState.LAPSED, LapseReason.NO_LONGER)
    assert run.lapsed == 1


def test_an_offer_lapses_when_it_was_claimed_otherwise(today):
    person, version = claimant(), policy_version()
    offer = offered(person, version)

    claim = submitted(person, version)
    actions.refresh_offers(version=version, day=today)

    offer.refresh_from_db()
    assert claim.state == ClaimState.SUBMITTED
    assert (offer.state, offer.lapse_reason) == (OfferState.LAPSED, LapseReason.CLAIMED)


def test_an_offer_that_ran_out_is_not_made_again(today):
    person, version = claimant(), policy_version()
    offered(person, version)
    later = today + timedelta(days=91)

    run = actions.match_version(version_id=version.pk, day=later)

    offer = Offer.objects.get(person=person)
    assert (offer.state, offer.lapse_reason) == (OfferState.LAPSED, LapseReason.EXPIRED)
    assert (run.lapsed, run.skipped, run.offered) == (1, 1, 0)


def test_the_amount_of_an_open_offer_follows_the_data(today):
    person = claimant(birth_date=date(1996, 12, 1))
    by_age = {
        "kind": "rate", "fact": "person.age", "args": {}, "numerator": 100, "denominator": 1,
        "cap_fen": None, "per_month_cap_fen": None,
    }  # fmt: skip
    version = policy_version(amount=by_age)
    offer = offered(person, version)
    before = offer.amount_fen
    person.birth_date = date(1990, 1, 1)
    person.save()

    actions.refresh_offers(version=version, day=today)

    offer.refresh_from_db()
    assert (before, offer.amount_fen) == (2900, 3600)
    assert offer.explanation[0]["found"] == 36


def test_offers_end_with_their_policy(today):
    person, version = claimant(), policy_version()
    offer = offered(person, version)
    type(version).objects.filter(pk=version.pk).update(effective_until=today)

    ended = actions.withdraw_ended(day=today + timedelta(days=1))

    offer.refresh_from_db()
    assert (ended, offer.lapse_reason) == (1, LapseReason.ENDED)


def test_nobody_is_searched_for_when_the_policy_wants_an_application(today):
    version = policy_version(without_application=False)

    with pytest.raises(searching.NotOffered):
        actions.match_version(version_id=version.pk, day=today)

    assert version not in actions.searched_versions(today)


def test_an_offer_stands_no_longer_than_its_policy(today):
    person, version = claimant(), policy_version()
    type(version).objects.filter(pk=version.pk).update(effective_until=today + timedelta(days=7))

    offer = offered(person, version)

    assert offer.expires_on == today + timedelta(days=7)


def test_the_database_keeps_offers_apart(today):
    offer = offered(claimant())
    offer.pk, offer.public_id = None, "2222222222"

    with pytest.raises(Exception, match="subsidyoffer_once"), transaction.atomic():
        offer.save(force_insert=True)


def test_a_person_is_told_once_of_everything(today):
    person = claimant()
    for version in (policy_version(), policy_version()):
        actions.match_version(version_id=version.pk, day=today)

    told = [actions.tell_found(now=timezone.now()) for _time in range(2)]

    assert told == [1, 0]
    [message] = Notification.objects.filter(user=person.user)
    assert "1,500" in message.body
    assert message.path == "/subsidies/for-me/"
    channels = list(OutboxMessage.objects.filter(user=person.user).values_list("channel", flat=True))
    assert len(channels) == len(set(channels)) > 0
    assert not Offer.objects.untold().exists()


def test_somebody_without_a_sign_in_gets_a_text_message(today):
    person = PersonFactory(user=None, residence_region=claimant().residence_region)
    version = policy_version()
    actions.match_version(version_id=version.pk, day=today)

    actions.tell_found(now=timezone.now())

    assert OutboxMessage.objects.get(address=person.phone).channel == "sms"


def test_an_employer_gets_an_offer_per_employee_and_one_message(today):
    employer = OrganisationFactory()
    member = MemberFactory(organisation=employer)
    offers = offered_roster(employer, 3)

    actions.tell_found(now=timezone.now())

    assert len(offers) == 3
    assert all(offer.person_id is None and offer.amount_fen == 100_000 for offer in offers)
    [message] = Notification.objects.filter(user=member.user)
    assert "3,000" in message.body


def test_the_no_of_an_employee_does_not_bind_the_employer(today):
    employer, person = OrganisationFactory(), claimant()
    SpellFactory(person=person, status="employed", employer=employer, employer_name=employer.name)
    actions.stop_finding(person_id=person.pk, through="online", by=person.user, now=timezone.now())
    version = hiring_version()

    run = actions.match_version(version_id=version.pk, day=today)

    assert (run.offered, run.skipped) == (1, 0)
    assert Offer.objects.get().organisation == employer
