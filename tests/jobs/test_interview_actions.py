from datetime import UTC, timedelta

import pytest
import time_machine
from django.utils import timezone
from icalendar import Calendar

from employment_portal.notifications.models import Notification, OutboxMessage
from employment_portal.workflow.engine import TransitionNotAllowed
from jobs.applications import actions
from jobs.applications.actions import InterviewInThePast
from jobs.applications.actions.interviewing import InterviewNotYet
from jobs.applications.calendar_files import calendar_file
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, InterviewFactory, person_with_resume
from tests.factories.jobs import PostingFactory
from tests.factories.organisations import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MemberFactory()


@pytest.fixture
def application(member):
    person = person_with_resume(user=UserFactory(with_email=True))
    return ApplicationFactory(posting=PostingFactory(employer=member.organisation), person=person)


def invite(application, member, **values):
    defaults = {
        "kind": "on_site",
        "starts_at": timezone.now() + timedelta(days=2),
        "minutes": 30,
        "place": "建设北路三段88号",
        "contact": "周敏",
        "message": "请带身份证。",
    }
    return actions.invite_to_interview(
        application_id=application.pk, by=member.user, **{**defaults, **values}
    )


def read(interview):
    text = calendar_file(interview, url="https://jobs.example.cn/applications/x/", now=timezone.now())
    calendar = Calendar.from_ical(text)
    return calendar, calendar.walk("VEVENT")[0]


def test_an_invitation_tells_the_person_with_a_calendar_file(application, member):
    interview = invite(application, member)

    application.refresh_from_db()
    assert application.status == "interview"
    assert Notification.objects.filter(user=application.person.user, kind="interview_invited").exists()
    mail = OutboxMessage.objects.get(channel="mail")
    calendar = Calendar.from_ical(mail.attachments[0]["text"])
    assert calendar["METHOD"] == "REQUEST"
    assert calendar.walk("VEVENT")[0]["UID"].startswith(f"interview-{interview.public_id}@")


def test_the_invitation_goes_out_as_text_message_too(member):
    application = ApplicationFactory(posting=PostingFactory(employer=member.organisation))

    invite(application, member)

    assert OutboxMessage.objects.filter(channel="sms", user=application.person.user).exists()


def test_the_same_invitation_sent_twice_is_one(application, member):
    starts_at = timezone.now() + timedelta(days=1)

    first = invite(application, member, starts_at=starts_at)

    assert invite(application, member, starts_at=starts_at) == first
    assert OutboxMessage.objects.filter(channel="mail").count() == 1


def test_a_second_interview_waits_for_the_first(application, member):
    invite(application, member)

    with pytest.raises(TransitionNotAllowed):
        invite(application, member, place="另一处")


def test_after_one_was_held_another_can_follow(application, member):
    interview = invite(application, member)
    with time_machine.travel(interview.starts_at + timedelta(hours=1), tick=False):
        actions.mark_held(interview_id=interview.pk, by=member.user)

        second = invite(application, member)

    assert second.pk != interview.pk


def test_nobody_is_invited_into_the_past(application, member):
    with pytest.raises(InterviewInThePast):
        invite(application, member, starts_at=timezone.now() - timedelta(minutes=1))


def test_the_outcome_is_not_recorded_before_the_beginning(application, member):
    interview = invite(application, member)

    with pytest.raises(InterviewNotYet):
        actions.mark_no_show(interview_id=interview.pk, by=member.user)


@pytest.mark.parametrize(
    ("answer", "state"), [("accept", "accepted"), ("decline", "declined"), ("ask_other_time", "other_time")]
)
def test_the_person_answers_and_the_employer_is_told(application, member, answer, state):
    interview = invite(application, member)

    answered = actions.answer_interview(
        interview_id=interview.pk, answer=answer, reply="周五下午可以", by=application.person.user
    )

    assert (answered.state, answered.reply) == (state, "周五下午可以")
    assert Notification.objects.filter(user=member.user, kind="interview_answered").count() == 1
    actions.answer_interview(interview_id=interview.pk, answer=answer, reply="", by=application.person.user)
    assert Notification.objects.filter(user=member.user, kind="interview_answered").count() == 1


def test_moving_an_interview_asks_anew_and_raises_the_sequence(application, member):
    interview = invite(application, member)
    actions.answer_interview(interview_id=interview.pk, answer="accept", reply="", by=application.person.user)

    moved = actions.reschedule_interview(
        interview_id=interview.pk,
        kind="phone",
        starts_at=interview.starts_at + timedelta(days=1),
        minutes=15,
        place="02884330000",
        contact="",
        message="改期",
        by=member.user,
    )

    assert (moved.state, moved.sequence, moved.answered_at) == ("proposed", 1, None)
    assert OutboxMessage.objects.filter(channel="mail", kind="interview_invited").count() == 2


def test_a_cancelled_interview_leaves_the_calendar(application, member):
    interview = invite(application, member)

    cancelled = actions.cancel_interview(interview_id=interview.pk, reason="岗位冻结", by=member.user)

    calendar, event = read(cancelled)
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)


def test_the_person_cannot_cancel_for_the_employer(application, member):
    interview = invite(application, member)

    with pytest.raises(TransitionNotAllowed):
        actions.cancel_interview(interview_id=interview.pk, reason="x", by=application.person.user)


def test_the_calendar_file_says_when_in_shanghai_and_is_whole():
    interview = InterviewFactory(minutes=45)

    calendar, event = read(interview)

    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert event.decoded("DTSTART").astimezone(UTC) == interview.starts_at.replace(microsecond=0)
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=45)
    assert str(event["LOCATION"]) == interview.place
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]


def test_a_new_line_in_a_message_cannot_add_properties_to_the_file():
    interview = InterviewFactory(message="好的\r\nATTENDEE:mailto:x@example.com")

    _calendar, event = read(interview)

    assert "ATTENDEE" not in event
