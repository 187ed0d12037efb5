"""In Chromium: a policy from draft to publication, the difference to what was in force, the public pages, the self-check.

A policy officer writes, somebody else publishes; every page is scanned at both widths, with ``--matrix`` in every look.
"""

from datetime import date

import pytest
from django.urls import reverse

from employment_portal.regions.models import Region
from subsidies.policies.models import Guard, PolicyVersion
from subsidies.policies.reference import load_policies
from subsidies.policies.views.editing import PARTS
from tests.browser.scan import choose_region, look
from tests.factories.accounts import UserFactory
from tests.factories.jobs import PostingFactory
from tests.factories.people import PersonFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_exclusions import OldGrants

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
WIDTHS = pytest.mark.parametrize("wide", [True, False], ids=["1440", "390"])


def url(name, *args):
    return reverse(f"subsidies:{name}", args=args)


def submit(page, within="main"):
    page.click(f"{within} .form__actions button.btn--primary")


@pytest.fixture
def shipped():
    load_policies(region=Region.objects.get(code="5101"), made_by=UserFactory(), published_by=UserFactory())
    return {
        version.policy.item.code: version
        for version in PolicyVersion.objects.filter(policy__region__code="5101")
    }


@WIDTHS
def test_a_policy_is_redrafted_compared_and_published_by_somebody_else(page_as, wide, looks, shipped):
    city, size = RegionFactory(code="5101"), "1440" if wide else "390"
    writer, publisher = (UserFactory(policy_officer=True, region=city) for _number in range(2))
    desk = page_as(writer, wide=wide, **looks)

    desk.goto(url("staff_policies"))
    look(desk, f"policies-{size}")
    desk.goto(url("new_policy"))
    look(desk, f"policy-new-{size}")
    desk.select_option("select[name=item]", str(shipped["skill-upgrade"].policy.item_id))
    if wide:
        choose_region(desk, "region", "成都")
    else:
        for level, code in enumerate(("51", "5101")):
            desk.locator("region-select select").nth(level).select_option(code)
    submit(desk)
    desk.wait_for_url("**/edit/heading/")
    draft = PolicyVersion.objects.get(policy=shipped["skill-upgrade"].policy, state="draft")
    for part in PARTS:
        desk.goto(url("edit_policy_part", draft.public_id, part))
        look(desk, f"policy-edit-{part}-{size}")
    _an_amount_is_changed(desk, draft, size)
    _an_exemption_is_tried(desk, draft, size)
    desk.goto(url("policy_changes", draft.public_id))
    look(desk, f"policy-changes-{size}")
    desk.goto(url("policy_version", draft.public_id))
    look(desk, f"policy-version-{size}")
    desk.click(f"form[action='{url('submit_policy', draft.public_id)}'] button")
    desk.wait_for_selector(".messages")
    look(desk, f"policy-submitted-{size}")
    exclusion = _an_exclusion_is_written(desk, shipped, size)

    second = page_as(publisher, wide=wide, **looks)
    second.goto(url("policy_version", draft.public_id))
    second.click(".confirm:has(#publish) summary")
    look(second, f"policy-publish-{size}", narrow=False)
    second.click("#publish button[type=submit]")
    second.wait_for_selector(".messages")
    look(second, f"policy-published-{size}")

    _and_put_in_force(second, exclusion, size)
    draft.refresh_from_db()
    exclusion.refresh_from_db()
    assert (draft.state, draft.published_by) == ("published", publisher)
    assert (exclusion.state, exclusion.published_by) == ("in_force", publisher)


def _an_exclusion_is_written(desk, shipped, size):
    """Two subsidies that were granted to one person already."""
    person = PersonFactory(user=None, name="李小兰")
    items = [shipped[code].policy.item for code in ("job-search", "flexible-insurance")]
    granted = OldGrants()
    for item in items:
        granted.of(item, person, date(2026, 1, 1), date(2026, 4, 1), subject=False)
    desk.goto(url("exclusions"))
    look(desk, f"exclusions-{size}")
    desk.goto(url("new_exclusion"))
    desk.check(f"input[name=items][value='{items[0].pk}']")
    submit(desk)
    desk.wait_for_selector(".error-summary")
    look(desk, f"exclusion-refused-{size}")
    desk.check(f"input[name=items][value='{items[1].pk}']")
    desk.check("input[name=lifetime][value='1']")
    desk.fill("[name=legal_basis]", "成人社发〔2026〕12号第三条")
    submit(desk)
    desk.wait_for_selector(".messages")
    look(desk, f"exclusion-{size}")
    guard = Guard.objects.get(state="draft")
    assert desk.locator("#effect .table tbody tr").count() == 1
    desk.click(f"form[action='{url('submit_exclusion', guard.public_id)}'] button")
    desk.wait_for_selector(".messages")
    return guard


def _and_put_in_force(second, guard, size):
    second.goto(url("exclusion", guard.public_id))
    second.click(".confirm:has(#publish) summary")
    look(second, f"exclusion-publish-{size}", narrow=False)
    second.click("#publish button[type=submit]")
    second.wait_for_selector(".messages")
    look(second, f"exclusion-in-force-{size}")


def _an_amount_is_changed(desk, draft, size):
    desk.goto(url("edit_policy_part", draft.public_id, "amount"))
    desk.fill("[name=r0_fen]", "很多")
    desk.locator("form:has([name=r0_fen]) .form__actions button").click()
    desk.wait_for_selector(".error-summary")
    look(desk, f"policy-amount-refused-{size}")
    desk.fill("[name=r0_fen]", "1200")
    desk.locator("form:has([name=r0_fen]) .form__actions button").click()
    desk.wait_for_url("**/edit/rules/")


def _an_exemption_is_tried(desk, draft, size):
    desk.goto(url("edit_policy_part", draft.public_id, "conditions") + "?into=&fact=person.residence_region")
    look(desk, f"policy-condition-{size}")
    desk.goto(url("edit_policy_part", draft.public_id, "exemption") + "?fact=person.age")
    look(desk, f"policy-exemption-{size}")


@WIDTHS
def test_a_policy_is_counted_tried_on_somebody_and_printed(page_as, wide, looks, shipped):
    city, size = RegionFactory(code="5101"), "1440" if wide else "390"
    person = PersonFactory(user=None, name="李小兰", residence_region=RegionFactory(code="510108"))
    page = page_as(UserFactory(policy_officer=True, region=city), wide=wide, **looks)
    version = shipped["job-search"]

    page.goto(url("count_policy", version.public_id))
    look(page, f"policy-count-{size}")
    page.goto(f"{url('preview_policy', version.public_id)}?q=李小兰&subject={person.pk}")
    look(page, f"policy-preview-{size}")
    page.goto(url("print_policy", version.public_id))
    look(page, f"policy-print-{size}")

    assert page.locator("h1").count() == 1


@WIDTHS
def test_everybody_reads_what_is_granted_and_how_much(page_as, wide, looks, shipped):
    size = "1440" if wide else "390"
    page = page_as(None, wide=wide, **looks)

    page.goto(url("policies"))
    look(page, f"policies-public-{size}")
    assert "1,000–2,000" in page.inner_text("main")
    page.goto(url("policies") + "?q=没有这种补贴")
    look(page, f"policies-none-{size}")
    for code in (
        "skill-upgrade",
        "job-retention",
        "vocational-training",
        "employer-insurance",
        "job-expansion",
    ):
        page.goto(url("policy", shipped[code].policy.public_id))
        look(page, f"policy-{code}-{size}")
        assert page.locator("h1").count() == 1


@WIDTHS
def test_a_job_page_leads_to_what_a_hire_unlocks(page_as, wide, looks, shipped):
    posting = PostingFactory()
    page = page_as(None, wide=wide, **looks)

    page.goto(posting.get_absolute_url())
    look(page, f"job-unlocks-{'1440' if wide else '390'}")
    page.locator("[aria-labelledby=b-unlocks] a").first.click()
    page.wait_for_url("**/subsidies/policies/**")

    assert page.locator("h1").count() == 1


@WIDTHS
@pytest.mark.parametrize("audience", ["seeker", "worker", "founder", "employer"])
def test_the_self_check_asks_in_plain_words_and_says_how_to_get_there(
    page_as, wide, looks, shipped, audience
):
    size = "1440" if wide else "390"
    page = page_as(None, wide=wide, **looks)

    page.goto(url("self_check_for", audience))
    look(page, f"check-{audience}-{size}")
    page.locator("form select[name^=at_]").first.select_option(index=1)
    submit(page)
    page.wait_for_selector(".offer-card")
    look(page, f"check-{audience}-answer-{size}")

    assert page.locator(".offer-card").count() > 1
