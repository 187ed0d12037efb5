"""Reminders of what is overdue, from the night after the day on."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.enums import StaffRole
from employment_portal.core.money import format_yuan
from employment_portal.regions.terms import TermCode, term
from employment_portal.workflow.actions import open_work_item
from subsidies.recovery.actions.rows import locked_order
from subsidies.recovery.messages import tell_debtor
from subsidies.recovery.models import OrderState, RecoveryOrder
from subsidies.recovery.queries import overdue_since, standings_of
from subsidies.recovery.rules import overdue_fen, reminder_number

WORK_KIND = "recovery_overdue"
FINANCE_LOOKS_AT = 2  # from the second reminder on, a finance officer has to decide what happens


def chase_overdue(*, now: datetime) -> int:
    """Remind whoever is late, once per reminder that is due; how many orders were chased. Safe to repeat."""
    today = timezone.localdate(now)
    late = RecoveryOrder.objects.filter(
        state=OrderState.ISSUED, due_on__lt=today
    ) | RecoveryOrder.objects.filter(state=OrderState.ISSUED, instalments__due_on__lt=today)
    return sum(
        _chase(order_id, today) for order_id in late.distinct().order_by("pk").values_list("pk", flat=True)
    )


@transaction.atomic
def _chase(order_id: int, today: date) -> int:
    order = locked_order(order_id)
    since = overdue_since(order, today=today)
    if order.state != OrderState.ISSUED or since is None:
        return 0
    every = term(TermCode.RECOVERY_CHASE, region=order.region, on=today)
    number = reminder_number(since, today, every_days=every)
    if not number:
        return 0
    rows = standings_of(order, today=today)
    fen = overdue_fen(rows) if rows else order.outstanding_fen
    told = tell_debtor(
        "recovery_overdue", order, key=f"{since}:{number}", overdue=format_yuan(fen, 2), since=since
    )
    if number >= FINANCE_LOOKS_AT or not told:
        open_work_item(
            kind=WORK_KIND,
            subject=order,
            title=f"{order.payable.line.item.name} {order.number}",
            path=reverse("subsidies:staff_recovery", args=[order.public_id]),
            region=order.region,
            role=StaffRole.FINANCE_OFFICER,
            working_days=term(TermCode.RECOVERY_DECISION, region=order.region, on=today),
            today=today,
        )
    return 1
