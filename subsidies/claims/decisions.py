"""Decisions as they were. ``Decision.content`` is what a letter is made of and never changes.

```
{"schema": 1,
 "claimant": {"name": masked, "number": masked identity number or credit code, "kind": "person" | "organisation"},
 "claim": {"number", "public_id", "submitted_on", "channel", "round", "period": {"lower", "upper"} | null},
 "item": {"code", "zh", "en"}, "region": full name,
 "policy": {"public_id", "number": version, "title", "legal_basis", "effective_from", "content_sha256"},
 "on": reference day of the facts,
 "entries": [{"row", "name": masked, "state", "amount_fen", "months", "period", "facts": {fact: value},
              "reasons": [{"code", "label": {zh, en}, "wanted", "op", "found", "article", "how": {zh, en}}],
              "calculation": {kind, inputs, rounding, capped_by, fen}}],
 "amount_fen": total, "declared_fen": claimed or null,
 "steps": [{"step", "role", "verdict", "by": public id, "acting_for": public id | null, "at", "note"}],
 "remedies": {"objection_days": 60, "court_months": 6, "appeal_until": date | null},
 "authority": name of the office that decides, or ""}
```
Dates are ISO strings, amounts fen. Reasons of the decision itself stand in ``Decision.reasons``: strings as the officer
wrote them. Remedies: Administrative Reconsideration Law art. 20 (60 days), Administrative Litigation Law art. 46
(6 months).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F
from django.utils import timezone

from employment_portal.accounts.models import User
from employment_portal.core.masking import mask_identity, mask_name
from employment_portal.regions.enums import AgencyKind, RegionLevel
from employment_portal.regions.models import Agency, Region
from employment_portal.regions.terms import TermCode, term
from subsidies.claims import rules
from subsidies.claims.enums import EntryState, Verdict
from subsidies.claims.evaluation import reference_day
from subsidies.claims.models import Approval, Claim, ClaimEntry, Decision
from subsidies.numbering import next_numbers

SCHEMA = 1


def make_decision(claim: Claim, *, verdict: str, reasons: list[str], by: Any, now: datetime) -> Decision:
    """Freeze a decision about a locked claim in the caller's transaction. ``by`` None is the portal itself."""
    return make_decisions([claim], verdict=verdict, reasons=reasons, by=by, now=now)[0]


def make_decisions(
    claims: Sequence[Claim], *, verdict: str, reasons: list[str], by: Any, now: datetime
) -> list[Decision]:
    """The same about many claims of one region, in a few statements."""
    numbers = next_numbers(Decision, f"JD{claims[0].region.code[:6]}", timezone.localdate(now), len(claims))
    contents = decision_contents(
        claims, authority=authority_over(claims[0].region), on=timezone.localdate(now)
    )
    return Decision.objects.bulk_create(
        [
            Decision(
                number=number,
                claim=claim,
                version=claim.version,
                verdict=verdict,
                amount_fen=claim.amount_fen if verdict == Verdict.PASS else 0,
                content=contents[claim.pk],
                content_sha256=rules.canonical_sha256(contents[claim.pk]),
                reasons=reasons,
                by=by,
                at=now,
            )
            for claim, number in zip(claims, numbers, strict=True)
        ],
        batch_size=1000,
    )


def authority_over(region: Region) -> str:
    """The office in whose name a region's claims are decided: of its district or above, not a street's centre."""
    offices = Agency.objects.serving(region).filter(is_active=True, region__level__lte=RegionLevel.DISTRICT)
    return offices.exclude(kind=AgencyKind.FINANCE).values_list("name", flat=True).first() or ""


def decision_contents(claims: Sequence[Claim], *, authority: str, on: date) -> dict[int, dict[str, Any]]:
    entries: dict[int, list[ClaimEntry]] = defaultdict(list)
    rows = ClaimEntry.objects.filter(claim__in=claims).exclude(state=EntryState.REMOVED).order_by("row")
    for entry in rows.annotate(name=F("person__name")):
        entries[entry.claim_id].append(entry)
    approvals: dict[int, list[Approval]] = defaultdict(list)
    for approval in Approval.objects.filter(claim__in=claims).order_by("at", "pk"):
        approvals[approval.claim_id].append(approval)
    said_by = {user for rows in approvals.values() for one in rows for user in (one.by_id, one.acting_for_id)}
    users = dict(User.objects.filter(pk__in=said_by).values_list("pk", "public_id"))
    return {
        claim.pk: _content(claim, entries[claim.pk], approvals[claim.pk], users, authority=authority, on=on)
        for claim in claims
    }


def _content(
    claim: Claim,
    entries: list[Any],
    approvals: list[Approval],
    users: Mapping[int | None, str],
    *,
    authority: str,
    on: date,
) -> dict[str, Any]:
    version = claim.version
    return {
        "schema": SCHEMA,
        "claimant": _claimant(claim),
        "claim": {
            "number": claim.number,
            "public_id": claim.public_id,
            "submitted_on": timezone.localdate(claim.submitted_at).isoformat() if claim.submitted_at else "",
            "channel": claim.channel,
            "round": claim.round,
            "period": _period(claim.period),
        },
        "item": {"code": claim.item.code, "zh": claim.item.name, "en": claim.item.name_en},
        "region": claim.region.full_name,
        "policy": {
            "public_id": version.public_id,
            "number": version.number,
            "title": version.title,
            "legal_basis": version.legal_basis,
            "effective_from": version.effective_from.isoformat(),
            "content_sha256": version.content_sha256,
        },
        "on": reference_day(claim).isoformat(),
        "entries": [
            {
                "row": entry.row,
                "name": mask_name(entry.name) if entry.name else "",
                "state": entry.state,
                "amount_fen": entry.amount_fen,
                "months": entry.months,
                "period": _period(entry.period),
                "facts": entry.facts,
                "reasons": entry.reasons,
                "calculation": entry.calculation,
            }
            for entry in entries
        ],
        "amount_fen": claim.amount_fen,
        "declared_fen": claim.declared_fen,
        "steps": [
            {
                "step": approval.step,
                "role": approval.role,
                "verdict": approval.verdict,
                "by": users[approval.by_id],
                "acting_for": users.get(approval.acting_for_id),
                "at": approval.at.isoformat(),
                "note": approval.note,
            }
            for approval in approvals
        ],
        "remedies": {
            "objection_days": term(TermCode.RECONSIDERATION, region=claim.region, on=on),
            "court_months": term(TermCode.COURT, region=claim.region, on=on),
        },
        "authority": authority,
    }


def _claimant(claim: Claim) -> dict[str, str]:
    if claim.organisation is not None:
        return {
            "kind": "organisation",
            "name": claim.organisation.name,
            "number": claim.organisation.code or "",
        }
    return {
        "kind": "person",
        "name": mask_name(claim.person.name),
        "number": mask_identity(claim.person.id_number or ""),
    }


def _period(period: DateRange | None) -> dict[str, str | None] | None:
    if period is None or (period.lower is None and period.upper is None):
        return None
    return {
        "lower": period.lower.isoformat() if period.lower else None,
        "upper": period.upper.isoformat() if period.upper else None,
    }
