import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from employment_portal.ledger.errors import InsufficientFunds
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind
from employment_portal.ledger.queries import balances
from employment_portal.workflow.actions import AlreadyDecided, SamePersonDecides
from subsidies.budgets import actions, exports
from subsidies.budgets.imports import import_budget
from subsidies.budgets.models import BudgetChange
from subsidies.budgets.queries import NoBudgetLine, line_for, with_figures
from tests.factories.accounts import UserFactory
from tests.factories.regions import AgencyFactory, RegionFactory
from tests.factories.subsidies_payments import (
    allot,
    budget_line,
    funded_line,
    officers,
    payable,
    subsidy_item,
)

pytestmark = pytest.mark.django_db


def ask(line, by, kind="allot", fen=500_000, **values):
    return actions.request_change(
        kind=kind, line=line, amount_fen=fen, document="成财社〔2026〕12号", reason="年初预算", by=by, now=timezone.now(), **values
    )  # fmt: skip


def decide(change, by, approve=True):
    return actions.decide_change(change_id=change.pk, approve=approve, note="", by=by, now=timezone.now())


def available(line):
    return balances(SUBSIDIES, [line.pk]).get((line.pk, AccountKind.AVAILABLE), 0)


def test_no_money_moves_before_a_second_person_approves():
    team, line = officers(), budget_line()
    change = ask(line, team[0])
    assert available(line) == 0

    decide(change, team[1])

    assert available(line) == 500_000


def test_whoever_asks_does_not_decide():
    team, line = officers(), budget_line()
    change = ask(line, team[0])

    with pytest.raises(SamePersonDecides):
        decide(change, team[0])
    change.state, change.decided_by = "approved", team[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        change.save()


def test_a_change_is_decided_once():
    team, line = officers(), budget_line()
    change = ask(line, team[0])
    decide(change, team[1])

    with pytest.raises(AlreadyDecided):
        decide(change, team[2])

    assert available(line) == 500_000


def test_a_refused_or_withdrawn_change_moves_nothing():
    team, line = officers(), budget_line()
    decide(ask(line, team[0]), team[1], approve=False)
    actions.withdraw_change(change_id=ask(line, team[0]).pk, by=team[0], now=timezone.now())

    assert available(line) == 0


def test_a_cut_of_more_than_is_available_is_refused_whole():
    team, line = officers(), allot(budget_line(), 100)
    change = ask(line, team[0], kind="cut", fen=101)

    with pytest.raises(InsufficientFunds):
        decide(change, team[1])

    change.refresh_from_db()
    assert change.state == "waiting"
    assert available(line) == 100


def test_a_move_leaves_one_line_and_enters_the_other():
    team, line = officers(), allot(budget_line(), 1000)
    other = budget_line(RegionFactory(code="510104"))

    decide(ask(line, team[0], kind="move", fen=400, to_line=other), team[1])

    assert (available(line), available(other)) == (600, 400)


def test_a_move_is_decided_by_somebody_who_keeps_both_lines():
    team, here = officers(), RegionFactory(code="510104")
    line, other = allot(budget_line(here), 1000), budget_line(RegionFactory(code="510107"))
    asked = ask(line, team[0], kind="move", fen=400, to_line=other)

    with pytest.raises(actions.NotYourBudget):
        decide(asked, officers(here)[0])

    assert (available(line), available(other)) == (1000, 0)


def test_an_officer_of_another_city_neither_asks_nor_decides():
    team, line = officers(), budget_line()
    stranger = UserFactory(finance_officer=True, agency=AgencyFactory(region=RegionFactory(code="500103")))

    with pytest.raises(actions.NotYourBudget):
        ask(line, stranger)
    with pytest.raises(actions.NotYourBudget):
        decide(ask(line, team[0]), stranger)


def test_a_claim_is_paid_from_its_county_else_from_the_city():
    street = RegionFactory(code="510108001")
    city_line = budget_line(RegionFactory(code="5101"))
    assert line_for(street, 2026, "employment", subsidy_item()) == city_line

    county_line = budget_line(RegionFactory(code="510108"))

    assert line_for(street, 2026, "employment", subsidy_item()) == county_line
    with pytest.raises(NoBudgetLine):
        line_for(street, 2031, "employment", subsidy_item())


def test_the_figures_are_the_ledgers():
    line = funded_line()
    payable(line, fen=150_000)

    [row] = with_figures([line])

    assert row.appropriated == 100_000_000
    assert row.by_kind["available"] == 100_000_000 - 150_000
    assert row.by_kind["payable"] == 150_000


def sheet(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


HEADING = ["地区", "年度", "资金", "项目", "金额（元）", "文号"]


def test_an_import_asks_for_good_rows_and_says_what_is_wrong_with_the_others():
    officer = officers()[0]
    budget_line()
    good = ["510108", 2026, "employment", "job-search", "1500000", "成财社〔2026〕12号"]
    bad = [
        ["火星", 2026, "employment", "job-search", "1", "x"],
        ["510108", "二〇二六", "employment", "job-search", "1", "x"],
        ["510108", 2026, "nobody", "job-search", "1", "x"],
        ["510108", 2026, "employment", "=cmd()", "1", "x"],
        ["510108", 2026, "employment", "job-search", "-5", "x"],
        ["510108", 2026, "employment", "job-search", "1", ""],
        ["500103", 2026, "employment", "job-search", "1", "x"],
    ]

    results = import_budget(content=sheet(HEADING, good, *bad), by=officer, now=timezone.now())

    assert [row.outcome for row in results] == ["asked", *["problem"] * len(bad)]
    assert all(row.problem for row in results[1:])
    assert BudgetChange.objects.get().amount_fen == 150_000_000


def test_the_same_import_again_asks_for_nothing():
    officer = officers()[0]
    budget_line()
    content = sheet(HEADING, ["510108", 2026, "employment", "job-search", "1500000", "成财社〔2026〕12号"])

    outcomes = [
        import_budget(content=content, by=officer, now=timezone.now())[0].outcome for _time in range(2)
    ]

    assert outcomes == ["asked", "known"]


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"%PDF-1.7", sheet(["a", "b"]), sheet(HEADING)])
def test_what_is_no_budget_is_refused_at_the_upload(client, content):
    client.force_login(officers()[0])

    response = client.post(
        reverse("subsidies:import_budget"), {"file": SimpleUploadedFile("b.xlsx", content)}
    )

    assert response.status_code == 422


def test_the_template_is_understood_by_the_import():
    officer = officers()[0]
    budget_line()

    [row] = import_budget(content=exports.template(), by=officer, now=timezone.now())

    assert row.outcome == "asked", row.problem


def test_the_pages_open_and_take_a_change_through(client):
    team, line = officers(), funded_line()
    payable(line)
    client.force_login(team[0])
    for name in (
        "budget",
        "budget_changes",
        "open_budget_line",
        "import_budget",
        "export_budget",
        "budget_template",
    ):
        assert client.get(reverse(f"subsidies:{name}")).status_code == 200
    page = reverse("subsidies:budget_line", args=[line.public_id])
    assert client.get(page, {"account": "payable"}).status_code == 200

    data = {"kind": "cut", "amount": "100.00", "document": "文", "reason": "调减"}
    client.post(reverse("subsidies:change_budget", args=[line.public_id]), data)
    change = BudgetChange.objects.get()
    assert client.get(reverse("subsidies:budget_changes")).status_code == 200
    client.force_login(team[1])
    before = available(line)
    client.post(reverse("subsidies:decide_budget_change", args=[change.public_id]), {"decision": "approve"})

    assert available(line) == before - 10_000


@pytest.mark.parametrize("change", [{"amount": "-1"}, {"amount": "一百"}, {"kind": "move"}, {"document": ""}])
def test_a_change_that_cannot_be_is_refused_at_its_field(client, change):
    team, line = officers(), funded_line()
    client.force_login(team[0])
    data = {"kind": "cut", "amount": "100.00", "document": "文", "reason": "调减", **change}

    response = client.post(reverse("subsidies:change_budget", args=[line.public_id]), data)

    assert response.status_code == 422


def test_ticked_requests_are_approved_together(client):
    team, line = officers(), budget_line()
    changes = [ask(line, team[0], fen=fen) for fen in (400_000, 500_000, 600_000)]
    client.force_login(team[1])

    client.post(
        reverse("subsidies:approve_budget_changes"), {"ids": [change.public_id for change in changes]}
    )

    assert available(line) == 1_500_000
