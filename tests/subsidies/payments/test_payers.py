"""The account that is paid from: two people, a day, the nearest place; and a file that can be written again for ever."""

from datetime import date

import pytest
import time_machine
from django.utils import timezone

from employment_portal.workflow.actions import AlreadyDecided, SamePersonDecides
from subsidies.payments import actions
from subsidies.payments.actions import payers as rules
from subsidies.payments.actions.releasing import matches_stored
from subsidies.payments.formats.layouts import read_payments
from subsidies.payments.payer_models import Payer
from subsidies.policies.models import SubsidyItem
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_payments import built, funded_line, officers, payable, payer, released

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-12-01 10:00+08:00", tick=False):
        yield


def entered(region, by, on=date(2026, 12, 1), **values):
    return actions.enter_payer(
        **{
            "region": region,
            "name": "成华区就业补助资金专户",
            "account": "5100 0000 0000 0000 001",
            "bank_name": "成都银行",
            "bank_code": "313651000015",
            "effective_from": on,
            "document": "开户许可证 J6510001",
            "by": by,
            "now": timezone.now(),
            **values,
        }
    )


def test_nothing_is_paid_from_an_account_that_nobody_confirmed():
    team = officers()
    region = team[0].current_posts()[0].agency.region
    found = entered(region, team[0])
    payable(funded_line(region))

    def build():
        return actions.build_batch(run_key="x", region=region, year=2026, by=team[0], now=timezone.now())

    with pytest.raises(rules.NoPayer):
        build()
    with pytest.raises(SamePersonDecides):
        actions.confirm_payer(payer_id=found.pk, by=team[0], now=timezone.now())
    actions.confirm_payer(payer_id=found.pk, by=team[1], now=timezone.now())

    assert build().payer == found
    with pytest.raises(AlreadyDecided):
        actions.confirm_payer(payer_id=found.pk, by=team[2], now=timezone.now())
    with pytest.raises(AlreadyDecided):
        actions.remove_payer(payer_id=found.pk, reason="", by=team[2])


def test_an_account_that_nobody_confirmed_can_be_taken_out():
    team = officers()
    found = entered(team[0].current_posts()[0].agency.region, team[0])

    actions.remove_payer(payer_id=found.pk, reason="录错", by=team[1])

    assert not Payer.objects.exists()


def test_one_account_a_day_and_none_for_the_past_or_for_others():
    team = officers()
    region = team[0].current_posts()[0].agency.region
    payer(region, on=date(2026, 12, 1))
    second = entered(region, team[0])

    with pytest.raises(rules.DayTaken):
        actions.confirm_payer(payer_id=second.pk, by=team[1], now=timezone.now())
    with pytest.raises(rules.DayPassed):
        entered(region, team[0], on=date(2026, 11, 30))
    with pytest.raises(rules.NotYourPayer):
        entered(RegionFactory(code="500103"), team[0])


def test_the_nearest_place_pays_from_its_day_on():
    city, district = RegionFactory(code="5101"), RegionFactory(code="510108")
    of_city = payer(city)
    before = payer(district, on=date(2026, 6, 1))
    later = payer(district, on=date(2026, 12, 1))

    found = [
        rules.payer_of(district, day) for day in (date(2026, 5, 1), date(2026, 11, 30), date(2026, 12, 1))
    ]

    assert found == [of_city, before, later]


@pytest.mark.parametrize("format", ["delimited", "pain001"])
def test_a_file_is_written_again_from_frozen_rows_whatever_changed_since(format):
    team, line = officers(), funded_line()
    due = payable(line)
    batch = released(team, format=format)
    assert matches_stored(batch)

    later = entered(batch.region, team[0])
    actions.confirm_payer(payer_id=later.pk, by=team[1], now=timezone.now())
    SubsidyItem.objects.update(notice_name="改了名的补贴", name="改了名的补贴")
    actions.set_account(
        person=due.person, holder=due.person.name, bank_name="中国农业银行", number="6228480402564890018",
        by=due.person.user, now=timezone.now(),
    )  # fmt: skip
    batch.refresh_from_db()

    assert matches_stored(batch)
    file = read_payments(bytes(batch.file.content), format)
    assert (file.payer_name, file.payer_account) == (batch.payer.name, batch.payer.account)
    assert file.payments[0].purpose == "求职补贴"


def test_a_later_batch_has_the_later_account():
    team, line = officers(), funded_line()
    payable(line)
    first = built(team)
    later = entered(first.region, team[0], on=date(2026, 12, 1))
    actions.confirm_payer(payer_id=later.pk, by=team[1], now=timezone.now())
    payable(line)

    assert built(team).payer == later
    assert first.payer != later
