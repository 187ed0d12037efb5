"""In Chromium: the officers' queue of claims with its keys, the case beside it, passing several, standing in."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from employment_portal.workflow.models import Delegation, WorkItem
from subsidies.claims import actions
from subsidies.claims.enums import Verdict
from subsidies.claims.models import Claim
from tests.browser.scan import look
from tests.factories.accounts import UserFactory
from tests.factories.subsidies_claims import Officers, made_by, policy_version, submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
WIDTHS = pytest.mark.parametrize("wide", [True, False], ids=["1440", "390"])
ORDER = ["differences", "data", "documents", "trail"]


def url(name, *args):
    return reverse(f"subsidies:{name}", args=args)


@WIDTHS
def test_an_officer_reads_a_case_in_its_order_and_decides(page_as, wide, looks):
    staff, version = Officers(), policy_version()
    claims = [submitted(version=version, clean=False), submitted(version=version)]
    size = "1440" if wide else "390"
    page = page_as(staff.clerk, wide=wide, **looks)

    page.goto(url("staff_claims"))
    look(page, f"queue-{size}")
    page.goto(url("staff_claim", claims[0].public_id))
    look(page, f"queue-case-{size}")
    headings = page.locator(".drawer__body section > h3").count()
    page.click(".drawer .confirm summary")
    look(page, f"queue-reveal-{size}", narrow=False)
    page.keyboard.press("Escape")
    page.goto(url("staff_claim", claims[0].public_id))
    page.check("input[name=verdict][value=not_accept]")
    page.click(".drawer__foot button[name=next]")
    page.wait_for_selector(".error-summary")
    look(page, f"queue-refused-{size}")
    page.check("input[name=verdict][value=correct]")
    page.fill(".drawer__foot [name=note]", "请补交合同")
    page.click(".drawer__foot button[name=next]")
    page.wait_for_url(f"**{url('staff_claim', claims[1].public_id)}*")

    assert headings == len(ORDER)
    assert Claim.objects.get(pk=claims[0].pk).state == "correction"


def test_the_keyboard_moves_ticks_opens_searches_and_comes_back(page_as, looks):
    staff, version = Officers(), policy_version()
    claims = [submitted(version=version) for _number in range(3)]
    _as_many_that_the_list_scrolls(claims[0])
    page = page_as(staff.clerk, **looks)
    page.goto(url("staff_claims"))
    rows = page.locator("bulk-table tbody tr")

    page.focus("bulk-table")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    ticked = rows.nth(1).locator("input[name=ids]").is_checked()
    page.keyboard.press("k")
    page.keyboard.press("x")
    look(page, "queue-ticked-1440")
    page.keyboard.press("/")
    searching = page.evaluate("document.activeElement.id")
    page.focus("bulk-table")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(".drawer")

    headings = page.locator(".drawer__body section > h3").all_inner_texts()
    tops = [part.bounding_box()["y"] for part in page.locator(".drawer__body section").all()]
    verdict = page.locator(".drawer__foot button[name=next]").bounding_box()
    in_sight = verdict["y"] + verdict["height"] <= page.viewport_size["height"]
    opened = page.locator("tr.is-current a[data-row]").inner_text()
    page.keyboard.press("k")
    above = page.evaluate("document.activeElement.id")
    links = rows.locator("a[data-row]")
    page.goto(links.last.get_attribute("href"))
    shown = page.locator("tr.is-current").bounding_box()["y"] < page.viewport_size["height"]
    look(page, "queue-case-last-1440")
    page.click(".drawer__close")
    page.wait_for_selector("tr.is-current a:focus")
    focused = page.evaluate("document.activeElement.id")
    page.keyboard.press("k")
    before = page.evaluate("document.activeElement.id")

    assert ticked
    assert searching == "f-text"
    assert len(headings) == len(ORDER)
    assert tops == sorted(tops)
    assert in_sight
    assert opened
    assert above == links.nth(0).get_attribute("id")
    assert shown
    assert focused == links.last.get_attribute("id")
    assert before == links.nth(links.count() - 2).get_attribute("id")


def _as_many_that_the_list_scrolls(claim):
    """Rows for the eye: copies of a claim and of its place in the queue."""
    case = WorkItem.objects.get(kind="subsidy_claim", subject_id=claim.pk)
    for number in range(20):
        copy = Claim.objects.get(pk=claim.pk)
        copy.pk, copy.public_id, copy.number = None, f"copy{number:06d}", f"SQ{number:06d}"
        copy.save()
        case.pk, case.public_id, case.subject_id = None, f"case{number:06d}", copy.pk
        case.save()


@WIDTHS
def test_several_clean_claims_pass_after_count_and_sum_were_seen(page_as, wide, looks):
    staff, version = Officers(), policy_version()
    claims = [submitted(version=version) for _number in range(2)]
    dirty = submitted(version=version, clean=False)
    size = "1440" if wide else "390"
    page = page_as(staff.clerk, wide=wide, **looks)

    page.goto(url("staff_claims"))
    for claim in claims:
        page.check(f"input[name=ids][value='{claim.public_id}']")
    assert page.locator(f"input[name=ids][value='{dirty.public_id}']").is_disabled()
    look(page, f"queue-bulk-bar-{size}")
    page.click("button[form=bulk], #bulk button[type=submit]")
    page.wait_for_load_state()
    assert "3,000" in page.inner_text("body")
    look(page, f"queue-bulk-{size}", narrow=False)
    page.click("form[action$='/pass/'] button[type=submit]")
    page.wait_for_load_state()
    look(page, f"queue-bulk-passed-{size}", narrow=False)

    states = set(Claim.objects.filter(pk__in=[claim.pk for claim in claims]).values_list("step", flat=True))
    assert states == {"first_review"}


@WIDTHS
def test_a_post_is_handed_over_and_the_colleague_sees_it(page_as, wide, looks):
    staff, claim = Officers(), submitted()
    actions.decide_step(claim_id=claim.pk, verdict=Verdict.PASS, note="", by=staff.clerk, now=timezone.now())
    colleague = staff.second
    size = "1440" if wide else "390"
    page = page_as(staff.first, wide=wide, **looks)

    page.goto(reverse("desk:delegations"))
    look(page, f"standing-in-{size}")
    page.select_option("select[name=to]", str(colleague.pk))
    page.fill("[name=starts_on]", timezone.localdate().isoformat())
    page.fill("[name=last_day]", (timezone.localdate() + timedelta(days=3)).isoformat())
    page.fill("[name=reason]", "年休假")
    page.click("main .form__actions button.btn--primary, main .form__actions button[type=submit]")
    page.wait_for_selector("table")
    look(page, f"standing-in-given-{size}")
    other = page_as(colleague, wide=wide, **looks)
    other.goto(url("staff_claim", claim.public_id))
    look(other, f"queue-standing-in-{size}")

    assert Delegation.objects.get().to_user == colleague


@WIDTHS
def test_conflicts_and_appeals_have_pages(page_as, wide, looks):
    staff = Officers()
    claim = submitted()
    actions.decide_step(
        claim_id=claim.pk, verdict=Verdict.NOT_ACCEPT, note="材料不全", by=staff.clerk, now=timezone.now()
    )
    appeal = actions.file_appeal(
        claim_id=claim.pk, text="材料齐全，请复查。", by=claim.person.user, now=timezone.now()
    )
    size = "1440" if wide else "390"

    page = page_as(staff.city, wide=wide, **looks)
    page.goto(url("staff_conflicts"))
    look(page, f"conflicts-{size}")
    page.goto(url("staff_appeal", appeal.public_id))
    look(page, f"appeal-{size}")
    page.goto(url("staff_letter", claim.decisions.get().public_id))
    look(page, f"staff-letter-{size}")

    assert claim.decisions.get().number in page.inner_text("main")


def test_the_queue_of_somebody_without_claims_says_what_comes(page_as, looks):
    made_by(submitted().person, policy_version())
    page = page_as(UserFactory(district_officer=True), wide=False, **looks)

    page.goto(url("staff_claims"))
    look(page, "queue-empty-390")

    assert page.locator(".empty").count() == 1
