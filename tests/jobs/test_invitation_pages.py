"""The pages of both sides: nothing that leads to the person before they agree."""

import pytest
from django.urls import reverse

from employment_portal.audit.models import AuditEntry
from employment_portal.organisations.enums import VerificationStatus
from jobs.invitations.models import Invitation
from tests.factories.accounts import sign_in
from tests.factories.applications import ApplicationFactory
from tests.factories.invitations import InvitationFactory, shown_resume
from tests.factories.jobs import OccupationFactory, PostingFactory
from tests.factories.organisations import MemberFactory, act_for
from tests.factories.people import PersonFactory
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    member = MemberFactory()
    act_for(client, member)
    return member


def page(client, name, *args, status=200, **params):
    response = client.get(reverse(f"jobs:{name}", args=args), params)
    assert response.status_code == status
    return response


def post(client, name, *args, status=302, **data):
    response = client.post(reverse(f"jobs:{name}", args=args), data)
    assert response.status_code == status
    return response


def nameless(response, person):
    text = response.content.decode()
    words = (person.name, person.phone, person.id_number, person.user.email, person.resume.email)
    return not any(word and word in text for word in words)


def test_neither_list_nor_resume_says_who_it_is(client, member):
    resume = shown_resume(with_number=True, occupations=[OccupationFactory()], regions=[RegionFactory()])
    resume.email = "chenfang@example.com"
    resume.save()
    PostingFactory(employer=member.organisation)

    assert nameless(page(client, "find_people"), resume.person)
    shown = page(client, "found_resume", resume.public_id)
    assert nameless(shown, resume.person)
    assert shown["Cache-Control"] == "private, no-store"
    assert AuditEntry.objects.filter(action="people.open_resume").count() == 1


def test_a_filter_that_makes_no_sense_says_so(client, member):
    shown_resume()

    assert page(client, "find_people", years="7", status=422).context["form"].errors
    assert page(client, "find_people", after="nonsense").context["found"].total == 1
    for name in ("region", "occupation", "education"):
        page(client, "find_people", status=422, **{name: "nonsense"})


def test_an_unverified_employer_is_told_what_to_do(client, member):
    resume = shown_resume()
    organisation = member.organisation
    organisation.status = VerificationStatus.UNVERIFIED
    organisation.verified_at = organisation.verified_until = None
    organisation.save()

    assert "found" not in page(client, "find_people").context
    page(client, "found_resume", resume.public_id, status=404)


def test_inviting_and_what_became_of_it(client, member):
    resume = shown_resume()
    posting = PostingFactory(employer=member.organisation)

    post(client, "invite_person", resume.public_id, posting=PostingFactory().public_id, status=422)
    post(client, "invite_person", resume.public_id, posting=posting.public_id, message="欢迎")
    again = post(client, "invite_person", resume.public_id, posting=posting.public_id, status=422)
    assert again.context["form"].errors
    made = Invitation.objects.get()
    assert nameless(page(client, "invitations_made"), resume.person)
    post(client, "invitation_contact", made.public_id)

    Invitation.objects.update(state="accepted", answered_at=made.made_at)
    shown = post(client, "invitation_contact", made.public_id, status=200).content.decode()
    assert resume.person.name in shown
    assert resume.person.phone in shown
    application = ApplicationFactory(posting=posting, person=resume.person)
    link = reverse("jobs:applicant", args=[application.public_id])
    assert link in page(client, "invitations_made").content.decode()


def test_an_employer_that_was_blocked_reads_declined(client, member):
    InvitationFactory(
        posting=PostingFactory(employer=member.organisation),
        made_by=member.user,
        state="blocked",
        answered_at=member.joined_at,
    )

    text = page(client, "invitations_made").content.decode()

    assert "已谢绝并屏蔽" not in text


def test_the_person_answers_on_the_page(client):
    made = InvitationFactory(made_by=MemberFactory().user)
    MemberFactory(organisation=made.posting.employer)
    sign_in(client, made.person.user)

    assert made.posting.title in page(client, "invitations").content.decode()
    shown = page(client, "invitation", made.public_id)
    assert reverse("jobs:apply", args=[made.posting.public_id]) in shown.content.decode()
    for name, state in (
        ("accept_invitation", "accepted"),
        ("decline_invitation", "declined"),
        ("block_inviter", "blocked"),
    ):
        post(client, name, made.public_id)
        made.refresh_from_db()
        assert made.state == state


def test_nobody_else_finds_the_invitation(client):
    made = InvitationFactory(made_by=MemberFactory().user)
    sign_in(client, PersonFactory().user)

    page(client, "invitation", made.public_id, status=404)
    assert page(client, "invitations").context["page"].paginator.count == 0
