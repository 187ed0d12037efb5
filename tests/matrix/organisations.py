from django.utils import timezone

from employment_portal.organisations import actions, members
from employment_portal.organisations.enums import MemberRole
from employment_portal.organisations.models import Organisation
from tests.factories.accounts import UserFactory
from tests.factories.organisations import MemberFactory, OrganisationFactory, organisation_code
from tests.factories.papers import picture


def registered(at) -> dict:
    return {"public_id": OrganisationFactory(region=at.region).public_id}


def waiting(at) -> dict:
    organisation = actions.register_organisation(
        by=UserFactory(),
        kind="employer",
        name="成都锦和养老服务有限公司",
        code=organisation_code(Organisation.objects.count() + 5000),
        region=at.region,
        licence=picture(),
        authorisation=None,
    )
    verification = organisation.verifications.get()
    return {
        "public_id": organisation.public_id,
        "verification_id": verification.public_id,
    }


def waiting_paper(at) -> dict:
    return {**waiting(at), "which": "licence"}


def own_paper(at) -> dict:
    organisation = at.organisation
    verification = actions.submit_verification(
        organisation_id=organisation.pk,
        licence=picture(),
        authorisation=None,
        by=UserFactory(),
        today=timezone.localdate(),
    )
    return {"public_id": verification.public_id, "which": "licence"}


def branch(at) -> dict:
    row = OrganisationFactory(parent=at.organisation, region=at.region)
    return {"public_id": row.public_id}


def colleague(at) -> dict:
    return {"public_id": MemberFactory(organisation=at.organisation, role=MemberRole.MEMBER).public_id}


def invitation(at) -> dict:
    row = members.invite_member(
        organisation_id=at.organisation.pk, name="何敏", phone="", email=f"he{at.user.pk}@example.org", role="member",
        by=UserFactory(),
    )  # fmt: skip
    return {"public_id": row.public_id}


def no_invitation(at) -> dict:
    return {"token": "used-or-unknown"}


OBJECTS = {
    "organisations:public": registered,
    "organisations:ask_to_join": registered,
    "organisations:own_paper": own_paper,
    "organisations:branch_close": branch,
    "organisations:member_role": colleague,
    "organisations:member_remove": colleague,
    "organisations:invitation_revoke": invitation,
    "organisations:invitation_accept": no_invitation,
    "organisations:staff_detail": registered,
    "organisations:suspend": registered,
    "organisations:resume": registered,
    "organisations:decide": waiting,
    "organisations:staff_paper": waiting_paper,
}
SHARED = {"organisations:public", "organisations:ask_to_join", "organisations:invitation_accept"}
NOBODY = {"organisations:invitation_accept": "a link that was used answers 410 with the way to a new one"}
