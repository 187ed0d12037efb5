"""Making a batch: every payable that may be paid is claimed in one statement, so that a crash leaves all or nothing."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.fields import new_public_id
from employment_portal.core.retrying import retrying
from employment_portal.regions.models import Region
from subsidies.payments.actions.payers import payer_of
from subsidies.payments.enums import AttemptState, BankFormat, PayableState
from subsidies.payments.interest import claims_of_interest
from subsidies.payments.models import Batch, PaymentAttempt
from subsidies.payments.workflow import BATCH, may_pay
from subsidies.policies.models import SubsidyItem

MAX_PAYMENTS = 200_000


class NothingToPay(DomainError):
    message = _("Nothing is ready to be paid here. The list of payments to be made says why each one waits.")


class NotYourPayments(DomainError):
    message = _("These payments lie outside your region.")


# The rows are frozen in the order of their payables: sequence, reference, account, amount and purpose never change again,
# and content_sha256 is of just that. ``FOR UPDATE`` waits for a competing builder and then sees what it left.
BUILD = """
WITH picked AS MATERIALIZED (
    SELECT p.id, p.account_id, p.amount_fen - p.reduced_fen AS amount_fen, i.notice_name AS purpose
      FROM subsidies_payable p
      JOIN subsidies_payeeaccount a ON a.id = p.account_id
      JOIN subsidies_budgetline l ON l.id = p.line_id
      JOIN subsidies_subsidyitem i ON i.id = l.item_id
      JOIN regions_region r ON r.id = p.region_id
     WHERE NOT p.settled AND p.state = 'open' AND a.state NOT IN ('bad', 'replaced') AND l.year = %(year)s
       AND r.path LIKE %(path)s AND (%(item)s::bigint IS NULL OR l.item_id = %(item)s)
       AND p.claim_id <> ALL(%(kept_from)s::bigint[])
     ORDER BY p.id LIMIT %(most)s
       FOR UPDATE OF p
), claimed AS (
    UPDATE subsidies_payable p SET state = 'queued' FROM picked WHERE p.id = picked.id
), frozen AS MATERIALIZED (
    SELECT n.*, %(number)s || '-' || lpad(n.sequence::text, 6, '0') AS reference
      FROM (SELECT picked.*, row_number() OVER (ORDER BY id) AS sequence FROM picked) n
), made AS (
    INSERT INTO subsidies_batch (public_id, number, run_key, region_id, year, item_id, payer_id, format, state, count,
                                 total_fen, content_sha256, made_by_id, made_at, bank_reference, note)
    SELECT %(public_id)s, %(number)s, %(run_key)s, %(region)s, %(year)s, %(item)s, %(payer)s, %(format)s, 'made', count(*),
           sum(amount_fen), encode(sha256(convert_to(string_agg(
               sequence || '|' || reference || '|' || account_id || '|' || amount_fen, E'\\n' ORDER BY sequence
           ), 'UTF8')), 'hex'), %(by)s, %(now)s, '', ''
      FROM frozen HAVING count(*) > 0
    RETURNING id
)
INSERT INTO subsidies_paymentattempt (payable_id, batch_id, sequence, reference, account_id, amount_fen, purpose, state,
                                      reason)
SELECT f.id, made.id, f.sequence, f.reference, f.account_id, f.amount_fen, f.purpose, 'queued', ''
  FROM frozen f CROSS JOIN made ORDER BY f.sequence
"""


def build_batch(
    *,
    run_key: str,
    region: Region,
    year: int,
    by: Any,
    now: datetime,
    item: SubsidyItem | None = None,
    format: str = BankFormat.DELIMITED,
) -> Batch:
    """Claim everything that is ready in a region's subtree, for one fiscal year and item (None: every item).

    What ``by`` has an interest in is left for a colleague's batch.

    The same ``run_key`` again gives the same batch and claims nothing more: whoever is not sure that a call went
    through repeats it. Two builders at once share nothing: each payable goes into one batch. At most MAX_PAYMENTS
    at a time. It is paid from the account that holds for the region today, and keeps it.
    Raises NotYourPayments, NoPayer, NothingToPay.
    """
    if not may_pay(by, region):
        raise NotYourPayments
    batch = retrying(lambda: _build(run_key, region, year, item, format, by, now))
    if batch is None:
        raise NothingToPay
    return batch


def _build(
    run_key: str, region: Region, year: int, item: SubsidyItem | None, format: str, by: Any, now: datetime
) -> Batch | None:
    if (made := Batch.objects.filter(run_key=run_key).first()) is not None:
        return made
    payer = payer_of(region, timezone.localdate(now))
    public_id = new_public_id()
    params = {
        "public_id": public_id,
        "number": f"DF{timezone.localtime(now):%Y%m%d}{public_id.upper()}",
        "run_key": run_key,
        "region": region.pk,
        "path": f"{region.path}%",
        "year": year,
        "item": item.pk if item else None,
        "kept_from": sorted(claims_of_interest(by)),
        "payer": payer.pk,
        "format": format,
        "by": by.pk,
        "now": now,
        "most": MAX_PAYMENTS,
    }
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(BUILD, params)
            batch = Batch.objects.filter(run_key=run_key).first()
            if batch is not None:
                record(
                    action="payments.build",
                    by=by,
                    subject=batch,
                    detail={"count": batch.count, "total_fen": batch.total_fen},
                )
    except IntegrityError:
        # A competing call with the same key was first.
        batch = Batch.objects.filter(run_key=run_key).first()
        if batch is None:
            raise
    return batch


@transaction.atomic
def cancel_batch(*, batch_id: int, reason: str, by: Any, now: datetime) -> Batch:
    """Take a batch back before it is released; its payables are ready to be paid again (frozen ones stay frozen).

    Raises TransitionNotAllowed.
    """
    batch = locked_batch(batch_id)
    BATCH.apply(batch, "cancel", by=by, note=reason)
    lock_payables(batch)
    PaymentAttempt.objects.filter(batch=batch).update(state=AttemptState.DROPPED)
    move_payables(batch, PayableState.OPEN)
    _pay_to_present_accounts(batch)
    batch.note, batch.closed_at = reason, now
    batch.save(update_fields=["note", "closed_at"])
    return batch


def _pay_to_present_accounts(batch: Batch) -> None:
    """Accounts that were corrected while the batch held their payments count from now on."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE subsidies_payable p SET account_id = present.id
                 FROM subsidies_paymentattempt a, subsidies_payeeaccount old, subsidies_payeeaccount present
                WHERE a.batch_id = %s AND p.id = a.payable_id AND p.state = 'open'
                  AND old.id = p.account_id AND old.state = 'replaced' AND present.state <> 'replaced'
                  AND (present.person_id = p.person_id OR present.organisation_id = p.organisation_id)""",
            [batch.pk],
        )


def locked_batch(batch_id: int) -> Batch:
    """The batch, held: everything that changes it starts here (lock order: batch, payables, accounts)."""
    return Batch.objects.select_for_update(of=("self",)).select_related("region").get(pk=batch_id)


def lock_payables(batch: Batch) -> None:
    """Hold the payables of a batch in ascending order."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM (SELECT FROM subsidies_payable
                WHERE id IN (SELECT payable_id FROM subsidies_paymentattempt WHERE batch_id = %s)
                ORDER BY id FOR UPDATE) held""",
            [batch.pk],
        )


def move_payables(batch: Batch, to: PayableState) -> int:
    """Move the held payables of a batch that are queued to another state; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE subsidies_payable p SET state = %s FROM subsidies_paymentattempt a
                WHERE a.batch_id = %s AND p.id = a.payable_id AND p.state = 'queued'""",
            [to, batch.pk],
        )
        return int(cursor.rowcount)
