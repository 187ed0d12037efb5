"""The list of orders: by which day money is to come next, and what is past its day."""

import io
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from subsidies.recovery import actions
from subsidies.recovery.models import RecoveryOrder
from subsidies.recovery.queries import overdue, overdue_since, with_next_due
from subsidies.recovery.rules import even_parts
from tests.factories.accounts import sign_in
from tests.factories.subsidies_recovery import issued, proposed, received

pytestmark = pytest.mark.django_db

LIST = "subsidies:staff_recoveries"


def in_parts(team, first: date = date(2026, 12, 1)) -> RecoveryOrder:
    """An order of 1,500 yuan in three monthly parts of 500."""
    return actions.agree_plan(
        order_id=issued(team=team).pk,
        parts=even_parts(150_000, 3, first),
        note="",
        by=team.officer,
        now=timezone.now(),
    )


def next_due(order: RecoveryOrder) -> date | None:
    return with_next_due(RecoveryOrder.objects.filter(pk=order.pk)).get().next_due_on


def test_without_a_plan_money_is_due_on_the_day_of_the_order(team):
    order = issued(team=team)

    assert next_due(order) == order.due_on


@pytest.mark.parametrize(
    ("fen", "day"),
    [
        (0, date(2026, 12, 1)),
        (49_999, date(2026, 12, 1)),
        (50_000, date(2027, 1, 1)),
        (149_999, date(2027, 2, 1)),
        (150_000, None),
    ],
)
def test_with_a_plan_the_first_part_that_is_not_paid_in_full_is_due_next(team, fen, day):
    order = in_parts(team)

    if fen:
        received(order, fen, team=team)

    assert next_due(order) == day


def test_a_later_plan_covers_what_came_in_before_it(team):
    order = received(issued(team=team), 50_000, team=team)

    actions.agree_plan(
        order_id=order.pk,
        parts=even_parts(100_000, 2, date(2027, 3, 1)),
        note="",
        by=team.officer,
        now=timezone.now(),
    )

    assert next_due(order) == date(2027, 3, 1)


def test_nothing_is_due_of_a_proposal(team):
    assert next_due(proposed(team=team)) is None


@pytest.mark.parametrize("fen", [0, 50_000, 70_000, 100_000])
@pytest.mark.parametrize("day", [date(2026, 12, 1), date(2026, 12, 2), date(2027, 1, 2), date(2027, 2, 2)])
def test_the_list_and_the_page_of_an_order_agree_on_what_is_overdue(team, fen, day):
    order = in_parts(team)
    if fen:
        order = received(order, fen, team=team)

    late = overdue(RecoveryOrder.objects.all(), day).first()

    assert (late.next_due_on if late else None) == overdue_since(order, today=day)


def test_an_order_without_a_plan_is_overdue_on_the_day_after(team):
    order = issued(team=team)

    assert not overdue(RecoveryOrder.objects.all(), order.due_on).exists()
    assert overdue(RecoveryOrder.objects.all(), order.due_on + timedelta(days=1)).exists()


@pytest.mark.parametrize(("sort", "turned"), [("due", False), ("-due", True)])
def test_the_list_shows_and_sorts_by_the_next_day(team, client, sort, turned):
    """The day of the order itself lies in between: by it both would stand the other way round."""
    plain, parts = issued(team=team), in_parts(team, date(2026, 11, 24))
    late = in_parts(team, date(2027, 6, 1))
    sign_in(client, team.officer)

    page = client.get(reverse(LIST), {"sort": sort})

    days = [row.next_due_on for row in page.context["page"]]
    assert days == sorted([date(2026, 11, 24), plain.due_on, date(2027, 6, 1)], reverse=turned)
    assert {row.pk for row in page.context["page"]} == {plain.pk, parts.pk, late.pk}
    assert "2027-06-01" in page.text


def test_the_list_marks_what_is_overdue(team, client):
    order = in_parts(team)

    with time_machine.travel("2026-12-02 10:00+08:00", tick=False):
        sign_in(client, team.officer)
        page = client.get(reverse(LIST), {"only": "overdue"})

    assert list(page.context["page"]) == [order]
    assert page.text.count("已逾期") == 2  # the filter offers it, the row says it


def test_the_spreadsheet_has_the_next_day_too(team, client):
    in_parts(team)
    sign_in(client, team.officer)

    response = client.get(reverse("subsidies:export_recoveries"))

    file = io.BytesIO(b"".join(response) if response.streaming else response.content)
    titles, row = load_workbook(file).active.iter_rows(values_only=True)
    assert str(row[titles.index("下次应退日期")])[:10] == "2026-12-01"
