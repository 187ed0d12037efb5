"""Money of subsidies: budget lines with money on them, payables that are due, batches on their way.

``funded_line()`` has 1,000,000 yuan available. ``payable()`` is due, with the ledger's accounts behind it, made by the
same postings as in the portal. ``officers(region)`` gives three finance officers. ``released()`` is a batch in transit,
``answers(batch)`` what a bank would say of it, ``at_bank(line)`` the cash that the ledger says is left.
"""

from datetime import date, datetime
from itertools import count

from django.utils import timezone

from employment_portal.core.encryption import keyed_hash
from employment_portal.ledger.actions import post
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef, NewTransfer, TransferKind
from employment_portal.ledger.queries import balances
from employment_portal.regions.models import Region
from subsidies.budgets.models import BudgetLine, Fund
from subsidies.claims.models import Claim
from subsidies.payments import actions
from subsidies.payments.actions.accounts import ACCOUNT_HASH
from subsidies.payments.enums import BankFormat, LineOutcome, ReturnFormat
from subsidies.payments.formats.layouts import read_payments
from subsidies.payments.formats.records import Answer, AnswerFile
from subsidies.payments.models import Batch, ExceptionCase, Payable, PayeeAccount
from subsidies.payments.payer_models import Payer
from subsidies.policies.models import Policy, PolicyVersion, SubsidyItem
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.regions import AgencyFactory, RegionFactory

YEAR = 2026
_numbers = count(1)


def officers(region: Region | None = None) -> list:
    """Maker, checker and releaser: three finance officers of one place (the city unless named)."""
    region = region or RegionFactory(code="5101")
    return [UserFactory(finance_officer=True, agency=AgencyFactory(region=region)) for _ in range(3)]


def subsidy_item(code: str = "job-search") -> SubsidyItem:
    return SubsidyItem.objects.get_or_create(
        code=code,
        defaults={
            "name": "求职补贴",
            "name_en": "Job-search subsidy",
            "notice_name": "求职补贴",
            "subject": "person",
        },
    )[0]


def budget_line(
    region: Region | None = None, *, item: SubsidyItem | None = None, year: int = YEAR
) -> BudgetLine:
    fund, _new = Fund.objects.get_or_create(
        code="employment", defaults={"name": "就业补助资金", "name_en": "Employment subsidy fund"}
    )
    return BudgetLine.objects.get_or_create(
        region=region or RegionFactory(), year=year, fund=fund, item=item or subsidy_item()
    )[0]


def allot(line: BudgetLine, fen: int = 100_000_000) -> BudgetLine:
    source, target = (
        AccountRef(SUBSIDIES, line.pk, kind) for kind in (AccountKind.APPROPRIATION, AccountKind.AVAILABLE)
    )
    post([NewTransfer(TransferKind.ALLOT, source, target, fen, f"test:allot:{next(_numbers)}:{line.pk}")])
    return line


def funded_line(region: Region | None = None, **values) -> BudgetLine:
    return allot(budget_line(region, **values))


def account(person=None, *, organisation=None, number: str = "", **values) -> PayeeAccount:
    number = number or f"62220200{next(_numbers):011d}"
    owner = {"person": person} if person is not None else {"organisation": organisation}
    return PayeeAccount.objects.create(
        **owner,
        **{
            "holder": (person or organisation).name,
            "bank_name": "中国工商银行",
            "number": number,
            "number_hash": keyed_hash(number, ACCOUNT_HASH),
            "tail": number[-4:],
            "made_by": UserFactory(),
            "made_at": timezone.now(),
            **values,
        },
    )


def paid_claim(line: BudgetLine, person, fen: int) -> Claim:
    """A claim of the opening data: the one kind that may be paid without a notice."""
    maker = UserFactory()
    policy, _new = Policy.objects.get_or_create(
        item=line.item, region=line.region, defaults={"created_at": timezone.now()}
    )
    version = policy.versions.first() or PolicyVersion.objects.create(
        policy=policy,
        number=1,
        title=line.item.name,
        summary="…",
        legal_basis="…",
        effective_from=date(2026, 1, 1),
        content={"notice_working_days": 0},
        made_by=maker,
        made_at=timezone.now(),
    )
    number = f"CL{next(_numbers):08d}"
    return Claim.objects.create(
        number=number,
        item=line.item,
        version=version,
        region=line.region,
        person=person,
        state="payable",
        channel="opening",
        line=line,
        amount_fen=fen,
        maker=maker,
        created_at=timezone.now(),
        submitted_at=timezone.now(),
        decided_at=timezone.now(),
    )


def payable(
    line: BudgetLine | None = None, *, fen: int = 150_000, person=None, with_account: bool = True
) -> Payable:
    """Due and posted: available → committed → payable."""
    line = line or funded_line()
    person = person or PersonFactory(residence_region=line.region)
    claim = paid_claim(line, person, fen)
    held = None
    if with_account:
        held = person.payee_accounts.exclude(state="replaced").first() or account(person)
    due = Payable.objects.create(
        claim=claim,
        line=line,
        region=line.region,
        person=person,
        account=held,
        amount_fen=fen,
        due_on=date(2026, 12, 10),
        created_at=timezone.now(),
    )
    available, committed = (
        AccountRef(SUBSIDIES, line.pk, kind) for kind in (AccountKind.AVAILABLE, AccountKind.COMMITTED)
    )
    own = AccountRef(SUBSIDIES, line.pk, AccountKind.PAYABLE, due.pk)
    post(
        [
            NewTransfer(TransferKind.COMMIT, available, committed, fen, f"claim:{claim.pk}:commit:1"),
            NewTransfer(TransferKind.CONFIRM, committed, own, fen, f"claim:{claim.pk}:payable"),
        ]
    )
    return due


def payer(region: Region | None = None, *, on: date = date(2026, 1, 1), **values) -> Payer:
    """The account that a place pays from, the city's unless named."""
    region = region or RegionFactory(code="5101")
    return Payer.objects.filter(region=region, effective_from=on).first() or Payer.objects.create(
        **{
            "region": region,
            "name": "成都市就业补助资金专户",
            "account": "5100000000000000000",
            "effective_from": on,
            "made_by": UserFactory(),
            "made_at": timezone.now(),
            "confirmed_by": UserFactory(),
            "confirmed_at": timezone.now(),
            **values,
        }
    )


def built(
    team: list, *, run_key: str = "", format: str = BankFormat.DELIMITED, region: Region | None = None
) -> Batch:
    region = region or RegionFactory(code="5101")
    payer(region)
    return actions.build_batch(
        run_key=run_key or f"run-{next(_numbers)}",
        region=region,
        year=YEAR,
        by=team[0],
        now=timezone.now(),
        format=format,
    )


def released(team: list, **values) -> Batch:
    batch = built(team, **values)
    actions.check_batch(batch_id=batch.pk, by=team[1], now=timezone.now())
    return actions.release_batch(batch_id=batch.pk, by=team[2], now=timezone.now())


def answers(
    batch: Batch,
    outcomes: dict[int, LineOutcome] | LineOutcome = LineOutcome.PAID,
    *,
    reference: str = "",
    on: date = date(2026, 11, 24),
    format: str = ReturnFormat.DELIMITED,
) -> AnswerFile:
    """What the bank would answer: by sequence, or the same for every payment."""
    asked = read_payments(bytes(batch.file.content), batch.format).payments
    if isinstance(outcomes, LineOutcome):
        outcomes = {payment.sequence: outcomes for payment in asked}
    by_sequence = {payment.sequence: payment for payment in asked}
    lines = []
    for number, (sequence, outcome) in enumerate(outcomes.items(), start=1):
        asked_for = by_sequence[sequence]
        reason = "" if outcome == LineOutcome.PAID else "账号户名不符"
        lines.append(
            Answer(
                number, "", asked_for.reference, outcome, asked_for.amount_fen, asked_for.number, asked_for.holder,
                reason, on,
            )
        )  # fmt: skip
    return AnswerFile(format, reference or f"HP{batch.number}{next(_numbers)}", batch.number, lines)


def at_bank(line: BudgetLine) -> int:
    """Fen that the ledger says are on the bank account for a line: what was allotted, less the cash that left it."""
    inside = (
        "available", "committed", "payable", "in_transit", "returned_hold", "recovered", "suspense", "uncovered",
    )  # fmt: skip
    held = balances(SUBSIDIES, [line.pk])
    return sum(held.get((line.pk, kind), 0) for kind in inside)


def resolve(case: ExceptionCase, resolution: str, team: list, **values) -> ExceptionCase:
    """Two people resolve a case."""
    actions.propose_resolution(
        case_id=case.pk, resolution=resolution, note="与银行核实", by=team[0], now=timezone.now(), **values
    )
    return actions.decide_resolution(case_id=case.pk, approve=True, by=team[1], now=timezone.now())


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))
