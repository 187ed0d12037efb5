"""Granting and taking back: entitlements with their holds, and the commitment in the ledger, all or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import product
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.ledger.actions import post, post_from_query
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef, NewTransfer, TransferKind
from subsidies.budgets.queries import line_for
from subsidies.claims.actions.rows import locked_claim
from subsidies.claims.decisions import make_decision
from subsidies.claims.entitlement_models import Entitlement, EntitlementHold
from subsidies.claims.enums import EntryState, Verdict
from subsidies.claims.evaluation import evaluated
from subsidies.claims.messages import tell_claimant
from subsidies.claims.models import Claim, ClaimEntry
from subsidies.claims.workflow import CLAIM
from subsidies.exclusions.queries import guards_to_hold
from subsidies.policies.engine import Evaluation
from subsidies.policies.models import Guard, SubsidyItem
from subsidies.policies.periods import UNBOUNDED

CHUNK = 1000
HOLDER_LOCKS = 256  # per item: a lock for each holder would not fit into PostgreSQL's table of locks
Answers = Mapping[int, Evaluation]  # per subject: which row each scope of guard holds, and for which time


class GrantedBefore(DomainError):
    message = _(
        "%(who)s was granted this, or a subsidy that excludes it, for part of that time. "
        "Take the row out or refuse the claim."
    )


class NoHolder(DomainError):
    message = _(
        "A rule against double benefits cannot be checked for this claim: its %(scope)s is not known."
    )


def hold_limits_still(claims: Iterable[Claim], entries: Iterable[ClaimEntry]) -> None:
    """Nobody else is granted the claims' item, or one that a yearly limit counts with it, until the caller's transaction
    ends, as far as a limit counts it together with these entries. Call it before the evaluation that a grant rests on.

    No constraint covers months, times and yearly sums: only this keeps two grants at once from passing one limit. The
    claims are of one version and locked; the locks are taken in one order, so that no two wait for each other.
    """
    claims = list(claims)
    counted = claims[0].version.content.get("limits", {}).get("yearly_with", [])
    items = {claims[0].item_id, *SubsidyItem.objects.filter(code__in=counted).values_list("pk", flat=True)}
    holders = {holder for claim in claims for holder in (claim.person_id, claim.organisation_id)}
    for entry in entries:
        holders |= {entry.person_id, entry.subject_id}
    locks = {holder % HOLDER_LOCKS for holder in holders if holder is not None}
    pairs = sorted(product(items, locks))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(item, lock) FROM unnest(%s::int[], %s::int[]) AS held(item, lock)",
            [[item for item, _lock in pairs], [lock for _item, lock in pairs]],
        )


def grant(*, claim: Claim, by: Any, now: datetime) -> list[Entitlement]:
    """Entitle and commit, for a locked claim, in the caller's transaction; sets ``claim.line`` (saved by the caller)."""
    entitlements = entitle(claim=claim, now=now)
    commit_money(claim)
    return entitlements


def entitle(*, claim: Claim, now: datetime) -> list[Entitlement]:
    """Entitlements with a hold per guard for every included entry, and the budget line that pays.

    Raises GrantedBefore (another entitlement holds one of its guards), NoHolder, NoBudgetLine.
    """
    entries = list(
        claim.entries.filter(state=EntryState.INCLUDED, amount_fen__gt=0)
        .select_related("person")
        .order_by("row")
    )
    year = timezone.localdate(now).year
    claim.line = line_for(claim.region, year, claim.version.content["fund"], claim.item)
    guards = guards_to_hold(claim.item)
    answers = evaluated(claim, [entry.subject_id for entry in entries])
    try:
        with transaction.atomic():
            return grant_entries([(claim, entry) for entry in entries], guards, answers, now)
    except IntegrityError as error:
        if "hold_granted_once" not in str(error):
            raise
        raise GrantedBefore(who=_who(entries, guards, answers, claim)) from error


COMMITMENTS = """
SELECT 'claim:' || c.id || ':commit:' || c.round, 'commit', 'subsidies', c.line_id, 'available', 0, 'committed', 0,
       c.amount_fen, NULL::uuid FROM subsidies_claim c WHERE c.id = ANY(%(claims)s)
"""


def commit_money_together(claims: Sequence[Claim]) -> None:
    """``commit_money`` for saved claims, in one posting: all or none."""
    post_from_query(COMMITMENTS, {"claims": [claim.pk for claim in claims]})


def commit_money(claim: Claim) -> None:
    """Available → committed for the claim's amount. Raises InsufficientFunds; the claim stays where it is."""
    assert claim.line_id is not None  # entitle
    post(
        [
            NewTransfer(
                TransferKind.COMMIT,
                AccountRef(SUBSIDIES, claim.line_id, AccountKind.AVAILABLE),
                AccountRef(SUBSIDIES, claim.line_id, AccountKind.COMMITTED),
                claim.amount_fen,
                f"claim:{claim.pk}:commit:{claim.round}",
            )
        ]
    )


def grant_entries(
    granted: Sequence[tuple[Claim, ClaimEntry]], guards: Sequence[Guard], answers: Answers, now: datetime
) -> list[Entitlement]:
    """An entitlement per entry, with a hold per guard. Raises NoHolder, and the database's refusal."""
    entitlements = Entitlement.objects.bulk_create(
        [
            Entitlement(
                item=claim.item,
                entry=entry,
                claim=claim,
                region=claim.region,
                person_id=entry.person_id or claim.person_id,
                organisation_id=claim.organisation_id,
                subject_id=entry.subject_id,
                period=entry.period,
                months=entry.months,
                amount_fen=entry.amount_fen,
                granted_at=now,
            )
            for claim, entry in granted
        ],
        batch_size=CHUNK,
    )
    holds = []
    for entitlement, (_claim, entry) in zip(entitlements, granted, strict=True):
        for guard in guards:
            answer = answers.get(entry.subject_id)
            if answer is None or guard.scope not in answer.holders:
                raise NoHolder(scope=guard.get_scope_display())
            holds.append(
                EntitlementHold(
                    entitlement=entitlement,
                    guard=guard,
                    holder_id=answer.holders[guard.scope],
                    period=UNBOUNDED if guard.lifetime else answer.held,
                )
            )
    EntitlementHold.objects.bulk_create(holds, batch_size=CHUNK)
    return entitlements


def _who(entries: Iterable[ClaimEntry], guards: list[Guard], answers: Answers, claim: Claim) -> str:
    """The names of those whom a live hold keeps out, at most three: read after the refusal."""
    names = []
    for entry in entries:
        for guard in guards:
            answer = answers.get(entry.subject_id)
            if answer is None or guard.scope not in answer.holders:
                continue
            held = EntitlementHold.objects.filter(
                guard=guard,
                holder_id=answer.holders[guard.scope],
                live=True,
                period__overlap=UNBOUNDED if guard.lifetime else answer.held,
            )
            if held.exists():
                names.append(entry.person.name if entry.person else str(claim.organisation or ""))
                break
        if len(names) == 3:
            break
    return "、".join(names) or str(claim)


@transaction.atomic
def revoke_approval(*, claim_id: int, reason: str, by: Any, now: datetime) -> Claim:
    """Take an approval back before money went out: entitlements end, the commitment is available again.

    For an upheld objection or an error found in time. Raises TransitionNotAllowed from hand-over on.
    """
    claim = locked_claim(claim_id)
    claim.ended_at = now
    CLAIM.apply(claim, "revoke", by=by, note=reason, save_fields=["ended_at"])
    claim.entries.update(open=False)
    make_decision(claim, verdict=Verdict.REFUSE, reasons=[reason], by=by, now=now)
    tell_claimant("claim_decided", claim, key="revoked", reason=reason)
    release(claim, now=now)  # last, as in granting: the number before the budget line
    return claim


def release(claim: Claim, *, now: datetime) -> None:
    """End a claim's live entitlements and give its commitment back."""
    assert claim.line_id is not None  # approved claims have one: a CHECK of the table
    claim.entitlements.filter(live=True).update(live=False, ended_at=now)
    post(
        [
            NewTransfer(
                TransferKind.RELEASE,
                AccountRef(SUBSIDIES, claim.line_id, AccountKind.COMMITTED),
                AccountRef(SUBSIDIES, claim.line_id, AccountKind.AVAILABLE),
                claim.amount_fen,
                f"claim:{claim.pk}:release:{claim.round}",
            )
        ]
    )
