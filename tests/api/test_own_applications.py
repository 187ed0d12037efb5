"""A person's own applications through the API: the actions of the pages, and nobody else's rows."""

import pytest

from jobs.applications.models import Application
from tests.factories.accounts import UserFactory
from tests.factories.api import bearer, make_token
from tests.factories.applications import (
    ApplicationFactory,
    InterviewFactory,
    OfferFactory,
    person_with_resume,
)
from tests.factories.jobs import PostingFactory, PostingQuestionFactory
from tests.factories.organisations import MemberFactory
from tests.factories.people import PersonFactory, SpellFactory

pytestmark = pytest.mark.django_db

MINE = "/api/v1/me/applications/"


def posting(**fields):
    """An open posting of an employer that receives applications here."""
    return PostingFactory(employer=MemberFactory().organisation, **fields)


@pytest.fixture
def person():
    return person_with_resume()


@pytest.fixture
def call(client, person):
    """The API as ``person``: ``call(path)`` reads, ``call(path, {...})`` sends."""
    _token, text = make_token(person.user)

    def call(path, body=None, language="en"):
        headers = bearer(text, **{"Accept-Language": language})
        if body is None:
            return client.get(path, headers=headers)
        return client.post(path, body, content_type="application/json", headers=headers)

    return call


def test_applying_sends_the_resume_on_file(call, person):
    wanted = posting()
    PostingQuestionFactory(posting=wanted, position=1)

    answer = call(
        MINE, {"posting": wanted.public_id, "answers": [{"question": 1, "answer": "yes"}], "agree": True}
    )

    application = Application.objects.get(person=person)
    assert answer.status_code == 201
    assert answer["Location"].endswith(f"{MINE}{application.public_id}/")
    assert answer.json()["status"]["code"] == application.status == "submitted"
    assert application.resume["headline"] == "三年养老护理经验"
    assert [given.text for given in application.answers.all()] == ["yes"]
    assert answer.json()["can"] == ["withdraw"]


def test_applying_twice_is_refused_and_says_so(call):
    wanted = posting()
    body = {"posting": wanted.public_id, "agree": True}
    call(MINE, body)

    answer = call(MINE, body)

    assert answer.status_code == 409
    assert answer.json()["code"] == "already_applied"
    assert answer.json()["detail"] == "You have applied for this job already."


def test_a_draft_of_the_pages_is_completed(call, person):
    wanted = posting()
    draft = ApplicationFactory(posting=wanted, person=person, draft=True, letter="您好")

    answer = call(MINE, {"posting": wanted.public_id, "agree": True})

    draft.refresh_from_db()
    assert answer.json()["id"] == draft.public_id
    assert (draft.status, draft.letter) == ("submitted", "您好")


def test_nothing_stays_of_an_application_that_is_not_ready(client):
    person = PersonFactory()  # without a résumé
    _token, text = make_token(person.user)

    answer = client.post(
        MINE,
        {"posting": posting().public_id, "agree": True},
        content_type="application/json",
        headers=bearer(text),
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "not_ready")
    assert not Application.objects.filter(person=person).exists()


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        ([], "answers.1"),
        ([{"question": 1, "answer": "maybe"}], "answers.1"),
        ([{"question": 9, "answer": "x"}], "answers.9"),
    ],
)
def test_answers_keep_the_rules_of_the_page(call, answers, named):
    wanted = posting()
    PostingQuestionFactory(posting=wanted, position=1)

    answer = call(MINE, {"posting": wanted.public_id, "answers": answers, "agree": True})

    assert answer.status_code == 422
    assert named in answer.json()["errors"]
    assert not Application.objects.exists()


def test_without_agreement_nothing_is_sent(call):
    answer = call(MINE, {"posting": posting().public_id, "agree": False})

    assert answer.status_code == 422
    assert not Application.objects.exists()


@pytest.mark.parametrize(("state", "code"), [("closed", 409), ("draft", 422)])
def test_a_posting_that_takes_no_applications(call, state, code):
    answer = call(MINE, {"posting": posting(**{state: True}).public_id, "agree": True})

    assert answer.status_code == code


def test_whoever_has_no_record_yet_is_told_what_to_do(client):
    _token, text = make_token(UserFactory())

    listed = client.get(MINE, headers=bearer(text))
    applied = client.post(
        MINE,
        {"posting": posting().public_id, "agree": True},
        content_type="application/json",
        headers=bearer(text),
    )

    assert listed.json() == {"next": None, "results": []}
    assert (applied.status_code, applied.json()["code"]) == (409, "no_record")


def test_the_list_follows_its_cursor_while_applications_are_written(call, person):
    before = [ApplicationFactory(person=person).public_id for _ in range(5)]
    address, seen = f"{MINE}?page_size=2", []

    while address:
        page = call(address).json()
        seen += [row["id"] for row in page["results"]]
        if len(seen) == 2:
            ApplicationFactory(person=person, draft=True)
        address = page["next"]

    assert sorted(seen) == sorted(before)


def test_the_list_takes_as_many_queries_for_many_applications(call, person, django_assert_max_num_queries):
    ApplicationFactory.create_batch(2, person=person)
    call(MINE)
    with django_assert_max_num_queries(20) as few:
        call(MINE)

    ApplicationFactory.create_batch(6, person=person)
    with django_assert_max_num_queries(len(few)):
        call(MINE)


@pytest.mark.parametrize("act", ["", "withdraw/", "interview/answer/", "offer/accept/", "offer/decline/"])
def test_other_peoples_applications_are_not_found(call, act):
    other = OfferFactory().application

    answer = call(f"{MINE}{other.public_id}/{act}", {"reason": "x", "answer": "accept"} if act else None)

    other.refresh_from_db()
    assert answer.status_code == 404
    assert other.status == "offered"


def test_withdrawing(call, person):
    application = ApplicationFactory(person=person)

    answer = call(f"{MINE}{application.public_id}/withdraw/", {"reason": "已找到工作"})

    application.refresh_from_db()
    assert answer.json()["status"]["code"] == application.status == "withdrawn"
    assert answer.json()["steps"][0]["note"] == "已找到工作"


def test_what_has_moved_on_is_a_conflict_in_the_language_asked_for(call, person):
    application = ApplicationFactory(person=person, status="hired")

    english = call(f"{MINE}{application.public_id}/withdraw/", {})
    chinese = call(f"{MINE}{application.public_id}/withdraw/", {}, language="zh-CN")

    assert (english.status_code, chinese.status_code) == (409, 409)
    assert english.json()["code"] == chinese.json()["code"] == "transition_not_allowed"
    assert english.json()["detail"].startswith("This has moved on")
    assert "刷新" in chinese.json()["detail"]


def test_an_invitation_is_answered(call, person):
    interview = InterviewFactory(application=ApplicationFactory(person=person, status="interview"))
    address = f"{MINE}{interview.application.public_id}/interview/answer/"

    vague = call(address, {"answer": "ask_other_time"})
    accepted = call(address, {"answer": "accept"})

    interview.refresh_from_db()
    assert list(vague.json()["errors"]) == ["reply"]
    assert accepted.json()["interview"]["state"]["code"] == interview.state == "accepted"


def test_an_offer_is_accepted(call, person):
    offer = OfferFactory(application=ApplicationFactory(person=person, status="offered", posting=posting()))
    address = f"{MINE}{offer.application.public_id}/"

    shown = call(address).json()
    accepted = call(f"{address}offer/accept/", {})

    assert shown["can"] == ["withdraw", "accept_offer", "decline_offer"]
    assert shown["offer"]["pay_fen"] == 560_000
    assert accepted.json()["status"]["code"] == "hired"
    assert accepted.json()["hired_on"] == offer.starts_on.isoformat()


def test_a_running_employment_ends_only_when_that_is_said(call, person):
    offer = OfferFactory(application=ApplicationFactory(person=person, status="offered", posting=posting()))
    SpellFactory(person=person, status="employed")
    address = f"{MINE}{offer.application.public_id}/offer/accept/"

    first = call(address, {})
    second = call(address, {"end_earlier": True})

    assert (first.status_code, first.json()["code"]) == (409, "still_working")
    assert second.status_code == 200


def test_an_offer_is_declined_with_a_reason(call, person):
    offer = OfferFactory(application=ApplicationFactory(person=person, status="offered"))
    address = f"{MINE}{offer.application.public_id}/offer/decline/"

    silent = call(address, {})
    told = call(address, {"reason": "离家太远"})

    assert silent.status_code == 422
    assert told.json()["status"]["code"] == "withdrawn"


def test_answers_about_a_person_are_not_kept_by_caches(call):
    assert call(MINE)["Cache-Control"] == "private, no-store"
