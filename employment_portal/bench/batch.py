"""``manage.py bench batch``: a batch claimed and released, against COPY of the rows that it writes and against save().

A round makes its own payables. What counts is the batch, its attempts, the state of the payables, and the postings with
their accounts: what ``build_batch`` and the release write. Rendering the bank file is shown beside it.
"""

import io
import statistics
import time
from collections.abc import Callable

from django.db import connection, transaction
from django.utils import timezone

from employment_portal.bench.frame import Result, database_of_its_own
from employment_portal.ledger.models import Account, Transfer
from subsidies.payments import actions
from subsidies.payments.actions.payers import payer_of
from subsidies.payments.actions.releasing import bank_file, dispatch
from subsidies.payments.models import Batch, PaymentAttempt
from subsidies.proofs.data import World, books_balance, make_world

ROWS = 100_000
ROUNDS = 3
SAVED = 300  # as many rows as save() is timed with
BAR_COPY = 0.04
BAR_SAVE = 30.0
WRITTEN = {
    "subsidies_paymentattempt": "SELECT * FROM subsidies_paymentattempt WHERE batch_id = %s",
    "ledger_transfer": "SELECT t.id, t.number, t.kind, t.debit_id, t.credit_id, t.amount_fen, t.idempotency_key, "
    "t.payload_sha256, t.reverses_id, t.posted_at, t.xid FROM ledger_transfer t "
    "JOIN subsidies_paymentattempt a ON t.idempotency_key = 'attempt:' || a.id || ':dispatch' WHERE a.batch_id = %s",
    "ledger_account": "SELECT c.* FROM ledger_account c JOIN subsidies_paymentattempt a ON c.holder = a.payable_id "
    "AND c.kind = 'in_transit' WHERE a.batch_id = %s",
}


def run(rows: int, *, say: Callable[[str], None]) -> list[Result]:
    with database_of_its_own("portal_bench_batch"):
        figures: dict[str, list[float]] = {"batch": [], "copy": [], "save": [], "render": []}
        for number in range(ROUNDS):
            world = make_world(rows)
            _settle()
            say(f"round {number + 1}: {rows:,} payables are due")
            batch, seconds = _batch(world)
            figures["batch"].append(rows / seconds)
            figures["copy"].append(rows / _copy(batch))
            started = time.perf_counter()
            bank_file(batch)
            figures["render"].append(rows / (time.perf_counter() - started))
            figures["save"].append(SAVED / _save(make_world(SAVED)))
        problems = books_balance()
        claimed = PaymentAttempt.objects.count()
    median = {name: statistics.median(values) for name, values in figures.items()}
    say(f"{claimed:,} attempts; the books {'balance' if not problems else 'do not balance: ' + problems[0]}")
    rate = median["batch"]
    return [
        Result(
            "payments a second against COPY",
            rate,
            "1/s",
            median["copy"],
            rate / median["copy"],
            BAR_COPY,
            True,
        ),
        Result(
            "payments a second against save()",
            rate,
            "1/s",
            median["save"],
            rate / median["save"],
            BAR_SAVE,
            True,
        ),
        Result("lines a second of the bank file", median["render"], "1/s"),
        Result("accounts that do not balance", len(problems), "", bar=0),
    ]


def _settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _batch(world: World) -> tuple[Batch, float]:
    started = time.perf_counter()
    batch = actions.build_batch(
        run_key=world.item.code, region=world.region, year=world.line.year, item=world.item, by=world.officers[0],
        now=timezone.now(),
    )  # fmt: skip
    seconds = time.perf_counter() - started
    actions.check_batch(batch_id=batch.pk, by=world.officers[1], now=timezone.now())
    started = time.perf_counter()
    with transaction.atomic():
        dispatch(batch)
    return batch, seconds + time.perf_counter() - started


def _copy(batch: Batch) -> float:
    """Seconds that COPY takes for the same rows into unlogged tables without keys."""
    seconds = 0.0
    with connection.cursor() as cursor:
        for table, rows in WRITTEN.items():
            cursor.execute(f"CREATE UNLOGGED TABLE bare AS {rows} LIMIT 0", [batch.pk])
            buffer = io.StringIO()
            cursor.execute(f"CREATE TEMP TABLE source AS {rows}", [batch.pk])
            cursor.copy_expert("COPY source TO STDOUT", buffer)
            buffer.seek(0)
            started = time.perf_counter()
            cursor.copy_expert("COPY bare FROM STDIN", buffer)
            seconds += time.perf_counter() - started
            if cursor.rowcount != batch.count:
                raise RuntimeError(f"{table}: {cursor.rowcount} rows for {batch.count} payments")
            cursor.execute("DROP TABLE bare, source")
    return seconds


def _save(world: World) -> float:
    """Seconds that the ORM takes for as many rows of the same kinds, one ``save()`` and one UPDATE at a time."""
    now = timezone.now()
    payables = list(world.line.payables.order_by("pk"))
    started = time.perf_counter()
    with transaction.atomic():
        batch = Batch.objects.create(
            number=f"S{world.item.code}"[:30], run_key=f"save-{world.item.code}", region=world.region, year=world.line.year,
            item=world.item, format="delimited", count=world.count, total_fen=1, content_sha256="", made_by=world.officers[0],
            made_at=now, payer=payer_of(world.region, timezone.localdate(now)),
        )  # fmt: skip
        for sequence, payable in enumerate(payables, start=1):
            PaymentAttempt(
                payable=payable, batch=batch, sequence=sequence, reference=f"{batch.number}-{sequence:06d}",
                account_id=payable.account_id, amount_fen=payable.amount_fen,
            ).save()  # fmt: skip
            payable.state = "in_transit"
            payable.save(update_fields=["state"])
            from_account = Account.objects.get(
                book="subsidies", line=world.line.pk, kind="payable", holder=payable.pk
            )
            to_account = Account(
                book="subsidies", line=world.line.pk, kind="in_transit", holder=payable.pk, source=False
            )
            to_account.save()
            _post_one(from_account, to_account, payable.pk, payable.amount_fen)
    return time.perf_counter() - started


def _post_one(debit: Account, credit: Account, payable: int, fen: int) -> None:
    # Numbers and stamps are the database's, so the one INSERT of a transfer is written out.
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Transfer._meta.db_table} (kind, debit_id, credit_id, amount_fen, idempotency_key) "
            "VALUES ('dispatch', %s, %s, %s, %s)",
            [debit.pk, credit.pk, fen, f"save:{payable}:dispatch"],
        )
