"""The pages of the person who applies, through the test client."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from employment_portal.people.consent.queries import looks_at
from employment_portal.people.enums import EmploymentStatus
from employment_portal.people.models import AssistedSession, StatusSpell
from employment_portal.people.records.spells import open_employment_spell
from jobs.applications.models import Answer, Application, ContactView
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.applications import (
    ApplicationFactory,
    InterviewFactory,
    OfferFactory,
    person_with_resume,
)
from tests.factories.jobs import PostingFactory, PostingQuestionFactory
from tests.factories.organisations import MemberFactory, act_for
from tests.factories.regions import AgencyFactory
from tests.jobs.test_application_uploads import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return person_with_resume()


@pytest.fixture
def posting():
    return PostingFactory(employer=MemberFactory().organisation)


@pytest.fixture
def signed_in(client, person):
    client.force_login(person.user)
    return client


def page(client, name, *args, status=200, **params):
    response = client.get(reverse(f"jobs:{name}", args=args), params)
    assert response.status_code == status
    return response


def post(client, name, *args, data=None, status=302, **kwargs):
    response = client.post(reverse(f"jobs:{name}", args=args), data or {}, **kwargs)
    assert response.status_code == status, response.content.decode()[:2000]
    return response


def test_a_visitor_signs_in_first_and_comes_back(client, posting):
    response = client.get(reverse("jobs:apply", args=[posting.public_id]))

    assert response.status_code == 302
    assert reverse("jobs:apply", args=[posting.public_id]) in response["Location"].replace("%2F", "/")


def test_whoever_has_no_record_is_sent_to_make_one(client, posting):
    client.force_login(UserFactory())

    page(client, "apply", posting.public_id)
    response = post(client, "apply", posting.public_id)

    assert not Application.objects.exists()
    assert response["Location"] != reverse("jobs:apply", args=[posting.public_id])


def test_looking_at_the_start_page_begins_nothing(signed_in, posting):
    page(signed_in, "apply", posting.public_id)

    assert not Application.objects.exists()


def test_from_start_to_confirmation(signed_in, posting, person):
    question = PostingQuestionFactory(posting=posting)
    post(signed_in, "apply", posting.public_id)
    application = Application.objects.get()
    number = application.public_id

    page(signed_in, "apply_tasks", number)
    page(signed_in, "apply_resume", number)
    post(signed_in, "apply_resume", number, data={"kind": "online"})
    page(signed_in, "apply_questions", number)
    post(signed_in, "apply_questions", number, data={f"question_{question.pk}": "yes"})
    page(signed_in, "apply_letter", number)
    post(signed_in, "apply_letter", number, data={"letter": "我能上夜班。", "share_phone": "on"})
    shown = page(signed_in, "apply_check", number).content.decode()
    assert "我能上夜班。" in shown
    assert person.phone not in shown
    post(signed_in, "apply_check", number, data={"agree": "on"})
    page(signed_in, "apply_sent", number)

    application.refresh_from_db()
    assert application.status == "submitted"
    assert page(signed_in, "application", number).status_code == 200
    post(signed_in, "apply_check", number, data={"agree": "on"})


def test_nothing_is_sent_without_agreement(signed_in, posting, person):
    application = ApplicationFactory(posting=posting, person=person, draft=True, resume_kind="online")

    post(signed_in, "apply_check", application.public_id, status=422)

    application.refresh_from_db()
    assert application.status == "draft"


def test_an_unfinished_draft_is_not_checked_but_finished_first(signed_in, posting, person):
    application = ApplicationFactory(posting=posting, person=person, draft=True)

    response = page(signed_in, "apply_check", application.public_id, status=302)

    assert response["Location"] == reverse("jobs:apply_tasks", args=[application.public_id])


def test_imported_answers_are_marked_and_must_be_ticked(signed_in, posting, person):
    question = PostingQuestionFactory(posting=posting)
    application = ApplicationFactory(posting=posting, person=person, draft=True)
    Answer.objects.create(application=application, question=question, text="yes", checked=False)
    number, field = application.public_id, f"question_{question.pk}"

    assert f'name="checked_{question.pk}"' in page(signed_in, "apply_questions", number).content.decode()
    post(signed_in, "apply_questions", number, data={field: "yes"}, status=422)
    post(signed_in, "apply_questions", number, data={field: "yes", f"checked_{question.pk}": "on"})

    assert application.answers.get().checked


def test_an_upload_is_kept_downloaded_as_attachment_and_deleted(signed_in, posting, person):
    application = ApplicationFactory(posting=posting, person=person, draft=True)
    number = application.public_id
    file = SimpleUploadedFile("简历.pdf", pdf(), content_type="application/pdf")

    post(signed_in, "apply_resume", number, data={"kind": "upload", "file": file})
    response = page(signed_in, "application_file", number)

    assert response["Content-Disposition"].startswith("attachment")
    assert "no-store" in response["Cache-Control"]
    assert b"".join(response.streaming_content).startswith(b"%PDF-")
    post(signed_in, "apply_remove_file", number)
    page(signed_in, "application_file", number, status=404)


@pytest.mark.parametrize("content", [b"MZ" + b"\0" * 90, b"", b"%PDF-1.4 broken"])
def test_a_bad_file_is_answered_with_a_sentence(signed_in, posting, person, content):
    application = ApplicationFactory(posting=posting, person=person, draft=True)
    file = SimpleUploadedFile("resume.pdf", content, content_type="application/pdf")

    response = post(
        signed_in, "apply_resume", application.public_id, data={"kind": "upload", "file": file}, status=422
    )

    assert "field__error" in response.content.decode()


def test_somebody_elses_application_and_file_are_not_found(client, person, posting):
    application = ApplicationFactory(person=person, posting=posting)
    client.force_login(person_with_resume().user)

    for name in ("application", "apply_tasks", "apply_resume", "apply_sent", "offer", "application_file"):
        page(client, name, application.public_id, status=404)
    for name in ("withdraw_application", "decline_offer", "apply_remove_file"):
        post(client, name, application.public_id, status=404)


def test_the_employer_that_received_a_file_may_download_it_and_no_other(client, person, posting):
    application = ApplicationFactory(person=person, posting=posting, resume_kind="upload")
    application.upload.save("a.pdf", SimpleUploadedFile("a.pdf", pdf()))
    Application.objects.filter(pk=application.pk).update(upload_name="简历.pdf")
    member = posting.employer.members.get()

    act_for(client, MemberFactory())
    page(client, "application_file", application.public_id, status=404)
    act_for(client, member)
    page(client, "application_file", application.public_id)


def test_a_downloaded_file_counts_as_a_look_that_the_person_sees(client, person, posting):
    application = ApplicationFactory(
        person=person, posting=posting, resume_kind="upload", share_phone=False, upload_name="简历.pdf"
    )
    application.upload.save("a.pdf", SimpleUploadedFile("a.pdf", pdf()))
    member = posting.employer.members.get()
    act_for(client, member)
    page(client, "application_file", application.public_id)

    sign_in(client, person.user)
    panel = page(client, "application", application.public_id).content.decode()

    assert f"{member.user} 下载了简历文件" in panel
    assert "其中的手机号码也会一并可见" in panel
    assert [look["label"] for look in looks_at(person)] == ["用人单位下载简历文件"]


def test_no_file_is_downloaded_for_a_suspended_employer(client, person, posting):
    application = ApplicationFactory(person=person, posting=posting, resume_kind="upload")
    application.upload.save("a.pdf", SimpleUploadedFile("a.pdf", pdf()))
    posting.employer.status = "suspended"
    posting.employer.save()
    act_for(client, posting.employer.members.get())

    page(client, "application_file", application.public_id, status=302)

    assert not ContactView.objects.exists()


def test_a_draft_is_withdrawn_from_the_list(signed_in, person, posting):
    application = ApplicationFactory(person=person, posting=posting, draft=True)

    post(signed_in, "withdraw_application", application.public_id)

    application.refresh_from_db()
    assert application.status == "withdrawn"


@pytest.mark.parametrize("tab", ["all", "draft", "open", "interview", "offered", "ended", "nonsense"])
def test_the_list_shows_each_tab_and_searches(signed_in, person, posting, tab):
    for status in ("submitted", "interview", "rejected"):
        ApplicationFactory(person=person, status=status)

    page(signed_in, "my_applications", tab=tab, q="养老", page="99")


def test_the_list_takes_the_same_queries_for_one_row_and_for_many(
    signed_in, person, django_assert_max_num_queries
):
    ApplicationFactory(person=person)
    page(signed_in, "my_applications")
    with django_assert_max_num_queries(40) as one:
        page(signed_in, "my_applications")
    for _ in range(12):
        ApplicationFactory(person=person)

    with django_assert_max_num_queries(40) as many:
        page(signed_in, "my_applications")

    assert len(many) == len(one)


def test_the_person_sees_who_saw_their_number(signed_in, person, posting):
    application = ApplicationFactory(person=person, posting=posting)
    viewer = UserFactory(display_name="周敏")
    ContactView.objects.create(application=application, by=viewer, at=timezone.now())

    assert "周敏" in page(signed_in, "application", application.public_id).content.decode()


def test_an_interview_is_answered_and_put_into_the_calendar(signed_in, person, posting):
    application = ApplicationFactory(person=person, posting=posting, status="interview")
    interview = InterviewFactory(application=application)
    numbers = (application.public_id, interview.public_id)

    page(signed_in, "application", application.public_id)
    post(signed_in, "answer_interview", *numbers, data={"answer": "ask_other_time"}, status=422)
    post(signed_in, "answer_interview", *numbers, data={"answer": "accept"})
    response = page(signed_in, "interview_calendar", *numbers)

    interview.refresh_from_db()
    assert interview.state == "accepted"
    assert response["Content-Type"].startswith("text/calendar")
    assert Calendar.from_ical(response.content)["METHOD"] == "REQUEST"


def test_an_offer_is_read_and_accepted(signed_in, person, posting):
    offer = OfferFactory(application=ApplicationFactory(person=person, posting=posting, status="offered"))
    number = offer.application.public_id

    page(signed_in, "offer", number)
    assert not StatusSpell.objects.exists()
    post(signed_in, "offer", number)

    assert StatusSpell.objects.get(person=person).status == EmploymentStatus.EMPLOYED
    page(signed_in, "offer", number)
    page(signed_in, "application", number)


def test_another_employment_is_asked_about_before_it_ends(signed_in, person, posting):
    offer = OfferFactory(application=ApplicationFactory(person=person, posting=posting, status="offered"))
    open_employment_spell(
        person_id=person.pk,
        starts_on=timezone.localdate() - timedelta(days=30),
        employer_name="旧单位",
        source="test",
        source_id="1",
        by=None,
    )

    response = post(signed_in, "offer", offer.application.public_id, status=422)
    assert "旧单位" in response.content.decode()
    post(signed_in, "offer", offer.application.public_id, data={"end_earlier": "on"})

    offer.refresh_from_db()
    assert offer.state == "accepted"


def test_declining_wants_a_reason(signed_in, person, posting):
    offer = OfferFactory(application=ApplicationFactory(person=person, posting=posting, status="offered"))

    post(signed_in, "decline_offer", offer.application.public_id)
    offer.refresh_from_db()
    assert offer.state == "open"
    post(signed_in, "decline_offer", offer.application.public_id, data={"reason": "离家太远"})

    offer.refresh_from_db()
    assert (offer.state, offer.decline_reason) == ("declined", "离家太远")


@pytest.mark.parametrize(
    "status", ["submitted", "seen", "shortlisted", "hired", "rejected", "withdrawn", "expired"]
)
def test_the_page_of_an_application_opens_in_every_state(signed_in, person, posting, status):
    application = ApplicationFactory(person=person, posting=posting, status=status)

    page(signed_in, "application", application.public_id)
    page(signed_in, "apply", posting.public_id)


def test_counter_staff_apply_for_the_person_in_front_of_them(client, person, posting):
    clerk = UserFactory(street_clerk=True, agency=AgencyFactory())
    sitting = AssistedSession.objects.create(
        person=person,
        clerk=clerk,
        agency=AgencyFactory(),
        purpose="投递简历",
        consent_method="code",
        started_at=timezone.now(),
        expires_at=timezone.now() + timedelta(hours=1),
    )
    client.force_login(clerk)
    session = client.session
    session["assisted_session"] = sitting.public_id
    session.save()

    post(client, "apply", posting.public_id)

    application = Application.objects.get()
    assert (application.person, application.created_by) == (person, clerk)


@pytest.mark.parametrize(
    "name",
    ["withdraw_application", "decline_offer", "apply_remove_file", "bulk_applicants", "export_applicants"],
)
def test_a_get_changes_nothing(signed_in, person, posting, name):
    application = ApplicationFactory(person=person, posting=posting)
    args = [] if name.endswith("applicants") else [application.public_id]

    assert signed_in.get(reverse(f"jobs:{name}", args=args)).status_code in {403, 405}


def test_the_person_is_warned_of_a_job_that_was_taken_down(signed_in, person, posting):
    application = ApplicationFactory(person=person, posting=posting)
    posting.status = "rejected"
    posting.ended_at = timezone.now()
    posting.save()

    body = page(signed_in, "application", application.public_id).content.decode()

    assert 'role="alert"' in body
    assert posting.get_absolute_url() not in body
