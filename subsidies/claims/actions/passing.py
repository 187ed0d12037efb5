"""Many clean claims of one policy version, region and step passed in one transaction of a few statements.

What comes of it is, row for row, what ``decide_step`` writes for each of them. A claim that cannot pass falls out with
its reason and does not hold back the others. What a set cannot tell is left to ``decide_step``: a claim that shares its
person, firm, subject or holder of a guard with one before it in the set (its limits count what the other was granted).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.ledger.errors import InsufficientFunds
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef
from employment_portal.ledger.queries import balance
from employment_portal.workflow.delegation import Authority
from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.budgets.queries import NoBudgetLine, line_for
from subsidies.claims import rules
from subsidies.claims.actions.deciding import (
    AT_A_STEP,
    ChangedMeanwhile,
    DataDiffer,
    DoesNotQualifyNow,
)
from subsidies.claims.actions.granting import commit_money_together, grant_entries, hold_limits_still
from subsidies.claims.actions.rows import enter_step_together, leave_step_together, locked_claims
from subsidies.claims.decisions import make_decisions
from subsidies.claims.enums import ClaimState, EntryState, Verdict
from subsidies.claims.evaluation import (
    ANSWERED,
    evaluated_together,
    fill_entry,
    fingerprints,
    keeps_disputed,
    save_answers,
)
from subsidies.claims.messages import tell_claimants
from subsidies.claims.models import Approval, Claim, ClaimEntry
from subsidies.claims.permissions import bars_to_deciding
from subsidies.claims.workflow import CLAIM
from subsidies.exclusions.queries import guards_to_hold
from subsidies.policies.engine import Evaluation


@dataclass(frozen=True)
class Outcome:
    """What became of one claim. ``problem`` is empty when it passed."""

    claim: Claim
    problem: Any = ""


class HasFindings(DomainError):
    message = _("It has findings: open it and decide for itself.")


@dataclass
class _Set:
    """The claims that are still to pass, and what is known of them."""

    claims: list[Claim]
    outcomes: list[Outcome] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)
    authorities: dict[int, Authority] = field(default_factory=dict)
    entries: dict[int, list[ClaimEntry]] = field(default_factory=dict)
    answers: dict[int, Evaluation] = field(default_factory=dict)  # by entry
    refreshed: list[ClaimEntry] = field(default_factory=list)

    def sift(self, problem_of: Callable[[Claim], Any]) -> None:
        """Let go of the claims that have a problem, with its sentence."""
        problems = {claim.pk: problem_of(claim) for claim in self.claims}
        self.outcomes += [Outcome(claim, problems[claim.pk]) for claim in self.claims if problems[claim.pk]]
        self.claims = [claim for claim in self.claims if not problems[claim.pk]]

    def leave_alone(self, ids: set[int]) -> None:
        self.alone += sorted(ids)
        self.claims = [claim for claim in self.claims if claim.pk not in ids]


@transaction.atomic
def pass_together(
    *,
    claim_ids: Sequence[int],
    step: str,
    seen: Mapping[int, str],
    by: Any,
    now: datetime,
    keep: Callable[[list[Outcome]], None],
) -> tuple[list[Outcome], list[int]]:
    """Pass the clean ones of a version and region that stand at ``step``; what became of each, and whom
    ``decide_step`` is to decide.

    ``seen`` gives the fingerprint of each claim as it was listed. ``keep`` is told the outcomes in this transaction.
    Raises what the database refuses and InsufficientFunds when somebody else was faster: then nothing has happened.
    """
    some = _Set(locked_claims(claim_ids))
    some.sift(lambda claim: _standstill(claim, step))
    _sift_officer(some, by)
    prints = fingerprints(some.claims)
    some.sift(
        lambda claim: seen.get(claim.pk) not in ("", None, prints[claim.pk]) and ChangedMeanwhile.message
    )
    ways = {claim.pk: rules.next_step(claim.version.content, claim.amount_fen, step) for claim in some.claims}
    _sift_data(some, [claim for claim in some.claims if not (_is_first(claim) and ways[claim.pk])], ways)
    last = [claim for claim in some.claims if ways[claim.pk] is None]
    if last:
        _sift_grants(some, last, now)
    _save_refreshed(some, prints)
    leave_step_together(some.claims, by=by, outcome=Verdict.PASS)
    for (first, way), group in groupby(
        sorted(some.claims, key=lambda claim: _order(claim, ways)), key=lambda claim: _key(claim, ways)
    ):
        _pass_on(some, list(group), first, way, prints, by, now)
    outcomes = [*some.outcomes, *(Outcome(claim) for claim in some.claims)]
    keep(outcomes)
    return outcomes, some.alone


def _standstill(claim: Claim, step: str) -> Any:
    if claim.state not in AT_A_STEP:
        return TransitionNotAllowed.message
    if claim.step != step:
        return ChangedMeanwhile.message
    return "" if claim.clean else HasFindings.message


def _sift_officer(some: _Set, by: Any) -> None:
    bars = bars_to_deciding(by, some.claims)
    some.authorities = {pk: authority for pk, (_bar, authority) in bars.items() if authority is not None}
    problems = {pk: bar.sentence for pk, (bar, _authority) in bars.items() if bar is not None}
    some.sift(lambda claim: problems.get(claim.pk, ""))


def _is_first(claim: Claim) -> bool:
    return claim.state == ClaimState.SUBMITTED


def _sift_data(some: _Set, claims: list[Claim], ways: Mapping[int, rules.Step | None]) -> None:
    """The claims whose data hold now as they were shown: ``decide_step``'s check, in one question to the engine."""
    if not claims:
        return
    some.entries = {claim.pk: [] for claim in claims}
    found = ClaimEntry.objects.filter(claim__in=claims).exclude(state=EntryState.REMOVED)
    for entry in found.order_by("claim", "row"):
        some.entries[entry.claim_id].append(entry)
    last = [claim for claim in claims if ways[claim.pk] is None]
    if last:
        hold_limits_still(last, [entry for claim in last for entry in some.entries[claim.pk]])
    some.answers = evaluated_together(claims[0].version, claims, some.entries)
    problems: dict[int, Any] = {}
    for claim in claims:
        entries = some.entries[claim.pk]
        shown = [(entry.state, entry.amount_fen) for entry in entries]
        fresh = [entry for entry in entries if _fill(entry, claim, some.answers.get(entry.pk))]
        if any(entry.state == EntryState.INCLUDED and entry.reasons for entry in entries):
            problems[claim.pk] = DoesNotQualifyNow.message
        elif shown != [(entry.state, entry.amount_fen) for entry in entries]:
            problems[claim.pk] = DataDiffer.message
        elif claim.amount_fen <= 0:
            problems[claim.pk] = DoesNotQualifyNow.message
        else:
            some.refreshed += fresh
    some.sift(lambda claim: problems.get(claim.pk, ""))


def _fill(entry: ClaimEntry, claim: Claim, answer: Evaluation | None) -> bool:
    """Put the answer in; whether it differs from what was kept."""
    names = ["person_id" if name == "person" else name for name in ANSWERED]
    before = [getattr(entry, name) for name in names]
    fill_entry(entry, answer, disputed=keeps_disputed(claim))
    return before != [getattr(entry, name) for name in names]


def _sift_grants(some: _Set, last: list[Claim], now: datetime) -> None:
    """The claims that nothing is known to keep from being granted: line, holders, money."""
    guards = guards_to_hold(last[0].item)
    taken: set[tuple[str, int]] = set()
    together: list[Claim] = []
    passing = {claim.pk for claim in some.claims}
    last = [claim for claim in last if claim.pk in passing]
    for claim in last:
        keys = _keys(claim, some.entries[claim.pk], some.answers)
        held = [some.answers[entry.pk].holders for entry in _granted(some.entries[claim.pk])]
        if keys & taken or any(guard.scope not in holders for holders in held for guard in guards):
            continue
        taken |= keys
        together.append(claim)
    asking = {claim.pk for claim in together}
    some.leave_alone({claim.pk for claim in last} - asking)
    if not together:
        return
    example = together[0]
    year = timezone.localdate(now).year
    try:
        line = line_for(example.region, year, example.version.content["fund"], example.item)
    except NoBudgetLine as error:
        sentence = error.message
        some.sift(lambda claim: sentence if claim.pk in asking else "")
        return
    left = balance(AccountRef(SUBSIDIES, line.pk, AccountKind.AVAILABLE))
    poor: set[int] = set()
    for claim in together:
        claim.line = line
        if claim.amount_fen > left:
            poor.add(claim.pk)
        else:
            left -= claim.amount_fen
    some.sift(lambda claim: InsufficientFunds.message if claim.pk in poor else "")


def _granted(entries: Iterable[ClaimEntry]) -> list[ClaimEntry]:
    return [entry for entry in entries if entry.state == EntryState.INCLUDED and entry.amount_fen > 0]


def _keys(
    claim: Claim, entries: Iterable[ClaimEntry], answers: Mapping[int, Evaluation]
) -> set[tuple[str, int]]:
    """Whatever a limit or a guard may count by."""
    keys: set[tuple[str, int | None]] = {("person", claim.person_id), ("organisation", claim.organisation_id)}
    for entry in entries:
        keys |= {("subject", entry.subject_id), ("person", entry.person_id)}
        if entry.pk in answers:
            keys.add(("organisation", answers[entry.pk].organisation_id))
            keys |= set(answers[entry.pk].holders.items())
    return {(scope, holder) for scope, holder in keys if holder is not None}


def _save_refreshed(some: _Set, prints: dict[int, str]) -> None:
    passing = {claim.pk: claim for claim in some.claims}
    changed = [entry for entry in some.refreshed if entry.claim_id in passing]
    if changed:
        save_answers(changed)
        prints.update(fingerprints([passing[pk] for pk in {entry.claim_id for entry in changed}]))


def _key(claim: Claim, ways: Mapping[int, rules.Step | None]) -> tuple[bool, rules.Step | None]:
    return _is_first(claim), ways[claim.pk]


def _order(claim: Claim, ways: Mapping[int, rules.Step | None]) -> tuple[bool, str, int, int]:
    way = ways[claim.pk]
    return _is_first(claim), way.name if way else "", way.from_fen if way else 0, claim.pk


def _pass_on(
    some: _Set,
    claims: list[Claim],
    first: bool,
    way: rules.Step | None,
    prints: Mapping[int, str],
    by: Any,
    now: datetime,
) -> None:
    """Keep what was said of claims that take the same way, and send them on."""
    said = [_said(claim, some.authorities[claim.pk], prints[claim.pk], by, now) for claim in claims]
    data = {
        approval.claim_id: {"step": approval.step, "acting_for": str(approval.acting_for or "")}
        for approval in said
    }
    if way is None:
        _approve(some, claims, said, data, by, now)
        return
    CLAIM.apply_each(claims, "accept" if first else "pass_step", by=by, data=data, step=way.name)
    Approval.objects.bulk_create(said, batch_size=1000)
    enter_step_together(claims, way, today=timezone.localdate(now))
    if first:
        tell_claimants("claim_accepted", claims)


def _said(claim: Claim, authority: Authority, sha256: str, by: Any, now: datetime) -> Approval:
    return Approval(
        claim=claim,
        round=claim.round,
        step=claim.step,
        role=authority.role,
        verdict=Verdict.PASS,
        by=by,
        acting_for=authority.acting_for,
        maker_id=claim.maker_id,
        note="",
        amount_fen=claim.amount_fen,
        content_sha256=sha256,
        bulk=True,
        at=now,
    )


def _approve(
    some: _Set,
    claims: list[Claim],
    said: list[Approval],
    data: Mapping[int, dict[str, Any]],
    by: Any,
    now: datetime,
) -> None:
    granted = [(claim, entry) for claim in claims for entry in _granted(some.entries[claim.pk])]
    answers = {entry.subject_id: some.answers[entry.pk] for _claim, entry in granted}
    guards = guards_to_hold(claims[0].item)
    grant_entries(granted, guards, answers, now)
    CLAIM.apply_each(claims, "approve", by=by, data=data, step="", line=claims[0].line, decided_at=now)
    Approval.objects.bulk_create(said, batch_size=1000)
    make_decisions(claims, verdict=Verdict.PASS, reasons=[], by=by, now=now)
    tell_claimants("claim_decided", claims, key="approved", reason="")
    commit_money_together(claims)  # last: the budget line is locked from here to the end of the transaction
