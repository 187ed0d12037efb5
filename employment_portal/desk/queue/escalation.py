from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from employment_portal.accounts.models import StaffPost, User
from employment_portal.core.calendar import add_working_days
from employment_portal.desk.queue.queries import NEXT_LEVEL
from employment_portal.notifications.actions import INBOX_AND_MAIL, notify
from employment_portal.workflow.models import WorkItem

BATCH = 500


def warn_and_escalate(*, today: date) -> tuple[int, int]:
    """Warn of an item one working day before it is due; tell the level above once it is overdue.

    Who has it is warned of each item; of those that nobody has, everybody whose queue they stand in, once a day for
    all of them. Each item is warned of and escalated once: its mark is set in the transaction that decides the message. What
    has no post above it, or none that is held today, is not escalated: ``escalated_at`` says that somebody was told.
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
    items = _locked(
        WorkItem.objects.open().filter(
            due_on__gte=today, due_on__lte=add_working_days(today, 1), warned_at__isnull=True
        )
    )
    for item in items:
        if item.assigned_to is not None:
            notify(
                kind="work_due",
                to=item.assigned_to,
                channels=INBOX_AND_MAIL,
                context={"title": item.title, "due_on": item.due_on},
                path=item.path,
                dedupe_key=f"work-due:{item.public_id}:{item.assigned_to_id}",
            )
    free = [item for item in items if item.assigned_to is None]
    posts = _posts(today, {item.role for item in free})
    for user, _count in _whose(free, posts, {item.role: item.role for item in free}):
        notify(
            kind="work_due_unassigned",
            to=user,
            channels=INBOX_AND_MAIL,
            path="/staff/?show=unassigned",
            dedupe_key=f"work-due-unassigned:{user.pk}:{today}",
        )
    WorkItem.objects.filter(pk__in=[item.pk for item in items]).update(warned_at=timezone.now())
    return len(items)


@transaction.atomic
def _escalate(today: date) -> int:
    above = _posts(today, set(NEXT_LEVEL.values()))
    reached = Q(pk__in=[])
    for post in above:
        below = [role for role, level in NEXT_LEVEL.items() if level == post.role]
        reached |= Q(role__in=below, region__path__startswith=post.agency.region.path)
    items = _locked(WorkItem.objects.overdue_on(today).filter(reached, escalated_at__isnull=True))
    for user, count in _whose(items, above, NEXT_LEVEL):
        notify(
            kind="work_overdue",
            to=user,
            channels=INBOX_AND_MAIL,
            context={"count": count},
            path="/staff/?show=escalated",
        )
    WorkItem.objects.filter(pk__in=[item.pk for item in items]).update(escalated_at=timezone.now())
    return len(items)


def _locked(items: QuerySet[WorkItem]) -> list[WorkItem]:
    held = items.select_for_update(of=("self",), skip_locked=True)
    return list(held.select_related("region", "assigned_to").order_by("pk")[:BATCH])


def _posts(today: date, roles: set[str]) -> list[StaffPost]:
    """Posts of these roles that somebody holds today and can sign in to."""
    posts = StaffPost.objects.current_on(today).filter(role__in=roles, user__is_active=True)
    return list(posts.select_related("user", "agency__region"))


def _whose(
    items: Iterable[WorkItem], posts: Iterable[StaffPost], told: Mapping[Any, str]
) -> list[tuple[User, int]]:
    """Who is told of how many of the items; ``told`` gives the role of the post for the role of an item."""
    found: dict[int, tuple[User, set[int]]] = {}
    for post in posts:
        for item in items:
            if told.get(item.role) == post.role and item.region.path.startswith(post.agency.region.path):
                found.setdefault(post.user_id, (post.user, set()))[1].add(item.pk)
    return [(user, len(of_user)) for user, of_user in found.values()]
