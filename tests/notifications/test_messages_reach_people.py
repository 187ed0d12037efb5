from unittest.mock import Mock

import pytest
from django.core import mail

from employment_portal.notifications import actions, tasks
from employment_portal.notifications.models import Channel, Notification, OutboxMessage
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def message_template(settings, tmp_path):
    """A kind of message called ``greeting``."""
    folder = tmp_path / "notifications"
    folder.mkdir()
    (folder / "greeting.txt").write_text(
        "{% load partials %}{% partialdef subject %}Hello <{{ name }}>{% endpartialdef %}"
        "{% partialdef body %}Good morning & good day, {{ name }}.{% endpartialdef %}"
        "{% partialdef sms %}Hello {{ name }}{% endpartialdef %}"
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]


def greet(user, **extra):
    actions.notify(kind="greeting", to=user, channels=actions.ALL_CHANNELS, context={"name": "李"}, **extra)


def test_a_message_goes_to_inbox_mail_and_phone_and_is_not_escaped(message_template):
    user = UserFactory(email="li@example.org", phone="13800000002")

    greet(user, path="/inbox/")

    assert Notification.objects.get(user=user).subject == "Hello <李>"
    by_mail = OutboxMessage.objects.get(channel=Channel.MAIL)
    assert by_mail.body == "Good morning & good day, 李.\n\nhttp://127.0.0.1:8000/inbox/"
    assert OutboxMessage.objects.get(channel=Channel.SMS).body == "【公共就业服务】Hello 李"


def test_the_same_key_is_sent_once(message_template):
    user = UserFactory(email="li@example.org", phone="13800000002")

    greet(user, dedupe_key="greeting:1")
    greet(user, dedupe_key="greeting:1")

    assert Notification.objects.filter(user=user).count() == 1
    assert OutboxMessage.objects.count() == 2


def test_somebody_who_wants_no_copies_gets_the_inbox_alone(message_template):
    user = UserFactory(email="li@example.org", phone="13800000002")
    actions.set_preference(user=user, mail=False, sms=False)

    greet(user)

    assert Notification.objects.filter(user=user).exists()
    assert not OutboxMessage.objects.exists()


def test_codes_go_out_even_to_somebody_who_wants_no_copies(message_template):
    user = UserFactory(email="li@example.org", phone="13800000002")
    actions.set_preference(user=user, mail=False, sms=False)

    greet(user, always=True)

    assert OutboxMessage.objects.count() == 2


def test_the_sweeper_delivers_what_the_queue_lost(message_template):
    user = UserFactory(email="li@example.org", phone=None)
    greet(user)

    tasks.sweep_outbox()
    tasks.sweep_outbox()

    assert OutboxMessage.objects.get().state == OutboxMessage.State.SENT
    assert len(mail.outbox) == 1


def test_a_refused_number_is_not_tried_again(message_template):
    user = UserFactory(email=None, phone="13800000000")
    greet(user)

    tasks.sweep_outbox()

    message = OutboxMessage.objects.get()
    assert (message.state, message.error) == (OutboxMessage.State.FAILED, "number not in service (simulated)")


def test_a_silent_gateway_is_tried_again_later_and_given_up_in_the_end(message_template):
    user = UserFactory(email=None, phone="13800000001")
    greet(user)
    message = OutboxMessage.objects.get()

    first = actions.deliver_message(message_id=message.pk)
    for _attempt in range(actions.MAX_ATTEMPTS):
        actions.deliver_message(message_id=message.pk)

    assert first.state == OutboxMessage.State.WAITING
    assert first.next_try_at > message.next_try_at
    message.refresh_from_db()
    assert (message.state, message.attempts) == (OutboxMessage.State.FAILED, actions.MAX_ATTEMPTS)


def test_a_queue_that_is_down_loses_nothing(message_template, django_capture_on_commit_callbacks):
    user = UserFactory(email="li@example.org", phone=None)
    task = Mock(OperationalError=ConnectionError)
    task.apply_async.side_effect = ConnectionError

    greet(user)
    actions._hint(task, message_id=OutboxMessage.objects.get().pk)

    assert OutboxMessage.objects.get().state == OutboxMessage.State.WAITING


def test_nobody_reads_the_message_of_another(client, message_template):
    mine, theirs = UserFactory(), UserFactory()
    greet(theirs)
    public_id = Notification.objects.get(user=theirs).public_id
    client.force_login(mine)

    statuses = [
        client.get(f"/inbox/{public_id}/").status_code,
        client.post(f"/inbox/{public_id}/read/").status_code,
        client.post(f"/inbox/{public_id}/delete/").status_code,
    ]

    assert statuses == [404, 404, 404]
    assert Notification.objects.get(user=theirs).read_at is None


def test_opening_a_message_marks_it_read_by_post_only(client, message_template):
    user = UserFactory()
    greet(user)
    notification = Notification.objects.get(user=user)
    client.force_login(user)

    client.get(f"/inbox/{notification.public_id}/")
    notification.refresh_from_db()
    before = notification.read_at
    client.post(f"/inbox/{notification.public_id}/read/")
    notification.refresh_from_db()

    assert before is None
    assert notification.read_at is not None


def test_the_inbox_costs_the_same_queries_whatever_it_holds(
    client, message_template, django_assert_max_num_queries
):
    user = UserFactory()
    for _number in range(15):
        greet(user)
    client.force_login(user)

    with django_assert_max_num_queries(12):
        answer = client.get("/inbox/")

    assert answer.status_code == 200


def test_the_simulated_outbox_exists_only_with_simulators(client, settings):
    settings.USE_SIMULATORS = False

    answer = client.get("/simulator/outbox/")

    assert answer.status_code == 404
