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

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("wide", [True, False], ids=["wide", "phone"])
def test_found_confirmed_and_declined(page_as, wide):
    person = claimant()
    offers = [offered(person), offered(person)]
    account_of(person=person)
    page = page_as(person.user, wide=wide)

    page.goto("/subsidies/for-me/")
    assert_accessible(page)
    page.get_by_role("link", name="核对并确认").first.click()
    assert_accessible(page)
    page.get_by_role("button", name="确认并提交").click()
    page.get_by_text("请勾选承诺").first.wait_for()
    page.get_by_label("本人（单位）已知晓").check()
    page.get_by_role("button", name="确认并提交").click()
    page.get_by_role("heading", name="申领已提交").wait_for()
    page.goto("/subsidies/for-me/")
    page.get_by_role("link", name="不申领").click()
    page.get_by_label("不申领的原因").fill("已在外地申领")
    page.get_by_role("button", name="放弃申领").click()
    page.get_by_role("button", name="恢复申领").click()
    page.get_by_role("button", name="确认并提交").wait_for()

    assert Claim.objects.get().amount_fen == 150_000
    states = sorted(Offer.objects.filter(pk__in=[row.pk for row in offers]).values_list("state", flat=True))
    assert states == [OfferState.CONFIRMED, OfferState.OPEN]


@pytest.mark.parametrize("wide", [True, False], ids=["wide", "phone"])
def test_the_self_check_works_without_javascript(page_as, wide):
    claimant()
    policy_version(
        conditions={
            "all": [condition("person.age", "ge", 16), condition("person.status", "eq", "unemployed")]
        }
    )
    page = page_as(None, wide=wide, javascript=False)

    page.goto("/subsidies/check/")
    page.get_by_role("link", name="我在找工作").click()
    page.get_by_label("年满多少周岁").fill("30")
    page.get_by_label("常住地").select_option(label="成华区")
    page.get_by_role("button", name="查看结果").click()
    page.get_by_text("可能符合条件").first.wait_for()

    assert "30" not in page.url
    assert not Claim.objects.exists()


def test_the_pages_of_the_self_check_are_accessible(page_as):
    claimant()
    policy_version(conditions={"all": [condition("person.groups", "any_of", ["graduate"])]})
    page = page_as(None, wide=False)

    page.goto("/subsidies/check/")
    assert_accessible(page)
    page.goto("/subsidies/check/seeker/")
    assert_accessible(page)
    page.get_by_label("以上都不是").check()
    page.get_by_label("常住地").select_option(label="成华区")
    page.get_by_role("button", name="查看结果").click()
    page.get_by_text("目前不符合").first.wait_for()
    assert_accessible(page)


def test_one_form_for_several_on_a_phone(page_as):
    person = claimant()
    policy_version()
    policy_version()
    page = page_as(person.user, wide=False)

    page.goto("/subsidies/bundle/?event=job")
    assert_accessible(page)
    page.get_by_role("button", name="填写申领表").click()
    page.get_by_label("户名").fill(person.name)
    assert_accessible(page)
    page.get_by_label("银行", exact=False).first.fill("成都银行")
    page.get_by_label("账号", exact=False).first.fill("6222021234567890128")
    page.get_by_label("本人（单位）已知晓").check()
    page.get_by_role("button", name="全部提交").click()
    page.get_by_role("heading", name="申领已全部提交").wait_for()
    assert_accessible(page)

    assert Claim.objects.filter(number__isnull=False).count() == 2


def test_nobody_is_found_who_said_no(page_as):
    person = claimant()
    offered(person)
    page = page_as(person.user, wide=False)

    page.goto("/subsidies/for-me/")
    page.locator("summary", has_text="停止为我匹配").click()
    page.get_by_role("button", name="停止为我匹配").click()
    page.get_by_text("您已选择不接受主动匹配").wait_for()
    run = actions.match_version(
        version_id=Offer.objects.get().version_id, day=timezone.localdate() + timezone.timedelta(days=1)
    )

    assert (run.offered, run.skipped) == (0, 1)
