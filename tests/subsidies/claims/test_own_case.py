"""Nobody decides a case of their own: as claimant, under another sign-in, for a firm, or with a declared conflict."""

import pytest
from django.utils import timezone

from employment_portal.organisations.models import Member
from subsidies.claims import actions
from subsidies.claims.actions.deciding import MayNotDecide
from subsidies.claims.permissions import standing
from tests.factories.accounts import StaffPostFactory, UserFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.regions import AgencyFactory
from tests.factories.subsidies_claims import Officers, claimant, pass_step, submitted

pytestmark = pytest.mark.django_db


def test_nobody_decides_their_own_claim():
    person = claimant()
    claim = submitted(person)
    StaffPostFactory(user=person.user, role="street_clerk", agency=AgencyFactory(region=claim.region))

    with pytest.raises(MayNotDecide, match="your own claim"):
        pass_step(claim, type(person.user).objects.get(pk=person.user_id))


def private(claim, officer):
    """The claimant's record has a sign-in of its own and the mobile number with which the officer signs in."""
    officer.phone, officer.phone_verified = "13900139001", True
    officer.save()
    claim.person.phone = officer.phone
    claim.person.save()


def test_an_officer_does_not_decide_what_they_claim_by_another_sign_in():
    claim, officers = submitted(), Officers()
    private(claim, officers.clerk)

    with pytest.raises(MayNotDecide, match="your own claim"):
        pass_step(claim, officers.clerk)


def test_a_number_that_was_not_proved_keeps_nobody_from_deciding():
    claim, officers = submitted(), Officers()
    private(claim, officers.clerk)
    type(officers.clerk).objects.filter(pk=officers.clerk.pk).update(phone_verified=False)
    officers.clerk.refresh_from_db()

    assert pass_step(claim, officers.clerk).step == "first_review"


def test_a_declared_conflict_keeps_the_claim_away():
    officers = Officers()
    claim = submitted()
    actions.declare_conflict(
        user=officers.clerk, relation="配偶", person=claim.person, by=officers.clerk, now=timezone.now()
    )

    with pytest.raises(MayNotDecide, match="conflict of interest"):
        pass_step(claim, officers.clerk)


def test_whoever_acts_for_the_organisation_does_not_decide_its_claims():
    claim = submitted()
    organisation = OrganisationFactory()
    claim.person, claim.organisation = None, organisation
    officer = UserFactory()
    Member.objects.create(organisation=organisation, user=officer, role="agent", joined_at=timezone.now())

    assert standing(officer, claim).is_member
