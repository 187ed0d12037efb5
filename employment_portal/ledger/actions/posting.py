"""Posting transfers. Every way in ends in the same two statements: open what accounts are missing, insert."""

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, connection, transaction

from employment_portal.ledger.errors import (
    AlreadyPosted,
    AlreadyReversed,
    InsufficientFunds,
    InvalidTransfer,
    LedgerError,
    NotAllowed,
)
from employment_portal.ledger.kinds import AccountRef, NewTransfer, TransferKind
from employment_portal.ledger.models import Transfer

COLUMNS = (
    "key text, kind text, book text, line bigint, debit_kind text, debit_holder bigint, "
    "credit_kind text, credit_holder bigint, amount_fen bigint, reverses uuid"
)
NAMES = ", ".join(column.split()[0] for column in COLUMNS.split(", "))


def _account(side: str) -> str:
    """The account of a side of ``w``, one index probe.

    Joined on four columns right after many were opened, the planner, whose statistics are older, may walk all
    accounts for every row.
    """
    return (
        "(SELECT a.id FROM ledger_account a WHERE a.line = w.line"
        f" AND a.holder = w.{side}_holder AND a.kind = w.{side}_kind AND a.book = w.book)"
    )


FOUND = f"SELECT w.*, {_account('debit')} AS debit_id, {_account('credit')} AS credit_id FROM"
# In the order of their identity, so that two postings that open the same accounts wait and don't deadlock.
OPEN_ACCOUNTS = """
INSERT INTO ledger_account (book, line, kind, holder, source)
SELECT n.book, n.line, n.kind, n.holder, k.source
  FROM (SELECT book, line, debit_kind AS kind, debit_holder AS holder FROM {wanted} w WHERE debit_id IS NULL
        UNION SELECT book, line, credit_kind, credit_holder FROM {wanted} w WHERE credit_id IS NULL) n
  JOIN ledger_kind k ON k.book = n.book AND k.kind = n.kind
 ORDER BY n.line, n.holder, n.kind, n.book
"""
# The identities of one posting follow each other: the index of a hundred thousand random ones is written all over.
INSERT = f"""
INSERT INTO ledger_transfer (id, kind, debit_id, credit_id, amount_fen, idempotency_key, reverses_id)
SELECT (%(ids)s || lpad(to_hex(row_number() OVER (ORDER BY w.key)), 8, '0'))::uuid,
       w.kind, coalesce(w.debit_id, {_account("debit")}), coalesce(w.credit_id, {_account("credit")}),
       w.amount_fen, w.key, w.reverses
  FROM {{wanted}} w
 ORDER BY w.key
"""
# What another posting opened or posted meanwhile, or this one before, is left as it is.
KEEP_ACCOUNTS = "ON CONFLICT (line, holder, kind, book) DO NOTHING"
KEEP_TRANSFERS = "ON CONFLICT (idempotency_key) DO NOTHING"
THERE_ALREADY = {"ledger_account_identity", "ledger_transfer_key"}
UNLIKE = """
SELECT w.key
  FROM {wanted} w
  LEFT JOIN ledger_transfer t ON t.idempotency_key = w.key
  LEFT JOIN ledger_account d ON d.id = t.debit_id
  LEFT JOIN ledger_account c ON c.id = t.credit_id
 WHERE (t.kind = w.kind AND t.amount_fen = w.amount_fen AND t.reverses_id IS NOT DISTINCT FROM w.reverses
        AND d.book = w.book AND d.line = w.line AND d.kind = w.debit_kind AND d.holder = w.debit_holder
        AND c.book = w.book AND c.line = w.line AND c.kind = w.credit_kind AND c.holder = w.credit_holder)
       IS NOT TRUE
 LIMIT 1
"""
GIVEN = f"({FOUND} unnest({', '.join(f'%({c.split()[0]})s::{c.split()[1]}[]' for c in COLUMNS.split(', '))}) AS w ({NAMES}))"
TABLE = "pg_temp.ledger_wanted"

REFUSALS: dict[str, type[LedgerError]] = {
    "ledger_account_balance": InsufficientFunds,
    "ledger_account_opens": NotAllowed,
    "debit_id": NotAllowed,  # missing: the book has no such kind of account
    "credit_id": NotAllowed,
    "ledger_transfer_fits": NotAllowed,
    "ledger_transfer_reverses": NotAllowed,
    "ledger_transfer_reversed_once": AlreadyReversed,
}


def post(transfers: Sequence[NewTransfer]) -> list[Transfer]:
    """Post all of them or none, in the caller's transaction; the rows, in the order given.

    A key that was posted before with the same content gives the first row again and moves nothing. Accounts are
    opened as needed. Raises InsufficientFunds, AlreadyPosted, NotAllowed, AlreadyReversed, InvalidTransfer.
    Holds the accounts until the end of the transaction, so post last; 40P01 is for ``core.retrying``.
    """
    if not transfers:
        return []
    rows = [
        (
            new.key, str(new.kind), new.debit.book, new.debit.line, str(new.debit.kind), new.debit.holder,
            str(new.credit.kind), new.credit.holder, new.amount_fen, new.reverses,
        )
        for new in transfers
    ]  # fmt: skip
    if any((new.debit.book, new.debit.line) != (new.credit.book, new.credit.line) for new in transfers):
        raise NotAllowed
    params = dict(zip(NAMES.split(", "), map(list, zip(*rows, strict=True)), strict=True))
    params["reverses"] = [new.reverses and str(new.reverses) for new in transfers]
    with _refusing(), connection.cursor() as cursor:
        _insert(cursor, GIVEN, params, len(transfers))
    posted = Transfer.objects.in_bulk([new.key for new in transfers], field_name="idempotency_key")
    return [posted[new.key] for new in transfers]


def post_from_query(sql: str, params: Mapping[str, Any]) -> int:
    """Post every row that the query yields, all or none, in the caller's transaction; how many were new.

    The query runs once and yields, in this order, ``key, kind, book, line, debit_kind, debit_holder, credit_kind,
    credit_holder, amount_fen, reverses``; both accounts are of the same book and line. Repeating and refusing is as
    in ``post``.
    """
    with _refusing(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS ledger_wanted ({COLUMNS}, debit_id bigint, credit_id bigint) ON COMMIT DROP"
        )
        cursor.execute(f"TRUNCATE {TABLE}")
        cursor.execute(f"INSERT INTO {TABLE} {FOUND} ({sql}) AS w ({NAMES})", params)
        return _insert(cursor, TABLE, {}, cursor.rowcount)


def reverse(transfer_id: UUID, key: str) -> Transfer:
    """Move the amount of a transfer back, once. A reversal itself cannot be reversed: post the transfer anew.

    Raises what ``post`` raises, and Transfer.DoesNotExist.
    """
    first = Transfer.objects.select_related("debit", "credit").get(pk=transfer_id)
    debit, credit = (
        AccountRef(account.book, account.line, account.kind, account.holder)
        for account in (first.credit, first.debit)
    )
    return post([NewTransfer(TransferKind.REVERSAL, debit, credit, first.amount_fen, key, first.pk)])[0]


def _insert(cursor: Any, wanted: str, params: Mapping[str, Any], count: int) -> int:
    """How many were new. Nearly always all are, and ON CONFLICT would look for each of them twice."""
    params = {**params, "ids": _ids()}
    try:
        with transaction.atomic():
            cursor.execute(OPEN_ACCOUNTS.format(wanted=wanted), params)
            cursor.execute(INSERT.format(wanted=wanted), params)
        return count
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name not in THERE_ALREADY:  # type: ignore[union-attr]
            raise
    cursor.execute(OPEN_ACCOUNTS.format(wanted=wanted) + KEEP_ACCOUNTS, params)
    cursor.execute(INSERT.format(wanted=wanted) + KEEP_TRANSFERS, params)
    posted = int(cursor.rowcount)
    if posted < count:
        cursor.execute(UNLIKE.format(wanted=wanted), params)
        if unlike := cursor.fetchone():
            raise AlreadyPosted(key=unlike[0])
    return posted


def _ids() -> str:
    """What the identities of one posting begin with (UUID version 7: the time, 40 random bits, and 32 to count with)."""
    milliseconds, random = time.time_ns() // 1_000_000, f"{secrets.randbits(40):010x}"
    return f"{milliseconds:012x}7{random[:3]}8{random[3:]}"


@contextmanager
def _refusing() -> Iterator[None]:
    """A savepoint, and the database's refusals as errors with a sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        broken = error.__cause__.diag  # type: ignore[union-attr]
        raise REFUSALS.get(broken.constraint_name or broken.column_name or "", InvalidTransfer) from error
    except DataError as error:
        raise InvalidTransfer from error
