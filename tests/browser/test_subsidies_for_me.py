"""In Chromium: found, confirmed, declined, the self-check, one form for several, a roster; at both widths."""

import pytest
from django.utils import timezone

from subsidies.claims.models import Claim
from subsidies.matching import actions
from subsidies.matching.models import Offer, OfferState
from tests.browser.scan import assert_accessible
from tests.factories.subsidies_claims import account_of, claimant, policy_version
from tests.factories.subsidies_matching import offered
from tests.factories.subsidies_policies import condition

NOT_LOOKED_FOR = (
    "You asked us not to look for you. You can still claim every subsidy yourself. What an employer can claim for its "
    "employees is still offered to your employer."
)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("wide", [True, False], ids=["wide", "phone"])
def test_found_confirmed_and_declined(page_as, wide, looks, words):
    person = claimant()
    offers = [offered(person), offered(person)]
    account_of(person=person)
    page = page_as(person.user, wide=wide, **looks)

    page.goto("/subsidies/for-me/")
    assert_accessible(page)
    page.get_by_role("link", name=words("Check and confirm")).first.click()
    assert_accessible(page)
    page.get_by_role("button", name=words("Confirm and hand in")).click()
    page.get_by_text(words("Tick the box: the commitment stands in for papers.")).first.wait_for()
    page.locator("[name=agree]").check()
    page.get_by_role("button", name=words("Confirm and hand in")).click()
    page.get_by_role("heading", name=words("Claim handed in")).wait_for()
    page.goto("/subsidies/for-me/")
    page.get_by_role("link", name=words("No, thank you")).click()
    page.get_by_label(words("Why not? (optional)")).fill("已在外地申领")
    page.get_by_role("button", name=words("Decline the subsidy")).click()
    page.get_by_role("button", name=words("After all, yes")).click()
    page.get_by_role("button", name=words("Confirm and hand in")).wait_for()

    assert Claim.objects.get().amount_fen == 150_000
    states = sorted(Offer.objects.filter(pk__in=[row.pk for row in offers]).values_list("state", flat=True))
    assert states == [OfferState.CONFIRMED, OfferState.OPEN]


@pytest.mark.parametrize("wide", [True, False], ids=["wide", "phone"])
def test_the_self_check_works_without_javascript(page_as, wide, looks, words):
    claimant()
    policy_version(
        conditions={
            "all": [condition("person.age", "ge", 16), condition("person.status", "eq", "unemployed")]
        }
    )
    page = page_as(None, wide=wide, javascript=False, **looks)

    page.goto("/subsidies/check/")
    page.get_by_role("link", name=words("I look for work")).click()
    page.get_by_label(words("How old, in full years?")).fill("30")
    page.locator("[name=at_residence]").select_option(label="成华区")
    page.get_by_role("button", name=words("Show what I could get")).click()
    page.get_by_text(words("You seem to qualify")).first.wait_for()

    assert "30" not in page.url
    assert not Claim.objects.exists()


def test_the_pages_of_the_self_check_are_accessible(page_as, looks, words):
    claimant()
    policy_version(conditions={"all": [condition("person.groups", "any_of", ["graduate"])]})
    page = page_as(None, wide=False, **looks)

    page.goto("/subsidies/check/")
    assert_accessible(page)
    page.goto("/subsidies/check/seeker/")
    assert_accessible(page)
    page.locator("input[value=none]").check()
    page.locator("[name=at_residence]").select_option(label="成华区")
    page.get_by_role("button", name=words("Show what I could get")).click()
    page.get_by_text(words("Not at the moment")).first.wait_for()
    assert_accessible(page)


def test_one_form_for_several_on_a_phone(page_as, looks, words):
    person = claimant()
    policy_version()
    policy_version()
    page = page_as(person.user, wide=False, **looks)

    page.goto("/subsidies/bundle/?event=job")
    assert_accessible(page)
    page.get_by_role("button", name=words("Fill in the form")).click()
    page.get_by_label(words("Account holder")).fill(person.name)
    assert_accessible(page)
    page.locator("[name=bank_name]").fill("成都银行")
    page.locator("[name=number]").fill("6222021234567890128")
    page.locator("[name=agree]").check()
    page.get_by_role("button", name=words("Hand everything in")).click()
    page.get_by_role("heading", name=words("Claims handed in")).wait_for()
    assert_accessible(page)

    assert Claim.objects.filter(number__isnull=False).count() == 2


def test_nobody_is_found_who_said_no(page_as, looks, words):
    person = claimant()
    offered(person)
    page = page_as(person.user, wide=False, **looks)

    page.goto("/subsidies/for-me/")
    page.locator("summary", has_text=words("Stop looking for me")).click()
    page.get_by_role("button", name=words("Stop looking for me")).click()
    page.get_by_text(words(NOT_LOOKED_FOR)).wait_for()
    run = actions.match_version(
        version_id=Offer.objects.get().version_id, day=timezone.localdate() + timezone.timedelta(days=1)
    )

    assert (run.offered, run.skipped) == (0, 1)
