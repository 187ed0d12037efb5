import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from employment_portal.core import calendar
from employment_portal.core.calendar import (
    InvalidCalendar,
    add_working_days,
    deadline,
    import_calendar,
    is_working_day,
    working_days_between,
)
from employment_portal.core.models import CalendarDay

pytestmark = pytest.mark.django_db
HEADER = "day,is_working,name,source\n"


@pytest.fixture(autouse=True)
def shipped_calendar(db):
    calendar.load_calendar()
    yield
    calendar.invalidate()


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2025, 1, 1), False),
        (date(2025, 1, 26), True),  # Sunday made up for the Spring Festival
        (date(2025, 2, 4), False),
        (date(2025, 10, 8), False),
        (date(2025, 10, 11), True),
        (date(2026, 1, 2), False),
        (date(2026, 1, 4), True),
        (date(2026, 2, 23), False),
        (date(2026, 2, 28), True),
        (date(2026, 9, 20), True),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 11, 21), False),  # a plain Saturday
        (date(2026, 11, 23), True),
    ],
)
def test_days_follow_the_state_councils_table(day, working):
    assert is_working_day(day) is working


@pytest.mark.parametrize(("year", "working_days"), [(2025, 248), (2026, 248)])
def test_a_year_has_as_many_working_days_as_the_law_gives(year, working_days):
    """365 days less the weekends and the 13 statutory holidays; swaps by make-up days cancel out."""
    assert working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == working_days


def test_working_days_are_counted_after_the_start():
    assert add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert add_working_days(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert add_working_days(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert add_working_days(date(2026, 10, 3), 0) == date(2026, 10, 8)


@given(start=st.dates(date(2025, 1, 1), date(2026, 6, 1)), days=st.integers(1, 60))
def test_counting_forward_and_between_agree(start, days):
    due_on = add_working_days(start, days)

    assert is_working_day(due_on)
    assert working_days_between(start, due_on) == days
    assert working_days_between(due_on, start) == -days


def test_a_deadline_is_provisional_when_it_reaches_a_year_without_a_table():
    assert deadline(date(2026, 12, 28), 3) == (date(2026, 12, 31), False)
    assert deadline(date(2026, 12, 28), 4) == (date(2027, 1, 1), True)
    assert not deadline(date(2024, 12, 31), 5).provisional


def test_a_deadline_is_final_once_the_next_year_is_imported():
    import_calendar(io.StringIO(HEADER + "2027-01-01,0,元旦,测试通知\n2027-10-01,0,国庆节,测试通知\n"))

    assert deadline(date(2026, 12, 28), 4) == (date(2027, 1, 4), False)


def test_loading_again_changes_nothing_and_keeps_corrections():
    CalendarDay.objects.filter(day=date(2026, 10, 10)).update(is_working=False)
    before = list(CalendarDay.objects.values_list())

    calendar.load_calendar()

    assert list(CalendarDay.objects.values_list()) == before


@pytest.mark.parametrize(
    ("text", "part_of_the_sentence"),
    [
        ("", "first line"),
        ("day,name\n", "first line"),
        (HEADER, "lists no day"),
        (HEADER + "2027-13-01,0,元旦,x\n", "Line 2"),
        ("# note\n" + HEADER + "2027-01-01,yes,元旦,x\n", "Line 3"),
        (HEADER + "2027-01-01,0,,x\n", "name and source"),
        (HEADER + "2027-01-01,0,元旦,x\n2027-01-01,1,元旦,x\n", "twice"),
        (HEADER + "2027-01-01\n", "Line 2"),
    ],
)
def test_a_bad_file_names_its_line_and_changes_nothing(text, part_of_the_sentence, english):
    before = CalendarDay.objects.count()

    with pytest.raises(InvalidCalendar) as error:
        import_calendar(io.StringIO(text))

    assert part_of_the_sentence in str(error.value)
    assert CalendarDay.objects.count() == before


def test_the_command_imports_a_later_year(tmp_path, capsys):
    file = tmp_path / "2027.csv"
    file.write_text("# notice\n" + HEADER + "2027-10-01,0,国庆节,测试通知\n", encoding="utf-8")

    call_command("import_calendar", str(file))

    assert "2027: 1" in capsys.readouterr().out
    assert not is_working_day(date(2027, 10, 1))


def test_the_command_says_what_is_wrong(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_calendar", str(tmp_path / "nothing.csv"))


def test_a_process_with_an_empty_table_looks_again():
    CalendarDay.objects.all().delete()
    calendar.invalidate()
    assert is_working_day(date(2026, 10, 1))
    calendar.load_calendar()
    assert not is_working_day(date(2026, 10, 1))
    assert is_working_day(date(2026, 10, 1) + timedelta(days=7))
