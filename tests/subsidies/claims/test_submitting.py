"""From a draft to a claim with a number: prefilled, checked, evaluated, held against a second one."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from employment_portal.core.uploads import WrongFileType
from employment_portal.people.models import AssistedSession
from employment_portal.workflow.engine import TransitionNotAllowed
from employment_portal.workflow.models import WorkItem
from subsidies.claims import actions
from subsidies.claims.actions.filling import NoCommitment, NotYourAccount, UnknownPaper
from subsidies.claims.actions.rows import ClaimedAlready
from subsidies.claims.actions.starting import NotForYou, NotInForce
from subsidies.claims.actions.submitting import DoesNotQualify, NoLongerInForce, NotReady
from subsidies.claims.enums import ClaimState
from subsidies.claims.models import Claim
from tests.factories.accounts import UserFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import PersonFactory
from tests.factories.regions import AgencyFactory
from tests.factories.subsidies_claims import (
    Officers,
    account_of,
    claimant,
    made_by,
    policy_version,
    submitted,
    with_paper,
)

pytestmark = pytest.mark.django_db


def start(person, version, **how):
    return actions.start_claim(
        version_id=version.pk, person_id=person.pk, by=person.user, now=timezone.now(), **how
    )


def test_a_draft_holds_what_the_portal_knows_and_the_amount():
    person, version = claimant(), policy_version()

    claim = start(person, version)

    entry = claim.entries.get()
    assert (entry.subject_id, entry.amount_fen, claim.amount_fen) == (person.pk, 150_000, 150_000)
    assert entry.facts["person.age"] == 31
    assert claim.region == person.residence_region


def test_starting_twice_gives_the_same_draft():
    person, version = claimant(), policy_version()

    assert start(person, version) == start(person, version)


def test_a_policy_that_ended_cannot_be_claimed():
    person, version = claimant(), policy_version()
    type(version).objects.filter(pk=version.pk).update(
        effective_until=timezone.localdate() - timedelta(days=1)
    )

    with pytest.raises(NotInForce):
        start(person, version)


OUT_OF_FORCE = [{"state": "retired"}, {"effective_until": date(2025, 6, 30)}]


@pytest.mark.parametrize("how", OUT_OF_FORCE)
def test_a_draft_is_not_handed_in_once_its_policy_is_out_of_force(how):
    person, version = claimant(), policy_version()
    claim = made_by(person, version)
    type(version).objects.filter(pk=version.pk).update(**how)

    with pytest.raises(NoLongerInForce):
        actions.submit_claim(claim_id=claim.pk, by=person.user, now=timezone.now())

    claim.refresh_from_db()
    assert claim.state == ClaimState.DRAFT


@pytest.mark.parametrize("how", OUT_OF_FORCE)
def test_a_correction_is_handed_in_also_under_a_policy_out_of_force(how):
    person, version, officers = claimant(), policy_version(), Officers()
    claim = submitted(person, version)
    actions.decide_step(
        claim_id=claim.pk, verdict="correct", note="补合同", by=officers.clerk, now=timezone.now()
    )
    type(version).objects.filter(pk=version.pk).update(**how)

    claim = actions.submit_claim(claim_id=claim.pk, by=person.user, now=timezone.now())

    assert (claim.state, claim.round) == (ClaimState.SUBMITTED, 2)


def test_nobody_starts_a_claim_for_a_stranger():
    person, version = claimant(), policy_version()

    with pytest.raises(NotForYou):
        actions.start_claim(version_id=version.pk, person_id=person.pk, by=UserFactory(), now=timezone.now())


def test_an_organisation_cannot_claim_what_is_for_persons():
    version, organisation = policy_version(), OrganisationFactory()

    with pytest.raises(NotForYou):
        actions.start_claim(
            version_id=version.pk, organisation_id=organisation.pk, by=UserFactory(), now=timezone.now()
        )


def test_a_draft_is_not_handed_in_before_every_part_is_done():
    person, version = claimant(), policy_version()
    claim = start(person, version)

    with pytest.raises(NotReady) as refused:
        actions.submit_claim(claim_id=claim.pk, by=person.user, now=timezone.now())

    assert str(refused.value) == "Check the data that we hold."


def test_a_claim_handed_in_has_a_number_a_day_and_somebody_to_accept_it():
    claim = submitted()

    item = WorkItem.objects.open().get(subject_type="subsidies.claim", subject_id=claim.pk)
    assert claim.state == ClaimState.SUBMITTED
    assert claim.number.startswith("SQ510108")
    assert claim.step == "acceptance"
    assert claim.clean
    assert claim.entries.get().open
    assert (item.role, item.working_days, item.region) == ("street_clerk", 5, claim.region)


def test_handing_in_twice_changes_nothing():
    claim = submitted()

    again = actions.submit_claim(claim_id=claim.pk, by=claim.person.user, now=timezone.now())

    assert (again.number, again.round) == (claim.number, 1)


def test_a_commitment_in_place_of_a_paper_is_a_finding():
    claim = submitted(clean=False)

    assert [finding["code"] for finding in claim.findings] == ["commitment"]
    assert not claim.clean


def test_a_value_declared_otherwise_than_held_is_a_finding_with_both():
    person, version = claimant(), policy_version()
    claim = made_by(person, version)
    with_paper(claim, by=person.user)
    actions.save_declared(
        claim_id=claim.pk,
        facts={"person.age": 45},
        declared_fen=200_000,
        note="",
        by=person.user,
        now=timezone.now(),
    )

    claim = actions.submit_claim(claim_id=claim.pk, by=person.user, now=timezone.now())

    age, amount = claim.findings
    assert (age["code"], age["declared"], age["held"]) == ("differs", 45, 31)
    assert (amount["code"], amount["declared"], amount["held"]) == ("amount", 200_000, 150_000)


def test_somebody_who_does_not_qualify_by_our_data_is_told_why():
    person = claimant(birth_date=timezone.localdate() - timedelta(days=365 * 70))
    claim = made_by(person, policy_version())

    with pytest.raises(DoesNotQualify):
        actions.submit_claim(claim_id=claim.pk, by=person.user, now=timezone.now())

    assert claim.entries.get().reasons[0]["article"] == "第一条"


def test_somebody_who_says_that_our_data_are_wrong_may_hand_in_all_the_same():
    person = claimant(birth_date=timezone.localdate() - timedelta(days=365 * 70))
    claim = made_by(person, policy_version())
    actions.save_declared(
        claim_id=claim.pk,
        facts={"person.age": 50},
        declared_fen=None,
        note="",
        by=person.user,
        now=timezone.now(),
    )

    claim = actions.submit_claim(claim_id=claim.pk, by=person.user, now=timezone.now())

    assert claim.state == ClaimState.SUBMITTED
    assert claim.amount_fen == 0
    assert "differs" in [finding["code"] for finding in claim.findings]


def test_the_same_subject_is_not_claimed_twice_at_one_time():
    person, version = claimant(), policy_version()
    submitted(person, version)
    second = made_by(person, version)
    with_paper(second, by=person.user)

    with pytest.raises(ClaimedAlready):
        actions.submit_claim(claim_id=second.pk, by=person.user, now=timezone.now())


def test_a_disguised_file_is_refused_with_a_sentence():
    person = claimant()
    claim = made_by(person, policy_version())

    with pytest.raises(WrongFileType):
        actions.add_evidence(
            claim_id=claim.pk,
            code="contract",
            file=SimpleUploadedFile("contract.pdf", b"MZ\x90\x00 not a pdf"),
            by=person.user,
            now=timezone.now(),
        )


def test_a_paper_that_the_policy_does_not_ask_for_is_refused():
    person = claimant()
    claim = made_by(person, policy_version())

    with pytest.raises(UnknownPaper):
        actions.add_evidence(
            claim_id=claim.pk, code="passport", file=SimpleUploadedFile("a.pdf", b"%PDF-"), by=person.user,
            now=timezone.now(),
        )  # fmt: skip


def test_no_commitment_is_taken_where_the_policy_takes_none():
    person = claimant()
    claim = start(person, policy_version(evidence=[]))

    with pytest.raises(NoCommitment):
        actions.sign_commitment(claim_id=claim.pk, signed=True, by=person.user, now=timezone.now())


def test_money_does_not_go_to_somebody_elses_account():
    person = claimant()
    claim = start(person, policy_version())
    other = account_of(person=PersonFactory())

    with pytest.raises(NotYourAccount):
        actions.choose_account(claim_id=claim.pk, account_id=other.pk, by=person.user)


def test_a_clerk_at_the_counter_is_the_maker_and_never_decides():
    person, version = claimant(), policy_version()
    clerk = UserFactory(street_clerk=True, region=person.residence_region)
    now = timezone.now()
    AssistedSession.objects.create(
        person=person, clerk=clerk, agency=AgencyFactory(region=person.residence_region), purpose="申领补贴",
        consent_method="code", started_at=now, expires_at=now + timedelta(minutes=30),
    )  # fmt: skip
    claim = made_by(person, version, by=clerk, channel="counter")
    with_paper(claim, by=clerk)

    claim = actions.submit_claim(claim_id=claim.pk, by=clerk, now=now)

    assert (claim.maker, claim.channel) == (clerk, "counter")
    with pytest.raises(actions.MayNotDecide, match="You entered this claim"):
        actions.decide_step(claim_id=claim.pk, verdict="pass", note="", by=clerk, now=now)


def test_a_draft_is_deleted_with_its_papers(django_capture_on_commit_callbacks):
    person = claimant()
    claim = made_by(person, policy_version())
    with_paper(claim, by=person.user)
    stored = claim.evidence.get().file

    with django_capture_on_commit_callbacks(execute=True):
        actions.discard_draft(claim_id=claim.pk, by=person.user)

    assert not Claim.objects.filter(pk=claim.pk).exists()
    assert not stored.storage.exists(stored.name)


def test_what_was_handed_in_cannot_be_changed():
    claim = submitted()

    with pytest.raises(TransitionNotAllowed):
        actions.save_declared(
            claim_id=claim.pk, facts={}, declared_fen=1, note="", by=claim.person.user, now=timezone.now()
        )
