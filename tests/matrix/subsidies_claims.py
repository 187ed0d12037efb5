from datetime import timedelta

from django.utils import timezone

from employment_portal.workflow.models import Delegation
from subsidies.claims import actions
from subsidies.claims.bulk_models import BulkPass, BulkPassRow
from subsidies.claims.models import ConflictOfInterest
from subsidies.claims.roster_models import Roster
from tests.factories.accounts import UserFactory
from tests.factories.subsidies_claims import made_by, policy_version, with_paper


def draft(at, **policy):
    return made_by(at.person, policy_version(**policy))


def started(at):
    return {"public_id": policy_version().public_id}


def filling(at):
    return {"public_id": draft(at).public_id}


def filling_months(at):
    return {"public_id": draft(at, period_kind="months", guards=[("person", False)]).public_id}


def submitted(at):
    claim = draft(at)
    with_paper(claim, by=at.user)
    return actions.submit_claim(claim_id=claim.pk, by=at.user, now=timezone.now())


def sent(at):
    return {"public_id": submitted(at).public_id}


def sent_paper(at):
    claim = submitted(at)
    return {"public_id": claim.public_id, "paper_id": claim.evidence.get().public_id}


def drafted_paper(at):
    claim = draft(at)
    with_paper(claim, by=at.user)
    return {"public_id": claim.public_id, "paper_id": claim.evidence.get().public_id}


def not_accepted(at):
    claim = submitted(at)
    officer = UserFactory(district_officer=True, agency=at.agency)
    return actions.decide_step(
        claim_id=claim.pk, verdict="not_accept", note="材料不全", by=officer, now=timezone.now()
    )


def ended(at):
    return {"public_id": not_accepted(at).public_id}


def appealed(at):
    claim = not_accepted(at)
    appeal = actions.file_appeal(claim_id=claim.pk, text="材料齐全", by=at.user, now=timezone.now())
    return {"public_id": appeal.public_id}


def employers_draft(at):
    version = policy_version(subject="employment", guards=[], region_basis="work")
    return actions.start_claim(
        version_id=version.pk, organisation_id=at.organisation.pk, by=at.owner, now=timezone.now()
    )


def roster(at):
    return {"public_id": employers_draft(at).public_id}


def uploaded(at):
    claim = employers_draft(at)
    made = Roster.objects.create(
        claim=claim, name="名单.csv", sha256="0" * 64, made_by=at.owner, made_at=timezone.now()
    )
    return {"public_id": claim.public_id, "roster_id": made.public_id}


def delegated(at):
    officer = UserFactory(district_officer=True, agency=at.agency)
    today = timezone.localdate()
    row = Delegation.objects.create(
        from_user=at.user, to_user=officer, role="district_officer", region=at.region,
        valid=(today, today + timedelta(days=2)), reason="休假", made_at=timezone.now(),
    )  # fmt: skip
    return {"public_id": row.public_id}


def bulk(at):
    claim = submitted(at)
    row = BulkPass.objects.create(
        by=at.user, total=1, total_fen=claim.amount_fen, made_at=timezone.now(), touched_at=timezone.now()
    )
    BulkPassRow.objects.create(bulk=row, claim=claim, step=claim.step)
    return {"public_id": row.public_id}


def conflict(at):
    row = ConflictOfInterest.objects.create(
        user=at.user, person=at.person, relation="本人", declared_by=at.user, declared_at=timezone.now()
    )
    return {"conflict_id": row.pk}


OBJECTS = {
    "subsidies:start_claim": started,
    "subsidies:claim": sent,
    "subsidies:claim_tasks": filling,
    "subsidies:claim_data": filling,
    "subsidies:claim_period": filling_months,
    "subsidies:claim_papers": filling,
    "subsidies:claim_paper": sent_paper,
    "subsidies:remove_claim_paper": drafted_paper,
    "subsidies:claim_commitment": filling,
    "subsidies:claim_account": filling,
    "subsidies:claim_check": filling,
    "subsidies:claim_sent": sent,
    "subsidies:discard_claim": filling,
    "subsidies:withdraw_claim": sent,
    "subsidies:appeal_claim": ended,
    "subsidies:print_claim": sent,
    "subsidies:claim_roster": roster,
    "subsidies:roster_template": roster,
    "subsidies:find_employees": roster,
    "subsidies:remove_roster_rows": roster,
    "subsidies:roster_result": uploaded,
    "subsidies:roster_errors": uploaded,
    "subsidies:staff_claim": sent,
    "subsidies:decide_claim": sent,
    "subsidies:recalculate_claim": sent,
    "subsidies:reveal_claimant": sent,
    "subsidies:staff_claim_paper": sent_paper,
    "subsidies:staff_appeal": appealed,
    "subsidies:end_conflict": conflict,
    "subsidies:bulk_pass": bulk,
    "subsidies:start_bulk_pass": bulk,
    "desk:revoke_delegation": delegated,
}
SHARED = ["subsidies:start_claim"]
NOBODY = {
    "subsidies:bulk_pass": "only the officer who asked; tests/subsidies/claims/test_bulk.py does",
    "subsidies:start_bulk_pass": "only the officer who asked; tests/subsidies/claims/test_bulk.py does",
    "subsidies:end_conflict": "only whoever declared it ends it; tests/subsidies/claims/test_pages.py does",
    "desk:revoke_delegation": "only whoever handed the post over takes it back; tests/desk/test_delegations.py does",
}
