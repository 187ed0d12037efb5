"""Reads around claims: what a draft lacks, what happens next, what a person may see."""

from typing import Any

from employment_portal.workflow.engine import history
from subsidies.claims import rules
from subsidies.claims.enums import EntryState
from subsidies.claims.models import Claim


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
