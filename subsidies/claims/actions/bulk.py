"""Clean claims passed with one word, set by set; each is checked for itself, and what cannot pass says why."""

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Count
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.retrying import broken_off, retrying
from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.claims.actions.deciding import decide_step
from subsidies.claims.actions.passing import Outcome, pass_together
from subsidies.claims.bulk_models import BulkOutcome, BulkPass, BulkPassRow, BulkState
from subsidies.claims.enums import Verdict
from subsidies.claims.evaluation import fingerprints
from subsidies.claims.models import Claim

log = logging.getLogger(__name__)
MOST = 20_000
IN_BACKGROUND = 200  # claims from which on Celery passes them
AT_ONCE, ENTRIES_AT_ONCE = 1000, 5000  # of a set, so that a roster's people count too
ABANDONED = timedelta(days=1)
CUT_OFF = timedelta(minutes=5)

Keep = Callable[[list[Outcome]], None]
REFUSED = _("The database refuses to pass this claim. Tell the administrator.")
BUSY = _("The database was busy. Try this one again.")


class NothingClean(DomainError):
    message = _("Tick at least one clean claim first.")


@dataclass(frozen=True)
class _Part:
    """Claims of one version and region at one step, in the order of their ids."""

    step: str
    ids: list[int]


def bulk_approve(
    *, seen: Mapping[int, str], by: Any, now: datetime, keep: Keep = lambda _outcomes: None
) -> list[Outcome]:
    """Pass the step of each clean claim: what cannot pass stays and says why.

    ``seen`` gives the fingerprint of each claim as it was listed ("" for any); a claim that changed since stays. A
    set is a transaction; ``keep`` is told its outcomes inside it.
    """
    claims = Claim.objects.visible_to_staff(by).filter(pk__in=seen)
    outcomes: list[Outcome] = []
    for part in _parts(claims.values_list("pk", "version", "region", "step").annotate(n=Count("entries"))):
        outcomes += _pass(part.ids, part.step, seen, by, now, keep)
    return sorted(outcomes, key=lambda outcome: outcome.claim.pk)


def _parts(rows: Any) -> Iterator[_Part]:
    """``rows``: claim, version, region, step, number of entries."""
    listed = sorted(rows, key=lambda row: (row[1], row[2], row[3], row[0]))
    for (_version, _region, step), group in groupby(listed, key=lambda row: row[1:4]):
        ids: list[int] = []
        entries = 0
        for claim_id, *_same, count in group:
            if ids and (len(ids) == AT_ONCE or entries + count > ENTRIES_AT_ONCE):
                yield _Part(step, ids)
                ids, entries = [], 0
            ids.append(claim_id)
            entries += count
        yield _Part(step, ids)


def _pass(
    ids: Sequence[int], step: str, seen: Mapping[int, str], by: Any, now: datetime, keep: Keep
) -> list[Outcome]:
    """A set in one transaction; what the database still refuses is looked for by halves, down to one claim."""
    try:
        outcomes, alone = retrying(
            lambda: pass_together(claim_ids=ids, step=step, seen=seen, by=by, now=now, keep=keep)
        )
    except (IntegrityError, DomainError):
        if len(ids) == 1:
            return _alone(ids, step, seen, by, now, keep)
        half = len(ids) // 2
        return [
            *_pass(ids[:half], step, seen, by, now, keep),
            *_pass(ids[half:], step, seen, by, now, keep),
        ]
    except OperationalError as error:
        if not broken_off(error):
            raise
        claims = Claim.objects.filter(pk__in=ids).order_by("pk")
        outcomes, alone = [Outcome(claim, BUSY) for claim in claims], []
        keep(outcomes)
    return outcomes + _alone(alone, step, seen, by, now, keep)


def _alone(
    ids: Sequence[int], step: str, seen: Mapping[int, str], by: Any, now: datetime, keep: Keep
) -> list[Outcome]:
    claims = Claim.objects.filter(pk__in=ids).order_by("pk") if ids else []
    return [_one(claim, step, seen.get(claim.pk, ""), by, now, keep) for claim in claims]


def _one(claim: Claim, step: str, seen_sha256: str, by: Any, now: datetime, keep: Keep) -> Outcome:
    @transaction.atomic
    def passed() -> None:
        decide_step(
            claim_id=claim.pk,
            verdict=Verdict.PASS,
            note="",
            by=by,
            now=now,
            seen_sha256=seen_sha256,
            seen_step=step,
            bulk=True,
        )
        keep([Outcome(claim)])

    try:
        retrying(passed)
    except DomainError as error:
        outcome = Outcome(claim, error.message)
    except OperationalError as error:
        if not broken_off(error):
            raise
        outcome = Outcome(claim, BUSY)
    except IntegrityError:  # nothing that a check knows of: the others go on, the log has it whole
        log.exception("bulk pass: the database refuses claim %s", claim.pk)
        outcome = Outcome(claim, REFUSED)
    else:
        return Outcome(claim)
    keep([outcome])
    return outcome


@transaction.atomic
def ask_bulk(*, claim_ids: Sequence[int], by: Any, now: datetime) -> BulkPass:
    """List the clean ones of ``claim_ids`` with what the officer sees of them now; nothing is decided yet.

    At most MOST, the first of them. Raises NothingClean.
    """
    found = Claim.objects.visible_to_staff(by).in_bulk(list(claim_ids)[:MOST])
    clean = [claim for claim in found.values() if claim.clean and claim.step]
    if not clean:
        raise NothingClean
    bulk = BulkPass.objects.create(
        by=by,
        total=len(clean),
        total_fen=sum(claim.amount_fen for claim in clean),
        left_out=len(found) - len(clean),
        made_at=now,
        touched_at=now,
    )
    place = {claim_id: position for position, claim_id in enumerate(claim_ids)}
    clean.sort(key=lambda claim: place[claim.pk])
    for start in range(0, len(clean), AT_ONCE):
        some = clean[start : start + AT_ONCE]
        prints = fingerprints(some)
        BulkPassRow.objects.bulk_create(
            BulkPassRow(bulk=bulk, claim=claim, step=claim.step, seen_sha256=prints[claim.pk])
            for claim in some
        )
    return bulk


@transaction.atomic
def start_bulk(*, bulk_id: int, by: Any, now: datetime) -> BulkPass:
    """The officer confirms; above IN_BACKGROUND claims Celery passes them. Raises TransitionNotAllowed."""
    bulk = BulkPass.objects.select_for_update().get(pk=bulk_id, by=by)
    if bulk.state != BulkState.ASKED:
        raise TransitionNotAllowed
    bulk.state, bulk.touched_at = BulkState.WAITING, now
    bulk.save(update_fields=["state", "touched_at"])
    record(
        action="claim.bulk_pass",
        by=by,
        subject=bulk,
        detail={"count": bulk.total, "total_fen": bulk.total_fen},
    )
    if bulk.total > IN_BACKGROUND:
        from subsidies.claims.tasks import run_bulk_pass  # the task calls back into this module

        transaction.on_commit(lambda: _hint(run_bulk_pass, bulk.pk))
    return bulk


def _hint(task: Any, bulk_id: int) -> None:
    """Tell the queue; when it is down the sweep finds it within minutes."""
    with contextlib.suppress(task.OperationalError):
        task.apply_async(kwargs={"bulk_id": bulk_id}, retry=False)


def run_bulk(*, bulk_id: int, now: datetime) -> BulkPass:
    """Pass what was confirmed and has no outcome yet; a row's outcome stands with its claim's or not at all.

    Safe to run twice and at once, and goes on where it was killed.
    """
    bulk = BulkPass.objects.select_related("by").get(pk=bulk_id)
    pending = bulk.rows.filter(outcome=BulkOutcome.PENDING)
    rows = pending.values_list("claim", "claim__version", "claim__region", "step").annotate(
        n=Count("claim__entries")
    )
    with translation.override(bulk.by.language):
        for part in _parts(rows):
            seen = dict(pending.filter(claim__in=part.ids).values_list("claim", "seen_sha256"))
            _pass(part.ids, part.step, seen, bulk.by, now, lambda outcomes: _keep(bulk, outcomes))
    finished = BulkPass.objects.filter(pk=bulk.pk).exclude(state=BulkState.DONE)
    if not pending.exists():
        finished.update(state=BulkState.DONE, finished_at=timezone.now())
    bulk.refresh_from_db()
    return bulk


@transaction.atomic
def _keep(bulk: BulkPass, outcomes: list[Outcome]) -> None:
    passed = [outcome.claim.pk for outcome in outcomes if not outcome.problem]
    stays: dict[str, list[int]] = {}
    for outcome in outcomes:
        if outcome.problem:
            stays.setdefault(str(outcome.problem)[:500], []).append(outcome.claim.pk)
    pending = bulk.rows.filter(outcome=BulkOutcome.PENDING)
    pending.filter(claim__in=passed).update(outcome=BulkOutcome.PASSED)
    for problem, ids in stays.items():
        pending.filter(claim__in=ids).update(outcome=BulkOutcome.STAYS, problem=problem)
    BulkPass.objects.filter(pk=bulk.pk).exclude(state=BulkState.DONE).update(
        state=BulkState.RUNNING,
        touched_at=timezone.now(),
        done=bulk.rows.exclude(outcome=BulkOutcome.PENDING).count(),
    )


def sweep_bulk(*, now: datetime) -> int:
    """Go on with what was cut off, and forget what nobody confirmed; how many went on."""
    BulkPass.objects.filter(state=BulkState.ASKED, made_at__lt=now - ABANDONED).delete()
    under_way = BulkPass.objects.filter(
        state__in=[BulkState.WAITING, BulkState.RUNNING], touched_at__lt=now - CUT_OFF
    )
    ids = list(under_way.order_by("touched_at").values_list("pk", flat=True)[:5])
    for bulk_id in ids:
        run_bulk(bulk_id=bulk_id, now=timezone.now())
    return len(ids)
