"""Pages of employers and reviewing officers, without a browser."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jobs.postings import actions
from jobs.postings.enums import PostingStatus
from jobs.postings.models import Posting
from tests.factories.jobs import (
    OccupationFactory,
    PostingFactory,
    PostingQuestionFactory,
    PostingTemplateFactory,
)
from tests.factories.organisations import MemberFactory
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db
STATES = [state.value for state in PostingStatus]


def posting_of(member, state="live", **values):
    return PostingFactory(
        employer=member.organisation, **({} if state == "live" else {state: True}), **values
    )


def url(name, posting, *more):
    return reverse(f"jobs:{name}", args=[posting.public_id, *more])


@pytest.mark.parametrize("state", STATES)
def test_the_page_of_a_posting_opens_in_every_state(employer, member, state):
    posting = posting_of(member, state)

    response = employer.get(url("manage_posting", posting))

    assert response.status_code == 200
    assert posting.title in response.content.decode()


@pytest.mark.parametrize(
    "tab", ["live", "scheduled", "review", "returned", "draft", "awaiting", "closed", "nonsense"]
)
@pytest.mark.parametrize("sort", ["", "title", "-views", "expires", "'"])
def test_every_tab_opens_in_every_order(employer, member, tab, sort):
    for state in STATES:
        posting_of(member, state)

    response = employer.get(reverse("jobs:postings"), {"tab": tab, "sort": sort, "q": "护理"})

    assert response.status_code == 200


@pytest.mark.parametrize("tab", ["live", "awaiting", "draft"])
def test_the_list_asks_the_database_as_often_for_twenty_rows_as_for_two(
    employer, member, tab, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    state = {"live": "live", "awaiting": "expired", "draft": "draft"}[tab]
    for _number in range(2):
        posting_of(member, state)
    employer.get(reverse("jobs:postings"), {"tab": tab})
    with CaptureQueriesContext(
        connection,
    ) as few:
        employer.get(reverse("jobs:postings"), {"tab": tab})
    for _number in range(15):
        posting_of(member, state)

    with django_assert_num_queries(len(few)):
        employer.get(reverse("jobs:postings"), {"tab": tab})


def test_the_queue_asks_the_database_as_often_for_many_rows_as_for_two(officer):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    submit_some(2)
    officer.get(reverse("jobs:review_queue"))
    with CaptureQueriesContext(connection) as few:
        officer.get(reverse("jobs:review_queue"))
    submit_some(10)

    with CaptureQueriesContext(connection) as many:
        officer.get(reverse("jobs:review_queue"))

    # A table that is kept for minutes (the calendar) may be read anew meanwhile: one query, not one a row.
    assert len(many) <= len(few) + 1


def submit_some(number, **values):
    postings = []
    for _number in range(number):
        member = MemberFactory()
        posting = posting_of(member, "draft", **values)
        actions.submit_posting(posting_id=posting.pk, by=member.user, now=timezone.now(), confirmed=True)
        postings.append(posting)
    return postings


def test_a_draft_is_written_step_by_step_and_submitted(employer, member):
    occupation, region = OccupationFactory(), RegionFactory()
    started = employer.post(reverse("jobs:new_posting"))
    posting = Posting.objects.get()
    assert started.url == url("edit_posting", posting, "job")
    last_day = (timezone.localdate() + timedelta(days=30)).isoformat()
    steps = {
        "job": {
            "title": "养老护理员",
            "occupation": occupation.name,
            "occupation_code": occupation.code,
            "employment_type": "full_time",
            "keywords": "护理，夜班",
        },
        "people": {"region": region.code, "headcount": "3", "education": "0", "experience_months": "12"},
        "pay": {"pay_unit": "month", "pay_min_fen": "4800", "pay_max_fen": "0.65万", "pay_months": "13"},
        "terms": {
            "contract_type": "fixed",
            "contract_months": "24",
            "trial_months": "1",
            "insurances": ["pension"],
        },
        "text": {
            "description": "照护老人",
            "requirements": "有耐心",
            "expires_on": last_day,
            "question_1_text": "能否上夜班？",
            "question_1_kind": "yes_no",
            "question_1_required": "on",
        },
    }

    for step, values in steps.items():
        response = employer.post(url("edit_posting", posting, step), values)
        assert response.status_code == 302, response.content.decode()
    preview = employer.get(response.url)
    submitted = employer.post(url("submit_posting", posting))

    assert preview.status_code == 200
    assert submitted.url == url("manage_posting", posting)
    posting.refresh_from_db()
    assert posting.status == "submitted"
    assert (posting.pay_min_fen, posting.pay_max_fen, posting.pay_months) == (480_000, 650_000, 13)
    assert posting.keywords == ["护理", "夜班"]
    assert posting.questions.get().kind == "yes_no"


def test_a_step_that_misses_something_keeps_the_rest(employer, member):
    posting = posting_of(member, "draft", empty=True)

    response = employer.post(
        url("edit_posting", posting, "pay"), {"pay_unit": "month", "pay_min_fen": "很多"}
    )

    posting.refresh_from_db()
    assert response.status_code == 422
    assert posting.pay_unit == "month"


def test_finishing_later_keeps_an_incomplete_step(employer, member):
    posting = posting_of(member, "draft", empty=True)

    response = employer.post(url("edit_posting", posting, "job"), {"title": "护工", "later": "1"})

    posting.refresh_from_db()
    assert response.status_code == 302
    assert posting.title == "护工"


def test_one_end_of_the_pay_that_contradicts_the_other_is_not_an_error_of_the_server(employer, member):
    posting = posting_of(member, "draft")

    response = employer.post(
        url("edit_posting", posting, "pay"),
        {"pay_unit": "month", "pay_min_fen": "99999", "pay_max_fen": "x", "pay_months": "12"},
    )

    assert response.status_code == 422


def test_autosave_keeps_what_is_there_and_marks_the_words(employer, member):
    posting = posting_of(member, "draft")

    response = employer.post(
        reverse("jobs:autosave_posting", args=[posting.public_id, "text"]),
        {
            "description": "照护老人",
            "requirements": "仅限男性，有耐心",
            "publish_on": "",
            "expires_on": "not a day",
        },
        headers={"HX-Request": "true"},
    )

    page = response.content.decode()
    posting.refresh_from_db()
    assert response.status_code == 200
    assert '<mark class="mark mark--bad"' in page
    assert "第四十三条" in page
    assert posting.requirements == "仅限男性，有耐心"
    assert posting.expires_on is not None


def test_two_windows_keep_both_versions(employer, member):
    posting = posting_of(member, "draft")
    seen = actions.version_of(posting)
    base = {"employment_type": "full_time", "occupation": posting.occupation.name, "seen": seen}
    employer.post(url("edit_posting", posting, "job"), {**base, "title": "护工甲"})

    response = employer.post(url("edit_posting", posting, "job"), {**base, "title": "护工乙"})

    page = response.content.decode()
    posting.refresh_from_db()
    assert response.status_code == 409
    assert "护工甲" in page
    assert "护工乙" in page
    assert posting.title == "护工甲"


def test_the_posting_of_another_employer_is_not_found(employer):
    other = PostingFactory(draft=True)

    for name in ("manage_posting", "preview_posting", "copy_posting", "extend_posting", "close_posting"):
        assert employer.get(url(name, other)).status_code == 404
    for name in ("submit_posting", "pause_posting", "withdraw_posting", "take_back_posting"):
        assert employer.post(url(name, other)).status_code == 404


def test_getting_a_page_that_acts_changes_nothing(employer, member):
    posting = posting_of(member)

    for name in ("pause_posting", "resume_posting", "withdraw_posting", "submit_posting"):
        assert employer.get(url(name, posting)).status_code == 405


def test_several_postings_are_paused_extended_and_closed_at_once(employer, member):
    first, second = posting_of(member), posting_of(member)
    ids = [first.public_id, second.public_id]
    day = (timezone.localdate() + timedelta(days=60)).isoformat()

    employer.post(reverse("jobs:bulk_postings"), {"posting": ids, "act": "extend", "expires_on": day})
    employer.post(reverse("jobs:bulk_postings"), {"posting": ids, "act": "pause"})
    employer.post(reverse("jobs:bulk_postings"), {"posting": ids, "act": "close", "result": "not_filled"})

    for posting in Posting.objects.all():
        assert (posting.status, posting.expires_on.isoformat()) == ("closed", day)


@pytest.mark.parametrize(
    "data", [{}, {"act": "explode"}, {"act": "extend"}, {"act": "close", "posting": ["zzz"]}]
)
def test_a_bulk_act_without_what_it_needs_says_so(employer, data):
    response = employer.post(reverse("jobs:bulk_postings"), data, follow=True)

    assert response.status_code == 200
    assert "notice--bad" in response.content.decode()


def test_an_unverified_employer_reads_what_to_do(employer, member):
    member.organisation.status = "unverified"
    member.organisation.save()
    posting = posting_of(member, "draft")

    response = employer.post(url("submit_posting", posting))

    assert response.status_code == 422
    assert reverse("organisations:verify") in response.content.decode()


def test_a_published_posting_is_changed_on_one_page(employer, member):
    posting = posting_of(member)
    PostingQuestionFactory(posting=posting, position=0)
    page = employer.get(url("revise_posting", posting))
    form = page.context["form"]
    data = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False, "")}
    data |= {
        "occupation": posting.occupation.name,
        "region": posting.region.code,
        "headcount": "9",
        "expires_on": posting.expires_on.isoformat(),
        "pay_min_fen": "4800",
        "pay_max_fen": "6500",
        "keywords": "",
    }

    response = employer.post(url("revise_posting", posting), data)

    posting.refresh_from_db()
    assert response.status_code == 302, response.context["form"].errors
    assert (posting.status, posting.headcount) == ("live", 9)


def test_a_template_is_saved_used_and_deleted(employer, member):
    posting = posting_of(member)
    employer.post(url("save_template", posting), {"name": "护理员"})
    template = member.organisation.posting_templates.get()

    employer.post(reverse("jobs:new_posting"), {"template": template.public_id})
    employer.post(reverse("jobs:delete_template", args=[template.public_id]))

    assert Posting.objects.filter(status="draft").get().title == posting.title
    assert not member.organisation.posting_templates.exists()
    assert employer.get(reverse("jobs:new_posting")).status_code == 200


def test_the_template_of_another_employer_is_not_found(employer):
    template = PostingTemplateFactory()

    assert employer.post(reverse("jobs:new_posting"), {"template": template.public_id}).status_code == 404
    assert employer.post(reverse("jobs:delete_template", args=[template.public_id])).status_code == 404
