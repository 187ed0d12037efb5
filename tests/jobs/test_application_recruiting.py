"""The pages of the employer that receives applications."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from employment_portal.audit.models import AuditEntry
from jobs.applications.models import (
    Application,
    ApplicationNote,
    ContactView,
    Interview,
    MessageTemplate,
    Offer,
)
from tests.factories.applications import ApplicationFactory, InterviewFactory, OfferFactory
from tests.factories.jobs import PostingFactory
from tests.factories.organisations import MemberFactory, act_for
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db


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


def url(name, *args):
    return reverse(f"jobs:{name}", args=args)


def starts_at(days=2):
    return (timezone.localtime() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def interview_form(**values):
    return {
        "kind": "on_site",
        "starts_at": starts_at(),
        "minutes": "30",
        "place": "建设北路三段88号",
        "message": "{name}你好",
        **values,
    }


def test_a_person_without_an_organisation_may_not_come_in(client):
    client.force_login(PersonFactory().user)

    assert client.get(url("applicants")).status_code == 403


@pytest.mark.parametrize(
    "name",
    [
        "applicant",
        "applicant_shortlist",
        "applicant_reject",
        "applicant_invite",
        "applicant_offer",
        "applicant_print",
    ],
)
def test_another_employers_applicant_and_a_draft_are_not_found(acting, posting, name):
    foreign = ApplicationFactory()
    draft = ApplicationFactory(posting=posting, draft=True)

    assert acting.get(url(name, foreign.public_id)).status_code == 404
    assert acting.get(url(name, draft.public_id)).status_code == 404


@pytest.mark.parametrize("name", ["applicant_seen", "applicant_phone", "applicant_note", "withdraw_offer"])
def test_no_step_reaches_another_employers_applicant(acting, name):
    foreign = ApplicationFactory()

    assert acting.post(url(name, foreign.public_id), {"text": "x", "reason": "x"}).status_code == 404
    assert not ContactView.objects.exists()


def test_looking_at_an_applicant_moves_nothing_until_the_page_reports_it(acting, posting):
    application = ApplicationFactory(posting=posting)

    body = acting.get(url("applicant", application.public_id)).content.decode()

    application.refresh_from_db()
    assert application.status == "submitted"
    assert application.person.phone not in body
    acting.post(url("applicant_seen", application.public_id), headers={"HX-Request": "true"})
    application.refresh_from_db()
    assert application.status == "seen"


def test_the_number_is_shown_once_after_asking_and_never_by_reload(acting, posting):
    application = ApplicationFactory(posting=posting)

    shown = acting.post(url("applicant_phone", application.public_id))

    assert application.person.phone in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert (
        application.person.phone not in acting.get(url("applicant", application.public_id)).content.decode()
    )


def test_from_the_shortlist_to_the_offer(acting, posting):
    number = ApplicationFactory(posting=posting).public_id

    for name, data in (
        ("applicant_shortlist", {"message": "{name}你好", "keep": "on"}),
        ("applicant_invite", interview_form()),
        (
            "applicant_offer",
            {
                "pay": "5,600",
                "pay_unit": "month",
                "starts_on": timezone.localdate() + timedelta(days=10),
                "contract_months": "24",
                "answer_by": timezone.localdate() + timedelta(days=3),
                "message": "欢迎",
            },
        ),
    ):
        assert acting.get(url(name, number)).status_code == 200
        response = acting.post(url(name, number), data)
        assert response.status_code == 302, response.content.decode()
        assert acting.get(url("applicant", number)).status_code == 200

    assert Application.objects.get().status == "offered"
    assert Offer.objects.get().pay_fen == 560_000
    assert MessageTemplate.objects.get().text == "{name}你好"
    assert acting.post(url("withdraw_offer", number), {"reason": "预算变化"}).status_code == 302
    assert Application.objects.get().status == "shortlisted"


@pytest.mark.parametrize(
    "change", [{"starts_at": "2020-01-01T09:00"}, {"minutes": "1"}, {"place": ""}, {"starts_at": "nonsense"}]
)
def test_a_bad_invitation_is_answered_on_the_form(acting, posting, change):
    number = ApplicationFactory(posting=posting).public_id

    response = acting.post(url("applicant_invite", number), interview_form(**change))

    assert response.status_code == 422
    assert not Interview.objects.exists()


@pytest.mark.parametrize(
    "change", [{"pay": "-5"}, {"pay": "many"}, {"answer_by": "2099-01-01"}, {"starts_on": "2020-01-01"}]
)
def test_a_bad_offer_is_answered_on_the_form(acting, posting, change):
    number = ApplicationFactory(posting=posting, status="shortlisted").public_id
    data = {
        "pay": "5600",
        "pay_unit": "month",
        "starts_on": timezone.localdate() + timedelta(days=10),
        "answer_by": timezone.localdate() + timedelta(days=3),
        "message": "欢迎",
        **change,
    }

    assert acting.post(url("applicant_offer", number), data).status_code == 422


def test_turning_down_wants_a_reason(acting, posting):
    application = ApplicationFactory(posting=posting)

    assert acting.post(url("applicant_reject", application.public_id), {"message": "谢谢"}).status_code == 422
    acting.post(url("applicant_reject", application.public_id), {"message": "谢谢", "reason": "skills"})

    application.refresh_from_db()
    assert (application.status, application.reject_reason, application.reject_message) == (
        "rejected",
        "skills",
        "谢谢",
    )


def test_an_old_tab_reads_a_sentence_and_changes_nothing(acting, posting):
    application = ApplicationFactory(posting=posting, status="rejected")

    response = acting.post(url("applicant_shortlist", application.public_id), {"message": "好"}, follow=True)

    assert 'role="alert"' in response.content.decode()
    application.refresh_from_db()
    assert application.status == "rejected"


def test_an_interview_is_moved_cancelled_and_recorded(acting, posting):
    application = ApplicationFactory(posting=posting, status="interview")
    interview = InterviewFactory(application=application)
    numbers = (application.public_id, interview.public_id)

    assert acting.get(url("reschedule_interview", *numbers)).status_code == 200
    assert (
        acting.post(url("reschedule_interview", *numbers), interview_form(starts_at=starts_at(4))).status_code
        == 302
    )
    acting.post(url("interview_outcome", *numbers), {"outcome": "held"})
    interview.refresh_from_db()
    assert (interview.state, interview.sequence) == ("proposed", 1)
    acting.post(url("cancel_interview", *numbers), {"reason": ""})
    interview.refresh_from_db()
    assert interview.state == "proposed"
    acting.post(url("cancel_interview", *numbers), {"reason": "岗位冻结"})
    interview.refresh_from_db()
    assert interview.state == "cancelled"


def test_notes_stay_with_the_team(acting, posting, client):
    application = ApplicationFactory(posting=posting)

    assert acting.post(url("applicant_note", application.public_id), {"text": ""}).status_code == 422
    acting.post(url("applicant_note", application.public_id), {"text": "电话沟通过，可上夜班"})

    assert "可上夜班" in acting.get(url("applicant", application.public_id)).content.decode()
    assert ApplicationNote.objects.count() == 1
    client.force_login(application.person.user)
    assert "可上夜班" not in client.get(url("application", application.public_id)).content.decode()


def test_a_bulk_change_asks_with_its_message_then_reports(acting, posting):
    rows = [ApplicationFactory(posting=posting), ApplicationFactory(posting=posting, status="withdrawn")]
    ids = [row.public_id for row in rows]

    asked = acting.post(url("bulk_applicants"), {"step": "shortlist", "ids": ids})
    assert asked.status_code == 200
    assert 'name="message"' in asked.content.decode()
    assert Application.objects.filter(status="submitted").count() == 1
    done = acting.post(
        url("bulk_applicants"), {"step": "shortlist", "ids": ids, "confirmed": "1", "message": "{name}你好"}
    )

    assert done.status_code == 200
    assert rows[1].resume["name"] in done.content.decode()
    assert Application.objects.filter(status="shortlisted").count() == 1


@pytest.mark.parametrize("data", [{}, {"step": "shortlist"}, {"step": "hire", "ids": ["x"]}])
def test_a_bulk_change_without_rows_or_with_a_strange_step_changes_nothing(acting, data):
    assert acting.post(url("bulk_applicants"), data).status_code == 302


def test_a_bulk_change_never_leads_to_another_site(acting):
    response = acting.post(url("bulk_applicants"), {"next": "https://evil.example/"})

    assert response["Location"] == url("applicants")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_audited_and_holds_no_phone_and_no_formula(acting, posting, kind):
    person = PersonFactory(name="=cmd|calc")
    application = ApplicationFactory(posting=posting, person=person)

    response = acting.post(url("export_applicants"), {"format": kind, "tab": "submitted"})

    if kind == "csv":
        text = response.content.decode("utf-8-sig")
    else:
        cells = [cell.value for row in load_workbook(io.BytesIO(response.content)).active for cell in row]
        text = "\n".join(str(cell) for cell in cells)
    assert application.public_id in text
    assert "'=cmd|calc" in text
    assert person.phone not in text
    assert AuditEntry.objects.get(action="application.export").detail == {"rows": 1, "format": kind}


@pytest.mark.parametrize(
    "tab", ["all", "submitted", "seen", "shortlisted", "interview", "offered", "hired", "ended", "x"]
)
def test_the_lists_open_with_every_tab_filter_and_order(acting, posting, tab):
    ApplicationFactory(posting=posting)
    OfferFactory(application=ApplicationFactory(posting=posting, status="offered"))

    for order in ("name", "-submitted", "status", "nonsense"):
        assert acting.get(url("applicants"), {"tab": tab, "sort": order, "q": "陈"}).status_code == 200
    assert acting.get(url("pipeline", posting.public_id), {"tab": tab}).status_code == 200


def test_the_pipeline_of_another_employer_is_not_found(acting):
    assert acting.get(url("pipeline", PostingFactory().public_id)).status_code == 404


def test_the_list_takes_the_same_queries_for_one_row_and_for_many(
    acting, posting, django_assert_max_num_queries
):
    ApplicationFactory(posting=posting)
    acting.get(url("applicants"))
    with django_assert_max_num_queries(40) as one:
        acting.get(url("applicants"))
    for _ in range(12):
        InterviewFactory(application=ApplicationFactory(posting=posting, status="interview"))

    with django_assert_max_num_queries(40) as many:
        acting.get(url("applicants"))

    assert len(many) == len(one)


def test_the_list_shows_the_name_that_was_sent(acting, posting):
    application = ApplicationFactory(posting=posting)
    application.person.name = "改名之后"
    application.person.save()

    body = acting.get(url("applicants")).content.decode()

    assert application.resume["name"] in body
    assert "改名之后" not in body


def test_the_paper_version_has_no_phone_number(acting, posting):
    application = ApplicationFactory(posting=posting)

    assert (
        application.person.phone
        not in acting.get(url("applicant_print", application.public_id)).content.decode()
    )
