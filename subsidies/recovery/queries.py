"""Reads of recoveries: who sees which, how far one is paid, what is late."""

from datetime import date
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, When, Window
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from subsidies.payments.enums import PayableState
from subsidies.payments.models import Payable
from subsidies.recovery.models import Instalment, OrderState, Receipt, RecoveryOrder
from subsidies.recovery.permissions import PROPOSERS, READERS
from subsidies.recovery.rules import Part, Standing, standings

OWED = F("amount_fen") - F("recovered_fen") - F("written_off_fen") - F("returned_fen")
OPEN = Q(state__in=[OrderState.ISSUED, OrderState.REFERRED])
RELATED = (
    "region",
    "payable__line__item",
    "payable__claim",
    "payable__person",
    "payable__organisation",
    "proposed_by",
    "issued_by",
    "entitlement__person",
)


def _scope(user: Any, roles: tuple[str, ...], path: str) -> Q:
    scope = Q(pk__in=[])
    for post in user.current_posts():
        if post.role in roles:
            scope |= Q(**{f"{path}__startswith": post.agency.region.path})
    return scope


def orders_visible_to(user: Any) -> QuerySet[RecoveryOrder]:
    """Orders of the subtrees that the user serves as district, city or finance officer."""
    return RecoveryOrder.objects.filter(_scope(user, READERS, "region__path")).select_related(*RELATED)


class NoSuchOrder(DomainError):
    message = _("No open recovery order of your region has this number. Check the number.")


def order_by_number(user: Any, number: str) -> RecoveryOrder:
    """An order of the user's that money may come in for. Raises NoSuchOrder."""
    open_orders = orders_visible_to(user).filter(state__in=[OrderState.ISSUED, OrderState.REFERRED])
    found = open_orders.filter(number__iexact=number.strip()).first()
    if found is None:
        raise NoSuchOrder
    return found


def receipts_visible_to(user: Any) -> QuerySet[Receipt]:
    return Receipt.objects.filter(_scope(user, READERS, "order__region__path")).select_related(
        "order", "recorded_by", "confirmed_by"
    )


def paid_payables(user: Any) -> QuerySet[Payable]:
    """Payments that the user may propose to ask back, latest first."""
    return (
        Payable.objects.filter(_scope(user, PROPOSERS, "region__path"), state=PayableState.PAID)
        .select_related("claim", "person", "organisation", "line__item", "region")
        .order_by("-paid_on", "-pk")
    )


def paid_by_number(user: Any, text: str) -> QuerySet[Payable]:
    """Those with a claim number, an end-to-end reference or a name as typed."""
    text = text.strip()
    found = Q(claim__number__iexact=text) | Q(attempts__reference__iexact=text)
    if len(text) >= 2:
        found |= Q(person__name=text) | Q(organisation__name__contains=text)
    return paid_payables(user).filter(found).distinct()


def suggested_pay_to(order: RecoveryOrder) -> str:
    """How the last order of the place was to be paid."""
    return (
        RecoveryOrder.objects.filter(region=order.region, issued_at__isnull=False)
        .order_by("-issued_at")
        .values_list("pay_to", flat=True)
        .first()
        or ""
    )


def orders_of(*, person: Any = None, organisation: Any = None) -> QuerySet[RecoveryOrder]:
    """What one claimant was asked to pay back, newest first; a proposal is nobody's business but the office's."""
    whose = Q(payable__person=person) if person is not None else Q(payable__organisation=organisation)
    return (
        RecoveryOrder.objects.filter(whose, issued_at__isnull=False)
        .select_related(*RELATED)
        .order_by("-issued_at", "-pk")
    )


def with_next_due(orders: QuerySet[RecoveryOrder]) -> QuerySet[RecoveryOrder]:
    """Orders with ``next_due_on``: the day by which money is to come next, None where none is asked any more.

    With a plan it is the day of the first part that is not paid in full, without one the day of the order.
    """
    unpaid = (
        Instalment.objects.filter(order=OuterRef("pk"))
        .annotate(up_to_fen=Window(Sum("amount_fen"), order_by="sequence"))
        .filter(up_to_fen__gt=OuterRef("recovered_fen") - OuterRef("planned_from_fen"))
        .order_by("sequence")
    )
    planned = Q(plan_agreed_on__isnull=False)
    return orders.annotate(
        next_due_on=Case(
            When(planned & OPEN, then=Subquery(unpaid.values("due_on")[:1])),
            When(OPEN, then=F("due_on")),
        )
    )


def overdue(orders: QuerySet[RecoveryOrder], today: date) -> QuerySet[RecoveryOrder]:
    """Open orders past the day by which money was to come."""
    return with_next_due(orders).filter(Q(next_due_on__lt=today))


def sums(orders: QuerySet[RecoveryOrder]) -> dict[str, int]:
    """Count and fen of what a list shows: asked, recovered, written off, still to come. Proposals are not asked yet."""
    issued = ~Q(state__in=[OrderState.PROPOSED, OrderState.DROPPED])
    found = orders.order_by().aggregate(
        count=Count("pk"),
        asked=Sum("amount_fen", filter=issued),
        recovered=Sum("recovered_fen", filter=issued),
        written_off=Sum("written_off_fen", filter=issued),
        owed=Sum(OWED, filter=issued),
    )
    return {key: value or 0 for key, value in found.items()}


def standings_of(order: RecoveryOrder, *, today: date) -> list[Standing]:
    """How far each agreed part is paid; empty without a plan."""
    if order.plan_agreed_on is None:
        return []
    parts = [Part(row.due_on, row.amount_fen) for row in order.instalments.all()]
    return standings(parts, received_fen=order.recovered_fen - order.planned_from_fen, today=today)


def overdue_since(order: RecoveryOrder, *, today: date) -> date | None:
    """The day on which money was due that has not come, or None."""
    rows = standings_of(order, today=today)
    if rows:
        return next((row.part.due_on for row in rows if row.overdue), None)
    if order.due_on is not None and order.due_on < today and order.outstanding_fen:
        return order.due_on
    return None
