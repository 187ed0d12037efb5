"""Sealing what was posted. One sealer at a time; postings never wait for it."""

import logging
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from employment_portal.ledger import sealing
from employment_portal.ledger.models import Seal, Transfer

log = logging.getLogger(__name__)
LOCK = 0x5EA1  # the advisory lock of the one sealer
END = 2**63 - 1


@transaction.atomic
def seal_ledger(now: datetime) -> Seal | None:
    """Seal the transfers of all transactions that have ended and are in no seal yet; None when there are none.

    Also None while another sealer works. On a server whose transaction ids started anew (a database brought over
    without ``manage.py restore``) a new epoch is opened first.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
    horizon = sealing.horizon()  # before the rows: whatever ended by then is seen by every later statement
    last = Seal.objects.last()
    if last is not None and last.cluster != sealing.cluster_id():
        return open_epoch("another database server")
    covered = {
        "first": last.first_number if last else 0,
        "end": END,
        "from": str(last.up_to_xid if last else 0),
        "to": str(horizon),
    }
    digest = sealing.digest(sealing.rows(sealing.COVERED, covered))
    if not digest.count:
        return None
    return _seal(_next(last, up_to_xid=horizon), digest, after=last, now=now)


@transaction.atomic
def open_epoch(reason: str) -> Seal:
    """After a restore: close what the old transaction ids count with a seal over all that had none, begin anew.

    The returned seal is the first of the new epoch and covers no transfer yet.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = Seal.objects.last()
    uncovered = {
        "first": last.first_number if last else 0,
        "end": END,
        "from": str(last.up_to_xid if last else 0),
        "last": last.last_number if last else 0,
    }
    digest = sealing.digest(sealing.rows(sealing.UNCOVERED, uncovered))
    closing = _next(last, up_to_xid=digest.highest_xid + 1)
    closing.closing, closing.reason = True, reason
    _seal(closing, digest, after=last, now=now)
    newest = Transfer.objects.order_by("number").last()
    opening = Seal(
        epoch=closing.epoch + 1,
        first_number=newest.number + 1 if newest else 1,
        closing=False,
        from_xid=0,
        up_to_xid=0,
        reason=reason,
    )
    return _seal(opening, sealing.Digest(), after=closing, now=now)


def _next(last: Seal | None, *, up_to_xid: int) -> Seal:
    """The seal that goes on where the last one ended."""
    return Seal(
        epoch=last.epoch if last else 1,
        first_number=last.first_number if last else 0,
        closing=False,
        from_xid=last.up_to_xid if last else 0,
        up_to_xid=up_to_xid,
    )


def _seal(seal: Seal, digest: sealing.Digest, *, after: Seal | None, now: datetime) -> Seal:
    sealed_before = after.last_number if after and after.epoch == seal.epoch else 0
    seal.last_number = max(digest.last_number, sealed_before)
    seal.transfers = digest.count
    seal.digest = digest.whole.digest()
    seal.row_hashes = bytes(digest.short)
    seal.previous = sealing.fingerprint(after) if after else b""
    seal.cluster = sealing.cluster_id()
    seal.sealed_at = now
    sealing.sign(seal)
    seal.save(force_insert=True)
    # Whoever cuts off the newest seals and transfers together cannot reach the log.
    log.info(
        "ledger sealed: seal %s, %s transfers, fingerprint %s",
        seal.pk, seal.transfers, sealing.fingerprint(seal).hex(),
    )  # fmt: skip
    return seal
