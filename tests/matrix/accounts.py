from datetime import timedelta

from django.utils import timezone

from employment_portal.accounts.models import Lockout
from employment_portal.accounts.posts.invitations import token_hash
from tests.factories.accounts import InvitationFactory, StaffPostFactory, UserFactory


def invitation(at) -> dict:
    return {"public_id": InvitationFactory(agency=at.agency).public_id}


def post(at) -> dict:
    return {"public_id": StaffPostFactory(agency=at.agency).public_id}


def lockout(at) -> dict:
    now = timezone.now()
    row = Lockout.objects.create(user=UserFactory(), locked_at=now, until=now + timedelta(minutes=15))
    return {"lockout_id": row.pk}


def link(at) -> dict:
    InvitationFactory(agency=at.agency, token_hash=token_hash("a-token"))
    return {"token": "a-token"}


OBJECTS = {
    "accounts:accept_invitation": link,
    "accounts:decide_invitation": invitation,
    "accounts:lift_lockout": lockout,
    "accounts:post": post,
    "accounts:reset_second_factor": post,
    "accounts:resend_invitation": invitation,
    "accounts:revoke_invitation": invitation,
}
# A locked sign-in has no place: every security administrator may lift it.
SHARED = {"accounts:lift_lockout"}
