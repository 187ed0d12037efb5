"""Paying back in parts, and handing a debt over to be enforced."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.regions.terms import TermCode, term
from employment_portal.workflow.actions import close_work_items
from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.recovery.actions.rows import locked_order
from subsidies.recovery.messages import tell_debtor
from subsidies.recovery.models import Instalment, RecoveryOrder
from subsidies.recovery.rules import Part, plan_problem
from subsidies.recovery.workflow import RECOVERY


class NoPlan(DomainError):
    message = _("These parts are no plan.")


class ToWhomMissing(DomainError):
    message = _("Name the court or office that the debt is handed over to.")


class ReceiptsWaiting(DomainError):
    message = _("A receipt waits for confirmation. Have it confirmed or taken out first.")


@transaction.atomic
def agree_plan(*, order_id: int, parts: Sequence[Part], note: str, by: Any, now: datetime) -> RecoveryOrder:
    """Put down what was agreed with the debtor; a later plan replaces an earlier one and covers what is outstanding.

    Raises TransitionNotAllowed, NoPlan, ReceiptsWaiting.
    """
    order = locked_order(order_id)
    if not RECOVERY.can(order, "agree_plan", by):
        raise TransitionNotAllowed
    if order.receipts.filter(confirmed_at__isnull=True).exists():
        raise ReceiptsWaiting
    today = timezone.localdate(now)
    most = term(TermCode.RECOVERY_INSTALMENTS, region=order.region, on=today)
    if problem := plan_problem(parts, outstanding_fen=order.outstanding_fen, today=today, most=most):
        raise NoPlan(problem)
    before = [{"due_on": row.due_on.isoformat(), "fen": row.amount_fen} for row in order.instalments.all()]
    order.instalments.all().delete()
    Instalment.objects.bulk_create(
        Instalment(order=order, sequence=number, due_on=part.due_on, amount_fen=part.fen)
        for number, part in enumerate(parts, start=1)
    )
    order.planned_from_fen, order.plan_agreed_on = order.recovered_fen, today
    RECOVERY.apply(
        order,
        "agree_plan",
        by=by,
        note=note[:300],
        data={"before": before},
        save_fields=["planned_from_fen", "plan_agreed_on"],
    )
    close_work_items(subject=order, by=by, outcome="agree_plan")
    tell_debtor("recovery_plan", order, key=now.isoformat(), parts=list(parts))
    return order


@transaction.atomic
def refer_order(*, order_id: int, to: str, note: str, by: Any, now: datetime) -> RecoveryOrder:
    """Hand an unpaid order over to be enforced, once its term is over.

    Money may still come in. Raises TransitionNotAllowed, ToWhomMissing, TermRuns.
    """
    order = locked_order(order_id)
    if not RECOVERY.can(order, "refer", by):
        raise TransitionNotAllowed
    if not to.strip():
        raise ToWhomMissing
    if order.due_on is not None and order.due_on >= timezone.localdate(now):
        raise TermRuns
    order.referred_to = to.strip()[:120]
    RECOVERY.apply(order, "refer", by=by, note=note[:300], save_fields=["referred_to"])
    close_work_items(subject=order, by=by, outcome="refer")
    return order


class TermRuns(DomainError):
    message = _("The term for paying back is not over yet.")
