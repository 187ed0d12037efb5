"""What the claimant fills in: the data check, papers, commitment, account, period."""

from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.uploads import CONTENT_TYPES, check_paper
from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.claims.actions.rows import locked_claim
from subsidies.claims.actions.starting import settle, stored_period
from subsidies.claims.enums import ClaimState
from subsidies.claims.evaluation import claim_period
from subsidies.claims.models import Claim, Evidence
from subsidies.claims.permissions import is_claimant
from subsidies.payments.enums import AccountState
from subsidies.payments.models import PayeeAccount

FILLED_IN = (ClaimState.DRAFT, ClaimState.CORRECTION)
MOST_PAPERS = 20


class TooManyPapers(DomainError):
    message = _("At most 20 papers go with one claim. Put several pages into one PDF.")


class UnknownPaper(DomainError):
    message = _("This policy does not ask for that paper.")


class NoCommitment(DomainError):
    message = _("This policy takes no commitment in place of papers. Hand them in.")


class NotYourAccount(DomainError):
    message = _("Choose an account that is on record for the claimant.")


def open_for_filling(claim_id: int, by: Any) -> Claim:
    """The locked claim while its claimant may still change it. Raises TransitionNotAllowed."""
    claim = locked_claim(claim_id)
    if claim.state not in FILLED_IN or not is_claimant(by, claim):
        raise TransitionNotAllowed
    return claim


@transaction.atomic
def save_declared(
    *, claim_id: int, facts: dict[str, Any], declared_fen: int | None, note: str, by: Any, now: datetime
) -> Claim:
    """What the claimant says about the data we hold. ``facts``: only those said to be wrong or that we lack."""
    claim = open_for_filling(claim_id, by)
    claim.declared = {"facts": facts, "note": note.strip()[:1000], "checked_at": now.isoformat()}
    claim.declared_fen = declared_fen
    claim.save(update_fields=["declared", "declared_fen"])
    settle(claim)
    return claim


@transaction.atomic
def save_period(*, claim_id: int, period: DateRange, by: Any, today: date) -> Claim:
    """The months or the year that a draft is for; every entry is reckoned anew. Raises NotAPeriod."""
    claim = open_for_filling(claim_id, by)
    if claim.state != ClaimState.DRAFT:
        raise TransitionNotAllowed
    claim.period = stored_period(claim.version, period, today=today)
    claim.save(update_fields=["period"])
    claim.entries.update(period=claim_period(claim))
    settle(claim)
    return claim


@transaction.atomic
def add_evidence(*, claim_id: int, code: str, file: UploadedFile, by: Any, now: datetime) -> Evidence:
    """Hand in a paper of the policy's list, or a further one under ``other``; checked by its content.

    Raises UnknownPaper, TooManyPapers and the errors of ``check_paper``.
    """
    claim = open_for_filling(claim_id, by)
    codes = {paper["code"] for paper in claim.version.content.get("evidence", [])} | {"other"}
    if code not in codes:
        raise UnknownPaper
    if claim.evidence.filter(replaced_at__isnull=True).count() >= MOST_PAPERS:
        raise TooManyPapers
    paper = check_paper(file, name=file.name, size=file.size)
    same = claim.evidence.filter(code=code, sha256=paper.sha256, replaced_at__isnull=True).first()
    if same is not None:
        return same
    evidence = Evidence(
        claim=claim,
        code=code,
        name=paper.display_name,
        size=file.size or 0,
        sha256=paper.sha256,
        content_type=CONTENT_TYPES[paper.kind],
        uploaded_by=by,
        uploaded_at=now,
    )
    evidence.file.save(paper.stored_name, file, save=False)
    evidence.save()
    record(action="claim.add_evidence", by=by, subject=claim, detail={"code": code})
    return evidence


@transaction.atomic
def remove_evidence(*, claim_id: int, evidence_id: int, by: Any, now: datetime) -> None:
    """Take a paper back before it is submitted again: it is kept as replaced, no longer counted."""
    claim = open_for_filling(claim_id, by)
    claim.evidence.filter(pk=evidence_id, replaced_at__isnull=True).update(replaced_at=now)


@transaction.atomic
def sign_commitment(*, claim_id: int, signed: bool, by: Any, now: datetime) -> Claim:
    """Sign, or take back, the commitment that stands in for papers (告知承诺). Raises NoCommitment."""
    claim = open_for_filling(claim_id, by)
    papers = claim.version.content.get("evidence", [])
    if signed and not any(paper.get("commitment_allowed") for paper in papers):
        raise NoCommitment
    claim.committed = signed
    claim.save(update_fields=["committed"])
    record(action="claim.commit" if signed else "claim.uncommit", by=by, subject=claim)
    return claim


@transaction.atomic
def choose_account(*, claim_id: int, account_id: int, by: Any) -> Claim:
    """Where the money goes: an account on record of the claimant. Raises NotYourAccount."""
    claim = open_for_filling(claim_id, by)
    account = (
        PayeeAccount.objects.exclude(state=AccountState.REPLACED)
        .filter(pk=account_id, person=claim.person_id, organisation=claim.organisation_id)
        .first()
    )
    if account is None:
        raise NotYourAccount
    claim.account = account
    claim.save(update_fields=["account"])
    return claim


@transaction.atomic
def discard_draft(*, claim_id: int, by: Any) -> None:
    """Delete a draft that was never submitted, with its files."""
    claim = open_for_filling(claim_id, by)
    if claim.state != ClaimState.DRAFT:
        raise TransitionNotAllowed
    files = [(evidence.file.storage, str(evidence.file.name)) for evidence in claim.evidence.all()]
    record(action="claim.discard", by=by, subject=claim)
    claim.delete()

    def delete_files() -> None:
        for storage, name in files:
            storage.delete(name)

    transaction.on_commit(delete_files)
