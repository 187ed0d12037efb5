"""What was typed is not lost when the session had ended: it comes back to its author, and to nobody else."""

from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from employment_portal.accounts.models import User
from employment_portal.people.models import DataRequest
from tests.browser.scan import act_for, look
from tests.browser.test_accounts import code_for
from tests.factories.jobs import PostingFactory
from tests.factories.organisations import MemberFactory
from tests.factories.people import PersonFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FORM = "/me/data/restriction/"
TYPED = "换工作之前，不想被打扰。\n一共两行。"
REASON = "[name=text]"
BACK = "What you had typed is back: you had been signed out, so it was not sent. Look it over and send it once more."
KEPT = "sessionStorage.getItem('kept-text')"


@pytest.fixture(autouse=True)
def no_limits_from_before():
    cache.clear()


def end_session(page: Any) -> None:
    key = next(c["value"] for c in page.context.cookies() if c["name"] == settings.SESSION_COOKIE_NAME)
    import_module(settings.SESSION_ENGINE).SessionStore(key).delete()


def send_after_the_end(page: Any, words: Any) -> None:
    page.goto(FORM)
    page.locator(REASON).fill(TYPED)
    end_session(page)
    page.get_by_role("button", name=words("Ask for the restriction")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words("Sign in"))


def sign_in(page: Any, user: Any, words: Any) -> None:
    page.get_by_label(words("Mobile number"), exact=True).fill(user.phone)
    page.get_by_role("button", name=words("Send me a code")).click()
    page.get_by_label(words("6-digit code")).fill(code_for(user.phone))
    page.get_by_role("button", name=words("Confirm"), exact=True).click()


def test_what_was_typed_comes_back_after_signing_in_and_is_not_sent_by_itself(page_as, looks, words):
    person = PersonFactory()
    page = page_as(person.user, wide=False, **looks)
    send_after_the_end(page, words)

    sign_in(page, person.user, words)

    expect(page.locator(REASON)).to_have_value(TYPED)
    expect(page.get_by_role("status").filter(has_text=words(BACK))).to_be_visible()
    look(page, "kept-text")
    assert not DataRequest.objects.exists()
    assert page.evaluate(KEPT) is None

    page.get_by_role("button", name=words("Ask for the restriction")).click()
    page.wait_for_url("**/me/data/")
    assert DataRequest.objects.get().text == TYPED.replace("\n", "\r\n")
    assert page.evaluate(KEPT) is None


def test_another_user_does_not_see_it(page_as, looks, words):
    author, other = PersonFactory().user, PersonFactory().user
    page = page_as(author, wide=False, **looks)
    send_after_the_end(page, words)

    sign_in(page, other, words)

    page.wait_for_url(f"**{FORM}")
    expect(page.locator(REASON)).to_have_value("")
    assert page.evaluate(KEPT) is None
    assert page.get_by_role("status").filter(has_text=words(BACK)).count() == 0


def test_what_a_script_was_saving_comes_back_too(page_as, looks, words):
    member = MemberFactory()
    posting = PostingFactory(employer=member.organisation, draft=True)
    User.objects.filter(pk=member.user_id).update(acting_for=member.organisation.public_id)
    page = page_as(member.user, **looks)
    act_for(page, member.organisation)
    page.goto(reverse("jobs:edit_posting", args=[posting.public_id, "job"]))
    end_session(page)

    page.locator("[name=title]").fill("养老护理员（夜班）")
    expect(page.get_by_role("heading", level=1)).to_have_text(words("Sign in"))
    sign_in(page, member.user, words)

    expect(page.locator("[name=title]")).to_have_value("养老护理员（夜班）")
    expect(page.get_by_role("status").filter(has_text=words(BACK))).to_be_visible()
    posting.refresh_from_db()
    assert posting.title == "养老护理员"
