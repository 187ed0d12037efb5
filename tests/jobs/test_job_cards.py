"""The cards of a list of jobs: put together without a template, so what a template gave for nothing is held here."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from jobs.templatetags.job_cards import job_card, job_cards
from tests.factories.accounts import UserFactory
from tests.factories.jobs import PostingFactory

pytestmark = pytest.mark.django_db


def asked_by(user):
    request = RequestFactory().get("/jobs/")
    request.user = user
    return Context({"request": request, "csrf_token": "t<o>ken"})


def test_what_an_employer_wrote_is_text_and_nothing_else():
    posting = PostingFactory(title='<b>会计</b> "急"', source="<i>", source_employer="<script>")

    card = job_card(asked_by(AnonymousUser()), posting)

    assert "&lt;b&gt;会计&lt;/b&gt; &quot;急&quot;" in card
    assert not any(written in card for written in ("<b>会计", "<script>", "<i>"))


@pytest.mark.parametrize("is_saved", [True, False])
@pytest.mark.parametrize("signed_in", [True, False])
def test_the_button_that_keeps_a_job_is_that_of_its_page(signed_in, is_saved):
    posting = PostingFactory()
    context = asked_by(UserFactory() if signed_in else AnonymousUser())
    is_saved = is_saved and signed_in

    card = job_card(context, posting, is_saved=is_saved)
    button = render_to_string(
        "jobs/seeking/_save.html",
        {
            "posting": posting,
            "is_saved": is_saved,
            "size": "sm",
            "request": context["request"],
            "csrf_token": "t<o>ken",
        },
    )

    assert button.strip() in card


def test_the_words_of_a_card_follow_the_language():
    posting = PostingFactory(is_urgent=True)
    context = asked_by(AnonymousUser())

    cards = {}
    for language in ("zh-hans", "en", "zh-hans"):
        with translation.override(language):
            cards[language] = job_cards(context, [posting])

    assert "Urgent" in cards["en"]
    assert "Urgent" not in cards["zh-hans"]
