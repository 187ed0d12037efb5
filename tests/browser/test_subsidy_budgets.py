"""Budget and finance in Chromium: a line, its changes with four eyes, an import, figures down to transfers, a year's end."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
import time_machine
from django.urls import reverse

from employment_portal.ledger.kinds import SUBSIDIES, AccountKind
from employment_portal.ledger.queries import balances
from subsidies.budgets.models import BudgetChange, BudgetLine
from tests.browser.acting import ask, confirm, press, said, scan, submit
from tests.browser.scan import assert_accessible
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_payments import budget_line, funded_line, officers, payable, subsidy_item
from tests.factories.subsidies_recovery import Team, issued, paid

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
WIDTHS = pytest.mark.parametrize("wide", [True, False], ids=["wide", "phone"])


def url(name, *args):
    return reverse(f"subsidies:{name}", args=args)


def available(line):
    return balances(SUBSIDIES, [line.pk]).get((line.pk, AccountKind.AVAILABLE), 0)


def _asks(desk, line, document, yuan="5000"):
    desk.goto(url("budget_line", line.public_id))
    desk.fill("input[name=amount]", yuan)
    desk.fill("input[name=document]", document)
    desk.fill("input[name=reason]", "年中追加")
    submit(desk)


@WIDTHS
def test_a_line_is_opened_and_its_money_changed_by_two_people(page_as, looks, wide):
    team = officers()
    subsidy_item(), budget_line(RegionFactory(code="510104"))
    asker, decider = (page_as(user, wide=wide, **looks) for user in team[:2])
    scan(asker, url("budget"), url("budget_changes"), url("open_budget_line"), url("import_budget"))
    asker.goto(url("open_budget_line"))
    submit(asker)
    asker.wait_for_selector(".error-summary")
    assert_accessible(asker)

    line = budget_line()
    scan(asker, url("budget_line", line.public_id))
    submit(asker)
    asker.wait_for_selector(".error-summary")
    assert_accessible(asker)
    for document in ("成财社〔2026〕41号", "成财社〔2026〕42号", "成财社〔2026〕43号"):
        _asks(asker, line, document)
        assert said(asker)
    assert_accessible(asker)
    _asks(asker, line, "成财社〔2026〕43号")
    asker.wait_for_selector(".error-summary")
    scan(asker, url("budget_changes"))
    assert asker.locator("input[name=ids]").count() == 0, "whoever asks does not decide"

    changes = list(BudgetChange.objects.order_by("pk"))
    assert (len(changes), available(line)) == (3, 0)
    scan(decider, url("budget_changes"))
    ask(decider, f"refuse-{changes[0].public_id}")
    assert_accessible(decider)
    decider.fill(f"#refuse-{changes[0].public_id} textarea", "文号不符")
    press(decider, f"#refuse-{changes[0].public_id} button[type=submit]")
    assert said(decider)
    confirm(decider, f"approve-{changes[1].public_id}")
    assert said(decider)
    assert available(line) == 500_000
    decider.check(f"input[value='{changes[2].public_id}']")
    confirm(decider, "many")
    assert said(decider)
    assert available(line) == 1_000_000
    scan(
        decider,
        url("budget_changes"),
        url("budget_line", line.public_id) + "?account=available",
        url("budget"),
    )


@WIDTHS
def test_a_years_budget_is_imported_row_by_row(page_as, looks, wide, tmp_path):
    team = officers()
    line = budget_line(year=2026)
    file = tmp_path / "预算.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["地区", "年度", "资金", "项目", "金额（元）", "文号"])
    book.active.append([line.region.name, 2026, line.fund.name, line.item.name, 5000, "成财社〔2026〕44号"])
    book.active.append(["无此地", 2026, line.fund.name, line.item.name, 5000, "成财社〔2026〕44号"])
    book.save(file)
    desk = page_as(team[0], wide=wide, **looks)

    desk.goto(url("import_budget"))
    desk.set_input_files("input[type=file]", file)
    submit(desk)
    desk.wait_for_selector("table")
    assert_accessible(desk)
    (tmp_path / "picture.xlsx").write_bytes(b"\x89PNG not a spreadsheet")
    desk.goto(url("import_budget"))
    desk.set_input_files("input[type=file]", tmp_path / "picture.xlsx")
    submit(desk)
    desk.wait_for_selector(".error-summary")
    assert_accessible(desk)

    assert BudgetChange.objects.count() == 1


@WIDTHS
def test_figures_lead_down_to_the_transfers_and_leave_as_a_spreadsheet(page_as, looks, wide):
    city = officers()
    line = funded_line()
    due = paid(line, fen=123_456)
    payable(line, fen=100)
    issued(paid(line), team=Team(region=line.region))
    desk = page_as(city[0], wide=wide, **looks)
    home = url("finance")
    scan(desk, home, *(f"{home}?by={by}" for by in ("item", "fund", "year")), f"{home}?year=2020")

    desk.goto(f"{home}?by=item&region=5101&sort=-paid")
    with desk.expect_download() as file:
        desk.click(f"a[href^='{url('export_finance')}']")
    sheet = openpyxl.load_workbook(BytesIO(file.value.path().read_bytes())).active
    figures = [cell for row in sheet.values for cell in row]
    assert 1234.56 in figures
    assert {line.item.name, line.item.name_en} & set(figures)
    desk.click(f"tbody a[href*='{url('finance_transfers')}'][href*='account=paid']")
    desk.wait_for_url("**/transfers/**")
    assert due.claim.number in desk.inner_text("main")
    assert_accessible(desk)
    with desk.expect_download() as file:
        desk.click(f"a[href^='{url('export_transfers')}']")
    assert 1234.56 in [
        cell
        for row in openpyxl.load_workbook(BytesIO(file.value.path().read_bytes())).active.values
        for cell in row
    ]
    desk.get_by_text(due.claim.number).click()
    desk.wait_for_url("**/payables/*/")
    desk.click(f"a[href='{url('staff_statement', 'people', due.person.public_id)}']")
    desk.wait_for_url("**/people/*/")
    assert_accessible(desk)
    with desk.expect_download():
        desk.click("a[href$='export/']")
    scan(desk, f"{url('finance_transfers')}?kind=recover")

    own = page_as(due.person.user, wide=wide, **looks)
    scan(own, url("my_statement"))


@WIDTHS
def test_a_year_is_closed_by_two_people(page_as, looks, wide):
    city, line = officers(), funded_line()
    address = url("close_year", "5101") + "?year=2026"
    with time_machine.travel("2026-12-03 10:00+08:00"):
        asker, decider = (page_as(user, wide=wide, **looks) for user in city[:2])
        scan(asker, address)
        submit(asker)
        asker.wait_for_selector(".error-summary")
        assert_accessible(asker)
        asker.fill("[name=reason]", "成财社〔2026〕99号")
        submit(asker)
        assert said(asker)
        assert asker.locator("#approve-close").count() == 0, "whoever asks does not decide"
        scan(decider, address)
        ask(decider, "approve-close")
        assert_accessible(decider)
        press(decider, "#approve-close button[type=submit]")
        assert said(decider)
        assert_accessible(decider)

    assert available(line) == 0
    assert BudgetLine.objects.get().year == date(2026, 12, 3).year
