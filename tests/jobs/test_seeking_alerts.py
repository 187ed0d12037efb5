import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from employment_portal.notifications.models import Notification, OutboxMessage
from employment_portal.notifications.tasks import sweep_outbox
from jobs.search.actions import index_postings
from jobs.search.filters import SearchFilters
from jobs.seeking import actions
from jobs.seeking.models import SavedSearch
from tests.factories.accounts import UserFactory
from tests.factories.jobs import PostingFactory

pytestmark = pytest.mark.django_db
MONDAY = "2026-03-02T08:30:00+08:00"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def keep(**owner):
    return actions.keep_search(
        filters=SearchFilters(q="护理"),
        name="护理",
        frequency=owner.pop("frequency", "daily"),
        now=timezone.now(),
        language="zh-hans",
        **owner,
    )


def publish(title="养老护理员"):
    posting = PostingFactory(
        title=title,
        description="按时完成工作。",
        requirements="认真负责。",
        occupation=None,
        published_at=timezone.now(),
    )
    index_postings([posting.pk])
    return posting


def run(day: date):
    return [
        actions.send_search(search_id=pk, now=timezone.now(), today=day)
        for pk in actions.due_searches(today=day)
    ]


def test_an_alert_brings_what_is_new_and_only_once_a_day():
    with time_machine.travel(MONDAY, tick=False) as clock:
        user = UserFactory(with_email=True)
        publish()
        search = keep(by=user)
        clock.shift(timedelta(hours=20))
        new = publish("医院护理员")
        publish("会计")
        clock.shift(timedelta(hours=4))
        today = timezone.localdate()

        first, again = run(today), run(today)

    search.refresh_from_db()
    assert (first, again) == ([1], [])
    assert search.last_sent_on == today
    assert new.title in OutboxMessage.objects.get(kind="search_alert").body
    assert Notification.objects.filter(user=user, kind="search_alert").count() == 1


def test_nothing_new_sends_nothing_but_moves_on():
    with time_machine.travel(MONDAY, tick=False) as clock:
        search = keep(by=UserFactory(with_email=True))
        clock.shift(timedelta(days=1))

        sent = run(timezone.localdate())

        search.refresh_from_db()
        assert sent == [0]
        assert search.last_run_at == timezone.now()
    assert not OutboxMessage.objects.filter(kind="search_alert").exists()


@pytest.mark.parametrize(
    ("run_on", "due_on"),
    [
        ([date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 16)], [date(2026, 3, 9), date(2026, 3, 16)]),
        # the run of Monday was missed
        ([date(2026, 3, 8), date(2026, 3, 11), date(2026, 3, 12)], [date(2026, 3, 11)]),
    ],
)
def test_weekly_alerts_go_out_once_from_monday_on(run_on, due_on):
    with time_machine.travel("2026-03-04T20:00:00+08:00", tick=False) as clock:
        keep(by=UserFactory(), frequency="weekly")
        sent_on = []
        for day in run_on:
            clock.move_to(f"{day}T08:30:00+08:00")
            if run(day):
                sent_on.append(day)

    assert sent_on == due_on


def test_without_an_account_nothing_is_sent_before_the_address_is_confirmed(client):
    answer = client.post(
        "/jobs/searches/new/?q=护理", {"name": "护理", "frequency": "daily", "email": "li@example.org"}
    )
    search = SavedSearch.objects.get()
    before = actions.due_searches(today=date(2026, 3, 2))
    sweep_outbox()
    path = re.search(r"/jobs/searches/confirm/\S+", mail.outbox[-1].body)[0]

    shown = client.get(path)
    search.refresh_from_db()
    unconfirmed = search.confirmed_at
    client.post(path)
    search.refresh_from_db()

    assert "请查收邮件" in answer.content.decode()
    assert before == []
    assert shown.status_code == 200
    assert unconfirmed is None
    assert search.confirmed_at is not None


def test_the_answer_does_not_tell_whether_an_address_is_known(client):
    data = {"name": "护理", "frequency": "daily", "email": "li@example.org"}

    first = client.post("/jobs/searches/new/?q=护理", data)
    second = client.post("/jobs/searches/new/?q=护理", data)

    assert SavedSearch.objects.count() == 1
    assert (first.status_code, second.status_code) == (200, 200)


def test_a_mail_program_leaves_with_one_click_and_leaving_twice_is_harmless(client):
    search = keep(email="li@example.org")
    path = f"/jobs/searches/leave/{actions.token_of(search)}/"

    looked = client.get(path)
    search.refresh_from_db()
    still_there = search.left_at is None
    client.post(path, {"List-Unsubscribe": "One-Click"})
    again = client.post(path)

    search.refresh_from_db()
    assert looked.status_code == 200
    assert still_there
    assert search.left_at is not None
    assert again.status_code == 200


def test_a_forged_link_is_refused_with_a_sentence(client):
    answer = client.get("/jobs/searches/confirm/forged/")

    assert answer.status_code == 410


def test_an_old_confirmation_link_is_no_longer_valid():
    with time_machine.travel(MONDAY, tick=False):
        token = actions.confirmation_of(keep(email="li@example.org"), "daily")

    with time_machine.travel(MONDAY, tick=False) as clock:
        clock.shift(timedelta(days=8))
        with pytest.raises(actions.LinkGone):
            actions.confirm_search(token=token, now=timezone.now())


def link_of(message):
    return re.search(r"/jobs/searches/confirm/\S+", message.body)[0]


def test_an_address_that_asks_again_after_a_week_gets_a_link_that_works(client):
    with time_machine.travel(MONDAY, tick=False) as clock:
        search = keep(email="li@example.org")
        clock.shift(timedelta(days=8))
        again = keep(email="li@example.org")
        sweep_outbox()
        clock.shift(timedelta(days=6))

        assert client.post(link_of(mail.outbox[-1])).status_code == 200

    search.refresh_from_db()
    assert (search.pk, search.confirmed_at is not None) == (again.pk, True)


def test_another_frequency_counts_once_its_link_is_followed(client):
    search = keep(email="li@example.org")
    actions.confirm_search(token=actions.confirmation_of(search, "daily"), now=timezone.now())

    keep(email="li@example.org", frequency="weekly")
    sweep_outbox()
    search.refresh_from_db()
    before = search.frequency
    shown = client.get(link_of(mail.outbox[-1])).content.decode()
    client.post(link_of(mail.outbox[-1]))

    search.refresh_from_db()
    assert (before, search.frequency) == ("daily", "weekly")
    assert "<form" in shown
    assert "每周" in shown


def test_addresses_that_nobody_confirmed_in_time_are_deleted():
    with time_machine.travel(MONDAY, tick=False) as clock:
        keep(email="old@example.org")
        confirmed = keep(email="confirmed@example.org")
        actions.confirm_search(token=actions.confirmation_of(confirmed, "daily"), now=timezone.now())
        mine = keep(by=UserFactory())
        clock.shift(timedelta(days=6))
        young = keep(email="young@example.org")
        clock.shift(timedelta(days=2))

        assert actions.forget_unconfirmed(now=timezone.now()) == 1

    assert set(SavedSearch.objects.all()) == {confirmed, mine, young}


def test_a_user_keeps_the_same_search_once_and_twenty_at_most():
    user = UserFactory()
    keep(by=user)

    with pytest.raises(actions.AlreadyKept):
        keep(by=user)
    for number in range(actions.SEARCHES_PER_OWNER - 1):
        actions.keep_search(
            filters=SearchFilters(q=f"岗位{number}"),
            name="",
            frequency="daily",
            now=timezone.now(),
            by=user,
            language="en",
        )
    with pytest.raises(actions.TooManySearches):
        actions.keep_search(
            filters=SearchFilters(q="再一个"),
            name="",
            frequency="daily",
            now=timezone.now(),
            by=user,
            language="en",
        )


def test_nobody_changes_the_search_of_another(client):
    search = keep(by=UserFactory())
    client.force_login(UserFactory())

    assert client.post(f"/jobs/searches/{search.public_id}/", {"delete": "1"}).status_code == 404


def test_too_many_requests_from_one_address_are_refused(client):
    answers = [
        client.post(
            "/jobs/searches/new/?q=护理", {"frequency": "daily", "email": f"li{number}@example.org"}
        ).status_code
        for number in range(12)
    ]

    assert answers[0] == 200
    assert answers[-1] in {403, 429}
