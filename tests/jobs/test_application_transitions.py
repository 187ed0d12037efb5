"""Every move × every state × every role, straight from the tables."""

from datetime import timedelta

import pytest
from django.utils import timezone

from employment_portal.people.models import AssistedSession
from employment_portal.workflow.engine import TransitionNotAllowed, history
from jobs.applications.enums import ApplicationStatus, InterviewState, OfferState
from jobs.applications.workflow import APPLICATION, INTERVIEW, OFFER
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, InterviewFactory, OfferFactory
from tests.factories.organisations import MemberFactory
from tests.factories.regions import AgencyFactory

pytestmark = pytest.mark.django_db
PERSON = {"submit", "hire", "withdraw"}
EMPLOYER = {"mark_seen", "shortlist", "invite", "make_offer", "withdraw_offer", "reject"}
PORTAL = {"lapse_offer", "expire"}
EXPECTED_SOURCES = {
    "submit": {"draft"},
    "mark_seen": {"submitted"},
    "shortlist": {"submitted", "seen"},
    "invite": {"submitted", "seen", "shortlisted"},
    "make_offer": {"shortlisted", "interview"},
    "withdraw_offer": {"offered"},
    "lapse_offer": {"offered"},
    "hire": {"offered"},
    "reject": {"submitted", "seen", "shortlisted", "interview"},
    "withdraw": {"draft", "submitted", "seen", "shortlisted", "interview", "offered"},
    "expire": {"submitted", "seen", "shortlisted", "interview"},
}
ROLES = [
    "person",
    "clerk at the counter",
    "clerk without a sitting",
    "member",
    "former member",
    "member elsewhere",
    "stranger",
    "portal",
]


def actor(role, application):
    if role == "person":
        return application.person.user
    if role.startswith("clerk"):
        clerk = UserFactory()
        if role == "clerk at the counter":
            now = timezone.now()
            AssistedSession.objects.create(
                person=application.person,
                clerk=clerk,
                agency=AgencyFactory(),
                purpose="投递简历",
                consent_method="code",
                started_at=now,
                expires_at=now + timedelta(hours=1),
            )
        return clerk
    if role == "member":
        return MemberFactory(organisation=application.posting.employer).user
    if role == "former member":
        return MemberFactory(organisation=application.posting.employer, left_at=timezone.now()).user
    if role == "member elsewhere":
        return MemberFactory().user
    return UserFactory() if role == "stranger" else None


def permitted(role, move):
    if role == "portal":
        return True
    if move in PORTAL:
        return False
    return role in ({"person", "clerk at the counter"} if move in PERSON else {"member"})


def test_the_table_is_the_one_that_was_agreed():
    assert {name: set(move.sources) for name, move in APPLICATION.moves.items()} == EXPECTED_SOURCES
    assert set(APPLICATION.moves) == PERSON | EMPLOYER | PORTAL


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("status", ApplicationStatus.values)
@pytest.mark.parametrize("move", sorted(APPLICATION.moves))
def test_a_move_goes_through_only_from_its_states_and_for_its_roles(move, status, role):
    draft = {"submitted_at": None} if status == "draft" else {}
    application = ApplicationFactory(status=status, **draft)
    by = actor(role, application)

    allowed = status in EXPECTED_SOURCES[move] and permitted(role, move)

    assert APPLICATION.can(application, move, by) == allowed
    if not allowed:
        with pytest.raises(TransitionNotAllowed):
            APPLICATION.apply(application, move, by=by)
        application.refresh_from_db()
        assert application.status == status
        assert not history(application).exists()


@pytest.mark.parametrize("role", ["person", "member", "stranger", "portal"])
@pytest.mark.parametrize("state", InterviewState.values)
@pytest.mark.parametrize("move", sorted(INTERVIEW.moves))
def test_an_interview_moves_only_from_its_states_and_for_its_side(move, state, role):
    interview = InterviewFactory(state=state)
    by = actor(role, interview.application)
    sides = {
        "accept": {"person"},
        "decline": {"person"},
        "ask_other_time": {"person"},
        "reschedule": {"member"},
        "cancel": {"person", "member"},
        "mark_held": {"member"},
        "mark_no_show": {"member"},
    }
    sources = {"accept": {"proposed"}, "ask_other_time": {"proposed", "accepted"}}.get(
        move, {"proposed", "other_time", "accepted"}
    )

    allowed = state in sources and (role == "portal" or role in sides[move])

    assert INTERVIEW.can(interview, move, by) == allowed


@pytest.mark.parametrize("role", ["person", "member", "stranger", "portal"])
@pytest.mark.parametrize("state", OfferState.values)
@pytest.mark.parametrize("move", sorted(OFFER.moves))
def test_an_offer_is_answered_by_the_person_and_withdrawn_by_the_employer(move, state, role):
    offer = OfferFactory(state=state, answered_at=None if state == "open" else timezone.now())
    by = actor(role, offer.application)
    side = {"accept": "person", "decline": "person", "withdraw": "member", "lapse": ""}[move]

    allowed = state == "open" and role in {side, "portal"}

    assert OFFER.can(offer, move, by) == allowed
