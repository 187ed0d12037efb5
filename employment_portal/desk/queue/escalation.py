from datetime import date

from django.db import transaction
from django.utils import timezone

from employment_portal.accounts.models import StaffPost
from employment_portal.core.calendar import add_working_days
from employment_portal.desk.queue.queries import NEXT_LEVEL
from employment_portal.notifications.actions import INBOX_AND_MAIL, notify
from employment_portal.workflow.models import WorkItem

BATCH = 500


def warn_and_escalate(*, today: date) -> tuple[int, int]:
    """Warn who holds an item one working day before it is due; tell the level above once it is overdue.

    Each item is warned of and escalated once: its mark is set in the transaction that decides the message.
    Returns how many of each.
    """
    return _all(_warn, today), _all(_escalate, today)


def _all(step, today: date) -> int:
    total = 0
    while done := step(today):
        total += done
        if done < BATCH:
            break
    return total


@transaction.atomic
def _warn(today: date) -> int:
    soon = WorkItem.objects.open().filter(
        due_on__gte=today,
        due_on__lte=add_working_days(today, 1),
        warned_at__isnull=True,
        assigned_to__isnull=False,
    )
    items = list(soon.select_for_update(of=("self",), skip_locked=True).select_related("assigned_to")[:BATCH])
    for item in items:
        notify(
            kind="work_due",
            to=item.assigned_to,
            channels=INBOX_AND_MAIL,
            context={"title": item.title, "due_on": item.due_on},
            path=item.path,
            dedupe_key=f"work-due:{item.public_id}:{item.assigned_to_id}",
        )
    WorkItem.objects.filter(pk__in=[item.pk for item in items]).update(warned_at=timezone.now())
    return len(items)


@transaction.atomic
def _escalate(today: date) -> int:
    overdue = WorkItem.objects.overdue_on(today).filter(escalated_at__isnull=True)
    items = list(
        overdue.select_for_update(of=("self",), skip_locked=True)
        .select_related("region")
        .order_by("pk")[:BATCH]
    )
    above = list(
        StaffPost.objects.current_on(today)
        .filter(role__in=set(NEXT_LEVEL.values()))
        .select_related("user", "agency__region")
    )
    told: dict[int, tuple] = {}
    for item in items:
        for post in above:
            if NEXT_LEVEL.get(item.role) == post.role and item.region.path.startswith(
                post.agency.region.path
            ):
                told.setdefault(post.user_id, (post.user, set()))[1].add(item.pk)
    for user, item_ids in told.values():
        notify(
            kind="work_overdue",
            to=user,
            channels=INBOX_AND_MAIL,
            context={"count": len(item_ids)},
            path="/staff/?show=escalated",
        )
    WorkItem.objects.filter(pk__in=[item.pk for item in items]).update(escalated_at=timezone.now())
    return len(items)
