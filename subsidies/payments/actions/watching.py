"""What waits at a finance office stands in its queue: one item for each place and kind of work, due when the first is.

The items follow the tables: they are opened, moved and closed by ``watch_payments``, never by the acts themselves, so
that a bank file of 100,000 lines touches none. The desk warns and escalates them like any other.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.enums import StaffRole
from employment_portal.core.calendar import add_working_days
from employment_portal.regions.enums import RegionLevel
from employment_portal.regions.models import Region
from employment_portal.workflow.actions import open_work_item
from employment_portal.workflow.models import WorkItem
from subsidies.payments import queries
from subsidies.payments.enums import BatchState, CaseState
from subsidies.payments.models import Batch, ExceptionCase, Payable

# Working days in which a batch goes on to the bank, a colleague decides a request, a case is resolved.
BATCH_DAYS, REQUEST_DAYS, CASE_DAYS = 2, 2, 3
# (region, how many, day by which the first is to be done)
Found = Iterable[tuple[int, int, date]]


@dataclass(frozen=True)
class Watch:
    kind: str
    address: Callable[[], str]
    found: Callable[[date], Found]


def _payments(today: date) -> Found:
    due = queries.due_by(queries.with_obstacles(Payable.objects.all()), add_working_days(today, 1))
    return due.order_by().values_list("region").annotate(Count("pk"), Min("due_on"))


def _batches(today: date) -> Found:
    waiting = Batch.objects.filter(state__in=[BatchState.MADE, BatchState.CHECKED, BatchState.RELEASED])
    return _since(waiting, "made_at", BATCH_DAYS)


def _cases(today: date) -> Found:
    return _since(ExceptionCase.objects.exclude(state=CaseState.RESOLVED), "opened_at", CASE_DAYS)


def _requests(today: date) -> Found:
    return _since(queries.with_requests(Payable.objects.all()), "asked_at", REQUEST_DAYS)


def _since(rows: QuerySet[Any], moment: str, days: int) -> Found:
    for region, count, first in rows.order_by().values_list("region").annotate(Count("pk"), Min(moment)):
        yield region, count, add_working_days(timezone.localdate(first), days)


WATCHES = (
    Watch("payments_due", lambda: f"{reverse('subsidies:payables')}?only=due", _payments),
    Watch("payment_batches", lambda: reverse("subsidies:batches"), _batches),
    Watch("payment_cases", lambda: reverse("subsidies:cases"), _cases),
    Watch("payment_requests", lambda: f"{reverse('subsidies:payables')}?only=asked", _requests),
)


@transaction.atomic
def watch_payments(*, now: datetime) -> int:
    """Bring the queues of finance officers up to date with what waits; how many items are open. Safe to repeat."""
    today = timezone.localdate(now)
    kept = [
        _keep(watch.kind, watch.address(), place, count, due_on, today)
        for watch in WATCHES
        for place, (count, due_on) in _by_place(watch.found(today)).items()
    ]
    done = WorkItem.objects.open().filter(kind__in=[watch.kind for watch in WATCHES]).exclude(pk__in=kept)
    done.update(closed_at=now, outcome="done")
    return len(kept)


def _by_place(found: Found) -> dict[Region, tuple[int, date]]:
    """The same by district or city, whose finance office does it."""
    rows = list(found)
    if not rows:
        return {}
    places = {region.code: region for region in Region.objects.filter(level__lte=RegionLevel.DISTRICT)}
    regions = Region.objects.in_bulk([region for region, _count, _day in rows])
    sums: dict[Region, tuple[int, date]] = {}
    for region, count, day in rows:
        place = next(places[code] for code in reversed(regions[region].path_codes) if code in places)
        before = sums.get(place, (0, day))
        sums[place] = (before[0] + count, min(before[1], day))
    return sums


def _keep(kind: str, path: str, place: Region, count: int, due_on: date, today: date) -> int:
    item = open_work_item(
        kind=kind,
        subject=place,
        title=place.name,
        path=path,
        region=place,
        role=StaffRole.FINANCE_OFFICER,
        working_days=1,
        today=today,
    )
    if due_on > item.due_on:
        # What it was escalated for is done: the next has a day of its own.
        item.warned_at = item.escalated_at = None
    item.title = f"{place.name} ({count})"  # read in any language; the day stands beside it
    item.due_on, item.due_provisional = due_on, False
    item.save(update_fields=["title", "due_on", "due_provisional", "warned_at", "escalated_at"])
    return item.pk
