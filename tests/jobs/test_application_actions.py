from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from employment_portal.audit.models import AuditEntry
from employment_portal.notifications.models import Notification, OutboxMessage
from employment_portal.people.models import BlockedEmployer, Resume
from employment_portal.workflow.engine import TransitionNotAllowed
from jobs.applications import actions, queries
from jobs.applications.actions import CannotApply, NoPhone, NotReady
from jobs.applications.models import Answer, Application, ContactView, MessageTemplate
from tests.factories.applications import (
    ApplicationFactory,
    InterviewFactory,
    OfferFactory,
    person_with_resume,
)
from tests.factories.jobs import PostingFactory, PostingQuestionFactory
from tests.factories.organisations import MemberFactory
from tests.factories.people import PersonFactory
from tests.jobs.test_application_uploads import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MemberFactory()


@pytest.fixture
def posting(member):
    return PostingFactory(employer=member.organisation)


@pytest.fixture
def person():
    return person_with_resume()


def start(person, posting):
    return actions.start_application(
        person_id=person.pk, posting_id=posting.pk, by=person.user, today=timezone.localdate()
    )


def submit(application):
    return actions.submit_application(
        application_id=application.pk, by=application.person.user, today=timezone.localdate()
    )


def ready(person, posting):
    application = start(person, posting)
    return actions.save_resume_choice(application_id=application.pk, kind="online", file=None, by=person.user)


def received(member, **values):
    return ApplicationFactory(posting=PostingFactory(employer=member.organisation), **values)


def test_starting_twice_gives_the_same_draft(person, posting):
    first = start(person, posting)

    assert start(person, posting) == first
    assert Application.objects.count() == 1


def test_a_draft_without_a_resume_is_not_sent(person, posting):
    application = start(person, posting)

    with pytest.raises(NotReady) as refusal:
        submit(application)

    assert "résumé" in str(refusal.value) or "简历" in str(refusal.value)


def test_what_was_sent_does_not_change_with_the_resume(person, posting):
    application = submit(ready(person, posting))

    Resume.objects.filter(person=person).update(headline="后来改的")
    application.refresh_from_db()

    assert application.resume["headline"] == "三年养老护理经验"
    assert application.resume["work"][0]["employer"] == "成都晚晴养老院"
    assert application.submitted_at is not None


def test_the_snapshot_holds_no_identity_number(person, posting):
    person.id_number = "510108199503121234"
    person.id_number_tail = "1234"
    person.save()

    application = submit(ready(person, posting))

    assert "510108199503121234" not in str(application.resume)


def test_sending_twice_sends_once(person, posting):
    application = ready(person, posting)

    submit(application)
    again = submit(application)

    assert again.status == "submitted"
    assert queries.timeline(again, for_applicant=True)[0].label == queries.STEP_LABELS["application.submit"]
    assert len(queries.timeline(again, for_applicant=True)) == 1
    assert Notification.objects.filter(user=person.user, kind="application_submitted").count() == 1


def test_both_sides_are_told_when_it_is_sent(person, posting, member):
    submit(ready(person, posting))

    assert Notification.objects.filter(user=person.user, kind="application_submitted").exists()
    assert Notification.objects.filter(user=member.user, kind="application_received").exists()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"status": "paused"}, "closed"),
        ({"headcount": 1, "filled": 1}, "full"),
    ],
)
def test_a_job_that_takes_nobody_says_so(person, posting, change, kind):
    for field, value in change.items():
        setattr(posting, field, value)
    posting.save()

    state = queries.apply_state(person, posting, today=timezone.localdate())

    assert (state.kind, bool(state.sentence)) == (kind, True)
    with pytest.raises(CannotApply):
        start(person, posting)


def test_the_day_after_the_last_day_it_is_closed(person, posting):
    tomorrow = posting.expires_on + timedelta(days=1)

    assert queries.apply_state(person, posting, today=posting.expires_on).kind == "apply"
    assert queries.apply_state(person, posting, today=tomorrow).kind == "closed"


def test_nobody_applies_to_their_own_employer(posting, member):
    person = PersonFactory(user=member.user)

    assert queries.apply_state(person, posting, today=timezone.localdate()).kind == "own"


def test_a_blocked_employer_receives_nothing(person, posting):
    BlockedEmployer.objects.create(resume=person.resume, organisation=posting.employer)

    assert queries.apply_state(person, posting, today=timezone.localdate()).kind == "blocked"


def test_an_employer_without_anybody_to_read_it_is_contacted_elsewhere(person):
    assert queries.apply_state(person, PostingFactory(), today=timezone.localdate()).kind == "external"


def test_restricted_data_is_not_sent(person, posting):
    person.restricted_at = timezone.now()
    person.save()

    assert queries.apply_state(person, posting, today=timezone.localdate()).kind == "restricted"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("submitted", "applied"),
        ("hired", "hired"),
        ("rejected", "rejected"),
        ("withdrawn", "apply"),
        ("expired", "apply"),
    ],
)
def test_the_apply_bar_follows_the_application(person, posting, status, kind):
    ApplicationFactory(person=person, posting=posting, status=status)

    assert queries.apply_state(person, posting, today=timezone.localdate()).kind == kind


def test_a_job_closed_meanwhile_cannot_be_applied_for_any_more(person, posting):
    application = ready(person, posting)
    posting.status = "paused"
    posting.save()

    with pytest.raises(CannotApply):
        submit(application)

    application.refresh_from_db()
    assert application.status == "draft"


def test_answers_come_from_the_last_application_and_wait_to_be_checked(person, member):
    old = PostingQuestionFactory(text="能否上夜班？")
    earlier = ApplicationFactory(person=person, posting=old.posting)
    Answer.objects.create(application=earlier, question=old, text="yes")
    posting = PostingFactory(employer=member.organisation)
    question = PostingQuestionFactory(posting=posting, text="能否上夜班？")
    PostingQuestionFactory(posting=posting, text="期望几号到岗？", required=False)

    application = ready(person, posting)

    answer = application.answers.get()
    assert (answer.text, answer.checked, answer.imported_from) == ("yes", False, earlier)
    with pytest.raises(NotReady):
        submit(application)
    actions.save_answers(
        application_id=application.pk, answers={question.pk: "yes"}, checked={question.pk}, by=person.user
    )
    assert submit(application).status == "submitted"


def test_a_changed_answer_counts_as_checked(person, posting):
    question = PostingQuestionFactory(posting=posting)
    application = start(person, posting)
    Answer.objects.create(application=application, question=question, text="yes", checked=False)

    actions.save_answers(
        application_id=application.pk, answers={question.pk: "no"}, checked=set(), by=person.user
    )

    assert application.answers.get().checked


def test_an_upload_gets_a_random_name_and_the_applicants_name_for_readers(person, posting):
    application = start(person, posting)

    actions.save_resume_choice(
        application_id=application.pk,
        kind="upload",
        file=SimpleUploadedFile("我的简历.exe", pdf()),
        by=person.user,
    )

    application.refresh_from_db()
    assert application.upload_name == "我的简历.pdf"
    assert "简历" not in application.upload.name
    assert application.upload.name.endswith(".pdf")


def test_a_withdrawn_application_takes_interview_and_offer_with_it(member):
    application = received(member, status="offered")
    interview = InterviewFactory(application=application)
    offer = OfferFactory(application=application)

    actions.withdraw_application(application_id=application.pk, reason="另有打算", by=application.person.user)

    interview.refresh_from_db()
    offer.refresh_from_db()
    assert (interview.state, offer.state) == ("cancelled", "declined")
    assert Notification.objects.filter(user=member.user, kind="application_withdrawn").exists()


def test_a_hired_person_cannot_withdraw(member):
    application = received(member, status="hired")

    with pytest.raises(TransitionNotAllowed):
        actions.withdraw_application(application_id=application.pk, by=application.person.user)


def test_opening_marks_as_seen_once(member):
    application = received(member)

    actions.mark_seen(application_id=application.pk, by=member.user)
    first = actions.mark_seen(application_id=application.pk, by=member.user)

    assert first.status == "seen"
    assert len(queries.timeline(first, for_applicant=True)) == 1


def test_a_second_member_with_an_old_page_reads_a_sentence(member):
    application = received(member)
    actions.reject(application_id=application.pk, reason="skills", message="谢谢", by=member.user)

    with pytest.raises(TransitionNotAllowed) as refusal:
        actions.shortlist(
            application_id=application.pk, message="", by=MemberFactory(organisation=member.organisation).user
        )

    assert str(refusal.value)


def test_the_message_of_a_step_carries_the_persons_name(member):
    application = received(member)

    actions.shortlist(application_id=application.pk, message="{name}：{job}", by=member.user)

    note = Notification.objects.get(user=application.person.user, kind="application_shortlisted")
    assert f"{application.person.name}：{application.posting.title}" in note.body


def test_a_rejection_needs_a_reason_by_the_database(member):
    from django.db import IntegrityError

    application = received(member)

    with pytest.raises(IntegrityError):
        actions.reject(application_id=application.pk, reason="", message="谢谢", by=member.user)


def test_the_phone_is_revealed_with_a_trace_that_the_person_sees(member):
    application = received(member)

    phone = actions.reveal_phone(application_id=application.pk, by=member.user)

    assert phone == application.person.phone
    assert ContactView.objects.get().by == member.user
    assert AuditEntry.objects.filter(
        action="application.reveal_phone", subject_id=application.public_id
    ).exists()


@pytest.mark.parametrize("change", [{"share_phone": False}, {"status": "rejected"}, {"status": "withdrawn"}])
def test_a_phone_not_shared_or_no_longer_needed_is_not_revealed(member, change):
    application = received(member, **change)

    with pytest.raises(NoPhone):
        actions.reveal_phone(application_id=application.pk, by=member.user)

    assert not ContactView.objects.exists()


def test_a_bulk_change_reports_each_row_and_leaves_moved_ones_alone(member):
    rows = [received(member), received(member, status="withdrawn"), received(member, status="seen")]
    foreign = ApplicationFactory()

    results = actions.bulk_move(
        organisation_id=member.organisation_id,
        public_ids=[row.public_id for row in rows] + [foreign.public_id],
        step="shortlist",
        message="",
        by=member.user,
    )

    assert [bool(result.problem) for result in results] == [False, True, False]
    assert [Application.objects.get(pk=row.pk).status for row in rows] == [
        "shortlisted",
        "withdrawn",
        "shortlisted",
    ]
    foreign.refresh_from_db()
    assert foreign.status == "submitted"


def test_an_employers_own_wording_is_kept_and_the_portals_takes_it_away(member):
    organisation = member.organisation
    actions.save_message_template(organisation_id=organisation.pk, step="shortlist", text="{name}你好")
    assert queries.message_templates(organisation)["shortlist"] == "{name}你好"

    actions.save_message_template(organisation_id=organisation.pk, step="shortlist", text="")

    assert not MessageTemplate.objects.exists()


def test_silence_after_the_end_of_a_posting_ends_the_application(member):
    ended = timezone.now() - timedelta(days=20)
    posting = PostingFactory(employer=member.organisation, expired=True, ended_at=ended)
    silent = ApplicationFactory(posting=posting, status="seen")
    planned = ApplicationFactory(posting=posting, status="interview")
    InterviewFactory(application=planned)
    offered = ApplicationFactory(posting=posting, status="offered")

    count = actions.expire_applications(today=timezone.localdate())

    assert count == 1
    assert [Application.objects.get(pk=row.pk).status for row in (silent, planned, offered)] == [
        "expired",
        "interview",
        "offered",
    ]
    assert actions.expire_applications(today=timezone.localdate()) == 0


def test_a_person_without_a_sign_in_is_told_by_the_mail_of_the_resume(member):
    person = PersonFactory(user=None)
    application = received(
        member, person=person, created_by=member.user, resume={"name": person.name, "email": "a@example.com"}
    )

    actions.shortlist(application_id=application.pk, message="你好", by=member.user)

    assert OutboxMessage.objects.get(channel="mail").address == "a@example.com"


def test_the_applicant_reads_the_employers_name_not_its_members(member):
    application = received(member)
    actions.mark_seen(application_id=application.pk, by=member.user)

    for_person = queries.timeline(application, for_applicant=True)[0]
    for_employer = queries.timeline(application, for_applicant=False)[0]

    assert for_person.by == member.organisation.name
    assert for_employer.by == str(member.user)
