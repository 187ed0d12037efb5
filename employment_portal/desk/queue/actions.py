from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.models import User
from employment_portal.core.errors import DomainError
from employment_portal.desk.queue.queries import colleagues, items_for
from employment_portal.notifications.actions import INBOX_ONLY, notify
from employment_portal.workflow.actions import assign_work_items
from employment_portal.workflow.models import WorkItem


class NotAColleague(DomainError):
    message = _("This person cannot take work of your region.")


class Handed(NamedTuple):
    """How many items changed hands, and how many did not: closed, taken by somebody, or not theirs to do."""

    done: int
    left: int


def _locked(public_ids: list[str], by: User) -> list[WorkItem]:
    chosen = WorkItem.objects.filter(pk__in=items_for(by).filter(public_id__in=public_ids).values("pk"))
    return list(chosen.select_for_update(of=("self",)).select_related("region").order_by("pk"))


@transaction.atomic
def take_work(*, public_ids: list[str], by: User) -> Handed:
    """Put one's name on items that nobody has; what a colleague took meanwhile stays theirs."""
    own_queue = set(
        WorkItem.objects.visible_to(by).filter(public_id__in=public_ids).values_list("pk", flat=True)
    )
    free = [
        item.pk for item in _locked(public_ids, by) if item.assigned_to_id is None and item.pk in own_queue
    ]
    done = assign_work_items(item_ids=free, to=by, by=by) if free else 0
    return Handed(done, len(public_ids) - done)


@transaction.atomic
def release_work(*, public_ids: list[str], by: User) -> Handed:
    """Give one's own items back to the pool."""
    mine = [item.pk for item in _locked(public_ids, by) if item.assigned_to_id == by.pk]
    done = assign_work_items(item_ids=mine, to=None, by=by) if mine else 0
    return Handed(done, len(public_ids) - done)


@transaction.atomic
def hand_work_to(*, public_ids: list[str], to: User, by: User, today: date) -> Handed:
    """Give items to a colleague, who must be able to see each of them and is told. Raises NotAColleague."""
    if not colleagues(by, today=today).filter(pk=to.pk).exists():
        raise NotAColleague
    locked = _locked(public_ids, by)
    theirs = set(
        WorkItem.objects.visible_to(to)
        .filter(pk__in=[item.pk for item in locked])
        .values_list("pk", flat=True)
    )
    chosen = [item.pk for item in locked if item.pk in theirs and item.assigned_to_id != to.pk]
    done = assign_work_items(item_ids=chosen, to=to, by=by) if chosen else 0
    if done and to.pk != by.pk:
        notify(
            kind="work_assigned",
            to=to,
            channels=INBOX_ONLY,
            context={"count": done, "by": str(by)},
            path="/staff/?show=mine",
        )
    return Handed(done, len(public_ids) - done)
