"""The staff queue: who sees what, taking and handing over, clocks, warnings and escalation."""

import ast
import csv
import io
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.enums import StaffRole
from employment_portal.audit.models import AuditEntry
from employment_portal.desk.queue import actions, queries
from employment_portal.desk.queue.escalation import warn_and_escalate
from employment_portal.desk.queue.kinds import KINDS
from employment_portal.notifications.models import Notification
from employment_portal.organisations.actions import register_organisation
from employment_portal.organisations.permissions import may_verify
from employment_portal.people.consent.requests import request_data
from employment_portal.people.models import Person
from employment_portal.people.permissions import may_decide_for
from employment_portal.people.records.four_eyes import region_of
from employment_portal.workflow.models import WorkItem
from jobs.postings.actions.submission import open_item
from jobs.postings.permissions import may_review
from tests.factories.accounts import StaffPostFactory, UserFactory, sign_in
from tests.factories.jobs import PostingFactory
from tests.factories.organisations import organisation_code
from tests.factories.papers import picture
from tests.factories.people import PersonFactory
from tests.factories.regions import AgencyFactory, RegionFactory

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
QUEUE = "/staff/"


@pytest.fixture(autouse=True)
def on_monday():
    with time_machine.travel(datetime(2026, 11, 23, 1, tzinfo=timezone.get_fixed_timezone(0)), tick=False):
        yield


@pytest.fixture
def officer():
    return UserFactory(district_officer=True, region=RegionFactory(code="510108"))


_number = iter(range(1, 1_000_000))


def work(**changes) -> WorkItem:
    values = {
        "kind": "organisation_verification",
        "subject_type": "test.thing",
        "subject_id": next(_number),
        "title": "锦和养老",
        "path": "/staff/organisations/x/",
        "region": RegionFactory(code="510108001"),
        "role": StaffRole.DISTRICT_OFFICER,
        "opened_at": timezone.now(),
        "due_on": MONDAY + timedelta(days=2),
    }
    return WorkItem.objects.create(**(values | changes))


def titles(client, query: str = "") -> list[str]:
    return [row.item.title for row in client.get(f"{QUEUE}{query}").context["rows"]]


def test_staff_see_the_open_items_of_their_role_and_region_by_due_day(client, officer):
    work(title="later", due_on=MONDAY + timedelta(days=5))
    work(title="sooner", due_on=MONDAY + timedelta(days=1))
    work(title="elsewhere", region=RegionFactory(code="510104"))
    work(title="not my role", role=StaffRole.STREET_CLERK)
    work(title="done", closed_at=timezone.now())
    client.force_login(officer)

    assert titles(client) == ["sooner", "later"]


def test_the_queue_can_be_narrowed(client, officer):
    work(title="mine", assigned_to=officer)
    work(title="free", kind="posting_review", region=RegionFactory(code="510108"))
    work(title="late", due_on=MONDAY - timedelta(days=3), assigned_to=UserFactory())
    client.force_login(officer)

    assert titles(client, "?show=mine") == ["mine"]
    assert titles(client, "?show=unassigned") == ["free"]
    assert titles(client, "?show=overdue") == ["late"]
    assert titles(client, "?kind=posting_review") == ["free"]
    assert titles(client, "?region=510108001") == ["late", "mine"]
    assert titles(client, "?text=fre") == ["free"]
    assert titles(client, "?region=nowhere&kind=nothing&page=99&show=odd") == []


def test_the_clock_counts_working_days(client, officer):
    work(due_on=date(2026, 11, 30))  # the next Monday
    work(due_on=date(2026, 11, 20))  # the Friday before
    client.force_login(officer)

    rows = client.get(QUEUE).context["rows"]

    assert [row.left for row in rows] == [-1, 5]


def test_an_empty_queue_says_so(client, officer):
    client.force_login(officer)

    response = client.get(QUEUE)

    assert response.status_code == 200
    assert response.context["rows"] == []


def test_taking_an_item_on_leaves_what_a_colleague_took_meanwhile(client, officer):
    free, taken = work(), work(assigned_to=UserFactory())
    client.force_login(officer)

    client.post(reverse("desk:act"), {"act": "take", "ids": [free.public_id, taken.public_id, "nonsense"]})

    free.refresh_from_db()
    taken.refresh_from_db()
    assert free.assigned_to == officer
    assert taken.assigned_to != officer


def test_an_item_of_another_region_cannot_be_taken(officer):
    item = work(region=RegionFactory(code="510104"))

    handed = actions.take_work(public_ids=[item.public_id], by=officer)

    assert handed == (0, 1)


def test_giving_back_needs_that_it_is_ones_own(officer):
    mine, others = work(assigned_to=officer), work(assigned_to=UserFactory())

    handed = actions.release_work(public_ids=[mine.public_id, others.public_id], by=officer)

    assert handed == (1, 1)
    others.refresh_from_db()
    assert others.assigned_to is not None


def test_handing_over_tells_the_colleague(officer):
    colleague = StaffPostFactory(agency=officer.current_posts()[0].agency).user
    item = work()

    actions.hand_work_to(public_ids=[item.public_id], to=colleague, by=officer, today=MONDAY)

    item.refresh_from_db()
    assert item.assigned_to == colleague
    assert Notification.objects.filter(user=colleague, kind="work_assigned").count() == 1
    assert AuditEntry.objects.filter(action="workflow.assign", actor=officer).exists()


def test_a_stranger_cannot_be_handed_work(officer):
    stranger = StaffPostFactory(agency=AgencyFactory(region=RegionFactory(code="500103"))).user

    with pytest.raises(actions.NotAColleague):
        actions.hand_work_to(public_ids=[work().public_id], to=stranger, by=officer, today=MONDAY)


@pytest.mark.parametrize(
    "form", [{}, {"act": "hand", "ids": ["x"]}, {"act": "hand", "ids": ["x"], "to": "nobody"}]
)
def test_an_incomplete_act_is_explained(client, officer, form):
    client.force_login(officer)

    response = client.post(reverse("desk:act"), {**form, "next": "https://evil.example/"}, follow=True)

    assert response.redirect_chain == [(QUEUE, 302)]
    assert list(response.context["messages"])


def test_the_export_is_safe_for_spreadsheets_and_audited(client, officer):
    work(title="=HYPERLINK(1)")
    client.force_login(officer)

    response = client.post(reverse("desk:export"), {"show": "all"})

    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert rows[1][2] == "'=HYPERLINK(1)"
    assert AuditEntry.objects.get(action="desk.export_queue").detail["count"] == 1


def test_the_queue_costs_the_same_for_one_item_and_for_forty(client, officer, django_assert_max_num_queries):
    for _number_of_item in range(40):
        work()
    client.force_login(officer)
    client.get(QUEUE)

    with django_assert_max_num_queries(20):
        client.get(QUEUE)


# --- clocks ---------------------------------------------------------------------------------------------
def test_the_holder_is_warned_once_a_working_day_before(officer):
    work(assigned_to=officer, due_on=MONDAY + timedelta(days=1))
    work(assigned_to=officer, due_on=MONDAY + timedelta(days=2))

    assert warn_and_escalate(today=MONDAY) == (1, 0)
    assert warn_and_escalate(today=MONDAY) == (0, 0)

    assert Notification.objects.filter(user=officer, kind="work_due").count() == 1


def test_a_friday_warns_of_monday(officer):
    work(assigned_to=officer, due_on=date(2026, 11, 30))

    assert warn_and_escalate(today=date(2026, 11, 27)) == (1, 0)


def test_whoever_could_take_it_is_warned_of_what_nobody_has(officer):
    colleague = UserFactory(district_officer=True, region=RegionFactory(code="510108"))
    elsewhere = UserFactory(district_officer=True, region=RegionFactory(code="510104"))
    clerk = UserFactory(street_clerk=True, region=RegionFactory(code="510108001"))
    for _n in range(2):
        work(due_on=MONDAY + timedelta(days=1))

    assert warn_and_escalate(today=MONDAY) == (2, 0)
    assert warn_and_escalate(today=MONDAY) == (0, 0)

    warned = Notification.objects.filter(kind="work_due_unassigned").values_list("user", flat=True)
    assert sorted(warned) == sorted([officer.pk, colleague.pk])
    assert not {elsewhere.pk, clerk.pk} & set(warned)


def test_what_has_nobody_above_is_not_escalated():
    UserFactory(city_officer=True, region=RegionFactory(code="5101"))
    of_the_city = work(role=StaffRole.CITY_OFFICER, due_on=MONDAY - timedelta(days=3))
    of_another = work(region=RegionFactory(code="500103"), due_on=MONDAY - timedelta(days=3))

    assert warn_and_escalate(today=MONDAY) == (0, 0)

    for item in (of_the_city, of_another):
        item.refresh_from_db()
        assert item.escalated_at is None


def test_an_overdue_item_reaches_the_level_above_once(client, officer):
    city = UserFactory(city_officer=True, region=RegionFactory(code="5101"))
    other_city = UserFactory(city_officer=True, region=RegionFactory(code="5001"))
    item = work(due_on=MONDAY - timedelta(days=3))

    assert warn_and_escalate(today=MONDAY) == (0, 1)
    assert warn_and_escalate(today=MONDAY) == (0, 0)

    assert Notification.objects.filter(user=city, kind="work_overdue").count() == 1
    assert not Notification.objects.filter(user=other_city).exists()
    assert list(queries.items_for(city)) == [item]


def test_the_level_above_hands_an_escalated_item_to_somebody_who_can_decide_it(officer):
    city = UserFactory(city_officer=True, region=RegionFactory(code="5101"))
    item = work(due_on=MONDAY - timedelta(days=3))
    warn_and_escalate(today=MONDAY)

    assert actions.take_work(public_ids=[item.public_id], by=city) == (0, 1)
    assert actions.hand_work_to(public_ids=[item.public_id], to=officer, by=city, today=MONDAY) == (1, 0)


# --- switching ------------------------------------------------------------------------------------------
def test_a_person_switches_between_themselves_and_their_organisations(client):
    from tests.factories.organisations import MemberFactory

    member = MemberFactory()
    sign_in(client, member.user)

    client.post(reverse("desk:act_as"), {"organisation": member.organisation.public_id})
    assert client.get(reverse("desk:choose")).wsgi_request.organisation == member.organisation
    client.post(reverse("desk:act_as"), {"organisation": ""})

    assert client.get(reverse("desk:choose")).wsgi_request.organisation is None


def test_nobody_acts_for_an_organisation_that_is_not_theirs(client):
    from tests.factories.organisations import OrganisationFactory

    client.force_login(UserFactory())

    client.post(reverse("desk:act_as"), {"organisation": OrganisationFactory().public_id})

    assert client.get(reverse("desk:choose")).wsgi_request.organisation is None


def test_the_next_sign_in_starts_in_the_last_capacity(client):
    from allauth.account.adapter import get_adapter

    from tests.factories.organisations import MemberFactory

    member = MemberFactory()
    sign_in(client, member.user)
    client.post(reverse("desk:act_as"), {"organisation": member.organisation.public_id})
    member.user.refresh_from_db()

    request = client.get("/").wsgi_request
    request.session.pop("acting_for")
    get_adapter(request).login(request, member.user)

    assert request.session["acting_for"] == member.organisation.public_id


def opened_kinds():
    """The kind of each ``open_work_item(kind=…)`` in the code that names one."""
    for path in Path(settings.BASE_DIR).glob("*/**/*.py"):
        text = path.read_text()
        if "open_work_item(" not in text or path.parts[len(Path(settings.BASE_DIR).parts)] == "tests":
            continue
        name = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
        for call in ast.walk(ast.parse(text)):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "open_work_item":
                kind = next(keyword.value for keyword in call.keywords if keyword.arg == "kind")
                if isinstance(kind, ast.Constant):
                    yield kind.value
                elif value := getattr(import_module(name), kind.id, ""):
                    yield value


def test_every_kind_of_work_has_a_name():
    kinds = set(opened_kinds())

    assert len(kinds) > 8
    assert kinds <= KINDS.keys()


def test_what_comes_from_a_place_without_an_agency_goes_to_the_city(client):
    far, city = RegionFactory(code="500103"), RegionFactory(code="5101")
    chief = UserFactory(city_officer=True, region=city)
    employer = register_organisation(
        by=UserFactory(), kind="employer", name="重庆锦和养老服务有限公司", code=organisation_code(901),
        region=far, address="", licence=picture(), authorisation=None,
    )  # fmt: skip
    person = PersonFactory(residence_region=far)
    request_data(person_id=person.pk, kind="delete", text="", evidence=None, by=person.user, today=MONDAY)
    posting = PostingFactory(submitted=True, region=far)
    open_item(posting, "posting_review", today=MONDAY)

    items = WorkItem.objects.open().visible_to(chief)
    sign_in(client, chief)

    assert {item.kind for item in items} == {"organisation_verification", "data_request", "posting_review"}
    assert {item.region for item in items} == {city}
    assert [client.get(item.path).status_code for item in items] == [200, 200, 200]
    assert may_verify(chief, employer)
    assert may_decide_for(chief, person)
    assert may_review(chief, posting)
    for role in set(StaffRole) - {StaffRole.CITY_OFFICER}:
        somebody = UserFactory(**{role.value: True}, region=city)
        assert not somebody.has_role(role, region=far)


def test_what_comes_from_a_place_with_an_agency_stays_there():
    far, city = RegionFactory(code="500103"), RegionFactory(code="5101")
    there, chief = UserFactory(district_officer=True, region=far), UserFactory(city_officer=True, region=city)
    person = PersonFactory(residence_region=far)
    request_data(person_id=person.pk, kind="delete", text="", evidence=None, by=person.user, today=MONDAY)

    assert WorkItem.objects.open().visible_to(there).count() == 1
    assert not WorkItem.objects.open().visible_to(chief).exists()
    assert not may_decide_for(chief, person)
    assert not Person.objects.visible_to_staff(chief).exists()


def test_a_person_from_elsewhere_is_the_case_of_the_place_that_is_served():
    home = RegionFactory(code="510108")
    person = PersonFactory(residence_region=RegionFactory(code="500103"), household_region=home)

    assert region_of(person) == home
