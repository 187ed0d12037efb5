from datetime import UTC, datetime

import pytest
from django.urls import reverse

from employment_portal.ledger.kinds import SUBSIDIES, AccountKind
from employment_portal.ledger.queries import balances
from employment_portal.ledger.verification import findings
from employment_portal.workflow.actions import AlreadyDecided, SamePersonDecides
from subsidies.budgets.models import BudgetLine
from subsidies.finance import actions
from subsidies.finance.actions import (
    CloseAsked,
    CommitmentsDiffer,
    FiguresChanged,
    NothingToClose,
    NotYourBudget,
    YearRuns,
)
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_claims import approved
from tests.factories.subsidies_payments import allot, funded_line, officers

pytestmark = pytest.mark.django_db
A = AccountKind
DECEMBER = datetime(2026, 12, 28, 2, tzinfo=UTC)


@pytest.fixture
def city():
    return RegionFactory(code="5101")


def asked(city, by, year: int = 2026):
    return actions.request_close(region=city, year=year, reason="年终结账", by=by, now=DECEMBER)


def decided(city, by, *, approve: bool = True):
    return actions.decide_close(region=city, approve=approve, note="", by=by, now=DECEMBER)


def held(line, kind) -> int:
    return balances(SUBSIDIES, [line.pk]).get((line.pk, kind), 0)


def test_unused_money_goes_back_and_open_commitments_move_on(city):
    maker, second, _third = officers()
    claim = approved()
    line = claim.line
    free = held(line, A.AVAILABLE)
    asked(city, maker)

    decided(city, second)

    claim.refresh_from_db()
    assert (held(line, A.AVAILABLE), held(line, A.COMMITTED)) == (0, 0)
    assert held(line, A.TREASURY_SURRENDERED) == free
    assert (claim.line.year, claim.line.region, claim.line.item) == (2027, line.region, line.item)
    assert held(claim.line, A.COMMITTED) == claim.amount_fen
    assert list(findings()) == []


def test_nothing_moves_before_a_second_person_decides(city):
    maker, *_others = officers()
    line = funded_line()
    asked(city, maker)

    with pytest.raises(SamePersonDecides):
        decided(city, maker)
    assert held(line, A.AVAILABLE) == 100_000_000


def test_a_refused_request_changes_nothing_and_may_be_asked_again(city):
    maker, second, _third = officers()
    line = funded_line()
    asked(city, maker)
    with pytest.raises(CloseAsked):
        asked(city, second)

    decided(city, second, approve=False)

    assert held(line, A.AVAILABLE) == 100_000_000
    assert asked(city, maker)


def test_what_changed_since_it_was_asked_for_is_refused(city):
    maker, second, _third = officers()
    line = funded_line()
    asked(city, maker)
    allot(line, 1)

    with pytest.raises(FiguresChanged):
        decided(city, second)
    assert held(line, A.AVAILABLE) == 100_000_001


def test_it_is_done_once(city):
    maker, second, _third = officers()
    funded_line()
    asked(city, maker)
    decided(city, second)

    with pytest.raises(AlreadyDecided):
        decided(city, second)
    with pytest.raises(NothingToClose):
        asked(city, maker)


def test_a_running_year_stays_open(city):
    funded_line(year=2027)

    with pytest.raises(YearRuns):
        asked(city, officers()[0], year=2027)


def test_only_who_keeps_the_budget_closes_it(city):
    funded_line()

    for stranger in (
        UserFactory(city_officer=True, region=city),
        officers(RegionFactory(code="510108"))[0],
        officers(RegionFactory(code="500103"))[0],
    ):
        with pytest.raises(NotYourBudget):
            asked(city, stranger)


def test_commitments_without_their_claims_are_not_carried(city):
    maker, second, _third = officers()
    claim = approved()
    asked(city, maker)
    type(claim).objects.filter(pk=claim.pk).update(amount_fen=1)

    with pytest.raises(CommitmentsDiffer):
        decided(city, second)
    assert not BudgetLine.objects.filter(year=2027).exists()


def test_the_page_offers_the_year_that_it_shows(client, city):
    maker, _second, _third = officers()
    funded_line()
    sign_in(client, maker)

    page = client.get(reverse("subsidies:close_year", args=[city.code]), {"year": "2019"})

    assert page.context["year"] == 2019
    assert page.context["years"] == [2026, 2019]
