"""My data: consents, looks, export, correction, deletion or restriction, and service at the counter."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.enums import StaffRole
from employment_portal.audit.models import AuditEntry
from employment_portal.notifications.actions import notify
from employment_portal.notifications.models import Notification, OutboxMessage
from employment_portal.people.consent import counter, requests
from employment_portal.people.consent.exports import collected
from employment_portal.people.consent.queries import looks_at
from employment_portal.people.enums import DataRequestKind
from employment_portal.people.middleware import SESSION_KEY
from employment_portal.people.models import AssistedSession, Consent, DataRequest, Person, Resume
from employment_portal.people.records.actions import reveal_number
from employment_portal.people.records.corrections import request_correction
from employment_portal.people.records.registration import NotYourCase
from employment_portal.workflow.models import WorkItem
from jobs.applications.models import Application
from jobs.applications.permissions import is_applicant
from jobs.seeking.models import SavedJob, SavedSearch
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.applications import ApplicationFactory
from tests.factories.jobs import PostingFactory
from tests.factories.papers import pdf
from tests.factories.people import PersonFactory, ResumeFactory, SpellFactory
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
SINCE = date(2026, 1, 1)


def officer(role=StaffRole.DISTRICT_OFFICER, code="510108"):
    return UserFactory(**{role.value: True}, region=RegionFactory(code=code), starts_on=SINCE)


def ask(person, kind=DataRequestKind.DELETE, text="", evidence=None):
    return requests.request_data(
        person_id=person.pk, kind=kind, text=text, evidence=evidence, by=person.user, today=TODAY
    )


def answer(request, by, grant=True, text="已办理"):
    return requests.answer_request(request_id=request.pk, grant=grant, answer=text, by=by)


def test_the_person_sees_who_looked_and_why(client):
    person = PersonFactory(with_number=True)
    by = officer()
    reveal_number(person_id=person.pk, reason="核对社保", by=by)
    sign_in(client, person.user)

    page = client.get(reverse("people:data_requests")).content.decode()

    assert "核对社保" in page
    assert looks_at(person)[0]["who"].startswith("成华区就业服务中心")


def test_revealing_a_number_needs_a_reason_and_a_post(client):
    person = PersonFactory(with_number=True)
    address = reverse("people:staff_reveal", args=[person.public_id])
    sign_in(client, officer(StaffRole.STREET_CLERK))

    without = client.post(address, {"reason": " "})
    shown = client.post(address, {"reason": "核对"})

    assert without.status_code == 302
    assert person.id_number in shown.content.decode()
    assert AuditEntry.objects.filter(action="people.reveal_number").count() == 1
    assert client.get(address).status_code == 405


def test_a_deletion_becomes_a_restriction_where_the_law_requires_keeping(client):
    person = PersonFactory(with_number=True)
    SpellFactory(person=person)
    request = ask(person)

    answer(request, officer())

    request.refresh_from_db()
    person.refresh_from_db()
    sign_in(client, person.user)
    assert request.state == DataRequest.State.PARTLY
    assert person.restricted_at is not None
    assert client.get(reverse("people:resume")).url == reverse("people:restricted")
    assert Notification.objects.filter(user=person.user, kind="data_request_answered").exists()

    requests.lift_restriction(
        person_id=person.pk, reason="本人到窗口要求恢复", by=officer(StaffRole.CITY_OFFICER)
    )

    person.refresh_from_db()
    assert person.restricted_at is None


def test_without_such_data_nothing_is_left_that_leads_to_the_person():
    person = PersonFactory(with_number=True)
    ResumeFactory(person=person)
    user = person.user
    name = person.name

    answer(ask(person), officer())

    person.refresh_from_db()
    user.refresh_from_db()
    assert (person.id_number, person.id_number_hash, person.phone, person.user) == ("", None, "", None)
    assert person.name != name
    assert person.anonymised_at is not None
    assert not Resume.objects.exists()
    assert (user.is_active, user.phone, user.display_name) == (False, None, "")


def test_nothing_is_left_in_records_that_were_merged_into_the_deleted_one():
    survivor = PersonFactory(with_number=True)
    near = PersonFactory(user=None, merged_into=survivor, name="陈小芳")
    far = PersonFactory(user=None, merged_into=near, name="陈小方")

    answer(ask(survivor), officer())

    for record in Person.objects.filter(pk__in=[near.pk, far.pk]):
        assert (record.phone, record.birth_date, record.residence_region) == ("", None, None)
        assert record.name not in {"陈小芳", "陈小方"}
        assert record.anonymised_at is not None


def test_signed_consents_corrections_and_messages_go_with_a_deletion(django_capture_on_commit_callbacks):
    person, clerk = PersonFactory(with_number=True), officer(StaffRole.STREET_CLERK)
    user = person.user
    sitting = start(person, clerk, method="signature", form=pdf("授权书.pdf"))
    form = sitting.consent_form
    counter.end_sitting(sitting_id=sitting.pk, by=clerk, now=timezone.now())
    asked = request_correction(
        person_id=person.pk, name="陈小芳", number=None, document="resident", reason="同音字", by=clerk,
        today=timezone.localdate(),
    )  # fmt: skip
    notify(kind="sitting_ended", to=user, context={"sitting": sitting, "acts": []}, path="/me/data/")
    OutboxMessage.objects.filter(address=user.phone).update(state="sent", sent_at=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        answer(ask(person), officer())

    asked.refresh_from_db()
    assert not AssistedSession.objects.exists()
    assert not form.storage.exists(form.name)
    assert "陈小芳" not in str(asked.payload)
    assert not Notification.objects.filter(user=user).exists()
    assert not OutboxMessage.objects.filter(address=user.phone, state="sent").exists()


def test_a_draft_that_was_never_sent_keeps_nobody_from_a_deletion():
    person = PersonFactory(with_number=True)
    ApplicationFactory(person=person, draft=True)

    answer(ask(person), officer())

    person.refresh_from_db()
    assert person.anonymised_at is not None
    assert not Application.objects.exists()


def test_the_export_holds_saved_jobs_and_searches_and_the_inbox():
    person = PersonFactory()
    posting = PostingFactory()
    SavedJob.objects.create(user=person.user, posting=posting, saved_at=timezone.now())
    SavedSearch.objects.create(user=person.user, name="护理", query="q=护理", created_at=timezone.now())
    SavedSearch.objects.create(email="a@example.org", name="别人", query="q=1", created_at=timezone.now())
    Notification.objects.create(
        user=person.user, kind="spell_recorded", subject="已登记", body="就业", dedupe_key="1",
        created_at=timezone.now(),
    )  # fmt: skip

    data = collected(person)

    assert [row["posting"] for row in data["saved_jobs"]] == [str(posting)]
    assert [row["query"] for row in data["saved_searches"]] == ["q=护理"]
    assert [row["subject"] for row in data["inbox"]] == ["已登记"]
    assert collected(PersonFactory(user=None))["saved_searches"] == []


def test_a_request_is_answered_in_fifteen_working_days_by_an_officer_of_the_region():
    person = PersonFactory()
    request = ask(person, DataRequestKind.CORRECT, "姓名写错", pdf())
    item = WorkItem.objects.get(kind=requests.WORK_KIND)

    assert item.due_on == request.due_on == date(2026, 12, 11)
    with pytest.raises(requests.AlreadyOpen):
        ask(person, DataRequestKind.CORRECT, "再来一次")
    with pytest.raises(requests.NotYourRequest):
        answer(request, officer(code="500103"))
    with pytest.raises(requests.NotYourRequest):
        answer(request, officer(StaffRole.STREET_CLERK))
    with pytest.raises(requests.AnswerNeeded):
        answer(request, officer(), text=" ")
    answer(request, officer(), grant=False)
    with pytest.raises(requests.AlreadyAnswered):
        answer(request, officer())


def test_consents_are_given_and_withdrawn_and_kept(client):
    person = PersonFactory()
    sign_in(client, person.user)
    address = reverse("people:data_consent", args=["real_name"])

    client.post(address, {"give": "1"})
    client.post(address, {"give": "1"})
    client.post(address, {"give": "0"})

    consent = Consent.objects.get(person=person)
    assert consent.withdrawn_at is not None
    same = {"person": person, "purpose": "real_name", "text_version": "1", "given_through": "online"}
    Consent.objects.create(given_at=timezone.now(), **same)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(given_at=timezone.now(), **same)


def start(person, clerk, **more):
    fields = {"purpose": "投递", "method": "code", "form": None, "by": clerk, "now": timezone.now()} | more
    return counter.start_sitting(person_id=person.pk, **fields)


def test_a_sitting_needs_the_code_of_the_person(client):
    person = PersonFactory()
    clerk = officer(StaffRole.STREET_CLERK)
    sign_in(client, clerk)
    client.post(
        reverse("people:sitting_new", args=[person.public_id]), {"purpose": "投递岗位", "method": "code"}
    )
    message = OutboxMessage.objects.get(kind="sitting_code")
    code = next(
        part for part in message.body.replace("，", " ").replace("验证码", " ").split() if part.isdigit()
    )
    address = reverse("people:sitting_code", args=[person.public_id])

    wrong = client.post(address, {"code": "000000" if code != "000000" else "111111"})
    right = client.post(address, {"code": code})

    assert message.address == person.phone
    assert wrong.status_code == 422
    assert right.url == reverse("people:record")
    assert client.session[SESSION_KEY] == AssistedSession.objects.get().public_id


def test_guessing_the_code_ends_after_five_tries(client):
    person = PersonFactory()
    sign_in(client, officer(StaffRole.STREET_CLERK))
    client.post(
        reverse("people:sitting_new", args=[person.public_id]), {"purpose": "投递岗位", "method": "code"}
    )
    address = reverse("people:sitting_code", args=[person.public_id])

    answers = [client.post(address, {"code": "x"}).status_code for _try in range(counter.CODE_TRIES)]

    assert answers[0] == 422
    assert answers[-1] == 302 or client.post(address, {"code": "1"}).status_code == 302


def test_what_is_done_in_a_sitting_is_the_clerks_and_told_to_the_person(client):
    person = PersonFactory()
    clerk = officer(StaffRole.STREET_CLERK)
    sitting = start(person, clerk)
    sign_in(client, clerk)
    session = client.session
    session[SESSION_KEY] = sitting.public_id
    session.save()

    client.post(reverse("people:resume_row_new", args=["skills"]), {"name": "护理"})
    client.post(reverse("people:sitting_end"))

    entry = AuditEntry.objects.get(action="people.edit_resume")
    message = Notification.objects.get(user=person.user, kind="sitting_ended")
    assert (entry.actor, entry.subject_id) == (clerk, person.public_id)
    assert "修改简历" in message.body
    assert client.get(reverse("people:record")).status_code == 302


def test_a_sitting_ends_at_once_when_its_consent_is_withdrawn(client):
    person, clerk = PersonFactory(), officer(StaffRole.STREET_CLERK)
    sitting = start(person, clerk)
    application = ApplicationFactory(person=person, draft=True)
    sign_in(client, clerk)
    session = client.session
    session[SESSION_KEY] = sitting.public_id
    session.save()
    assert is_applicant(clerk, application)

    requests.withdraw(person_id=person.pk, purpose="assisted", by=person.user, today=timezone.localdate())

    sitting.refresh_from_db()
    assert sitting.ended_at is not None
    assert not is_applicant(clerk, application)
    assert client.get(reverse("people:resume")).status_code != 200
    assert Notification.objects.filter(user=person.user, kind="sitting_ended").exists()


def test_a_sitting_ends_by_itself_after_half_an_hour():
    person = PersonFactory()
    clerk = officer(StaffRole.STREET_CLERK)
    sitting = start(person, clerk)

    with pytest.raises(counter.SittingRuns):
        start(PersonFactory(), clerk)
    counter.close_expired(now=sitting.expires_at + timedelta(seconds=1))

    sitting.refresh_from_db()
    assert sitting.ended_at == sitting.expires_at
    start(PersonFactory(), clerk)


def test_nobody_sits_for_themselves_or_outside_their_region_or_without_the_form():
    clerk = officer(StaffRole.STREET_CLERK)

    with pytest.raises(NotYourCase):
        start(PersonFactory(user=clerk), clerk)
    with pytest.raises(NotYourCase):
        start(PersonFactory(residence_region=RegionFactory(code="500103")), clerk)
    with pytest.raises(counter.FormNeeded):
        start(PersonFactory(), clerk, method="signature")
    assert (
        start(PersonFactory(), clerk, method="signature", form=pdf("授权书.pdf")).consent_form_name
        == "授权书.pdf"
    )
