"""Money that was paid and asked back, made by the actions themselves.

``paid()`` is a paid payable with its entitlement, ``proposed()`` an order that waits for a second person, ``issued()`` one
that the debtor knows, ``received(order, fen)`` money that came in and was confirmed. ``Team(region)`` are a district
officer and two finance officers of one place.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import count
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from employment_portal.core.calendar import load_calendar
from employment_portal.ledger.actions import post
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, NewTransfer, TransferKind
from employment_portal.ledger.queries import balances
from subsidies.claims.entitlement_models import Entitlement, EntitlementHold
from subsidies.claims.models import ClaimEntry
from subsidies.payments.actions.payables import account_of
from subsidies.payments.models import Payable
from subsidies.policies.models import Guard
from subsidies.recovery import actions
from subsidies.recovery.models import Cause, RecoveryOrder
from tests.factories.accounts import UserFactory
from tests.factories.regions import AgencyFactory, RegionFactory
from tests.factories.subsidies_payments import payable

PAY_TO = "成都市就业服务管理局，中国工商银行，4402000000000000001"
_serial = count(1)


@dataclass
class Team:
    """Whoever asks money back in one place (武侯区 unless named)."""

    region: Any = field(default_factory=lambda: RegionFactory(code="510107"))

    @cached_property
    def officer(self) -> Any:
        return UserFactory(district_officer=True, agency=AgencyFactory(region=self.region))

    @cached_property
    def cashier(self) -> Any:
        return UserFactory(finance_officer=True, agency=AgencyFactory(region=self.region))

    @cached_property
    def second(self) -> Any:
        return UserFactory(finance_officer=True, agency=AgencyFactory(region=self.region))


def paid(
    line: Any = None,
    *,
    fen: int = 150_000,
    person: Any = None,
    period: DateRange | None = None,
    months: int = 0,
) -> Payable:
    """A payable that reached its person: posted through the bank, with the entitlement behind it."""
    due = payable(line, fen=fen, person=person)
    steps = [
        (TransferKind.DISPATCH, AccountKind.PAYABLE, AccountKind.IN_TRANSIT),
        (TransferKind.SETTLE, AccountKind.IN_TRANSIT, AccountKind.PAID),
    ]
    post(
        [
            NewTransfer(kind, account_of(due, debit), account_of(due, credit), fen, f"test:{due.pk}:{kind}")
            for kind, debit, credit in steps
        ]
    )
    due.state, due.paid_on = "paid", date(2026, 11, 20)
    due.save(update_fields=["state", "paid_on"])
    granted(due, fen=fen, period=period, months=months)
    return due


def granted(
    due: Payable, *, fen: int, person: Any = None, period: DateRange | None = None, months: int = 0
) -> Entitlement:
    """An entitlement of one person of the payable's claim, with a hold on every guard of the item."""
    claim, person = due.claim, person or due.person
    period = period or DateRange(None, None)
    entry = ClaimEntry.objects.create(
        claim=claim,
        row=claim.entries.count() + 1,
        item=claim.item,
        subject_id=person.pk,
        person=person,
        period=period,
        months=months,
        amount_fen=fen,
    )
    entitlement = Entitlement.objects.create(
        item=claim.item,
        entry=entry,
        claim=claim,
        region=claim.region,
        person=person,
        subject_id=person.pk,
        period=period,
        months=months,
        amount_fen=fen,
        granted_at=timezone.now(),
    )
    for guard in Guard.objects.filter(items=claim.item):
        EntitlementHold.objects.create(
            entitlement=entitlement,
            guard=guard,
            holder_id=person.pk,
            period=DateRange(None, None) if guard.lifetime else period,
        )
    return entitlement


def proposed(due: Payable | None = None, *, team: Team | None = None, **values: Any) -> RecoveryOrder:
    load_calendar()
    due, team = due or paid(), team or Team()
    return actions.propose_order(
        payable_id=due.pk,
        by=team.officer,
        now=timezone.now(),
        **{
            "cause": Cause.OUR_ERROR,
            "reasons": "复核发现金额计算有误。",
            "amount_fen": due.amount_fen,
            **values,
        },
    )


def issued(due: Payable | None = None, *, team: Team | None = None, **values: Any) -> RecoveryOrder:
    team = team or Team()
    order = proposed(due, team=team, **values)
    return actions.issue_order(
        order_id=order.pk, working_days=20, pay_to=PAY_TO, by=team.cashier, now=timezone.now()
    )


def recorded(order: RecoveryOrder, fen: int, *, team: Team, on: date | None = None) -> Any:
    return actions.record_receipt(
        order_id=order.pk,
        amount_fen=fen,
        received_on=on or timezone.localdate(),
        reference=f"SK{next(_serial):06d}",
        by=team.cashier,
        now=timezone.now(),
    )


def received(order: RecoveryOrder, fen: int, *, team: Team, on: date | None = None) -> RecoveryOrder:
    receipt = recorded(order, fen, team=team, on=on)
    return actions.confirm_receipt(receipt_id=receipt.pk, by=team.second, now=timezone.now())


def held(order: RecoveryOrder, kind: str) -> int:
    """Fen that the order's budget line holds in accounts of a kind."""
    line = order.payable.line_id
    return balances(SUBSIDIES, [line]).get((line, kind), 0)


def check_deferred() -> None:
    """Let the deferred constraints speak now, as a commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
