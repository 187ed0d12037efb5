from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from employment_portal.notifications.models import Notification
from employment_portal.people.enums import EmploymentStatus
from employment_portal.people.models import StatusSpell
from employment_portal.people.records.spells import StillWorking, open_employment_spell
from employment_portal.workflow.engine import TransitionNotAllowed
from jobs.applications import actions
from jobs.applications.actions import NoPlaceLeft, OfferDates, OfferOver, offering
from jobs.applications.actions.rows import TakenDown
from jobs.applications.models import Offer
from jobs.search.actions import index_posting
from jobs.search.models import PostingSearch
from tests.factories.applications import ApplicationFactory, OfferFactory
from tests.factories.jobs import PostingFactory
from tests.factories.organisations import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MemberFactory()


@pytest.fixture
def posting(member):
    return PostingFactory(employer=member.organisation, headcount=1)


@pytest.fixture
def offer(posting):
    return OfferFactory(application=ApplicationFactory(posting=posting, status="offered"))


def make(application, member, **values):
    today = timezone.localdate()
    defaults = {
        "pay_fen": 500_000,
        "pay_unit": "month",
        "starts_on": today + timedelta(days=10),
        "contract_months": 12,
        "answer_by": today + timedelta(days=3),
        "message": "欢迎加入",
        "today": today,
    }
    return actions.make_offer(application_id=application.pk, by=member.user, **{**defaults, **values})


def accept(offer, **values):
    return actions.accept_offer(
        application_id=offer.application_id,
        by=offer.application.person.user,
        today=timezone.localdate(),
        **values,
    )


def test_an_offer_tells_the_person_in_every_way(posting, member):
    application = ApplicationFactory(posting=posting, status="shortlisted")

    make(application, member)

    application.refresh_from_db()
    assert application.status == "offered"
    assert Notification.objects.filter(user=application.person.user, kind="offer_made").exists()


def test_the_same_offer_sent_twice_is_one(posting, member):
    application = ApplicationFactory(posting=posting, status="shortlisted")

    assert make(application, member) == make(application, member)
    assert Offer.objects.count() == 1


def test_no_offer_for_a_job_without_places(posting, member):
    application = ApplicationFactory(posting=posting, status="shortlisted")
    posting.filled = 1
    posting.save()

    with pytest.raises(NoPlaceLeft):
        make(application, member)


@pytest.mark.parametrize(("answer", "start"), [(-1, 10), (11, 10)])
def test_the_answer_is_due_between_today_and_the_first_day(posting, member, answer, start):
    application = ApplicationFactory(posting=posting, status="shortlisted")
    today = timezone.localdate()

    with pytest.raises(OfferDates):
        make(
            application,
            member,
            answer_by=today + timedelta(days=answer),
            starts_on=today + timedelta(days=start),
        )


def test_a_yes_hires_takes_a_place_and_opens_the_employment(offer, posting, member):
    application = accept(offer)

    posting.refresh_from_db()
    spell = StatusSpell.objects.get()
    assert (application.status, application.hired_on, posting.filled) == ("hired", offer.starts_on, 1)
    assert (spell.person, spell.status, spell.employer) == (application.person, "employed", posting.employer)
    assert (spell.period.lower, spell.period.upper) == (offer.starts_on, None)
    assert (spell.occupation, spell.region, spell.source) == (posting.occupation, posting.region, "jobs.hire")
    assert spell.contract_until is not None
    assert Notification.objects.filter(user=member.user, kind="offer_answered").exists()


def test_a_full_job_is_no_longer_found_but_stays_up(offer, posting):
    index_posting(posting)
    assert PostingSearch.objects.filter(pk=posting.pk).exists()

    accept(offer)

    posting.refresh_from_db()
    assert posting.status == "live"
    assert not PostingSearch.objects.filter(pk=posting.pk).exists()


def test_saying_yes_again_changes_nothing(offer, posting):
    accept(offer)

    assert accept(offer).status == "hired"
    posting.refresh_from_db()
    assert posting.filled == 1
    assert StatusSpell.objects.count() == 1


def test_the_last_place_is_given_once(offer, posting):
    other = OfferFactory(application=ApplicationFactory(posting=posting, status="offered"))
    accept(offer)

    with pytest.raises(NoPlaceLeft):
        accept(other)

    other.refresh_from_db()
    assert (other.state, other.application.status) == ("open", "offered")


def test_the_database_refuses_more_hires_than_places(posting):
    posting.filled = 2

    with pytest.raises(IntegrityError), transaction.atomic():
        posting.save()


def test_an_offer_past_its_day_cannot_be_accepted(offer):
    offer.answer_by = timezone.localdate() - timedelta(days=1)
    offer.save()

    with pytest.raises(OfferOver):
        accept(offer)


def test_another_running_employment_is_the_persons_choice(offer, posting):
    person = offer.application.person
    earlier = open_employment_spell(
        person_id=person.pk,
        starts_on=timezone.localdate() - timedelta(days=100),
        employer_name="旧单位",
        source="test",
        source_id="1",
        by=None,
    )

    with pytest.raises(StillWorking) as refusal:
        accept(offer)
    assert "旧单位" in str(refusal.value)
    offer.refresh_from_db()
    posting.refresh_from_db()
    assert (offer.state, posting.filled) == ("open", 0)

    accept(offer, end_earlier=True)
    earlier.refresh_from_db()
    assert earlier.period.upper == offer.starts_on
    assert earlier.end_reason == "separated"


def test_declining_ends_the_application_and_keeps_the_place(offer, posting, member):
    application = actions.decline_offer(
        application_id=offer.application_id, reason="工资偏低", by=offer.application.person.user
    )

    posting.refresh_from_db()
    offer.refresh_from_db()
    assert (application.status, offer.state, posting.filled) == ("withdrawn", "declined", 0)
    again = actions.decline_offer(application_id=application.pk, reason="", by=offer.application.person.user)
    assert again.status == "withdrawn"


def test_a_withdrawn_offer_leaves_the_person_on_the_shortlist(offer, member):
    application = actions.withdraw_offer(
        application_id=offer.application_id, reason="预算变化", by=member.user
    )

    assert application.status == "shortlisted"
    with pytest.raises(TransitionNotAllowed):
        accept(offer)


def test_the_employer_cannot_accept_for_the_person(offer, member):
    with pytest.raises(TransitionNotAllowed):
        actions.accept_offer(application_id=offer.application_id, by=member.user, today=timezone.localdate())

    assert not StatusSpell.objects.exists()


def test_an_unanswered_offer_lapses_once(offer):
    day = offer.answer_by + timedelta(days=1)

    assert actions.lapse_offers(today=offer.answer_by) == 0
    assert actions.lapse_offers(today=day) == 1
    assert actions.lapse_offers(today=day) == 0
    offer.application.refresh_from_db()
    assert offer.application.status == "shortlisted"


def test_an_offer_that_cannot_lapse_keeps_no_other_from_lapsing(offer, monkeypatch):
    other = OfferFactory(answer_by=offer.answer_by)
    tell = offering.tell_applicant

    def fail_for_the_first(kind, application, **context):
        if application.pk == offer.application_id:
            raise RuntimeError("mail")
        tell(kind, application, **context)

    monkeypatch.setattr(offering, "tell_applicant", fail_for_the_first)
    with pytest.raises(ExceptionGroup):
        actions.lapse_offers(today=offer.answer_by + timedelta(days=1))

    offer.refresh_from_db()
    other.refresh_from_db()
    assert (offer.state, other.state) == ("open", "lapsed")


def test_an_open_offer_of_an_application_that_ended_lapses_and_the_application_stays_ended(offer):
    offer.application.status, offer.application.ended_at = "withdrawn", timezone.now()
    offer.application.save()

    assert actions.lapse_offers(today=offer.answer_by + timedelta(days=1)) == 1

    offer.refresh_from_db()
    offer.application.refresh_from_db()
    assert (offer.state, offer.application.status) == ("lapsed", "withdrawn")


def test_registered_unemployment_ends_the_day_before(offer):
    from django.db.backends.postgresql.psycopg_any import DateRange

    unemployed = StatusSpell.objects.create(
        person=offer.application.person,
        status=EmploymentStatus.UNEMPLOYED,
        period=DateRange(timezone.localdate() - timedelta(days=30), None),
        source="test",
        recorded_at=timezone.now(),
    )

    accept(offer)

    unemployed.refresh_from_db()
    assert (unemployed.period.upper, unemployed.end_reason) == (offer.starts_on, "hired")


def test_nobody_is_drawn_further_into_a_job_that_was_taken_down(offer, posting, member):
    posting.status = "rejected"
    posting.ended_at = timezone.now()
    posting.save()
    waiting = ApplicationFactory(posting=posting, status="shortlisted")

    for act in (
        lambda: accept(offer),
        lambda: make(waiting, member),
        lambda: actions.reveal_phone(application_id=waiting.pk, by=member.user),
    ):
        with pytest.raises(TakenDown):
            act()

    assert not StatusSpell.objects.exists()
