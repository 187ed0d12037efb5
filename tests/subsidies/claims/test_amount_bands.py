"""Steps by amount: which step of a name a claim takes, alone and in a set, and what a new amount changes."""

import pytest
from django.utils import timezone

from employment_portal.workflow.models import WorkItem
from subsidies.claims import actions
from subsidies.claims.enums import ClaimState
from subsidies.claims.evaluation import content_sha256
from subsidies.claims.models import Approval, Claim
from tests.factories.accounts import UserFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_claims import (
    Officers,
    at_step,
    claimant,
    money_for,
    pass_step,
    policy_version,
    submitted,
)

pytestmark = pytest.mark.django_db

# From 10,000 yuan on the city makes the first review and a last one.
STEPS = [
    {"name": "acceptance", "role": "street_clerk", "working_days": 5},
    {"name": "first_review", "role": "district_officer", "working_days": 10, "below_fen": 1_000_000},
    {"name": "first_review", "role": "city_officer", "working_days": 15, "from_fen": 1_000_000},
    {"name": "second_review", "role": "district_officer", "working_days": 10},
    {"name": "city_review", "role": "city_officer", "working_days": 10, "from_fen": 1_000_000},
]
BY_AGE = {
    "kind": "table",
    "columns": [{"fact": "person.age", "args": {}}],
    "rows": [[{"to": 30}, 900_000], [None, 1_200_000]],
}
WAYS = {
    900_000: ["street_clerk", "district_officer", "district_officer"],
    1_200_000: ["street_clerk", "city_officer", "district_officer", "city_officer"],
}


class Staff(Officers):
    """``first`` and ``early`` make the first review, of small amounts and of large ones."""

    def __init__(self):
        super().__init__()
        self.early = UserFactory(city_officer=True, region=RegionFactory(code="5101"))

    def of(self, step, fen=0):
        return self.early if (step, fen >= 1_000_000) == ("first_review", True) else super().of(step)


def roles_of(claim):
    return list(Approval.objects.filter(claim=claim).order_by("pk").values_list("role", flat=True))


@pytest.mark.parametrize("fen", WAYS)
def test_a_claim_takes_the_steps_of_its_band(fen):
    staff = Staff()
    claim = submitted(version=policy_version(steps=STEPS, amount={"kind": "fixed", "fen": fen}))
    money_for(claim.version)

    while claim.step:
        claim = pass_step(claim, staff.of(claim.step, fen))

    assert claim.state == ClaimState.APPROVED
    assert roles_of(claim) == WAYS[fen]


def test_claims_of_both_bands_pass_together():
    staff, version = Staff(), policy_version(steps=STEPS, amount=BY_AGE)
    money_for(version)
    today = timezone.localdate()
    young, old = (
        submitted(claimant(birth_date=today.replace(year=today.year - age, day=1)), version)
        for age in (25, 45)
    )

    for step in ("acceptance", "first_review", "second_review", "city_review"):
        for fen in WAYS:
            claims = Claim.objects.filter(version=version, step=step, amount_fen=fen)
            seen = {claim.pk: content_sha256(claim) for claim in claims}
            if seen and (step != "first_review" or fen >= 1_000_000 or young.pk in seen):
                outcomes = actions.bulk_approve(seen=seen, by=staff.of(step, fen), now=timezone.now())
                assert [str(outcome.problem) for outcome in outcomes] == [""] * len(seen)

    assert roles_of(young) == WAYS[900_000]
    assert roles_of(old) == WAYS[1_200_000]
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.APPROVED}


def grow_older(claim):
    today = timezone.localdate()
    claim.person.birth_date = today.replace(year=today.year - 45, day=1)
    claim.person.save()


def young_claim():
    today = timezone.localdate()
    young = claimant(birth_date=today.replace(year=today.year - 25, day=1))
    return submitted(young, policy_version(steps=STEPS, amount=BY_AGE))


def test_an_amount_that_has_grown_goes_back_to_the_step_it_missed():
    staff = Staff()
    claim = at_step("second_review", claim=young_claim(), officers=staff)
    money_for(claim.version)
    grow_older(claim)

    claim = actions.recalculate(claim_id=claim.pk, by=staff.second, now=timezone.now())

    assert (claim.state, claim.step, claim.round) == (ClaimState.IN_REVIEW, "first_review", 2)
    assert WorkItem.objects.open().get(subject_id=claim.pk).role == "city_officer"
    while claim.step:
        claim = pass_step(claim, staff.of(claim.step, claim.amount_fen))
    assert claim.state == ClaimState.APPROVED
    assert roles_of(claim) == ["street_clerk", "district_officer", *WAYS[1_200_000][1:]]


def test_an_amount_that_grows_at_a_step_is_decided_there_by_the_role_of_its_band():
    staff = Staff()
    claim = at_step("first_review", claim=young_claim(), officers=staff)
    grow_older(claim)

    claim = actions.recalculate(claim_id=claim.pk, by=staff.first, now=timezone.now())

    assert (claim.step, claim.round) == ("first_review", 1)
    assert WorkItem.objects.open().get(subject_id=claim.pk).role == "city_officer"
    assert pass_step(claim, staff.early).step == "second_review"
