from datetime import date

import pytest

from subsidies.policies.enums import PeriodKind
from subsidies.recovery.models import Cause
from subsidies.recovery.rules import (
    Effect,
    Part,
    effect_of,
    even_parts,
    months_kept,
    overdue_fen,
    plan_problem,
    reminder_number,
    returns_to_budget,
    standings,
)

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("kind", PeriodKind)
@pytest.mark.parametrize("whole", [True, False])
def test_a_false_statement_keeps_the_grant_so_that_nobody_tries_again(whole, kind):
    assert effect_of(Cause.FALSE_STATEMENT, whole=whole, period_kind=kind) == Effect.STAYS


@pytest.mark.parametrize("cause", [Cause.NO_LONGER_QUALIFIES, Cause.PAID_TWICE, Cause.OUR_ERROR])
def test_what_is_asked_back_in_whole_may_be_claimed_anew(cause):
    assert effect_of(cause, whole=True, period_kind=PeriodKind.MONTHS) == Effect.ENDS


def test_months_after_the_last_day_that_counts_are_cut_off():
    part = {"whole": False, "period_kind": PeriodKind.MONTHS}

    assert effect_of(Cause.NO_LONGER_QUALIFIES, **part) == Effect.SHORTENED
    assert effect_of(Cause.OUR_ERROR, **part) == Effect.REDUCED


def test_what_was_granted_once_for_all_time_is_not_cut():
    effect = effect_of(Cause.NO_LONGER_QUALIFIES, whole=False, period_kind=PeriodKind.ONCE)

    assert effect == Effect.REDUCED


@pytest.mark.parametrize(
    ("until", "kept"),
    [(date(2026, 2, 28), 2), (date(2026, 2, 1), 2), (date(2026, 1, 31), 1), (date(2025, 12, 31), 0)],
)
def test_a_month_that_has_begun_counts(until, kept):
    assert months_kept(date(2026, 1, 1), date(2026, 4, 1), until) == kept


def test_a_day_after_the_end_keeps_every_month():
    assert months_kept(date(2026, 1, 1), date(2026, 4, 1), date(2027, 1, 1)) == 3


def parts(*amounts, first=date(2026, 12, 1)):
    return [Part(date(2026, 12, 1 + number), fen) for number, fen in enumerate(amounts)]


def test_a_plan_that_adds_up_in_order_has_no_problem():
    assert plan_problem(parts(50_000, 100_000), outstanding_fen=150_000, today=TODAY, most=60) is None


@pytest.mark.parametrize(
    "plan",
    [
        parts(150_000),
        parts(50_000, 50_000),
        parts(0, 150_000),
        [Part(date(2026, 12, 2), 50_000), Part(date(2026, 12, 2), 100_000)],
        [Part(date(2026, 12, 2), 50_000), Part(date(2026, 12, 1), 100_000)],
        [Part(date(2026, 11, 22), 50_000), Part(date(2026, 12, 1), 100_000)],
        even_parts(150_000, 61, date(2026, 12, 1)),
    ],
)
def test_what_is_no_plan_is_refused_with_a_sentence(plan):
    assert plan_problem(plan, outstanding_fen=150_000, today=TODAY, most=60)


@pytest.mark.parametrize("count", [2, 3, 7, 12])
def test_even_parts_add_up_and_fall_into_following_months(count):
    plan = even_parts(150_001, count, date(2027, 1, 31))

    assert plan_problem(plan, outstanding_fen=150_001, today=TODAY, most=60) is None
    assert plan[1].due_on == date(2027, 2, 28)


def test_money_counts_for_the_earliest_part_first():
    plan = [Part(date(2026, 10, 1), 50_000), Part(date(2026, 11, 1), 50_000), Part(date(2026, 12, 1), 50_000)]

    found = standings(plan, received_fen=70_000, today=TODAY)

    assert [row.paid_fen for row in found] == [50_000, 20_000, 0]
    assert [row.overdue for row in found] == [False, True, False]
    assert overdue_fen(found) == 30_000


@pytest.mark.parametrize(
    ("today", "number"),
    [(date(2026, 11, 1), 0), (date(2026, 11, 2), 1), (date(2026, 11, 15), 1), (date(2026, 11, 16), 2)],
)
def test_reminders_come_on_the_next_day_and_then_every_two_weeks(today, number):
    assert reminder_number(date(2026, 11, 1), today, every_days=14) == number


@pytest.mark.parametrize(
    ("year", "received", "booked", "back"),
    [
        (2026, date(2026, 11, 1), date(2026, 11, 2), True),
        (2026, date(2026, 12, 31), date(2027, 1, 4), False),
        (2025, date(2026, 11, 1), date(2026, 11, 2), False),
    ],
)
def test_money_is_available_again_only_within_its_fiscal_year(year, received, booked, back):
    assert returns_to_budget(year, received_on=received, booked_on=booked) is back
