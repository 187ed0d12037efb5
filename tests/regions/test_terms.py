"""Terms and limits: shipped for everywhere, set by a place from a later day on, read without a query."""

from datetime import date

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.enums import StaffRole
from employment_portal.audit.models import AuditEntry
from employment_portal.desk.administration import terms
from employment_portal.regions.models import Region, Term
from employment_portal.regions.terms import TermCode, Unit, forget, in_force, shipped, term
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.regions import AgencyFactory, RegionFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 28)


@pytest.fixture(autouse=True)
def _today():
    forget()
    with time_machine.travel("2026-11-28 10:00+08:00", tick=False):
        yield
    forget()


def officer(role: str, region: Region):
    return UserFactory(**{role: True}, agency=AgencyFactory(region=region))


def added(region: Region, value: int = 45, day: date = date(2026, 12, 1), by=None, **values):
    term_row = terms.add_term(
        **{
            "code": TermCode.RECONSIDERATION,
            "region": region,
            "value": value,
            "effective_from": day,
            "source": "成人社发〔2026〕8号",
            "by": by or officer("policy_officer", region),
            "now": timezone.now(),
            **values,
        }
    )
    forget()  # in a test nothing commits
    return term_row


def test_every_term_ships_a_value_for_everywhere_with_its_source_and_its_confidence():
    rows = {row.code: row for row in shipped()}

    assert set(rows) == set(TermCode.values)
    assert {row.region for row in shipped()} == {""}
    assert all(row.source for row in shipped())
    assert {row.confidence for row in shipped()} <= {"H", "M", "L"}
    assert all((row.source == "portal default") <= (row.confidence == "L") for row in shipped())


def test_each_code_says_its_unit():
    units = {code: code.unit for code in TermCode}

    assert units[TermCode.RECONSIDERATION] == Unit.DAYS
    assert units[TermCode.APPEAL_ANSWER] == Unit.WORKING_DAYS
    assert units[TermCode.COURT] == Unit.MONTHS
    assert units[TermCode.OLDER_MEN] == Unit.YEARS
    assert units[TermCode.RECOVERY_INSTALMENTS] == Unit.PARTS


def test_a_later_value_holds_from_its_day_on_in_the_place_and_below():
    city, district = RegionFactory(code="5101"), RegionFactory(code="510108")
    elsewhere = RegionFactory(code="500103")
    added(city)

    def days(region, on):
        return term(TermCode.RECONSIDERATION, region=region, on=on)

    assert days(district, date(2026, 11, 30)) == 60
    assert days(district, date(2026, 12, 1)) == days(city, date(2027, 1, 1)) == 45
    assert days(elsewhere, date(2026, 12, 1)) == days(None, date(2026, 12, 1)) == 60


def test_the_nearest_place_wins_and_then_the_newest_day():
    city, district = RegionFactory(code="5101"), RegionFactory(code="510108")
    added(district, 30, date(2026, 12, 1))
    added(city, 45, date(2026, 12, 5))
    added(district, 20, date(2026, 12, 9))

    found = [in_force(TermCode.RECONSIDERATION, district, date(2026, 12, day)).value for day in (4, 6, 9)]

    assert found == [30, 30, 20]


def test_a_read_asks_the_database_once_and_then_no_more():
    region = RegionFactory(code="510108")
    term(TermCode.COURT, region=region, on=TODAY)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        for code in TermCode:
            term(code, region=region, on=TODAY)

    assert len(queries) == 0


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"day": TODAY}, terms.NotLater),
        ({"value": 0}, terms.OutOfBounds),
        ({"value": 1001}, terms.OutOfBounds),
        ({"source": " "}, terms.SourceMissing),
        ({"day": date(2027, 1, 1)}, terms.DayTaken),
    ],
)
def test_what_cannot_be_is_refused(change, refusal):
    region = RegionFactory(code="510108")
    added(region, day=date(2027, 1, 1))

    with pytest.raises(refusal):
        added(region, **change)


@pytest.mark.parametrize("role", [role.value for role in StaffRole])
def test_policy_officers_and_system_administrators_set_terms_for_the_places_they_serve(role):
    inside, outside = RegionFactory(code="510108"), RegionFactory(code="500103")
    by = officer(role, inside)

    if role in {"policy_officer", "system_admin"}:
        added(inside, by=by)
        assert AuditEntry.objects.filter(action="terms.add").get().detail["value"] == 45
    with pytest.raises(terms.NotYourPlace):
        added(inside if role not in {"policy_officer", "system_admin"} else outside, by=by)


def test_what_was_entered_never_changes():
    row = added(RegionFactory(code="510108"))

    for change in (lambda: Term.objects.filter(pk=row.pk).update(value=1), row.delete):
        with pytest.raises(DatabaseError, match="a later value is a row of its own"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError, match="term_in_bounds"), transaction.atomic():
        Term.objects.create(
            region=row.region, code="court_months", value=0, unit="months", effective_from=TODAY,
            source="…", made_by=row.made_by, made_at=timezone.now(),
        )  # fmt: skip


def test_the_page_shows_what_holds_and_takes_a_later_value(client):
    region = RegionFactory(code="510108")
    sign_in(client, officer("policy_officer", region))

    page = client.get(reverse("desk:terms")).content.decode()
    assert "《行政复议法》（2023年修订）第二十条" in page

    said = {
        "code": "reconsideration_days",
        "region": "510108",
        "value": "45",
        "source": "成人社发〔2026〕8号",
    }
    refused = client.post(reverse("desk:terms"), {**said, "effective_from": "2026-11-28"})
    taken = client.post(reverse("desk:terms"), {**said, "effective_from": "2026-12-01"})

    assert (refused.status_code, taken.status_code) == (422, 302)
    forget()
    assert "2026-12-01: 45" in client.get(reverse("desk:terms")).content.decode()
