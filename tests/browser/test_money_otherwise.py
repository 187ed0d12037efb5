"""The pages of money that the bank moved otherwise, of paying accounts, and of terms: wide, on a phone, in both languages."""

import os
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from subsidies.payments import actions
from subsidies.payments.cash_models import CashMovement
from subsidies.payments.payer_models import Payer
from tests.browser.scan import assert_accessible
from tests.factories.accounts import UserFactory
from tests.factories.regions import AgencyFactory
from tests.factories.subsidies_payments import funded_line, officers, payer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SCREENSHOTS", "")
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def look(page, name):
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{size['width']}.png", full_page=True)
        assert_accessible(page, narrow=size is PHONE)


def test_cash_accounts_and_terms_are_entered_and_read(page_as, looks):
    team, line = officers(), funded_line()
    payer()
    for number, (direction, fen) in enumerate([("in", 150_000), ("out", 88_000)]):
        cash = CashMovement.objects.create(
            direction=direction, line=line, amount_fen=fen, moved_on=date(2026, 11, 20), reference=f"LS2026112{number}",
            counterparty="成都某某人力资源有限公司", note="转账", recorded_by=team[0], recorded_at=timezone.now(),
        )  # fmt: skip
        case = actions.confirm_cash(cash_id=cash.pk, by=team[1], now=timezone.now())
    page = page_as(team[1], **looks)

    page.goto(reverse("subsidies:cash"))
    page.check("[name=direction][value=in]")
    page.select_option("[name=line]", line.public_id)
    page.fill("[name=amount_fen]", "320.50")
    page.fill("[name=moved_on]", "2026-11-21")
    page.fill("[name=reference]", "LS9")
    page.click("#record button[type=submit], section:has(#record) button[type=submit]")
    page.wait_for_load_state()
    assert CashMovement.objects.filter(reference="LS9", amount_fen=32050).exists()
    look(page, "cash")
    page.goto(reverse("subsidies:case", args=[case.public_id]))
    look(page, "case")
    page.goto(reverse("subsidies:finance"))
    look(page, "finance")
    region = team[0].current_posts()[0].agency.region
    Payer.objects.create(
        region=region, name="成都市就业补助资金专户", account="5100000000000000002", bank_name="成都银行",
        effective_from=date(2027, 1, 1), document="开户许可证", made_by=team[0], made_at=timezone.now(),
    )  # fmt: skip
    page.goto(reverse("subsidies:payers"))
    look(page, "payers")
    keeper = page_as(UserFactory(policy_officer=True, agency=AgencyFactory(region=region)), **looks)
    keeper.goto(reverse("desk:terms"))
    look(keeper, "terms")
