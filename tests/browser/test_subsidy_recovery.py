"""Money asked back, in Chromium: proposed, issued, paid in parts, handed over, written off; and what the debtor sees."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from subsidies.recovery.models import RecoveryOrder
from tests.browser.acting import ask, confirm, press, said, scan, submit
from tests.browser.scan import assert_accessible
from tests.factories.subsidies_payments import budget_line
from tests.factories.subsidies_recovery import Team, issued, paid, proposed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
WIDTHS = pytest.mark.parametrize("wide", [True, False], ids=["wide", "phone"])


def url(name, *args):
    return reverse(f"subsidies:{name}", args=args)


@pytest.fixture
def team():
    return Team(region=budget_line().region)


@WIDTHS
def test_an_order_from_the_proposal_to_the_last_instalment(page_as, looks, wide, team):
    due = paid()
    officer, cashier, second, debtor = (
        page_as(user, wide=wide, **looks)
        for user in (team.officer, team.cashier, team.second, due.person.user)
    )
    scan(officer, url("staff_recoveries"), url("find_recovery"), f"{url('find_recovery')}?text=无此人")
    officer.goto(f"{url('find_recovery')}?text={due.claim.number}")
    assert_accessible(officer)
    officer.click(f"a[href='{url('propose_recovery', due.public_id)}']")
    officer.wait_for_load_state()
    assert_accessible(officer)
    submit(officer)
    officer.wait_for_selector(".error-summary")
    assert_accessible(officer)
    officer.locator("input[name=cause][value=our_error]").check()
    officer.fill("[name=amount_fen]", "600")
    officer.fill("[name=reasons]", "复核发现金额计算有误。")
    submit(officer)
    officer.wait_for_url("**/staff/recoveries/*/")
    order = RecoveryOrder.objects.get()
    address = url("staff_recovery", order.public_id)
    assert officer.locator("#issue form").count() == 0, "whoever proposes does not issue"
    assert debtor.goto(url("recovery", order.public_id)).status == 404, "a proposal is nobody's business"

    scan(cashier, address)
    submit(cashier, "#issue")
    cashier.wait_for_selector(".error-summary")
    assert_accessible(cashier)
    cashier.fill("#issue [name=pay_to]", "成都市就业服务管理局，中国工商银行，4402000000000000001")
    submit(cashier, "#issue")
    assert said(cashier)
    assert_accessible(cashier)
    scan(
        debtor, url("recovery", order.public_id), url("recovery_letter", order.public_id), url("my_statement")
    )
    with debtor.expect_download() as letter:
        debtor.goto(url("recovery_letter", order.public_id))
        debtor.click(f"a[href='{url('recovery_pdf', order.public_id)}']")
    assert letter.value.path().read_bytes().startswith(b"%PDF")

    officer.goto(address)
    officer.fill("#agree [name=note]", "本人来电申请，11月28日")
    press(officer, "#agree .form__actions button")
    assert said(officer)
    assert_accessible(officer)
    for number, yuan in enumerate(("200", "400"), start=1):
        _arrives(cashier, second, address, yuan, f"SK{number:06d}")
        scan(debtor, url("recovery", order.public_id))
    order.refresh_from_db()
    assert (order.state, order.recovered_fen) == ("recovered", 60_000)
    scan(cashier, address, url("staff_recovery_letter", order.public_id))
    scan(cashier, url("staff_recoveries") + "?sort=-asked", url("staff_recoveries") + "?text=nobody")
    with cashier.expect_download():
        cashier.goto(url("staff_recoveries"))
        cashier.click(f"a[href^='{url('export_recoveries')}']")


def _arrives(cashier, second, address, yuan, reference):
    """Recorded by one, by mistake twice; confirmed by another."""
    for _click in range(2):
        cashier.goto(address)
        cashier.fill("#receipt [name=amount_fen]", yuan)
        cashier.fill("#receipt [name=reference]", reference)
        submit(cashier, "#receipt")
        cashier.wait_for_selector(".messages, .error-summary")
    assert_accessible(cashier)
    assert cashier.locator("form[id^=confirm-]").count() == 0, "whoever records does not confirm"
    scan(second, address)
    second.click(".confirm:has(form[id^=confirm-]) summary")
    assert_accessible(second)
    press(second, "form[id^=confirm-] button[type=submit]")
    assert said(second)


@WIDTHS
def test_a_proposal_is_dropped_and_a_wrong_receipt_taken_out(page_as, looks, wide, team):
    order = proposed(team=team)
    officer = page_as(team.officer, wide=wide, **looks)
    scan(officer, url("staff_recovery", order.public_id))
    ask(officer, "drop")
    assert_accessible(officer)
    officer.fill("#drop textarea", "复核后金额无误")
    press(officer, "#drop button[type=submit]")
    assert said(officer)
    assert_accessible(officer)

    other = issued(team=team)
    cashier = page_as(team.cashier, wide=wide, **looks)
    address = url("staff_recovery", other.public_id)
    cashier.goto(address)
    cashier.fill("#receipt [name=amount_fen]", "1")
    cashier.fill("#receipt [name=reference]", "SK000009")
    submit(cashier, "#receipt")
    assert said(cashier)
    cashier.click(".confirm:has(form[id^=remove-]) summary")
    cashier.fill("form[id^=remove-] textarea", "登记有误")
    press(cashier, "form[id^=remove-] button[type=submit]")
    assert said(cashier)

    assert other.receipts.count() == 0


@WIDTHS
def test_a_debt_is_handed_over_and_written_off_by_two(page_as, looks, wide, team):
    order = issued(team=team)
    address = url("staff_recovery", order.public_id)
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        cashier, second = (page_as(user, wide=wide, **looks) for user in (team.cashier, team.second))
        scan(cashier, f"{url('staff_recoveries')}?only=overdue", address)
        cashier.fill("#refer [name=to]", "成华区人民法院")
        press(cashier, "#refer .form__actions button")
        assert said(cashier)
        assert_accessible(cashier)
        cashier.fill("#write-off [name=document]", "成财社〔2027〕3号")
        cashier.fill("#write-off [name=reason]", "债务人死亡，无遗产")
        press(cashier, "#write-off .form__actions button")
        assert said(cashier)
        assert cashier.locator("#approve-write-off").count() == 0, "whoever asks does not decide"
        scan(second, address)
        ask(second, "refuse-write-off")
        assert_accessible(second)
        second.fill("#refuse-write-off textarea", "材料不全")
        press(second, "#refuse-write-off button[type=submit]")
        assert said(second)
        cashier.goto(address)
        cashier.fill("#write-off [name=document]", "成财社〔2027〕4号")
        cashier.fill("#write-off [name=reason]", "债务人死亡，无遗产，材料已补")
        press(cashier, "#write-off .form__actions button")
        assert said(cashier)
        second.goto(address)
        confirm(second, "approve-write-off")
        assert said(second)
        assert_accessible(second)

    order.refresh_from_db()
    assert order.state == "written_off"
