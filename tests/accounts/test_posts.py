"""Appointing staff, the three administrators, and handing over work when somebody leaves."""

import re
from datetime import date, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.enums import ADMIN_ROLES, StaffRole
from employment_portal.accounts.models import Invitation, StaffPost
from employment_portal.accounts.posts import actions, invitations
from employment_portal.accounts.posts.rules import (
    AdministratorAlone,
    AdministratorsAreInvited,
    AlreadyInPost,
    HandOverMissing,
    LastSecurityAdministrator,
    NotYours,
    SelfAppointment,
    clashing,
)
from employment_portal.audit.models import AuditEntry
from employment_portal.notifications.models import OutboxMessage
from employment_portal.workflow.actions import SamePersonDecides, open_work_item
from employment_portal.workflow.models import WorkItem
from tests.factories.accounts import InvitationFactory, StaffPostFactory, UserFactory
from tests.factories.regions import AgencyFactory, RegionFactory

pytestmark = pytest.mark.django_db


def invite(by, agency, **changes) -> Invitation:
    values = {
        "name": "王芳", "email": "", "phone": "13700137000", "agency": agency,
        "role": StaffRole.DISTRICT_OFFICER, "by": by, "now": timezone.now(),
    }  # fmt: skip
    return invitations.invite_staff(**(values | changes))


def link_sent_to(address: str) -> str:
    body = OutboxMessage.objects.filter(address=address, kind="staff_invitation").latest("id").body
    return re.search(r"/invitation/[\w-]+/", body).group()


def work_for(user, agency, role=StaffRole.DISTRICT_OFFICER, subject=None) -> WorkItem:
    item = open_work_item(
        kind="test", subject=subject or UserFactory(), title="核验", path="/", region=agency.region, role=role,
        working_days=2, today=timezone.localdate(),
    )  # fmt: skip
    item.assigned_to = user
    item.save()
    return item


def leave(post, by, **changes):
    today = timezone.localdate()
    values = {
        "post_id": post.pk, "last_day": today, "hand_over_to": None, "reason": "调离", "by": by, "today": today,
    }  # fmt: skip
    return actions.end_post(**(values | changes))


# --- the three administrators ---------------------------------------------------------------------------
@pytest.mark.parametrize("held", list(StaffRole))
@pytest.mark.parametrize("new", list(StaffRole))
def test_only_officers_hold_two_posts(held, new):
    assert clashing(new, {held}) == (new in ADMIN_ROLES or held in ADMIN_ROLES)


@pytest.mark.parametrize("new", [StaffRole.AUDIT_ADMIN, StaffRole.DISTRICT_OFFICER])
def test_the_database_refuses_a_second_post_beside_an_administrators(city, new):
    post = StaffPostFactory(agency=city, role=StaffRole.SYSTEM_ADMIN)

    with pytest.raises(IntegrityError), transaction.atomic():
        StaffPostFactory(user=post.user, agency=city, role=new)


def test_an_administrators_post_may_follow_an_ended_one(city):
    today = timezone.localdate()
    post = StaffPostFactory(
        agency=city,
        role=StaffRole.SYSTEM_ADMIN,
        starts_on=today - timedelta(days=9),
        ends_on=today - timedelta(days=1),
    )

    StaffPostFactory(user=post.user, agency=city, role=StaffRole.AUDIT_ADMIN, starts_on=today)


def test_one_officer_may_hold_two_posts(city, district):
    post = StaffPostFactory(agency=city, role=StaffRole.CITY_OFFICER)

    actions.appoint(
        user=post.user, agency=district, role=StaffRole.COUNSELLOR, starts_on=timezone.localdate(), by=None
    )

    assert post.user.posts.count() == 2


def test_appointing_an_officer_as_administrator_is_refused(city):
    post = StaffPostFactory(agency=city, role=StaffRole.CITY_OFFICER)

    with pytest.raises(AdministratorAlone):
        actions.appoint(
            user=post.user, agency=city, role=StaffRole.AUDIT_ADMIN, starts_on=timezone.localdate(), by=None
        )


# --- invitations ----------------------------------------------------------------------------------------
def test_an_invited_person_takes_up_the_post_with_the_link(client, security, district):
    invite(security, district)
    user = UserFactory(phone="13700137000", display_name="")
    client.force_login(user)
    link = link_sent_to("13700137000")

    assert "王芳" in client.get(link).content.decode()
    client.post(link)

    post = StaffPost.objects.get(user=user)
    assert (post.role, post.agency, post.appointed_by) == (StaffRole.DISTRICT_OFFICER, district, security)
    user.refresh_from_db()
    assert user.display_name == "王芳"
    assert client.get("/").url == reverse("mfa_activate_totp")
    assert Client().get(link).status_code == 410


def test_the_token_itself_is_not_stored(security, district):
    invitation = invite(security, district)
    token = link_sent_to("13700137000").split("/")[2]

    assert invitation.token_hash != token
    assert invitation.token_hash == invitations.token_hash(token)


def test_somebody_else_cannot_use_the_link(client, security, district):
    invite(security, district)
    client.force_login(UserFactory(phone="13700137001"))

    response = client.post(link_sent_to("13700137000"))

    assert response.status_code == 422
    assert not StaffPost.objects.filter(role=StaffRole.DISTRICT_OFFICER).exists()


def test_a_visitor_is_asked_to_sign_in(client, security, district):
    invite(security, district)
    link = link_sent_to("13700137000")

    assert client.get(link).status_code == 200
    assert client.post(link).url.startswith("/accounts/login/code/?next=/invitation/")


def test_an_expired_link_is_gone(client, district):
    InvitationFactory(
        agency=district,
        token_hash=invitations.token_hash("t"),
        expires_at=timezone.now() - timedelta(seconds=1),
    )

    assert client.get("/invitation/t/").status_code == 410


def test_a_new_link_ends_the_old_one(client, security, district):
    invitation = invite(security, district)
    old = link_sent_to("13700137000")

    invitations.resend_invitation(invitation_id=invitation.pk, by=security, now=timezone.now())

    assert client.get(old).status_code == 410
    assert client.get(link_sent_to("13700137000")).status_code == 200


def test_a_withdrawn_invitation_is_gone(client, security, district):
    invitation = invite(security, district)

    invitations.revoke_invitation(invitation_id=invitation.pk, by=security, now=timezone.now())

    assert client.get(link_sent_to("13700137000")).status_code == 410
    with pytest.raises(invitations.InvitationClosed):
        invitations.resend_invitation(invitation_id=invitation.pk, by=security, now=timezone.now())


def test_nobody_appoints_themselves(security, district):
    with pytest.raises(SelfAppointment):
        invite(security, district, phone=security.phone)


def test_a_security_administrator_stays_in_their_region(district):
    outside = UserFactory(security_admin=True, region=RegionFactory(code="500103"))

    with pytest.raises(NotYours):
        invite(outside, district)


def test_the_same_invitation_is_not_sent_twice(security, district):
    invite(security, district)

    with pytest.raises(invitations.AlreadyInvited):
        invite(security, district)


def test_who_holds_the_post_is_not_invited(security, district):
    post = StaffPostFactory(agency=district)

    with pytest.raises(AlreadyInPost):
        invite(security, district, phone=post.user.phone)


def test_an_administrator_is_appointed_by_two(client, security, city):
    invitation = invite(security, city, role=StaffRole.AUDIT_ADMIN, reason="新设")
    assert not OutboxMessage.objects.filter(kind="staff_invitation").exists()

    with pytest.raises(SamePersonDecides):
        invitations.decide_administrator(
            invitation_id=invitation.pk, approve=True, note="", by=security, now=timezone.now()
        )
    second = UserFactory(security_admin=True, agency=city)
    invitations.decide_administrator(
        invitation_id=invitation.pk, approve=True, note="", by=second, now=timezone.now()
    )

    client.force_login(UserFactory(phone="13700137000"))
    client.post(link_sent_to("13700137000"))
    assert StaffPost.objects.filter(role=StaffRole.AUDIT_ADMIN).exists()


def test_a_refused_administrator_gets_no_link(security, city):
    invitation = invite(security, city, role=StaffRole.AUDIT_ADMIN, reason="新设")
    second = UserFactory(security_admin=True, agency=city)

    invitations.decide_administrator(
        invitation_id=invitation.pk, approve=False, note="人选不合适", by=second, now=timezone.now()
    )

    invitation.refresh_from_db()
    assert invitation.revoked_at
    assert not OutboxMessage.objects.filter(kind="staff_invitation").exists()


# --- leaving --------------------------------------------------------------------------------------------
def test_open_work_must_be_handed_over(security, district):
    post = StaffPostFactory(agency=district)
    work_for(post.user, district)

    with pytest.raises(HandOverMissing):
        leave(post, security)

    post.refresh_from_db()
    assert post.ends_on is None


def test_a_colleague_takes_over_in_the_same_step(security, district):
    post, colleague = StaffPostFactory(agency=district), StaffPostFactory(agency=district)
    item = work_for(post.user, district)

    leave(post, security, hand_over_to=colleague.user)

    item.refresh_from_db()
    post.refresh_from_db()
    assert item.assigned_to == colleague.user
    assert post.ends_on == timezone.localdate()
    assert AuditEntry.objects.filter(action="accounts.end_post", subject_id=post.public_id).exists()


def test_work_goes_back_to_the_pool(security, district):
    post = StaffPostFactory(agency=district)
    item = work_for(post.user, district)

    leave(post, security, hand_over_to=actions.POOL)

    item.refresh_from_db()
    assert item.assigned_to is None


def test_what_was_taken_until_the_last_day_goes_back_to_the_pool(security, district):
    today = timezone.localdate()
    since = today - timedelta(days=30)
    post = StaffPostFactory(agency=district, starts_on=since)
    leave(post, security, last_day=today + timedelta(days=7))
    taken = work_for(post.user, district)
    stayer = work_for(StaffPostFactory(agency=district).user, district)

    on_the_day = actions.release_work_of_leavers(today=today + timedelta(days=7))
    StaffPost.objects.filter(pk=post.pk).update(ends_on=today - timedelta(days=1))
    after = actions.release_work_of_leavers(today=today)

    taken.refresh_from_db()
    stayer.refresh_from_db()
    assert (on_the_day, after, actions.release_work_of_leavers(today=today)) == (0, 1, 0)
    assert (taken.assigned_to, stayer.assigned_to is not None) == (None, True)


def test_work_that_somebody_does_in_another_post_stays_theirs(security, city, district):
    today = timezone.localdate()
    ended = StaffPostFactory(
        agency=district, starts_on=today - timedelta(days=30), ends_on=today - timedelta(days=1)
    )
    StaffPostFactory(user=ended.user, agency=city)
    item = work_for(ended.user, district)

    assert actions.release_work_of_leavers(today=today) == 0

    item.refresh_from_db()
    assert item.assigned_to == ended.user


def test_somebody_of_another_agency_cannot_take_over(security, district):
    post = StaffPostFactory(agency=district)
    stranger = StaffPostFactory(agency=AgencyFactory(region=RegionFactory(code="510104")))
    work_for(post.user, district)

    with pytest.raises(HandOverMissing):
        leave(post, security, hand_over_to=stranger.user)


def test_a_post_that_ends_at_once_ends_the_sessions(client, security, district):
    post = StaffPostFactory(agency=district, starts_on=timezone.localdate() - timedelta(days=30))
    client.force_login(post.user)
    client.get("/")
    UserSession.objects.create(
        user=post.user, session_key=client.session.session_key, ip="127.0.0.1", user_agent="x"
    )

    leave(post, security, last_day=timezone.localdate() - timedelta(days=1))

    assert client.get("/me/account/").status_code == 302


def test_moving_opens_the_same_post_elsewhere_the_next_day(security, district):
    post = StaffPostFactory(agency=district)
    other = AgencyFactory(region=RegionFactory(code="510104"))
    today = timezone.localdate()

    new = actions.move_post(
        post_id=post.pk,
        to_agency=other,
        last_day=today,
        hand_over_to=None,
        reason="交流",
        by=security,
        today=today,
    )

    post.refresh_from_db()
    assert (post.ends_on, new.starts_on, new.agency) == (today, today + timedelta(days=1), other)


def test_an_administrator_does_not_move(security, city, district):
    post = StaffPostFactory(agency=city, role=StaffRole.AUDIT_ADMIN)
    today = date.today()

    with pytest.raises(AdministratorsAreInvited):
        actions.move_post(
            post_id=post.pk, to_agency=district, last_day=today, hand_over_to=None, reason="x", by=security,
            today=today,
        )  # fmt: skip


def test_the_last_security_administrator_stays(security, city):
    second = StaffPostFactory(agency=city, role=StaffRole.SECURITY_ADMIN)
    leave(second, security)

    third = StaffPostFactory(agency=city, role=StaffRole.SECURITY_ADMIN)
    StaffPost.objects.filter(user=security).update(ends_on=timezone.localdate())
    with pytest.raises(LastSecurityAdministrator):
        leave(third, security)


def test_nobody_ends_their_own_post(security):
    with pytest.raises(SelfAppointment):
        leave(security.posts.get(), security)


def test_a_lost_second_factor_is_reset(security, district):
    post = StaffPostFactory(agency=district)

    actions.reset_second_factor(user=post.user, reason="当面核实", by=security)

    assert not post.user.authenticator_set.exists()
