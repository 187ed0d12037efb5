"""Who sees a résumé: the person's choice is a consent, and no blocked employer is ever among them."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from employment_portal.people.consent.queries import looks_at
from employment_portal.people.consent.requests import withdraw
from employment_portal.people.enums import ConsentPurpose, EmploymentStatus, ResumeVisibility
from employment_portal.people.models import BlockedEmployer, Consent, Person, Resume
from employment_portal.people.resumes import sharing
from tests.factories.accounts import sign_in
from tests.factories.invitations import shown_resume
from tests.factories.organisations import MemberFactory, OrganisationFactory
from tests.factories.people import PersonFactory, ResumeFactory, SpellFactory

pytestmark = pytest.mark.django_db


def open_to(employer):
    return set(sharing.resumes_open_to(employer, on=timezone.localdate()))


def consents(person):
    return person.consents.filter(purpose=ConsentPurpose.RESUME_SHARING, withdrawn_at__isnull=True)


def test_only_those_who_agreed_are_shown_to_employers():
    employer = OrganisationFactory()
    shown = shown_resume()
    ResumeFactory()
    hidden = ResumeFactory(visibility=ResumeVisibility.HIDDEN)
    unproved = ResumeFactory(visibility=ResumeVisibility.EMPLOYERS)

    assert open_to(employer) == {shown}
    assert {hidden, unproved} & open_to(employer) == set()


@pytest.mark.parametrize("traits", [{"unverified": True}, {"imported": True}])
def test_an_employer_that_is_not_verified_finds_nobody(traits):
    shown_resume()

    assert open_to(OrganisationFactory(**traits)) == set()


def test_a_blocked_employer_and_its_branches_never_see_it():
    resume, employer = shown_resume(), OrganisationFactory()
    branch = OrganisationFactory(parent=employer)
    sister = OrganisationFactory(parent=employer)
    BlockedEmployer.objects.create(resume=resume, organisation=employer)

    assert [open_to(each) for each in (employer, branch, sister)] == [set()] * 3
    assert open_to(OrganisationFactory()) == {resume}


def test_blocking_a_branch_blocks_the_head_office():
    resume, employer = shown_resume(), OrganisationFactory()
    BlockedEmployer.objects.create(resume=resume, organisation=OrganisationFactory(parent=employer))

    assert open_to(employer) == set()


def test_the_present_employer_and_the_own_organisation_never_see_it():
    resume = shown_resume()
    member = MemberFactory(user=resume.person.user)
    works_at, worked_at = OrganisationFactory(), OrganisationFactory()
    SpellFactory(
        person=resume.person,
        status=EmploymentStatus.EMPLOYED,
        employer=worked_at,
        starts_on=date(2020, 1, 1),
        ends_on=date(2021, 1, 1),
    )
    SpellFactory(
        person=resume.person,
        status=EmploymentStatus.EMPLOYED,
        employer=works_at,
        starts_on=date(2022, 1, 1),
    )

    assert open_to(member.organisation) == open_to(works_at) == set()
    assert open_to(worked_at) == {resume}


@pytest.mark.parametrize("field", ["restricted_at", "anonymised_at"])
def test_who_restricted_their_data_is_not_shown(field):
    resume = shown_resume()
    Person.objects.filter(pk=resume.person_id).update(**{field: timezone.now()})

    assert open_to(OrganisationFactory()) == set()


@pytest.mark.parametrize("choice", [ResumeVisibility.HIDDEN, ResumeVisibility.APPLIED_ONLY])
def test_another_choice_takes_the_consent_back(choice):
    resume = shown_resume()
    assert consents(resume.person).get().text_version

    sharing.choose_visibility(
        person_id=resume.person_id, visibility=choice, through="online", by=resume.person.user
    )

    assert (open_to(OrganisationFactory()), consents(resume.person).count()) == (set(), 0)


def test_withdrawing_the_consent_ends_the_sharing():
    resume = shown_resume()

    withdraw(
        person_id=resume.person_id,
        purpose=ConsentPurpose.RESUME_SHARING,
        by=resume.person.user,
        today=timezone.localdate(),
    )

    resume.refresh_from_db()
    assert resume.visibility == ResumeVisibility.APPLIED_ONLY


def test_the_person_sees_which_employer_opened_it_once():
    resume, member = shown_resume(), MemberFactory()
    look = {"resume": resume, "employer": member.organisation, "by": member.user, "now": timezone.now()}

    sharing.note_look(**look)
    sharing.note_look(**look)

    assert [entry["who"] for entry in looks_at(resume.person)] == [member.organisation.name]


def test_an_employer_opens_so_many_a_day(monkeypatch):
    monkeypatch.setattr(sharing, "LOOKS_A_DAY", 1)
    member = MemberFactory()
    look = {"employer": member.organisation, "by": member.user, "now": timezone.now()}
    sharing.note_look(resume=shown_resume(), **look)

    with pytest.raises(sharing.TooManyLooks):
        sharing.note_look(resume=shown_resume(), **look)


def test_the_choice_is_made_on_the_page(client):
    person = PersonFactory()
    sign_in(client, person.user)
    url = reverse("people:resume_visibility")

    assert client.get(url).context["form"].initial["visibility"] == ResumeVisibility.APPLIED_ONLY
    assert client.post(url, {"visibility": "everybody"}).status_code == 422
    assert client.post(url, {"visibility": "employers"}).status_code == 302
    assert Resume.objects.get(person=person).visibility == ResumeVisibility.EMPLOYERS
    assert Consent.objects.get().given_through == "online"
