from tests.factories.invitations import InvitationFactory, shown_resume
from tests.factories.jobs import PostingFactory


def resume(at) -> dict:
    return {"public_id": shown_resume(person=at.person).public_id}


def invitation(at, **values) -> dict:
    made = InvitationFactory(
        posting=PostingFactory(employer=at.organisation), person=at.person, made_by=at.owner, **values
    )
    return {"public_id": made.public_id}


OBJECTS = {
    "jobs:found_resume": resume,
    "jobs:invite_person": resume,
    "jobs:invitation_contact": invitation,
    "jobs:invitation": invitation,
    "jobs:accept_invitation": invitation,
    "jobs:decline_invitation": invitation,
    "jobs:block_inviter": invitation,
}
# Every verified employer may open a résumé that is shown to all of them.
SHARED = ["jobs:found_resume", "jobs:invite_person"]
