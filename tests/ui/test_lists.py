import pytest
from django.test import RequestFactory

from employment_portal.ui.lists import in_order, state_tabs
from subsidies.recovery.models import RecoveryOrder
from tests.factories.subsidies_payments import budget_line
from tests.factories.subsidies_recovery import Team, issued, proposed

FIELDS = {"due": "due_on", "asked": "amount_fen"}


def asked(**query):
    return RequestFactory().get("/", query)


@pytest.mark.django_db
def test_a_list_is_ordered_as_asked_with_rows_without_a_value_last():
    team = Team(region=budget_line().region)
    waiting, known = proposed(team=team), issued(team=team)
    rows = RecoveryOrder.objects.all()

    for sort in ("due", "-due"):
        assert list(in_order(rows, asked(sort=sort), FIELDS, default=["pk"])) == [known, waiting]


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["", "proposed_by__password", "-", "--due"])
def test_another_order_than_those_offered_is_the_default(sort):
    team = Team(region=budget_line().region)
    first, second = proposed(team=team), proposed(team=team)

    assert list(in_order(RecoveryOrder.objects.all(), asked(sort=sort), FIELDS, default=["-pk"])) == [
        second,
        first,
    ]


def test_tabs_count_and_keep_the_other_filters_but_not_the_page():
    choices = [("open", "Open"), ("closed", "Closed"), ("never", "Never")]
    request = asked(text="王 & 李", page="3", state="open")

    tabs = state_tabs(
        request, choices, {"open": 2, "closed": 1}, chosen="open", everything="All", hot=["open"]
    )

    assert [(tab["label"], tab["count"], tab["current"], tab["hot"]) for tab in tabs] == [
        ("All", 3, False, False),
        ("Open", 2, True, True),
        ("Closed", 1, False, False),
    ]
    assert tabs[2]["url"] == "?text=%E7%8E%8B+%26+%E6%9D%8E&state=closed"


def test_the_chosen_state_keeps_its_tab_when_nothing_is_left_in_it():
    tabs = state_tabs(asked(), [("open", "Open")], {}, chosen="open", everything="All")

    assert [tab["label"] for tab in tabs] == ["All", "Open"]
