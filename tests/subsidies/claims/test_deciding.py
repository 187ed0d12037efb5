"""The steps of staff: who may, what each verdict does, what the last pass grants."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef
from employment_portal.ledger.queries import balance
from employment_portal.workflow.delegation import delegate
from employment_portal.workflow.engine import TransitionNotAllowed
from employment_portal.workflow.models import WorkItem
from subsidies.claims import actions
from subsidies.claims.actions.deciding import (
    ChangedMeanwhile,
    CorrectedOnce,
    DataDiffer,
    DoesNotQualifyNow,
    MayNotDecide,
    NotAtThisStep,
    NothingBefore,
    ReasonNeeded,
)
from subsidies.claims.enums import ClaimState, Verdict
from subsidies.claims.evaluation import content_sha256
from subsidies.claims.models import Approval, Claim, Decision
from tests.factories.accounts import UserFactory
from tests.factories.subsidies_claims import (
    Officers,
    approved,
    at_step,
    claimant,
    made_by,
    money_for,
    pass_step,
    policy_version,
    submitted,
    with_paper,
)

pytestmark = pytest.mark.django_db

STEPS = ["acceptance", "first_review", "second_review", "city_review"]
ROLES = [
    "street_clerk",
    "district_officer",
    "city_officer",
    "finance_officer",
    "policy_officer",
    "counsellor",
]
IN_CHARGE = {
    "acceptance": "street_clerk",
    "first_review": "district_officer",
    "second_review": "district_officer",
    "city_review": "city_officer",
}


def say(claim, by, verdict, note="说明"):
    return actions.decide_step(claim_id=claim.pk, verdict=verdict, note=note, by=by, now=timezone.now())


def expensive():
    return policy_version(amount={"kind": "fixed", "fen": 2_000_000})


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("role", ROLES)
def test_only_the_role_of_the_step_in_its_region_decides(step, role):
    claim = at_step(step, claim=submitted(version=expensive()))
    money_for(claim.version)
    region = claim.region if role == "street_clerk" else claim.region.parent
    region = region.parent if role == "city_officer" else region
    officer = UserFactory(**{role: True}, region=region)

    if role == IN_CHARGE[step]:
        assert say(claim, officer, Verdict.PASS).step != step
    else:
        with pytest.raises(MayNotDecide):
            say(claim, officer, Verdict.PASS)


@pytest.mark.parametrize("step", STEPS)
def test_the_right_role_in_another_region_does_not_decide(step):
    from tests.factories.regions import RegionFactory

    claim = at_step(step, claim=submitted(version=expensive()))
    elsewhere = {"acceptance": "510104001", "city_review": "500103"}.get(step, "510104")
    officer = UserFactory(**{IN_CHARGE[step]: True}, region=RegionFactory(code=elsewhere))

    with pytest.raises(MayNotDecide):
        say(claim, officer, Verdict.PASS)


VERDICTS = {
    # verdict: (allowed at acceptance, allowed in review)
    Verdict.PASS: (True, True),
    Verdict.CORRECT: (True, False),
    Verdict.SEND_BACK: (False, True),
    Verdict.REFUSE: (False, True),
    Verdict.NOT_ACCEPT: (True, False),
}


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("step", ["acceptance", "first_review"])
def test_a_verdict_is_given_only_where_it_belongs(step, verdict):
    officers = Officers()
    claim = at_step(step, officers=officers)
    allowed = VERDICTS[verdict][step != "acceptance"]

    if allowed:
        say(claim, officers.of(step), verdict)
        assert Approval.objects.filter(claim=claim, step=step, verdict=verdict).exists()
    else:
        with pytest.raises((NotAtThisStep, NothingBefore)):
            say(claim, officers.of(step), verdict)


@pytest.mark.parametrize("state", sorted(set(ClaimState) - {ClaimState.SUBMITTED, ClaimState.IN_REVIEW}))
def test_nobody_decides_a_claim_that_stands_at_no_step(state):
    claim = submitted()
    values = {"state": state}
    if state in {"approved", "noticed", "payable", "archived"}:
        values |= {"decided_at": timezone.now(), "line": money_for(claim.version)}
    Claim.objects.filter(pk=claim.pk).update(**values)

    with pytest.raises(TransitionNotAllowed):
        say(claim, Officers().clerk, Verdict.PASS)


def test_the_way_from_acceptance_to_the_grant():
    officers = Officers()
    claim = submitted()
    line = money_for(claim.version, fen=500_000)

    claim = approved(claim, officers=officers)

    entitlement = claim.entitlements.get()
    assert claim.state == ClaimState.APPROVED
    assert [row.by for row in claim.approvals.order_by("pk")] == [
        officers.clerk,
        officers.first,
        officers.second,
    ]
    assert entitlement.live
    assert entitlement.holds.get().holder_id == claim.person_id
    assert balance(AccountRef(SUBSIDIES, line.pk, AccountKind.COMMITTED)) == 150_000
    assert not WorkItem.objects.open().filter(subject_id=claim.pk, subject_type="subsidies.claim").exists()


def test_the_decision_freezes_facts_inputs_and_steps():
    claim = approved()

    decision = claim.decisions.get()
    entry = decision.content["entries"][0]
    assert decision.verdict == Verdict.PASS
    assert decision.amount_fen == 150_000
    assert entry["facts"]["person.age"] == 31
    assert entry["calculation"]["fen"] == 150_000
    assert [step["step"] for step in decision.content["steps"]] == [
        "acceptance",
        "first_review",
        "second_review",
    ]
    assert "**" in decision.content["claimant"]["number"]


def test_the_database_refuses_to_change_a_decision_or_what_was_said():
    claim = approved()

    for model in (Decision, Approval):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(claim=claim).update(verdict="refuse")


def test_a_claim_above_the_threshold_goes_to_the_city():
    officers = Officers()
    claim = at_step("second_review", claim=submitted(version=expensive()), officers=officers)

    claim = pass_step(claim, officers.second)

    assert (claim.state, claim.step) == (ClaimState.IN_REVIEW, "city_review")


def test_nobody_decides_two_steps_of_a_claim():
    officers = Officers()
    claim = at_step("second_review", officers=officers)

    with pytest.raises(MayNotDecide, match="another step"):
        say(claim, officers.first, Verdict.PASS)


def test_the_database_refuses_the_maker_and_a_second_word_of_one_person():
    claim = submitted()
    values = {
        "claim": claim, "round": 1, "step": "acceptance", "role": "street_clerk", "verdict": "pass",
        "maker_id": claim.maker_id, "amount_fen": 1, "content_sha256": "x", "at": timezone.now(),
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(by_id=claim.maker_id, **values)
    clerk = UserFactory()
    Approval.objects.create(by=clerk, **values)

    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(by=clerk, **{**values, "step": "first_review"})


def test_the_database_refuses_another_step_in_a_later_round_and_for_a_colleague():
    claim = submitted()
    values = {
        "claim": claim, "role": "street_clerk", "verdict": "pass", "maker_id": claim.maker_id, "amount_fen": 1,
        "content_sha256": "x", "at": timezone.now(),
    }  # fmt: skip
    clerk, deputy = UserFactory(), UserFactory()
    Approval.objects.create(by=clerk, round=1, step="acceptance", **values)

    for said in ({"by": clerk}, {"by": deputy, "acting_for": clerk}):
        with pytest.raises(IntegrityError, match="decided another one"), transaction.atomic():
            Approval.objects.create(round=2, step="first_review", **said, **values)
    Approval.objects.create(by=clerk, round=2, step="acceptance", **values)


def test_the_database_refuses_a_forged_maker():
    claim = submitted()
    Approval.objects.create(
        claim=claim, round=1, step="acceptance", role="street_clerk", verdict="pass", by=UserFactory(),
        maker=UserFactory(), amount_fen=1, content_sha256="x", at=timezone.now(),
    )  # fmt: skip

    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_deputy_decides_in_their_own_name_and_says_for_whom():
    officers, deputy = Officers(), UserFactory(counsellor=True)
    claim = submitted()
    today = timezone.localdate()
    delegate(
        from_user=officers.clerk, to_user=deputy, role="street_clerk", region=officers.street,
        starts_on=today, last_day=today + timedelta(days=3), reason="休假", now=timezone.now(), today=today,
    )  # fmt: skip

    say(claim, deputy, Verdict.PASS)

    approval = claim.approvals.get()
    assert (approval.by, approval.acting_for, approval.role) == (deputy, officers.clerk, "street_clerk")


def test_a_deputy_of_somebody_who_decided_another_step_does_not_decide():
    officers = Officers()
    claim = at_step("second_review", officers=officers)
    deputy = UserFactory(counsellor=True)
    today = timezone.localdate()
    delegate(
        from_user=officers.first, to_user=deputy, role="district_officer", region=officers.street.parent,
        starts_on=today, last_day=today, reason="会议", now=timezone.now(), today=today,
    )  # fmt: skip

    with pytest.raises(MayNotDecide, match="another step"):
        say(claim, deputy, Verdict.PASS)


@pytest.mark.parametrize("verdict", [Verdict.CORRECT, Verdict.NOT_ACCEPT])
def test_whoever_says_no_says_why(verdict):
    with pytest.raises(ReasonNeeded):
        say(submitted(), Officers().clerk, verdict, note="  ")


def test_what_changed_since_it_was_opened_is_not_decided():
    claim, officers = submitted(), Officers()
    seen = content_sha256(claim)
    claim.entries.update(amount_fen=1)

    with pytest.raises(ChangedMeanwhile):
        actions.decide_step(
            claim_id=claim.pk, verdict=Verdict.PASS, note="", by=officers.clerk, now=timezone.now(),
            seen_sha256=seen,
        )  # fmt: skip


def test_data_that_changed_stop_a_review_until_it_is_reckoned_anew():
    officers = Officers()
    claim = at_step("first_review", officers=officers)
    claim.person.birth_date = date(1950, 1, 1)
    claim.person.save()

    with pytest.raises(DataDiffer):
        say(claim, officers.first, Verdict.PASS)

    claim = actions.recalculate(claim_id=claim.pk, by=officers.first, now=timezone.now())
    assert (claim.amount_fen, claim.clean) == (0, True) or not claim.clean
    with pytest.raises(DoesNotQualifyNow):
        say(claim, officers.first, Verdict.PASS)


def test_a_claim_that_our_data_contradict_is_accepted_but_never_passed():
    person = claimant(birth_date=timezone.localdate() - timedelta(days=365 * 70))
    officers = Officers()
    claim = made_by(person, policy_version())
    with_paper(claim, by=person.user)
    actions.save_declared(
        claim_id=claim.pk,
        facts={"person.age": 50},
        declared_fen=None,
        note="",
        by=person.user,
        now=timezone.now(),
    )
    claim = actions.submit_claim(claim_id=claim.pk, by=person.user, now=timezone.now())
    claim = say(claim, officers.clerk, Verdict.PASS)

    with pytest.raises(DoesNotQualifyNow):
        say(claim, officers.first, Verdict.PASS)


def test_a_correction_is_asked_for_once():
    officers, claim = Officers(), submitted()
    say(claim, officers.clerk, Verdict.CORRECT, note="请补合同第二页")
    claim = actions.submit_claim(claim_id=claim.pk, by=claim.person.user, now=timezone.now())
    assert claim.round == 2

    with pytest.raises(CorrectedOnce):
        say(claim, officers.clerk, Verdict.CORRECT)

    assert say(claim, officers.clerk, Verdict.PASS).step == "first_review"


def test_a_correction_that_never_comes_ends_the_claim_with_a_decision():
    officers, claim = Officers(), submitted()
    claim = say(claim, officers.clerk, Verdict.CORRECT, note="请补合同")
    late = claim.correction_due_on + timedelta(days=1)
    now = timezone.now() + timedelta(days=30)

    assert actions.lapse_corrections(today=claim.correction_due_on, now=now) == 0
    assert actions.lapse_corrections(today=late, now=now) == 1
    assert actions.lapse_corrections(today=late, now=now) == 0

    claim.refresh_from_db()
    assert claim.state == ClaimState.NOT_ACCEPTED
    assert claim.decisions.get().by is None
    assert not claim.entries.filter(open=True).exists()


def test_sent_back_one_step_the_claim_is_decided_anew_from_there():
    officers = Officers()
    claim = at_step("second_review", officers=officers)

    claim = say(claim, officers.second, Verdict.SEND_BACK, note="请核对缴费月数")

    assert (claim.state, claim.step, claim.round) == (ClaimState.IN_REVIEW, "first_review", 2)
    claim = say(claim, officers.first, Verdict.PASS)
    assert claim.step == "second_review"
    money_for(claim.version)
    assert say(claim, officers.second, Verdict.PASS).state == ClaimState.APPROVED


def test_sent_back_from_the_first_review_it_waits_for_acceptance_again():
    officers = Officers()
    claim = at_step("first_review", officers=officers)

    claim = say(claim, officers.first, Verdict.SEND_BACK)

    assert (claim.state, claim.step) == (ClaimState.SUBMITTED, "acceptance")
