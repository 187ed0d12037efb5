import io

import openpyxl
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from employment_portal.audit.models import AuditEntry
from employment_portal.ledger.kinds import AccountKind, TransferKind
from employment_portal.ledger.models import Transfer
from employment_portal.ledger.verification import findings
from subsidies.finance.queries import (
    by_year_and_item,
    grouped,
    lines_visible_to,
    received_by,
    total_of,
    transfers_behind,
)
from subsidies.payments.models import Payable
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.people import PersonFactory
from tests.factories.regions import AgencyFactory, RegionFactory
from tests.factories.subsidies_payments import funded_line, payable
from tests.factories.subsidies_recovery import Team, issued, paid, received

pytestmark = pytest.mark.django_db
A = AccountKind


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-23 10:00+08:00", tick=False):
        yield


@pytest.fixture
def officer():
    return UserFactory(finance_officer=True, agency=AgencyFactory(region=RegionFactory(code="5101")))


def rows_of(user, **values):
    return {row.key: row for row in grouped(lines_visible_to(user), **{"by": "item", **values})}


def test_every_step_of_the_money_has_its_column(officer):
    line = funded_line()
    payable(line, fen=100)
    paid(line, fen=1_000)

    row = rows_of(officer)[line.item.code]

    assert row.appropriated == 100_000_000
    assert row.by_kind[A.AVAILABLE] == 100_000_000 - 1_100
    assert (row.by_kind[A.PAYABLE], row.by_kind[A.PAID]) == (100, 1_000)


def test_what_came_back_stays_in_the_column_of_recovered(officer):
    line = funded_line()
    team = Team(region=line.region)
    received(issued(paid(line, fen=1_000), team=team, amount_fen=600), 400, team=team)

    row = rows_of(officer)[line.item.code]

    assert (row.by_kind[A.PAID], row.by_kind[A.OVERPAID_RECEIVABLE], row.by_kind[A.RECOVERED]) == (
        400,
        200,
        400,
    )


def test_the_city_sees_its_districts_and_a_district_itself(officer):
    city = RegionFactory(code="5101")
    one, other = funded_line(), funded_line(RegionFactory(code="510104"))

    rows = rows_of(officer, by="region", under=city)

    assert set(rows) == {one.region.code, other.region.code}
    assert total_of(rows.values(), "").appropriated == 200_000_000


def test_nobody_sees_the_money_of_another_place():
    funded_line()
    stranger = UserFactory(finance_officer=True, agency=AgencyFactory(region=RegionFactory(code="500103")))

    assert rows_of(stranger) == {}


def test_behind_a_figure_stand_the_transfers_that_make_it(officer):
    line = funded_line()
    paid(line, fen=1_000)

    found = transfers_behind([line.pk], account=A.PAID)

    assert [row.kind for row in found] == [TransferKind.SETTLE]


def test_the_pages_open_and_the_export_is_audited(client, officer):
    line = funded_line()
    due = paid(line, fen=123_456)
    sign_in(client, officer)

    page = client.get(reverse("subsidies:finance"), {"sort": "-paid", "region": "5101"}).content.decode()
    transfers = client.get(reverse("subsidies:finance_transfers"), {"account": "paid"}).content.decode()
    export = client.get(reverse("subsidies:export_finance"))

    assert "1,234.56" in page
    assert due.claim.number in transfers
    sheet = openpyxl.load_workbook(io.BytesIO(export.content)).active
    assert 1234.56 in [cell for line in sheet.values for cell in line]
    assert AuditEntry.objects.filter(action="finance.export").exists()
    moved = openpyxl.load_workbook(
        io.BytesIO(client.get(reverse("subsidies:export_transfers")).content)
    ).active
    assert next(moved.values) == ("流水号", "时间", "业务", "转出", "转入", "金额（元）")


def test_a_place_outside_the_posts_is_not_there(client, officer):
    sign_in(client, officer)

    assert (
        client.get(reverse("subsidies:finance"), {"region": RegionFactory(code="500103").code}).status_code
        == 404
    )


def test_a_statement_says_what_reached_somebody_and_what_went_back():
    line = funded_line()
    team = Team(region=line.region)
    person = PersonFactory(residence_region=line.region)
    due = paid(line, fen=1_000, person=person)
    received(issued(due, team=team, amount_fen=600), 400, team=team)
    payable(line, fen=50, person=person)

    rows = received_by(person=person)

    assert [(row["received"], row["owed"], row["returned"], row["kept"]) for row in rows] == [
        (1_000, 200, 400, 600)
    ]
    assert by_year_and_item(rows)[0]["kept"] == 600


def test_the_person_reads_his_own_statement_and_staff_that_of_their_region(client, officer):
    due = paid(fen=123_456)
    sign_in(client, due.person.user)
    assert "1,234.56" in client.get(reverse("subsidies:my_statement")).content.decode()
    client.logout()
    sign_in(client, officer)
    address = reverse("subsidies:staff_statement", args=["people", due.person.public_id])

    assert "1,234.56" in client.get(address).content.decode()
    assert AuditEntry.objects.filter(action="finance.open_statement").exists()
    stranger = reverse("subsidies:staff_statement", args=["people", PersonFactory().public_id])
    assert client.get(stranger).status_code == 404


def test_an_officer_reads_of_a_payee_only_what_their_own_place_paid(client):
    person = PersonFactory()
    here, there = RegionFactory(code="510104"), RegionFactory(code="510107")
    paid(funded_line(here), fen=111_100, person=person)
    elsewhere = paid(funded_line(there), fen=222_200, person=person)
    order = issued(elsewhere, team=Team(region=there), amount_fen=100)
    officer = UserFactory(finance_officer=True, agency=AgencyFactory(region=here))
    sign_in(client, officer)

    page = client.get(reverse("subsidies:staff_statement", args=["people", person.public_id])).text
    export = client.get(reverse("subsidies:export_statement", args=["people", person.public_id]))

    assert "1,111.00" in page
    assert "2,222.00" not in page
    assert order.number not in page
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(export.content)).active.values for cell in row]
    assert 1111 in cells
    assert 2222 not in cells


def test_an_export_says_the_time_of_day_here_and_that_it_is_cut(client, officer, monkeypatch):
    monkeypatch.setattr("subsidies.finance.views.figures.EXPORT_LIMIT", 1)
    payable()
    sign_in(client, officer)

    page = client.get(reverse("subsidies:finance_transfers")).text
    export = client.get(reverse("subsidies:export_transfers"))

    rows = list(openpyxl.load_workbook(io.BytesIO(export.content)).active.values)
    last = timezone.localtime(Transfer.objects.order_by("-number")[0].posted_at)
    assert [len(rows), rows[1][1]] == [3, f"{last:%Y-%m-%d %H:%M}"]
    assert rows[2][0] in page


def test_rows_and_ledger_agree_through_a_whole_recovery():
    line = funded_line()
    team = Team(region=line.region)
    order = issued(paid(line), team=team, amount_fen=100_000)
    received(order, 40_000, team=team)

    assert list(findings()) == []


def test_a_payable_that_says_it_was_paid_and_was_not_is_found():
    due = payable()
    Payable.objects.filter(pk=due.pk).update(state="paid", paid_on=timezone.localdate())

    found = [finding for finding in findings() if finding.check.startswith("payable that stands")]

    assert due.public_id in found[0].row
