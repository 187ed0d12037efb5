"""Groups and hardship: suggested by facts, certified by a second person, ended in time."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from employment_portal.accounts.enums import StaffRole
from employment_portal.classifications.enums import Education
from employment_portal.notifications.models import Notification
from employment_portal.people.consent.requests import withdraw
from employment_portal.people.enums import ConsentPurpose, Group, GroupState
from employment_portal.people.groups import actions
from employment_portal.people.groups.rules import Ages, Facts, suggestions
from employment_portal.people.models import GroupMembership
from employment_portal.workflow.engine import TransitionNotAllowed
from employment_portal.workflow.models import WorkItem
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.papers import pdf
from tests.factories.people import GroupFactory, PersonFactory, SpellFactory
from tests.factories.regions import RegionFactory

TODAY = date(2026, 11, 20)
SINCE = date(2026, 1, 1)


def facts(**more):
    return Facts(
        **{
            "sex": 2,
            "birth_date": date(1990, 1, 1),
            "education": None,
            "graduated_on": None,
            "unemployed_since": None,
        }
        | more
    )


@pytest.mark.parametrize(
    ("facts", "groups"),
    [
        (facts(), []),
        (facts(birth_date=date(1986, 11, 20)), []),  # 40, but has work
        (facts(birth_date=date(1986, 11, 20), unemployed_since=date(2026, 6, 1)), [Group.H_OLDER]),
        (facts(birth_date=date(1986, 11, 21), unemployed_since=date(2026, 6, 1)), []),  # 40 tomorrow
        (facts(sex=1, birth_date=date(1977, 1, 1), unemployed_since=date(2026, 6, 1)), []),
        (facts(sex=1, birth_date=date(1976, 11, 20), unemployed_since=date(2026, 6, 1)), [Group.H_OLDER]),
        (facts(unemployed_since=date(2025, 11, 20)), [Group.H_LONG_TERM]),
        (facts(unemployed_since=date(2025, 11, 21)), []),
        (facts(education=Education.BACHELOR, graduated_on=date(2025, 7, 1)), [Group.GRADUATE]),
        (facts(education=Education.BACHELOR, graduated_on=date(2024, 11, 1)), []),
        (facts(education=Education.SENIOR_MIDDLE, graduated_on=date(2025, 7, 1)), []),
        (facts(birth_date=date(2002, 5, 1), unemployed_since=date(2026, 10, 1)), [Group.YOUTH]),
        (facts(birth_date=date(2001, 5, 1), unemployed_since=date(2026, 10, 1)), []),
    ],
)
def test_groups_are_suggested_by_the_facts(facts, groups):
    assert [found.group for found in suggestions(facts, ages=Ages(40, 50, 16, 24, 2, 12), on=TODAY)] == groups


def officer(role=StaffRole.DISTRICT_OFFICER, code="510108"):
    return UserFactory(**{role.value: True}, region=RegionFactory(code=code), starts_on=SINCE)


def apply(person, by=None, **more):
    fields = {
        "group": Group.H_LONG_TERM,
        "basis": "连续失业一年以上",
        "evidence": pdf("证明.pdf"),
        "evidence_note": "",
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=364),
        "consent": False,
        "through": "online",
        "by": by or person.user,
        "today": TODAY,
    } | more
    return actions.apply_for_group(person_id=person.pk, **fields)


def certify(membership, by, **more):
    fields = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=364), "note": "", "today": TODAY} | more
    return actions.certify_group(membership_id=membership.pk, by=by, **fields)


@pytest.mark.django_db
def test_an_application_waits_for_the_district_officer_and_certifying_tells_the_person():
    person = PersonFactory()

    membership = apply(person)
    item = WorkItem.objects.get(kind=actions.WORK_KIND)
    certify(membership, officer())

    membership.refresh_from_db()
    item.refresh_from_db()
    assert item.role == StaffRole.DISTRICT_OFFICER
    assert person.name not in item.title
    assert membership.state == GroupState.CERTIFIED
    assert item.closed_at is not None
    assert Notification.objects.get(user=person.user).kind == "group_certified"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"evidence": None}, actions.EvidenceNeeded),
        ({"group": Group.H_DISABLED}, actions.SensitiveConsentNeeded),
        ({"ends_on": TODAY - timedelta(days=1)}, actions.WrongPeriod),
    ],
)
def test_an_application_is_refused_with_the_reason(change, error):
    with pytest.raises(error):
        apply(PersonFactory(), **change)


@pytest.mark.django_db
def test_one_application_per_group_and_one_membership_at_a_time():
    person = PersonFactory()
    membership = apply(person)

    with pytest.raises(actions.AlreadyApplied):
        apply(person)
    certify(membership, officer())
    with pytest.raises(actions.AlreadyMember):
        apply(person)


STATES = {
    GroupState.APPLIED: {"certify", "refuse"},
    GroupState.CERTIFIED: {"end"},
    GroupState.REFUSED: set(),
    GroupState.ENDED: set(),
}


def attempt(membership, step, by):
    if step == "certify":
        return certify(membership, by)
    if step == "refuse":
        return actions.refuse_group(membership_id=membership.pk, note="材料不足", by=by)
    return actions.end_group(
        membership_id=membership.pk, last_day=TODAY, reason="已稳定就业", by=by, today=TODAY
    )


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["certify", "refuse", "end"])
@pytest.mark.parametrize("state", list(GroupState))
@pytest.mark.parametrize("role", list(StaffRole))
def test_every_step_by_state_and_role(step, state, role):
    extra = {} if state == GroupState.APPLIED else {"certified": True, "state": state}
    if state == GroupState.ENDED:
        extra["exit_reason"] = "到期"
    membership = GroupFactory(starts_on=TODAY - timedelta(days=30), **extra)
    allowed = step in STATES[state] and role in (StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER)

    if allowed:
        attempt(membership, step, officer(role))
    else:
        with pytest.raises((TransitionNotAllowed, actions.NotYours)):
            attempt(membership, step, officer(role))
    if step in STATES[state]:
        with pytest.raises((TransitionNotAllowed, actions.NotYours)):
            attempt(
                GroupFactory(starts_on=TODAY - timedelta(days=30), **extra),
                step,
                officer(role, code="500103"),
            )


@pytest.mark.django_db
def test_nobody_certifies_what_they_applied_for_or_their_own_case():
    by = officer()
    prepared = apply(PersonFactory(), by=by)
    own = apply(PersonFactory(user=by), by=UserFactory())

    with pytest.raises(actions.NotYours):
        certify(prepared, by)
    with pytest.raises(actions.NotYours):
        certify(own, by)


@pytest.mark.django_db
def test_the_database_refuses_two_memberships_of_a_group_at_once():
    first = GroupFactory(certified=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        GroupFactory(certified=True, person=first.person)


@pytest.mark.django_db
def test_memberships_end_by_themselves_and_remind_a_month_before():
    over = GroupFactory(certified=True, valid=DateRange(TODAY - timedelta(days=365), TODAY))
    soon = GroupFactory(
        certified=True, valid=DateRange(TODAY - timedelta(days=300), TODAY + timedelta(days=20))
    )
    GroupFactory(certified=True, valid=DateRange(TODAY, None))

    for _night in range(2):
        actions.expire_groups(today=TODAY)
        actions.remind_of_group_ends(today=TODAY)

    over.refresh_from_db()
    assert over.state == GroupState.ENDED
    assert Notification.objects.filter(kind="group_ended").count() == 1
    assert Notification.objects.filter(kind="group_ending", user=soon.person.user).count() == 1


@pytest.mark.django_db
def test_withdrawing_the_consent_ends_what_is_sensitive():
    person = PersonFactory()
    by = officer()
    certify(apply(person, group=Group.DISABLED, consent=True), by)
    plain = apply(person)
    apply(person, group=Group.H_LOW_INCOME, consent=True)

    withdraw(person_id=person.pk, purpose=ConsentPurpose.SENSITIVE_GROUP, by=person.user, today=TODAY)

    states = dict(GroupMembership.objects.filter(person=person).values_list("group", "state"))
    assert states == {Group.DISABLED: GroupState.ENDED, plain.group: GroupState.APPLIED}


@pytest.mark.django_db
def test_a_sensitive_membership_shows_only_where_it_is_handled(client):
    person = PersonFactory(household_region=RegionFactory(code="510104"))
    membership = apply(person, group=Group.DISABLED, consent=True)
    elsewhere = officer(code="510104")
    sign_in(client, elsewhere)

    page = client.get(reverse("people:staff_person", args=[person.public_id]))

    assert page.status_code == 200
    assert page.context["groups"] == []
    assert client.get(reverse("people:staff_group", args=[membership.public_id])).status_code == 404


@pytest.mark.django_db
def test_the_person_applies_on_the_page_and_takes_it_back(client):
    person = PersonFactory()
    SpellFactory(person=person, starts_on=date(2025, 1, 1))
    sign_in(client, person.user)
    data = {
        "group": "h_long_term",
        "basis": "失业满一年",
        "evidence": pdf("失业登记.pdf"),
        "starts_on": "2026-11-20",
        "ends_on": "2027-11-19",
    }

    response = client.post(reverse("people:group_apply"), data)
    membership = GroupMembership.objects.get(person=person)

    assert response.url == reverse("people:groups")
    assert membership.evidence_name == "失业登记.pdf"

    client.post(reverse("people:group_withdraw", args=[membership.public_id]))

    assert not GroupMembership.objects.exists()
    assert WorkItem.objects.open().count() == 0
