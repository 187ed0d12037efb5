"""Any number of payments that are due, made in a few statements: what the proofs and the bench of batches work on.

Only for databases that are thrown away. Needs the places of the city (``manage.py load_reference``).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.utils import timezone
from django.utils.crypto import get_random_string

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.models import StaffPost, User
from employment_portal.core.encryption import encrypt, keyed_hash
from employment_portal.ledger.actions import post, post_from_query
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef, NewTransfer, TransferKind
from employment_portal.people.models import Person
from employment_portal.regions.enums import AgencyKind
from employment_portal.regions.models import Agency, Region
from subsidies.budgets.models import BudgetLine, Fund
from subsidies.claims.models import Claim
from subsidies.payments.actions.accounts import ACCOUNT_HASH
from subsidies.payments.models import Payable, PayeeAccount
from subsidies.payments.payer_models import Payer
from subsidies.policies.models import Policy, PolicyVersion, SubsidyItem

FEN = 100_000
YEAR = 2026
COMMIT = """
SELECT 'claim:' || p.claim_id || ':commit:1', 'commit', 'subsidies', p.line_id, 'available', 0, 'committed', 0,
       p.amount_fen, NULL::uuid FROM subsidies_payable p WHERE p.line_id = %(line)s
"""
CONFIRM = """
SELECT 'claim:' || p.claim_id || ':payable', 'confirm', 'subsidies', p.line_id, 'committed', 0, 'payable', p.id,
       p.amount_fen, NULL::uuid FROM subsidies_payable p WHERE p.line_id = %(line)s
"""


@dataclass(frozen=True)
class World:
    """A city's finance office with ``count`` payments due on a line of their own."""

    region: Region
    item: SubsidyItem
    line: BudgetLine
    officers: list[User]
    count: int

    @property
    def total_fen(self) -> int:
        return Payable.objects.filter(line=self.line).aggregate(total=models.Sum("amount_fen"))["total"] or 0


def make_world(count: int) -> World:
    """``count`` payables of ``count`` people, each with an account, committed and confirmed in the ledger."""
    tag = get_random_string(8).lower()
    region = Region.objects.get(code=settings.CITY_REGION)
    officers = [_officer(region, f"{tag}{number}") for number in range(3)]
    payer_for(region, officers[0], officers[1])
    item = SubsidyItem.objects.create(
        code=f"proof-{tag}", name="求职补贴", name_en="Proof", notice_name="求职补贴", subject="person"
    )
    fund = Fund.objects.get_or_create(
        code="employment", defaults={"name": "就业补助资金", "name_en": "Fund"}
    )[0]
    line = BudgetLine.objects.create(region=region, year=YEAR, fund=fund, item=item)
    _fill(count, tag, region, item, line, officers[0])
    available, source = (
        AccountRef(SUBSIDIES, line.pk, kind) for kind in (AccountKind.AVAILABLE, AccountKind.APPROPRIATION)
    )
    world = World(region, item, line, officers, count)
    post([NewTransfer(TransferKind.ALLOT, source, available, world.total_fen, f"proof:{tag}:allot")])
    post_from_query(COMMIT, {"line": line.pk})
    post_from_query(CONFIRM, {"line": line.pk})
    return world


def payer_for(region: Region, maker: User, checker: User) -> None:
    """The region pays from an account of its own."""
    now = timezone.now()
    Payer.objects.get_or_create(
        region=region,
        effective_from=timezone.localdate(now),
        defaults={
            "name": "财政局（验证）",
            "account": "5100000000000000000",
            "made_by": maker,
            "made_at": now,
            "confirmed_by": checker,
            "confirmed_at": now,
        },
    )


def _officer(region: Region, tag: str) -> User:
    user = User.objects.create_user(email=f"{tag}@proof.example.org", display_name=tag)
    agency, _new = Agency.objects.get_or_create(region=region, kind=AgencyKind.FINANCE, name="财政局（验证）")
    StaffPost.objects.create(
        user=user, agency=agency, role=StaffRole.FINANCE_OFFICER, starts_on=timezone.localdate()
    )
    return user


def _fill(count: int, tag: str, region: Region, item: SubsidyItem, line: BudgetLine, maker: User) -> None:
    now = timezone.now()
    policy = Policy.objects.create(item=item, region=region, created_at=now)
    version = PolicyVersion.objects.create(
        policy=policy, number=1, title="…", summary="…", legal_basis="…", effective_from=date(2026, 1, 1), made_by=maker,
        made_at=now, content={"notice_working_days": 0},
    )  # fmt: skip
    person = Person.objects.create(name=f"验证{tag}", name_key=tag, residence_region=region, created_at=now)
    number = "62229" + "9" * 13
    account = PayeeAccount.objects.create(
        person=person, holder=person.name, bank_name="验证银行", number=number, number_hash=keyed_hash(number, ACCOUNT_HASH), tail="9999",
        made_by=maker, made_at=now,
    )  # fmt: skip
    claim = Claim.objects.create(
        number=f"{tag}-0", item=item, version=version, region=region, person=person, state="payable", channel="opening",
        line=line, amount_fen=FEN, maker=maker, created_at=now, submitted_at=now, decided_at=now,
    )  # fmt: skip
    payable = Payable.objects.create(
        claim=claim, line=line, region=region, person=person, account=account, amount_fen=FEN,
        due_on=date(2026, 12, 10), created_at=now,
    )  # fmt: skip
    more = count - 1
    if not more:
        return
    people = _clone(Person, person.pk, more, {"name": f"'验证{tag}'", "user_id": "NULL"})
    sealed = [
        (encrypt(f"62220{number:013d}"), keyed_hash(f"62220{number:013d}", ACCOUNT_HASH))
        for number in range(more)
    ]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE proof_number (g bigint, number text, hash text)")
        for start in range(0, more, 5000):
            rows = [(start + place + 1, *pair) for place, pair in enumerate(sealed[start : start + 5000])]
            cursor.execute(
                "INSERT INTO proof_number SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[])",
                [list(column) for column in zip(*rows, strict=True)],
            )
    accounts = _clone(
        PayeeAccount,
        account.pk,
        more,
        {
            "person_id": f"{people} + g",
            "number": "(SELECT n.number FROM proof_number n WHERE n.g = series.g)",
            "number_hash": "(SELECT n.hash FROM proof_number n WHERE n.g = series.g)",
            "tail": "lpad(mod(g, 10000)::text, 4, '0')",
        },
    )
    claims = _clone(
        Claim,
        claim.pk,
        more,
        {"number": f"'{tag}-' || g", "person_id": f"{people} + g", "amount_fen": f"{FEN} + g"},
    )
    _clone(
        Payable,
        payable.pk,
        more,
        {
            "claim_id": f"{claims} + g",
            "person_id": f"{people} + g",
            "account_id": f"{accounts} + g",
            "amount_fen": f"{FEN} + g",
        },
    )
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE proof_number")


def _clone(model: type[models.Model], pk: int, count: int, changes: dict[str, str]) -> int:
    """``count`` copies of a row; returns the id before the first, so that copy g has ``id + g``.

    ``changes`` are SQL expressions over ``g``, from 1; public ids are drawn anew.
    """
    table, fields = (
        model._meta.db_table,
        [
            field.column
            for field in model._meta.concrete_fields
            if field.column != "id" and not field.generated
        ],
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM {table}")
        base: int = cursor.fetchone()[0]
        if "public_id" in fields:
            changes = {"public_id": f"lpad(to_hex({base} + g), 10, '0')", **changes}
        values = ", ".join(changes.get(column, f"source.{column}") for column in fields)
        if table == "people_person":
            cursor.execute("ANALYZE people_person")
        elif table == "subsidies_payeeaccount":
            cursor.execute("CREATE INDEX ON proof_number (g)")
        cursor.execute(
            f"INSERT INTO {table} (id, {', '.join(fields)}) SELECT {base} + g, {values} "
            f"FROM generate_series(1, %s) series (g), {table} source WHERE source.id = %s",
            [count, pk],
        )
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {base + count})")
        cursor.execute(f"ANALYZE {table}")
    return base


def books_balance() -> list[str]:
    """What does not add up, in words: totals that are not the fold of the transfers, balances below zero."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT a.id FROM ledger_account a
                LEFT JOIN (SELECT id, sum(d) AS d, sum(c) AS c FROM (
                    SELECT debit_id AS id, amount_fen AS d, 0 AS c FROM ledger_transfer
                    UNION ALL SELECT credit_id, 0, amount_fen FROM ledger_transfer) legs GROUP BY id) f ON f.id = a.id
               WHERE (a.debits, a.credits) IS DISTINCT FROM (coalesce(f.d, 0), coalesce(f.c, 0))
                  OR NOT a.source AND a.credits < a.debits"""
        )
        return [f"account {row[0]} is not the fold of its transfers" for row in cursor.fetchall()]


def held_on(line: BudgetLine) -> dict[str, Any]:
    """Fen by account kind on a line."""
    from employment_portal.ledger.queries import balances

    return {kind: fen for (_line, kind), fen in balances(SUBSIDIES, [line.pk]).items() if fen}
