"""Reads around claims: what a draft lacks, what happens next, what a person may see."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from employment_portal.workflow.engine import history
from subsidies.claims import rules
from subsidies.claims.enums import EntryState
from subsidies.claims.models import Claim
from subsidies.claims.subjects import claimant_kind, rows_of
from subsidies.policies.engine import evaluate
from subsidies.policies.models import PolicyVersion


def papers_of(claim: Claim) -> list[dict[str, Any]]:
    """The papers that the policy asks for, each with what was handed in; further ones under ``other``."""
    handed_in: dict[str, list] = {}
    for evidence in claim.evidence.filter(replaced_at__isnull=True).order_by("pk"):
        handed_in.setdefault(evidence.code, []).append(evidence)
    papers = [
        {**paper, "files": handed_in.get(paper["code"], [])}
        for paper in claim.version.content.get("evidence", [])
    ]
    return papers + [
        {
            "code": "other",
            "label": "",
            "required": False,
            "commitment_allowed": False,
            "files": handed_in.get("other", []),
        }
    ]


def has_roster(claim: Claim) -> bool:
    """Whether the claim is for a list of people, not for the claimant itself."""
    return claim.organisation_id is not None and claim.item.subject not in {"employer", "carrier"}


def papers_missing(claim: Claim) -> list[Any]:
    return rules.missing_evidence(
        claim.version.content.get("evidence", []),
        handed_in=claim.evidence.filter(replaced_at__isnull=True).values_list("code", flat=True),
        committed=claim.committed,
    )


def missing_of(claim: Claim) -> list[rules.Missing]:
    """What keeps a draft or a correction from being handed in."""
    usable = claim.entries.filter(state=EntryState.INCLUDED).count()
    if claim.organisation_id is None and not usable:
        usable = claim.entries.count()  # who does not qualify is told so on submitting, with the reasons
    return rules.missing_parts(
        entries=usable,
        checked=bool(claim.declared.get("checked_at")),
        papers_missing=len(papers_missing(claim)),
        has_account=claim.account_id is not None,
    )


def steps_of(claim: Claim) -> list[Any]:
    """The claim's history, newest first."""
    return list(history(claim))[::-1]


@dataclass(frozen=True)
class Claimable:
    """A policy in force that the claimant qualifies for by the data held, with the amount."""

    version: PolicyVersion
    amount_fen: int


def claimable(
    *, today: date, person_id: int | None = None, organisation_id: int | None = None
) -> list[Claimable]:
    """Every policy in force that one claimant could hand in now without a roster: one evaluation per policy."""
    kind = "person" if person_id is not None else "organisation"
    claimant = person_id if person_id is not None else organisation_id
    assert claimant is not None
    versions = (
        PolicyVersion.objects.in_force(today)
        .select_related("policy__item", "policy__region")
        .order_by("policy__item__order", "pk")
    )
    found = []
    for version in versions:
        subject = version.policy.item.subject
        if claimant_kind(subject) != kind or (
            kind == "organisation" and subject not in {"employer", "carrier"}
        ):
            continue
        rows = rows_of(subject, claimant_id=claimant, limit=20)
        answers = evaluate(version, subject_ids=[row.id for row in rows], on=today)
        best = max((answer.amount_fen for answer in answers if answer.qualifies), default=0)
        if best:
            found.append(Claimable(version, best))
    return found
