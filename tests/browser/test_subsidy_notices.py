"""Notices in Chromium: drafted, published, read and objected to by everybody, answered, taken down."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from subsidies.notices import actions
from subsidies.notices.models import Notice, Objection
from tests.browser.acting import ask, press, said, scan, submit
from tests.browser.scan import assert_accessible
from tests.factories.accounts import UserFactory
from tests.factories.papers import picture
from tests.factories.subsidies_claims import Officers, approved, claimant, policy_version, submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
WIDTHS = pytest.mark.parametrize("wide", [True, False], ids=["wide", "phone"])


def url(name, *args):
    return reverse(f"subsidies:{name}", args=args)


@pytest.fixture
def staff():
    return Officers()


@WIDTHS
def test_a_notice_is_published_objected_to_and_answered(page_as, looks, wide, staff, tmp_path):
    keeper = UserFactory(district_officer=True, region=staff.street.parent)
    desk = page_as(keeper, wide=wide, **looks)
    visitor = page_as(None, wide=wide, **looks)
    scan(desk, url("staff_notices"))
    scan(visitor, url("notices"))
    version = policy_version()
    claims = [approved(submitted(claimant(), version), officers=staff) for _number in range(2)]

    scan(desk, url("staff_notices"))
    desk.click("a[href*='/staff/notices/new/']")
    desk.wait_for_load_state()
    assert_accessible(desk)
    submit(desk)
    desk.wait_for_selector(".error-summary")
    assert_accessible(desk)
    desk.fill("[name=standard]", "每人 1500 元")
    desk.fill("[name=contact]", "成华区公共就业服务中心 028-00000000")
    submit(desk)
    desk.wait_for_url("**/staff/notices/*/")
    assert_accessible(desk)
    ask(desk, "publish")
    assert_accessible(desk)
    press(desk, "#publish button[type=submit]")
    assert said(desk)
    notice = Notice.objects.get()

    public = url("notice", notice.public_id)
    scan(visitor, url("notices"), public, f"{public}?text=无此人")
    visitor.goto(public)
    visitor.click(f"a[href='{url('object_to', notice.public_id, 1)}']")
    visitor.wait_for_load_state()
    submit(visitor)
    visitor.wait_for_selector(".error-summary")
    assert_accessible(visitor)
    visitor.fill("input[name=name]", "陈光明")
    visitor.fill("input[name=phone]", "13912345678")
    visitor.fill("textarea[name=text]", "此人在外地工作，不在本市求职。")
    (tmp_path / "proof.png").write_bytes(picture().read())
    visitor.set_input_files("input[type=file]", tmp_path / "proof.png")
    submit(visitor)
    visitor.wait_for_selector(".notice--ok")
    assert_accessible(visitor)
    objection = Objection.objects.get()

    address = url("objection", objection.public_id)
    scan(page_as(staff.first, wide=wide, **looks), address)
    scan(desk, url("staff_notices"), url("staff_notice", notice.public_id), address)
    with desk.expect_download():
        desk.click(f"a[href='{url('objection_evidence', objection.public_id)}']")
    submit(desk)
    desk.wait_for_selector(".error-summary")
    assert_accessible(desk)
    desk.check("input[name=verdict][value=uphold]")
    desk.fill("textarea[name=answer]", "经核实，其已在外地参保。")
    submit(desk)
    assert said(desk)
    assert_accessible(desk)
    scan(visitor, public)
    scan(desk, url("staff_notice", notice.public_id))

    objection.refresh_from_db()
    assert objection.state == "upheld"
    actions.close_due_notices(now=notice.closes_at + timedelta(seconds=1))
    actions.take_down_ended(now=notice.closes_at + timedelta(days=60))
    assert visitor.goto(public).status == 410
    assert_accessible(visitor)
    assert len(claims) == 2


@WIDTHS
def test_a_draft_is_cancelled_with_a_reason(page_as, looks, wide, staff):
    claim = approved(submitted(claimant(), policy_version()), officers=staff)
    notice = actions.draft_notice(
        region=staff.street.parent, item=claim.item, standard="每人 1500 元", contact="成华区公共就业服务中心",
        by=staff.first, now=timezone.now(),
    )  # fmt: skip
    desk = page_as(staff.second, wide=wide, **looks)

    scan(
        desk,
        url("staff_notice", notice.public_id),
        f"{url('staff_notices')}?text={notice.number}&sort=-claims",
    )
    desk.goto(url("staff_notice", notice.public_id))
    ask(desk, "cancel")
    assert_accessible(desk)
    desk.fill("#cancel textarea", "标准写错")
    press(desk, "#cancel button[type=submit]")
    assert said(desk)

    notice.refresh_from_db()
    assert notice.state == "cancelled"
    assert_accessible(desk)
    assert desk.locator("#publish").count() == 0
