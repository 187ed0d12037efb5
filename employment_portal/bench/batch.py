"""A batch of payments entering the ledger, beside copying the same rows and beside saving them one by one.

One step of every payment is posted (a notice closed: committed → payable), which opens an account for each, checks
every rule, moves the totals and takes idempotency keys. COPY writes the same accounts and transfers into unlogged
tables without an index. ``save()`` gives the same guarantees the usual way, a transaction for each payment: lock the source,
look at its balance, open the account, save the transfer and both balances.
"""

import io
import itertools
from collections.abc import Callable

from django.db import connection, models, transaction

from employment_portal.bench.frame import Result, database_of_its_own, interleaved
from employment_portal.ledger.actions import post, post_from_query
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef, NewTransfer, TransferKind
from employment_portal.ledger.verification import findings

DATABASE = "portal_bench_batch"
ROWS = 100_000
ROUNDS = 3
SAVED = 500  # payments saved one by one; their rate is per payment
FEN = 150_000
BAR_AGAINST_COPY = 0.04
BAR_AGAINST_SAVE = 30.0

QUERY = """
SELECT 'bench:' || %(line)s || ':' || i, 'confirm', 'subsidies', %(line)s, 'committed', 0, 'payable',
       %(line)s * 10000000 + i, %(fen)s, NULL::uuid
  FROM generate_series(1, %(rows)s) i
"""
COPIED = {
    "bench_account": "SELECT a.* FROM ledger_account a WHERE line = %(line)s",
    "bench_transfer": "SELECT t.* FROM ledger_transfer t JOIN ledger_account a ON a.id = t.credit_id "
    "WHERE a.line = %(line)s AND t.kind = 'confirm'",
}


class PlainAccount(models.Model):
    kind = models.CharField(max_length=30)
    holder = models.BigIntegerField(db_index=True)
    balance_fen = models.BigIntegerField(default=0)

    class Meta:
        app_label = "bench"
        managed = False

    def __str__(self) -> str:
        return f"{self.kind} {self.holder}"


class PlainTransfer(models.Model):
    key = models.CharField(max_length=120, unique=True)
    debit = models.ForeignKey(PlainAccount, on_delete=models.PROTECT, related_name="+")
    credit = models.ForeignKey(PlainAccount, on_delete=models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField()

    class Meta:
        app_label = "bench"
        managed = False

    def __str__(self) -> str:
        return self.key


def run(rows: int, *, say: Callable[[str], None]) -> list[Result]:
    with database_of_its_own(DATABASE):
        with connection.schema_editor() as editor:
            editor.create_model(PlainAccount)
            editor.create_model(PlainTransfer)
        say("posting once, to have rows to copy")
        lines = itertools.count(1)
        _post(next(lines), rows)
        tables = _dumped(1)
        source = PlainAccount.objects.create(kind="committed", holder=0, balance_fen=10**15)
        keys = itertools.count(1)
        say(f"{ROUNDS} rounds of {rows:,} payments")
        times = interleaved(
            {
                "post": lambda: _post(next(lines), rows),
                "copy": lambda: _copy(tables),
                "save": lambda: _save(source, keys, min(SAVED, rows)),
            },
            rounds=ROUNDS,
        )
        wrong = len(list(findings()))
    posted, copied = (rows / times[name] * 1000 for name in ("post", "copy"))
    saved = min(SAVED, rows) / times["save"] * 1000
    return [
        Result(
            "posted, against COPY", posted, "rows/s", copied, posted / copied, BAR_AGAINST_COPY, at_least=True
        ),
        Result(
            "posted, against save()", posted, "rows/s", saved, posted / saved, BAR_AGAINST_SAVE, at_least=True
        ),
        Result("checks of the ledger that fail", wrong, "checks", bar=0.0),
    ]


def _post(line: int, rows: int) -> None:
    """Allot and commit what the batch needs, then the batch, in one transaction."""
    total = rows * FEN
    source, available, committed = (
        AccountRef(SUBSIDIES, line, kind)
        for kind in (AccountKind.APPROPRIATION, AccountKind.AVAILABLE, AccountKind.COMMITTED)
    )
    with transaction.atomic():
        post(
            [
                NewTransfer(TransferKind.ALLOT, source, available, total, f"allot:{line}"),
                NewTransfer(TransferKind.COMMIT, available, committed, total, f"commit:{line}"),
            ]
        )
        post_from_query(QUERY, {"line": line, "fen": FEN, "rows": rows})


def _dumped(line: int) -> dict[str, str]:
    """The rows of one batch as COPY reads them, by the unlogged table that they go to."""
    dumped = {}
    with connection.cursor() as cursor:
        for table, query in COPIED.items():
            selected = cursor.mogrify(query, {"line": line}).decode()
            cursor.execute(f"CREATE UNLOGGED TABLE {table} AS {selected} WITH NO DATA")
            text = io.StringIO()
            cursor.copy_expert(f"COPY ({selected}) TO STDOUT", text)
            dumped[table] = text.getvalue()
    return dumped


def _copy(tables: dict[str, str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, text in tables.items():
            cursor.execute(f"TRUNCATE {table}")
            cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO(text))


def _save(source: PlainAccount, keys: "itertools.count[int]", rows: int) -> None:
    for _ in range(rows):
        number = next(keys)
        with transaction.atomic():
            held = PlainAccount.objects.select_for_update().get(pk=source.pk)
            if held.balance_fen < FEN:
                raise RuntimeError("the bench allotted too little")
            account, _ = PlainAccount.objects.get_or_create(kind="payable", holder=number)
            PlainTransfer(key=f"bench:{number}", debit=held, credit=account, amount_fen=FEN).save()
            held.balance_fen -= FEN
            held.save(update_fields=["balance_fen"])
            account.balance_fen += FEN
            account.save(update_fields=["balance_fen"])
