"""What the portal finds out about the subjects of a claim, kept with its entries; and what differs from the claimant."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.facts.catalogue import fact as fact_of
from employment_portal.regions.models import Region
from subsidies.claims import rules
from subsidies.claims.enums import ClaimState, EntryState
from subsidies.claims.models import Claim, ClaimEntry, Evidence
from subsidies.claims.roster_differences import differences_of
from subsidies.claims.words import both
from subsidies.policies.content import FactRef
from subsidies.policies.engine import ConditionResult, Evaluation, Reason, evaluate
from subsidies.policies.models import PolicyVersion
from subsidies.policies.parsing import parse
from subsidies.policies.periods import UNBOUNDED
from subsidies.policies.rules import written
from subsidies.policies.words import fact_words, value_words

CHUNK = 1000
ANSWERED = ["person", "facts", "months", "reasons", "calculation", "state", "amount_fen"]
GONE = _(
    "The record behind this row is no longer there: it was merged or closed, or the person had its use restricted."
)


def refs_of(version: PolicyVersion) -> dict[str, FactRef]:
    """The facts that a version's conditions speak of, by the key under which values are filed."""
    return {written(leaf.ref): leaf.ref for leaf in parse(version.content).conditions.leaves()}


def reference_day(claim: Claim) -> date:
    """The day whose facts count: that of the first submission; before it, today."""
    return timezone.localdate(claim.submitted_at) if claim.submitted_at else timezone.localdate()


def begins(claim: Claim, entry: ClaimEntry) -> bool:
    """Whether an entry was not handed in yet: of a draft, or left out of a roster. For whoever had the use of their
    data restricted nothing begins, and what was handed in goes on."""
    return claim.state == ClaimState.DRAFT or (
        claim.organisation_id is not None and entry.state == EntryState.EXCLUDED
    )


def evaluated(
    claim: Claim, subject_ids: list[int], *, on: date | None = None, begins: bool | None = None
) -> dict[int, Evaluation]:
    """The engine's answer per subject, asked in pieces so that a roster of 20,000 stays light."""
    begins = claim.state == ClaimState.DRAFT if begins is None else begins
    return _asked(claim.version, subject_ids, on or reference_day(claim), claim_period(claim), begins=begins)


def _asked(
    version: PolicyVersion, subject_ids: list[int], day: date, period: DateRange, *, begins: bool
) -> dict[int, Evaluation]:
    found: dict[int, Evaluation] = {}
    for start in range(0, len(subject_ids), CHUNK):
        chunk = subject_ids[start : start + CHUNK]
        for answer in evaluate(version, subject_ids=chunk, on=day, period=period, begins=begins):
            found[answer.subject_id] = answer
    return found


def evaluated_together(
    version: PolicyVersion, claims: Iterable[Claim], entries: Mapping[int, list[ClaimEntry]]
) -> dict[int, Evaluation]:
    """The engine's answer per entry of many claims of a version that were handed in, in few questions: one for each
    reference day and period."""
    asked: dict[tuple[date, DateRange, bool], list[ClaimEntry]] = defaultdict(list)
    for claim in claims:
        for entry in entries[claim.pk]:
            asked[reference_day(claim), claim_period(claim), begins(claim, entry)].append(entry)
    found: dict[int, Evaluation] = {}
    for (day, period, new), group in asked.items():
        answers = _asked(version, [entry.subject_id for entry in group], day, period, begins=new)
        found.update((entry.pk, answers[entry.subject_id]) for entry in group if entry.subject_id in answers)
    return found


def claim_period(claim: Claim) -> DateRange:
    """The time that a claim covers; unbounded for what is granted once."""
    return claim.period if claim.period is not None else UNBOUNDED


def reasons_of(answer: Evaluation) -> list[dict[str, Any]]:
    """Why a subject does not qualify, in both languages; a condition with what was wanted and found, and its article."""
    conditions = {condition.path: condition for condition in answer.conditions}
    return [_reason(reason, conditions.get(reason.data.get("path", ""))) for reason in answer.reasons]


def _reason(reason: Reason, condition: ConditionResult | None) -> dict[str, Any]:
    if condition is None:
        return {"code": reason.code, "label": both(lambda: reason.message)}
    return {
        "code": reason.code,
        "label": both(lambda: condition.label),
        "path": condition.path,
        "fact": written(FactRef(condition.fact, condition.args)),
        "op": condition.op,
        "wanted": condition.wanted,
        "found": condition.found,
        "found_words": both(lambda: condition.found_words),
        "article": condition.article,
        "how": both(lambda: condition.how),
    }


def fill_entry(entry: ClaimEntry, answer: Evaluation | None, *, disputed: bool = False) -> None:
    """Put the engine's answer into an entry, unsaved. ``disputed``: the claimant says that our data are wrong, so
    the entry stays in with what the portal reckons, nothing if it does not qualify."""
    if answer is None:
        entry.state, entry.amount_fen, entry.facts = EntryState.EXCLUDED, 0, {}
        entry.reasons, entry.calculation = [{"code": "gone", "label": both(GONE)}], {}
        return
    entry.person_id = answer.person_id
    entry.facts = answer.facts
    entry.months = answer.months or 0
    entry.reasons = [] if answer.qualifies else reasons_of(answer)
    entry.calculation = answer.calculation.as_json()
    if answer.qualifies:
        entry.state, entry.amount_fen = EntryState.INCLUDED, answer.amount_fen
    else:
        entry.state = EntryState.INCLUDED if disputed else EntryState.EXCLUDED
        entry.amount_fen = 0


def disputes(claim: Claim) -> bool:
    """Whether the claimant declared something that differs from what we hold, or that we do not know."""
    return bool(claim.declared.get("facts"))


def refresh_entries(claim: Claim, *, on: date | None = None) -> list[ClaimEntry]:
    """Evaluate every entry that was not taken out and save what is found; the entries in order."""
    entries = list(claim.entries.exclude(state=EntryState.REMOVED).order_by("row"))
    answers: dict[int, Evaluation] = {}
    for new in (False, True):
        ids = [entry.subject_id for entry in entries if begins(claim, entry) == new]
        answers |= evaluated(claim, ids, on=on, begins=new)
    for entry in entries:
        fill_entry(entry, answers.get(entry.subject_id), disputed=keeps_disputed(claim))
    save_answers(entries)
    return entries


def keeps_disputed(claim: Claim) -> bool:
    """A roster has no disputes: a row that does not qualify is left out, and its reasons are shown."""
    return claim.organisation_id is None and disputes(claim)


def save_answers(entries: list[ClaimEntry]) -> None:
    """Save what ``fill_entry`` put in."""
    ClaimEntry.objects.bulk_update(entries, ANSWERED, batch_size=CHUNK)


def total_of(claim: Claim) -> int:
    return claim.entries.filter(state=EntryState.INCLUDED).aggregate(fen=Sum("amount_fen"))["fen"] or 0


def region_of(claim: Claim, answers: Iterable[Evaluation]) -> Region:
    """Where a claim belongs: the region that the policy looks at, else the claimant's seat or home."""
    if claim.organisation_id is not None and claim.organisation.region is not None:
        return claim.organisation.region
    path = next((answer.region_path for answer in answers if answer.region_path), None)
    region = Region.objects.filter(path=path).first() if path else None
    if region is None and claim.person_id is not None:
        region = claim.person.residence_region or claim.person.household_region
    return region or claim.version.policy.region


def findings_of(claim: Claim, entries: Iterable[ClaimEntry]) -> list[dict[str, Any]]:
    """The data checks: declared against held, unmet or unknown conditions, another amount or number of months, papers by
    commitment."""
    findings: list[dict[str, Any]] = []
    included = [entry for entry in entries if entry.state == EntryState.INCLUDED]
    declared = claim.declared.get("facts", {})
    refs = refs_of(claim.version) if declared else {}
    for entry in included:
        for key, value in declared.items():
            held = entry.facts.get(key)
            if key in refs and not rules.same_value(value, held):
                code = "unknown" if held is None else "differs"
                findings.append(_finding(code, key, refs[key], declared=value, held=held, row=entry.row))
        findings.extend(
            {**reason, "row": entry.row} for reason in entry.reasons if reason.get("fact") not in declared
        )
    amount = sum(entry.amount_fen for entry in included)
    if claim.declared_fen is not None and claim.declared_fen != amount:
        findings.append({"code": "amount", "declared": claim.declared_fen, "held": amount, "row": None})
    findings.extend(differences_of(claim))
    wanted = claim.version.content.get("evidence", [])
    have = claim.evidence.filter(replaced_at__isnull=True).values_list("code", flat=True)
    findings.extend(
        {"code": "commitment", "label": both(paper["label"]), "row": None}
        for paper in rules.missing_evidence(wanted, handed_in=have, committed=False)
    )
    return findings


def _finding(code: str, key: str, ref: FactRef, *, declared: Any, held: Any, row: int) -> dict[str, Any]:
    known = fact_of(ref.fact)
    return {
        "code": code,
        "fact": key,
        "label": both(lambda: fact_words(ref)),
        "source": both(known.source),
        "declared": declared,
        "declared_words": both(lambda: value_words(known, declared)),
        "held": held,
        "held_words": both(lambda: value_words(known, held)),
        "row": row,
    }


def contents_of(claims: Iterable[Claim]) -> dict[int, dict[str, Any]]:
    """Exactly what an approval of each claim is about; its fingerprint stands in the approval. Two queries."""
    claims = list(claims)
    rows: dict[int, list[Any]] = defaultdict(list)
    entries = ClaimEntry.objects.filter(claim__in=claims).exclude(state=EntryState.REMOVED).order_by("row")
    for claim_id, row, subject, period, months, state, fen, facts in entries.values_list(
        "claim", "row", "subject_id", "period", "months", "state", "amount_fen", "facts"
    ):
        rows[claim_id].append([row, subject, str(period), months, state, fen, facts])
    papers: dict[int, list[tuple[str, str]]] = defaultdict(list)
    handed_in = Evidence.objects.filter(claim__in=claims, replaced_at__isnull=True)
    for claim_id, code, sha256 in handed_in.values_list("claim", "code", "sha256"):
        papers[claim_id].append((code, sha256))
    return {
        claim.pk: {
            "claim": claim.pk,
            "version": claim.version_id,
            "round": claim.round,
            "account": claim.account_id,
            "amount_fen": claim.amount_fen,
            "period": str(claim.period) if claim.period else "",
            "declared": claim.declared,
            "entries": rows[claim.pk],
            "evidence": sorted(papers[claim.pk]),
        }
        for claim in claims
    }


def content_sha256(claim: Claim) -> str:
    return fingerprints([claim])[claim.pk]


def fingerprints(claims: Iterable[Claim]) -> dict[int, str]:
    """``content_sha256`` of many."""
    return {key: rules.canonical_sha256(content) for key, content in contents_of(claims).items()}
