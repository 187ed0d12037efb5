"""Answered questions: no change of a posting lets an answer stand under words that it was not given to."""

import pytest
from django.utils import timezone

from jobs.applications.models import Answer
from jobs.postings import actions
from tests.factories.applications import ApplicationFactory
from tests.factories.jobs import PostingFactory, PostingQuestionFactory
from tests.factories.organisations import OrganisationFactory
from tests.jobs.test_posting_actions import somebody

pytestmark = pytest.mark.django_db

NIGHT = {"text": "能否上夜班？", "kind": "yes_no", "required": True}
LICENCE = {"text": "是否持有护理证？", "kind": "yes_no", "required": True}


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def posting():
    """Live, of an employer that publishes at once, with two questions that an applicant answered."""
    posting = PostingFactory(employer=OrganisationFactory(trusted=True))
    application = ApplicationFactory(posting=posting)
    for position, (question, answer) in enumerate([(NIGHT, "yes"), (LICENCE, "no")]):
        row = PostingQuestionFactory(posting=posting, position=position, **question)
        Answer.objects.create(question=row, application=application, text=answer)
    return posting


def ask(posting, questions, now):
    return actions.revise_posting(
        posting_id=posting.pk, values={"questions": questions}, by=somebody("member", posting), now=now
    )


def answered(posting):
    return dict(Answer.objects.filter(question__posting=posting).values_list("question__text", "text"))


@pytest.mark.parametrize(
    "questions",
    [
        [{**NIGHT, "text": "能否上早班？"}, LICENCE],
        [{**NIGHT, "kind": "text"}, LICENCE],
        [LICENCE],
    ],
    ids=["reworded", "another kind of answer", "dropped"],
)
def test_an_answered_question_keeps_its_words_and_its_kind(posting, questions, now):
    with pytest.raises(actions.QuestionsAnswered):
        ask(posting, questions, now)

    assert [row.text for row in posting.questions.all()] == [NIGHT["text"], LICENCE["text"]]


def test_a_rewording_that_would_go_into_review_is_refused_at_once(posting, now):
    posting.employer.clean_reviews = 0
    posting.employer.save()

    with pytest.raises(actions.QuestionsAnswered):
        ask(posting, [{**NIGHT, "text": "能否上早班？"}, LICENCE], now)

    assert not posting.revisions.exists()


def test_answers_go_with_their_questions_when_these_change_places(posting, now):
    ask(posting, [LICENCE, {**NIGHT, "required": False}], now)

    rows = list(posting.questions.all())
    assert [(row.position, row.text, row.required) for row in rows] == [
        (0, LICENCE["text"], True),
        (1, NIGHT["text"], False),
    ]
    assert answered(posting) == {NIGHT["text"]: "yes", LICENCE["text"]: "no"}


def test_a_question_added_in_front_takes_no_answer_over(posting, now):
    ask(posting, [{"text": "期望几号到岗？", "kind": "text", "required": False}, NIGHT, LICENCE], now)

    assert [row.text for row in posting.questions.all()] == ["期望几号到岗？", NIGHT["text"], LICENCE["text"]]
    assert answered(posting) == {NIGHT["text"]: "yes", LICENCE["text"]: "no"}


def test_a_question_that_nobody_answered_may_be_reworded(posting, now):
    Answer.objects.all().delete()

    ask(posting, [{**NIGHT, "text": "能否上早班？"}, LICENCE], now)

    assert [row.text for row in posting.questions.all()] == ["能否上早班？", LICENCE["text"]]
