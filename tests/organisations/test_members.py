import re
import threading

import pytest
from django.db import connection

from employment_portal.notifications.models import OutboxMessage
from employment_portal.organisations import members
from employment_portal.organisations.enums import MemberRole
from employment_portal.organisations.models import Member
from tests.factories.accounts import UserFactory
from tests.factories.organisations import MemberFactory, OrganisationFactory, act_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return MemberFactory(role=MemberRole.OWNER)


def invite(owner, **to):
    members.invite_member(
        organisation_id=owner.organisation_id,
        by=owner.user,
        **{"name": "何敏", "phone": "", "email": "", "role": "member", **to},
    )
    sent = OutboxMessage.objects.latest("id").body
    return re.search(r"/employer/invitations/([\w-]+)/", sent)[1]


def test_an_invitation_by_text_message_is_accepted_by_whoever_owns_the_number(owner):
    token = invite(owner, phone="13900000077")
    colleague = UserFactory(phone="13900000077")

    member = members.accept_invitation(token=token, by=colleague)

    assert (member.organisation, member.role) == (owner.organisation, MemberRole.MEMBER)


def test_an_invitation_is_worthless_to_somebody_else_and_a_second_time(owner):
    token = invite(owner, email="he@example.org")
    colleague = UserFactory(email="he@example.org")

    with pytest.raises(members.NotForYou):
        members.accept_invitation(token=token, by=UserFactory())
    members.accept_invitation(token=token, by=colleague)
    with pytest.raises(members.InvitationGone):
        members.accept_invitation(token=token, by=colleague)


def test_a_withdrawn_invitation_cannot_be_accepted(owner):
    token = invite(owner, email="he@example.org")
    invitation = members.open_invitation(token)

    members.revoke_invitation(
        organisation_id=owner.organisation_id, public_id=invitation.public_id, by=owner.user
    )

    assert members.open_invitation(token) is None


def test_a_member_is_not_invited_twice(owner):
    with pytest.raises(members.AlreadyMember):
        members.invite_member(
            organisation_id=owner.organisation_id, name="", phone=owner.user.phone, email="", role="member",
            by=owner.user,
        )  # fmt: skip


def test_the_last_owner_can_neither_leave_nor_step_down(owner):
    with pytest.raises(members.LastOwner):
        members.end_membership(member_id=owner.pk, by=owner.user)
    with pytest.raises(members.LastOwner):
        members.change_role(member_id=owner.pk, role=MemberRole.MEMBER, by=owner.user)


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_leave_at_the_same_moment_one_stays():
    first = MemberFactory(role=MemberRole.OWNER)
    second = MemberFactory(organisation=first.organisation, role=MemberRole.OWNER)
    start = threading.Barrier(2)

    def leave(member):
        start.wait()
        try:
            members.end_membership(member_id=member.pk, by=member.user)
        except members.LastOwner:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=(member,)) for member in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Member.objects.filter(organisation=first.organisation, left_at__isnull=True).count() == 1


def test_a_membership_that_ended_counts_no_more_with_the_next_request(client, owner):
    colleague = MemberFactory(organisation=owner.organisation, role=MemberRole.MEMBER)
    act_for(client, colleague)
    before = client.get("/employer/profile/").status_code

    members.end_membership(member_id=colleague.pk, by=owner.user)

    assert (before, client.get("/employer/profile/").status_code) == (200, 403)


@pytest.mark.parametrize(
    "path",
    ["/employer/profile/edit/", "/employer/verification/", "/employer/branches/new/"],
)
def test_members_who_are_not_owners_change_nothing_about_the_organisation(client, owner, path):
    colleague = MemberFactory(organisation=owner.organisation, role=MemberRole.MEMBER)
    act_for(client, colleague)

    assert client.get(path).status_code == 403


def test_a_member_of_another_organisation_cannot_be_removed(client, owner):
    stranger = MemberFactory(organisation=OrganisationFactory())
    act_for(client, owner)

    answer = client.post(f"/employer/members/{stranger.public_id}/remove/")

    assert answer.status_code == 404
