"""A return file's lines take effect: each once, all of a file in one transaction, set by set.

A reference may stand in a file more than once, so the lines are taken in passes: in each the first line of each
attempt that has not had its turn.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from employment_portal.core.retrying import retrying
from employment_portal.ledger.actions import post_from_query
from employment_portal.regions.models import Region
from subsidies.budgets.models import BudgetLine
from subsidies.payments.actions.building import locked_batch
from subsidies.payments.actions.sending import arrived
from subsidies.payments.enums import BatchState, CaseKind, ReturnFileState
from subsidies.payments.models import Batch, ExceptionCase, ReturnFile, ReturnLine
from subsidies.payments.queries import region_of
from subsidies.payments.workflow import BATCH

# An array is filled once. As a subquery, with statistics from before the file's lines were stored, the planner may look
# for them anew for every payable.
HOLD_PAYABLES = """
SELECT count(*) FROM (SELECT FROM subsidies_payable WHERE id = ANY(ARRAY(
    SELECT a.payable_id FROM subsidies_returnline l JOIN subsidies_paymentattempt a ON a.id = l.attempt_id
     WHERE l.file_id = %(file)s AND l.state = 'pending'
)) ORDER BY id FOR UPDATE) held
"""
# What one line does, by what is known of its attempt. A payment that was returned was paid before, so "paid" after
# "returned" is old news unless its date is later than the return's. Money that recovery has moved on cannot return, nor
# a payment in whose place a second one may stand (bank_returns.take_back): two people say so, and until then another
# "returned" of the same try is a copy. An interim status leaves the money with the bank; it stands beside the try.
TURN = """
INSERT INTO payments_turn
SELECT DISTINCT ON (COALESCE(l.attempt_id, -l.number)) l.id, l.attempt_id, a.payable_id, p.line_id, l.outcome,
       l.amount_fen, l.reason, COALESCE(l.settled_on, %(today)s::date),
       CASE
         WHEN l.outcome = 'unclear' THEN 'unreadable'
         WHEN a.id IS NULL OR a.state IN ('queued', 'dropped') THEN 'unknown_reference'
         WHEN l.outcome = 'interim' THEN
              CASE WHEN a.state IN ('exported', 'unknown') THEN 'interim' ELSE 'duplicate' END
         WHEN l.amount_fen IS DISTINCT FROM a.amount_fen THEN 'wrong_amount'
         WHEN NOT l.payee_matches THEN 'wrong_payee'
         WHEN a.state IN ('paid', 'paid_twice') AND l.outcome = 'returned' AND EXISTS (
              SELECT FROM subsidies_exceptioncase c JOIN subsidies_returnline r ON r.id = c.line_id
               WHERE c.attempt_id = a.id AND c.kind = 'unexplained_cash' AND c.state <> 'resolved'
                 AND r.outcome = 'returned') THEN 'duplicate'
         WHEN a.state IN ('exported', 'unknown') THEN
              CASE l.outcome WHEN 'paid' THEN 'settle' WHEN 'failed' THEN 'fail' ELSE 'settle_return' END
         WHEN a.state = 'paid' THEN
              CASE WHEN l.outcome = 'paid' THEN 'duplicate' WHEN l.outcome = 'failed' THEN 'paid_after_return'
                   WHEN paid.credits - paid.debits >= a.amount_fen AND NOT EXISTS (
                        SELECT FROM subsidies_paymentattempt s JOIN subsidies_recoveryorder o ON o.attempt_id = s.id
                         WHERE s.payable_id = a.payable_id AND s.state = 'paid_twice' AND s.amount_fen = a.amount_fen
                           AND o.recovered_fen < o.amount_fen AND o.returned_fen = 0) THEN 'return' ELSE 'unexplained_cash' END
         WHEN a.state = 'paid_twice' THEN
              CASE l.outcome WHEN 'paid' THEN 'duplicate' WHEN 'failed' THEN 'paid_after_return'
                             ELSE 'unexplained_cash' END
         WHEN l.outcome <> 'paid' THEN 'duplicate'
         WHEN a.state = 'returned' AND l.settled_on <= (
              SELECT max(r.settled_on) FROM subsidies_returnline r
               WHERE r.attempt_id = a.id AND r.state = 'applied' AND r.outcome = 'returned') THEN 'duplicate'
         ELSE 'paid_after_return'
       END
  FROM subsidies_returnline l
  LEFT JOIN subsidies_paymentattempt a ON a.id = l.attempt_id
  LEFT JOIN subsidies_payable p ON p.id = a.payable_id
  LEFT JOIN ledger_account paid ON paid.book = 'subsidies' AND paid.line = p.line_id AND paid.kind = 'paid'
                               AND paid.holder = p.id
 WHERE l.file_id = %(file)s AND l.state = 'pending'
 ORDER BY COALESCE(l.attempt_id, -l.number), l.number
"""
ATTEMPTS = """
UPDATE subsidies_paymentattempt a
   SET state = CASE WHEN t.verdict = 'settle' THEN 'paid' WHEN t.verdict = 'fail' THEN 'failed'
                    WHEN t.verdict IN ('duplicate', 'interim') THEN a.state ELSE 'returned' END,
       reason = CASE t.verdict WHEN 'settle' THEN '' WHEN 'duplicate' THEN a.reason ELSE t.reason END,
       settled_on = CASE WHEN t.outcome = 'paid' THEN COALESCE(a.settled_on, t.day) ELSE a.settled_on END
  FROM payments_turn t
 WHERE a.id = t.attempt_id AND (t.verdict IN ('settle', 'fail', 'return', 'settle_return', 'interim')
       OR t.verdict = 'duplicate' AND t.outcome = 'paid' AND a.settled_on IS NULL)
"""
# A frozen payable stays frozen: only its case lets it go.
PAYABLES = """
UPDATE subsidies_payable p
   SET state = CASE WHEN t.verdict = 'paid_after_return' OR p.state = 'frozen' THEN 'frozen'
                    WHEN t.verdict = 'settle' THEN 'paid' ELSE 'returned' END,
       paid_on = CASE t.verdict WHEN 'settle' THEN t.day WHEN 'paid_after_return' THEN p.paid_on END,
       return_reason = CASE t.verdict WHEN 'settle' THEN '' WHEN 'paid_after_return' THEN p.return_reason ELSE t.reason END
  FROM payments_turn t
 WHERE p.id = t.payable_id AND t.verdict IN ('settle', 'fail', 'return', 'settle_return', 'paid_after_return')
"""
ACCOUNTS = """
UPDATE subsidies_payeeaccount c SET state = news.state
  FROM (SELECT a.account_id, CASE WHEN bool_and(t.verdict = 'settle') THEN 'good' ELSE 'bad' END AS state
          FROM payments_turn t JOIN subsidies_paymentattempt a ON a.id = t.attempt_id
         WHERE t.verdict IN ('settle', 'fail', 'return', 'settle_return') GROUP BY a.account_id) news
 WHERE c.id = news.account_id AND c.state <> 'replaced' AND c.state <> news.state
"""
POSTINGS = """
SELECT 'line:' || t.line || ':' || step.kind, step.kind, 'subsidies', t.budget_line, step.debit, t.payable_id,
       step.credit, t.payable_id, t.amount_fen, NULL::uuid
  FROM payments_turn t
  JOIN (VALUES ('settle', 'settle', 'in_transit', 'paid'), ('fail', 'fail', 'in_transit', 'returned_hold'),
               ('settle_return', 'settle', 'in_transit', 'paid'),
               ('settle_return', 'return', 'paid', 'returned_hold'),
               ('return', 'return', 'paid', 'returned_hold')) step (verdict, kind, debit, credit)
    ON step.verdict = t.verdict
"""
# Cash moved towards us and nobody knows why: it waits in suspense on the line of its payable, else of its batch, else
# of the place whose office the file came to.
SUSPENSE = """
SELECT 'line:' || t.line || ':suspend', 'suspend', 'subsidies', COALESCE(t.budget_line, %(line)s), 'cash_source', 0,
       'suspense', 0, t.amount_fen, NULL::uuid
  FROM payments_turn t
 WHERE t.verdict IN ('unknown_reference', 'wrong_amount', 'wrong_payee', 'unexplained_cash') AND t.outcome = 'returned'
   AND t.amount_fen > 0 AND COALESCE(t.budget_line, %(line)s) IS NOT NULL
"""
LINES = """
UPDATE subsidies_returnline l SET applied_at = %(now)s, state = CASE
    WHEN t.verdict IN ('settle', 'fail', 'return', 'settle_return', 'interim') THEN 'applied'
    WHEN t.verdict = 'duplicate' THEN 'duplicate' ELSE 'exception' END
  FROM payments_turn t WHERE l.id = t.line AND l.state = 'pending'
"""
CASES = {
    CaseKind.UNREADABLE, CaseKind.UNKNOWN_REFERENCE, CaseKind.WRONG_AMOUNT, CaseKind.WRONG_PAYEE,
    CaseKind.PAID_AFTER_RETURN, CaseKind.UNEXPLAINED_CASH,
}  # fmt: skip


def apply_return_file(*, file_id: int, now: datetime) -> ReturnFile:
    """Let every pending line of a stored file take effect; nothing the second time. Raises what the ledger raises."""
    return retrying(lambda: _apply(file_id, now))


@transaction.atomic
def _apply(file_id: int, now: datetime) -> ReturnFile:
    file = ReturnFile.objects.select_for_update(of=("self",)).get(pk=file_id)
    if file.state != ReturnFileState.RECEIVED:
        return file
    batches = _batches(file, now)
    params: dict[str, Any] = {
        "file": file.pk,
        "today": timezone.localdate(now),
        "now": now,
        "line": _fallback_line(file),
    }
    counted: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(HOLD_PAYABLES, params)
        cursor.execute(
            """CREATE TEMP TABLE IF NOT EXISTS payments_turn (line uuid, attempt_id bigint, payable_id bigint,
                budget_line bigint, outcome text, amount_fen bigint, reason text, day date, verdict text) ON COMMIT DROP"""
        )
        while True:
            cursor.execute("TRUNCATE payments_turn")
            cursor.execute(TURN, params)
            if not cursor.rowcount:
                break
            _take_turn(cursor, file, params, counted, now)
    _close(batches, now)
    file.state, file.applied_at = ReturnFileState.APPLIED, now
    file.report = {**file.report, "verdicts": dict(counted)}
    file.save(update_fields=["state", "applied_at", "report"])
    return file


def _take_turn(
    cursor: Any, file: ReturnFile, params: dict[str, Any], counted: Counter[str], now: datetime
) -> None:
    cursor.execute("ANALYZE payments_turn")
    cursor.execute("SELECT verdict, count(*) FROM payments_turn GROUP BY verdict")
    counted.update(dict(cursor.fetchall()))
    for statement in (ATTEMPTS, PAYABLES, ACCOUNTS):
        cursor.execute(statement)
    post_from_query(POSTINGS, {})
    post_from_query(SUSPENSE, params)
    _open_cases(cursor, file, params, now)
    cursor.execute(LINES, params)


def _open_cases(cursor: Any, file: ReturnFile, params: dict[str, Any], now: datetime) -> None:
    cursor.execute(
        """SELECT t.line, t.verdict, t.attempt_id, a.batch_id, t.amount_fen, p.region_id,
                  CASE WHEN t.outcome = 'returned' AND t.amount_fen > 0 AND t.verdict <> 'paid_after_return'
                       THEN COALESCE(t.budget_line, %(line)s) END
             FROM payments_turn t LEFT JOIN subsidies_paymentattempt a ON a.id = t.attempt_id
             LEFT JOIN subsidies_payable p ON p.id = t.payable_id
            WHERE t.verdict = ANY(%(kinds)s)""",
        {**params, "kinds": [kind.value for kind in CASES]},
    )
    rows = cursor.fetchall()
    if not rows:
        return
    elsewhere = _region_without_attempt(file)
    ExceptionCase.objects.bulk_create(
        ExceptionCase(
            kind=verdict,
            file=file,
            line_id=line,
            attempt_id=attempt,
            batch_id=batch or file.batch_id,
            region_id=region or elsewhere,
            amount_fen=fen,
            opened_at=now,
            data={"suspense_line": suspense} if suspense else {},
        )
        for line, verdict, attempt, batch, fen, region, suspense in rows
    )


def _batches(file: ReturnFile, now: datetime) -> list[Batch]:
    """The batches that the file speaks of, held in ascending order; an answer proves that the bank has them."""
    answered = ReturnLine.objects.filter(file=file, attempt__isnull=False).order_by("attempt__batch")
    batches = [locked_batch(pk) for pk in answered.values_list("attempt__batch", flat=True).distinct()]
    for batch in batches:
        if batch.state in {BatchState.RELEASED, BatchState.SENDING, BatchState.UNKNOWN}:
            arrived(batch, reference=file.file_reference, now=now, by=None)
    return batches


def _close(batches: list[Batch], now: datetime) -> None:
    """A batch closes when nothing of it is out any more."""
    for batch in batches:
        out = batch.attempts.filter(state__in=["queued", "exported", "unknown"])
        if batch.state == BatchState.SENT and not out.exists():
            batch.closed_at = now
            BATCH.apply(batch, "close", by=None, save_fields=["closed_at"])


def _fallback_line(file: ReturnFile) -> int | None:
    if file.batch is None:
        return _line_of_place(file)
    first = file.batch.attempts.order_by("sequence").select_related("payable").first()
    return first.payable.line_id if first else None


def _line_of_place(file: ReturnFile) -> int | None:
    """Where cash of a file without a batch waits: a line of the file's other payments, else of the office's place."""
    known = file.lines.filter(attempt__isnull=False).order_by("number")
    line = known.values_list("attempt__payable__line", flat=True).first()
    if line is not None:
        return int(line)
    region = Region.objects.get(pk=_region_without_attempt(file))
    lines = BudgetLine.objects.filter(
        Q(region__path__startswith=region.path) | Q(region__code__in=region.path_codes)
    )
    nearest = lines.annotate(own=Q(region=region)).order_by(
        "-own", "-year", "region__path", "item__order", "pk"
    )
    return nearest.values_list("pk", flat=True).first()


def _region_without_attempt(file: ReturnFile) -> int:
    return file.batch.region_id if file.batch is not None else region_of(file.received_by).pk
