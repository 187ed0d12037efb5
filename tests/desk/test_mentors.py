"""A mentor's post: appointed as any other, with a second factor, and without a power over anything."""

import pytest
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.landing import home_for
from employment_portal.accounts.posts import actions, invitations
from employment_portal.desk.delegating.actions import colleagues_of
from employment_portal.workflow.delegation import authorities_of
from employment_portal.workflow.models import WorkItem
from tests.factories.accounts import StaffPostFactory, UserFactory
from tests.factories.people import PersonFactory
from tests.factories.regions import AgencyFactory, RegionFactory
from tests.people.test_restrictions import Kind, ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return AgencyFactory(region=RegionFactory(code="510108"), name="成华区就业服务中心")


@pytest.fixture
def mentor(district):
    return UserFactory(mentor=True, agency=district)


def test_a_mentor_is_appointed_by_the_security_administrator_and_needs_a_second_factor(client, district):
    security = UserFactory(security_admin=True, region=RegionFactory(code="5101"))
    invitation = invitations.invite_staff(
        name="阮一凡", email="", phone="13700137001", agency=district, role=StaffRole.MENTOR, by=security,
        now=timezone.now(),
    )  # fmt: skip
    user = UserFactory(phone="13700137001")
    actions.appoint(
        user=user, agency=district, role=invitation.role, starts_on=timezone.localdate(), by=security
    )
    client.force_login(user)

    assert invitation.sent_at is not None  # no second administrator is asked
    assert client.get("/staff/").url == reverse("mfa_activate_totp")


def test_the_desk_shows_the_post_and_promises_no_cases(client, mentor):
    ask(PersonFactory(), Kind.RESTRICT)  # a case of the district
    client.force_login(mentor)

    page = client.get(home_for(mentor)).content.decode()

    assert "创业导师" in page
    assert "成华区就业服务中心" in page
    assert reverse("notifications:inbox") in page
    assert reverse("desk:delegations") not in page
    assert reverse("people:staff_people") not in page
    assert "待办审核" not in page


def test_a_mentor_sees_nobodys_case_and_stands_in_for_nobody(client, mentor, district):
    person = PersonFactory(residence_region=district.region)
    post = StaffPostFactory(role=StaffRole.DISTRICT_OFFICER, agency=district)
    client.force_login(mentor)

    statuses = {
        client.get(reverse("people:staff_person", args=[person.public_id])).status_code,
        client.get(reverse("desk:delegations")).status_code,
        client.post(reverse("desk:export")).status_code,
        client.post(reverse("desk:act")).status_code,
    }

    assert statuses == {403}
    assert colleagues_of(post, today=timezone.localdate()) == []
    assert not WorkItem.objects.visible_to(mentor).exists()
    assert [held.role for held in authorities_of(mentor, today=timezone.localdate())] == [StaffRole.MENTOR]


def test_a_mentor_with_another_post_has_the_desk_of_that_one(client, mentor, district):
    StaffPostFactory(user=mentor, role=StaffRole.COUNSELLOR, agency=district)
    client.force_login(mentor)

    assert "待办审核" in client.get("/staff/").content.decode()
