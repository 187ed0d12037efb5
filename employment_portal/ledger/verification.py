"""Everything the ledger promises, worked out again from the rows. ``manage.py verify_ledger`` prints what is wrong.

It trusts no trigger and no constraint: whoever owns the tables can switch them off.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db import connection

from employment_portal.ledger import sealing
from employment_portal.ledger.actions.sealing import END
from employment_portal.ledger.models import Seal


@dataclass(frozen=True)
class Finding:
    """What is wrong, and with which row first. ``check`` is the name by which tests and people speak of it."""

    check: str
    row: str

    def __str__(self) -> str:
        return f"{self.check}: {self.row}"


# Each query names the first bad row, or yields nothing.
CHECKS = {
    "account of an unknown kind or with a wrong holder": """
        SELECT 'account ' || a.id FROM ledger_account a
          LEFT JOIN ledger_kind k ON k.book = a.book AND k.kind = a.kind
         WHERE (k.source = a.source AND k.held = (a.holder <> 0) AND a.holder >= 0) IS NOT TRUE
         ORDER BY a.id LIMIT 1""",
    "two accounts for one place": """
        SELECT 'account ' || max(id) FROM ledger_account
         GROUP BY book, line, kind, holder HAVING count(*) > 1 ORDER BY max(id) LIMIT 1""",
    "balance below zero": """
        SELECT 'account ' || id FROM ledger_account WHERE NOT source AND credits < debits ORDER BY id LIMIT 1""",
    "totals that are not the sum of the transfers": """
        SELECT format('account %s (%s/%s/%s/%s): has %s out, %s in; its transfers say %s out, %s in',
                      a.id, a.book, a.line, a.kind, a.holder, a.debits, a.credits,
                      coalesce(m.debits, 0), coalesce(m.credits, 0))
          FROM ledger_account a
          LEFT JOIN (SELECT id, sum(debits) AS debits, sum(credits) AS credits
                       FROM (SELECT debit_id AS id, amount_fen AS debits, 0 AS credits FROM ledger_transfer
                             UNION ALL SELECT credit_id, 0, amount_fen FROM ledger_transfer) legs
                      GROUP BY id) m ON m.id = a.id
         WHERE a.debits <> coalesce(m.debits, 0) OR a.credits <> coalesce(m.credits, 0)
         ORDER BY a.id LIMIT 1""",
    "transfer without an amount or between one account": """
        SELECT 'transfer ' || number FROM ledger_transfer
         WHERE amount_fen <= 0 OR debit_id = credit_id ORDER BY number LIMIT 1""",
    "transfer that does not fit its accounts": """
        SELECT format('transfer %s (%s from %s to %s)', t.number, t.kind, d.kind, c.kind)
          FROM ledger_transfer t
          LEFT JOIN ledger_account d ON d.id = t.debit_id
          LEFT JOIN ledger_account c ON c.id = t.credit_id
          LEFT JOIN ledger_rule r
            ON r.book = d.book AND r.kind = t.kind AND r.debit_kind = d.kind AND r.credit_kind = c.kind
         WHERE (c.book = d.book AND c.line = d.line AND (c.holder = d.holder OR c.holder = 0 OR d.holder = 0)
                AND (t.reverses_id IS NULL) = (r.book IS NOT NULL)) IS NOT TRUE
         ORDER BY t.number LIMIT 1""",
    "reversal that does not mirror its transfer": """
        SELECT 'transfer ' || t.number FROM ledger_transfer t
          LEFT JOIN ledger_transfer o ON o.id = t.reverses_id
         WHERE (t.kind = 'reversal') <> (t.reverses_id IS NOT NULL)
            OR (t.reverses_id IS NOT NULL
                AND (o.debit_id = t.credit_id AND o.credit_id = t.debit_id AND o.amount_fen = t.amount_fen
                     AND o.reverses_id IS NULL) IS NOT TRUE)
         ORDER BY t.number LIMIT 1""",
    "transfer reversed twice": """
        SELECT 'transfer ' || max(number) FROM ledger_transfer WHERE reverses_id IS NOT NULL
         GROUP BY reverses_id HAVING count(*) > 1 ORDER BY max(number) LIMIT 1""",
    "one key posted twice": """
        SELECT 'transfer ' || max(number) FROM ledger_transfer
         GROUP BY idempotency_key HAVING count(*) > 1 ORDER BY max(number) LIMIT 1""",
    "one number twice": """
        SELECT 'transfer ' || number FROM ledger_transfer GROUP BY number HAVING count(*) > 1 ORDER BY number LIMIT 1""",
    "content unlike its hash": """
        SELECT 'transfer ' || number FROM ledger_transfer
         WHERE payload_sha256 <> sha256((kind::text || '|' || debit_id::text || '|' || credit_id::text || '|'
               || amount_fen::text || '|' || coalesce(reverses_id::text, ''))::bytea)
         ORDER BY number LIMIT 1""",
}

# Filled from AppConfig.ready(): a book's owner compares its own rows with the ledger.
_OF_APPS: dict[str, str] = {}


def register_check(name: str, query: str) -> None:
    """Add a check of the app that owns a book: a query that names the first bad row, or yields nothing."""
    _OF_APPS[name] = query


def findings(*, fingerprint: str = "") -> Iterator[Finding]:
    """The first bad row of every check that fails. With a seal's fingerprint (from the log) it must still be there."""
    for check, query in (CHECKS | _OF_APPS).items():
        with connection.cursor() as cursor:
            cursor.execute(query)
            if row := cursor.fetchone():
                yield Finding(check, row[0])
    yield from _seal_findings(fingerprint)


def _seal_findings(fingerprint: str) -> Iterator[Finding]:
    seals = list(Seal.objects.order_by("id"))
    ends = _ends(seals)
    trusted = sealing.trusted_keys()
    before: Seal | None = None
    seen = {""}
    for seal in seals:
        name = f"seal {seal.pk}"
        if not sealing.is_signed(seal, trusted):
            yield Finding("seal without a valid signature", name)
        if not _follows(seal, before):
            yield Finding("seal that does not follow the one before", name)
        if differing := _differing_row(seal, before, end=ends.get((seal.epoch, seal.closing), END)):
            yield Finding("sealed transfers were changed", f"{name}: {differing}")
        before = seal
        seen.add(sealing.fingerprint(seal).hex())
    if fingerprint not in seen:
        yield Finding("seal missing", f"no seal has the fingerprint {fingerprint}")


def _ends(seals: list[Seal]) -> dict[tuple[int, bool], int]:
    """The number at which the rows of an epoch's seals end, by (epoch, closing).

    A closing seal reaches up to the next epoch. The others of a closed epoch reach as far as the last of them did:
    what came after may carry ids of another server that fall among theirs, and belongs to the closing seal.
    """
    ends = {}
    for before, seal in pairwise(seals):
        if seal.closing:
            ends[seal.epoch, False] = before.last_number + 1
        if before.closing:
            ends[before.epoch, True] = seal.first_number
    return ends


def _follows(seal: Seal, before: Seal | None) -> bool:
    if before is None:
        return (bytes(seal.previous), seal.epoch, seal.first_number, seal.from_xid) == (b"", 1, 0, 0)
    if bytes(seal.previous) != sealing.fingerprint(before):
        return False
    if before.closing:
        return (seal.epoch, seal.from_xid) == (before.epoch + 1, 0) and seal.first_number > before.last_number
    same = (seal.epoch, seal.first_number, seal.from_xid)
    return same == (before.epoch, before.first_number, before.up_to_xid)


def _differing_row(seal: Seal, before: Seal | None, *, end: int) -> str:
    params: dict[str, Any] = {
        "first": seal.first_number,
        "end": end,
        "from": str(seal.from_xid),
        "to": str(seal.up_to_xid),
        "last": before.last_number if before and before.epoch == seal.epoch else 0,
    }
    condition = sealing.UNCOVERED if seal.closing else sealing.COVERED
    digest = sealing.Digest()
    found = [(number, digest.add(number, xid, text)) for number, xid, text in sealing.rows(condition, params)]
    if digest.whole.digest() == bytes(seal.digest) and digest.count == seal.transfers:
        return ""
    stored = bytes(seal.row_hashes)
    sealed = [stored[at : at + sealing.SHORT] for at in range(0, len(stored), sealing.SHORT)]
    for (number, row), expected in zip(found, sealed, strict=False):
        if row != expected:
            if row in sealed:
                return f"a transfer before number {number} is missing"
            if any(expected == other for _, other in found):
                return f"transfer {number} was added"
            return f"transfer {number} was changed"
    if len(found) > len(sealed):
        return f"transfer {found[len(sealed)][0]} was added"
    if len(found) < len(sealed):
        after = f"after number {found[-1][0]}" if found else "of this seal"
        return f"a transfer {after} is missing"
    return "the seal itself was changed"
