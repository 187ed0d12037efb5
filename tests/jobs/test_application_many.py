"""Many applicants at once: in a dialog or on a page, and whoever is left when a posting closes."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from employment_portal.notifications.models import Notification
from jobs.applications import actions
from jobs.applications.models import Interview, Offer
from jobs.applications.rules import slot
from jobs.postings.actions import close_posting
from jobs.postings.enums import ClosingResult
from tests.factories.applications import ApplicationFactory, InterviewFactory, OfferFactory
from tests.factories.jobs import PostingFactory
from tests.factories.organisations import MemberFactory, act_for

pytestmark = pytest.mark.django_db
BULK = "jobs:bulk_applicants"
TOMORROW_NINE = (timezone.localtime() + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)


@pytest.fixture
def member():
    return MemberFactory()


@pytest.fixture
def posting(member):
    return PostingFactory(employer=member.organisation)


@pytest.fixture
def acting(client, member):
    act_for(client, member)
    return client


def invitation(**values):
    return {
        "kind": "on_site",
        "times": "in_turn",
        "starts_at": TOMORROW_NINE.strftime("%Y-%m-%dT%H:%M"),
        "minutes": "30",
        "pause": "10",
        "place": "建设北路三段88号",
        "message": "{name}你好",
        "step": "invite",
        "confirmed": "1",
        **values,
    }


def test_the_third_in_turn_begins_after_two_interviews_and_two_pauses():
    first = datetime(2026, 11, 24, 9, 0)

    assert slot(first, 2, minutes=30, pause=10) == datetime(2026, 11, 24, 10, 20)


def test_each_is_invited_to_a_time_of_their_own_in_the_order_of_the_list(acting, posting):
    rows = [ApplicationFactory(posting=posting) for _ in range(3)]
    order = [rows[2], rows[0], rows[1]]

    response = acting.post(reverse(BULK), invitation(ids=[row.public_id for row in order]))

    assert response.status_code == 302
    times = [Interview.objects.get(application=row).starts_at for row in order]
    assert times == [TOMORROW_NINE + timedelta(minutes=40 * turn) for turn in range(3)]


def test_all_can_be_invited_to_one_time(acting, posting):
    rows = [ApplicationFactory(posting=posting) for _ in range(2)]

    acting.post(reverse(BULK), invitation(ids=[row.public_id for row in rows], times="together"))

    assert {interview.starts_at for interview in Interview.objects.all()} == {TOMORROW_NINE}


def test_who_cannot_be_invited_takes_no_time_and_is_named(acting, posting):
    planned = InterviewFactory(application__posting=posting).application
    free = ApplicationFactory(posting=posting)

    response = acting.post(reverse(BULK), invitation(ids=[planned.public_id, free.public_id]))

    assert response.context["refused"][0].application == planned
    assert Interview.objects.get(application=free).starts_at == TOMORROW_NINE


def test_interviews_that_run_past_the_day_are_refused_with_what_to_do(acting, posting):
    rows = [ApplicationFactory(posting=posting) for _ in range(3)]

    response = acting.post(
        reverse(BULK), invitation(ids=[row.public_id for row in rows], minutes="480", pause="")
    )

    assert response.status_code == 422
    assert "starts_at" in response.context["form"].errors
    assert not Interview.objects.exists()


def test_in_a_dialog_only_its_content_comes_and_success_leads_back(acting, posting):
    ids = [ApplicationFactory(posting=posting).public_id]
    htmx = {"HX-Request": "true"}

    asked = acting.post(reverse(BULK), {"step": "shortlist", "ids": ids}, headers=htmx)
    refused = acting.post(
        reverse(BULK), {"step": "shortlist", "ids": ids, "confirmed": "1", "message": ""}, headers=htmx
    )
    done = acting.post(
        reverse(BULK), {"step": "shortlist", "ids": ids, "confirmed": "1", "message": "你好"}, headers=htmx
    )

    assert "<html" not in asked.content.decode()
    assert 'name="message"' in asked.content.decode()
    assert refused.status_code == 422
    assert done["HX-Redirect"] == reverse("jobs:applicants")


def closed(posting, member, result=ClosingResult.FILLED_ELSEWHERE, **choices):
    return close_posting(posting_id=posting.pk, result=result, by=member.user, now=timezone.now(), **choices)


def test_whoever_is_left_of_a_filled_job_is_told_in_the_employers_words(member, posting):
    left = [
        ApplicationFactory(posting=posting, status=state) for state in ("submitted", "seen", "shortlisted")
    ]
    planned = InterviewFactory(application__posting=posting)
    hired = ApplicationFactory(posting=posting, status="hired")
    withdrawn = ApplicationFactory(posting=posting, status="withdrawn")

    closed(posting, member, message="{name}：岗位已招满")

    for row in [*left, planned.application]:
        row.refresh_from_db()
        assert (row.status, row.reject_reason) == ("rejected", "filled")
        message = Notification.objects.get(user=row.person.user, kind="application_rejected")
        assert f"{row.resume['name']}：岗位已招满" in message.body
    planned.refresh_from_db()
    hired.refresh_from_db()
    withdrawn.refresh_from_db()
    assert (planned.state, hired.status, withdrawn.status) == ("cancelled", "hired", "withdrawn")


def test_a_closing_without_words_uses_the_usual_ones(member, posting):
    left = ApplicationFactory(posting=posting)
    actions.save_message_template(organisation_id=member.organisation.pk, step="close", text="谢谢{name}")

    closed(posting, member, result=ClosingResult.NOT_FILLED)

    left.refresh_from_db()
    assert (left.reject_reason, left.reject_message) == ("other", f"谢谢{left.resume['name']}")


def test_an_offer_that_stands_must_be_decided_about(member, posting):
    offer = OfferFactory(application__posting=posting)

    with pytest.raises(actions.OffersOpen):
        closed(posting, member)

    posting.refresh_from_db()
    assert posting.status == "live"
    assert Offer.objects.get(pk=offer.pk).state == "open"


@pytest.mark.parametrize(
    ("choice", "offer_state", "status"), [("keep", "open", "offered"), ("withdraw", "withdrawn", "rejected")]
)
def test_an_offer_stays_open_or_is_withdrawn_as_the_employer_says(
    member, posting, choice, offer_state, status
):
    offer = OfferFactory(application__posting=posting)

    closed(posting, member, offers=choice)

    offer.refresh_from_db()
    offer.application.refresh_from_db()
    assert (offer.state, offer.application.status) == (offer_state, status)


def test_an_offer_kept_open_is_accepted_after_the_posting_closed(member, posting):
    offer = OfferFactory(application__posting=posting)
    closed(posting, member, offers="keep")

    actions.accept_offer(
        application_id=offer.application_id, by=offer.application.person.user, today=timezone.localdate()
    )

    offer.application.refresh_from_db()
    assert offer.application.status == "hired"


def test_the_page_asks_about_offers_and_shows_the_message_to_edit(acting, posting):
    offer = OfferFactory(application__posting=posting)
    ApplicationFactory(posting=posting)
    page = reverse("jobs:close_posting", args=[posting.public_id])

    shown = acting.get(page)
    undecided = acting.post(page, {"result": "filled_elsewhere"})
    named = acting.post(page, {"result": "filled_here", "hired": [offer.application.public_id]})

    assert "{name}" in shown.context["form"]["message"].value()
    assert "offers" in undecided.context["form"].errors
    assert named.status_code == 302
    offer.refresh_from_db()
    assert offer.state == "open"
