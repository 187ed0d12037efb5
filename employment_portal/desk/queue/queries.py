from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.models import StaffPost, User
from employment_portal.core.calendar import working_days_between
from employment_portal.desk.queue.kinds import kind_label
from employment_portal.regions.models import Region
from employment_portal.workflow.models import WorkItem

# Who is told when an item is overdue, and may give it to somebody else.
NEXT_LEVEL = {
    StaffRole.STREET_CLERK: StaffRole.DISTRICT_OFFICER,
    StaffRole.COUNSELLOR: StaffRole.DISTRICT_OFFICER,
    StaffRole.DISTRICT_OFFICER: StaffRole.CITY_OFFICER,
    StaffRole.FINANCE_OFFICER: StaffRole.CITY_OFFICER,
    StaffRole.POLICY_OFFICER: StaffRole.CITY_OFFICER,
}


@dataclass(frozen=True)
class QueueFilter:
    """What the queue page was asked for. ``show``: all, mine, unassigned, overdue or escalated."""

    show: str = "all"
    kind: str = ""
    region: str = ""
    text: str = ""


def escalated_to(user: User) -> QuerySet[WorkItem]:
    """Open items of the level below that went past their day in the user's region."""
    scope = Q(pk__in=[])
    for post in user.current_posts():
        below = [role for role, above in NEXT_LEVEL.items() if above == post.role]
        scope |= Q(role__in=below, region__path__startswith=post.agency.region.path)
    return WorkItem.objects.open().filter(scope, escalated_at__isnull=False)


def items_for(user: User) -> QuerySet[WorkItem]:
    """Everything open that the user may work on or hand to somebody: their own queue and what was escalated."""
    own = WorkItem.objects.open().visible_to(user)
    return WorkItem.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=escalated_to(user).values("pk")))


def queue(user: User, asked: QueueFilter, *, today: date) -> QuerySet[WorkItem]:
    """The items that match, the nearest due day first."""
    rows = items_for(user).filter(_shown(asked.show, user, today))
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.region:
        rows = rows.filter(
            region__path__startswith=Region.objects.filter(code=asked.region).values("path")[:1]
        )
    if asked.text:
        rows = rows.filter(Q(title__icontains=asked.text) | Q(public_id=asked.text))
    return rows.select_related("region", "assigned_to").order_by("due_on", "id")


def _shown(show: str, user: User, today: date) -> Q:
    return {
        "mine": Q(assigned_to=user),
        "unassigned": Q(assigned_to__isnull=True),
        "overdue": Q(due_on__lt=today),
        "escalated": Q(escalated_at__isnull=False),
    }.get(show, Q())


def queue_counts(user: User, *, today: date) -> dict[str, int]:
    """How many items each view of the queue holds, in one query."""
    shows = ("mine", "unassigned", "overdue", "escalated")
    return items_for(user).aggregate(
        all=Count("pk"), **{show: Count("pk", filter=_shown(show, user, today)) for show in shows}
    )


def kinds_in(user: User) -> list[tuple[str, str]]:
    """The kinds of items that are in the user's queue now, with their names."""
    kinds = items_for(user).order_by().values_list("kind", flat=True).distinct()
    return sorted(((kind, kind_label(kind)) for kind in kinds), key=lambda pair: pair[1])


def regions_of(user: User) -> list[Region]:
    """The regions of the user's posts and the level right below them."""
    own = {post.agency.region_id for post in user.current_posts()}
    return list(Region.objects.filter(Q(pk__in=own) | Q(parent__in=own), is_active=True).order_by("path"))


def colleagues(user: User, *, today: date) -> QuerySet[User]:
    """To whom the user may hand work: people with posts in the same region subtree."""
    scope = Q(pk__in=[])
    roles = set()
    for post in user.current_posts():
        roles |= {post.role, *(role for role, above in NEXT_LEVEL.items() if above == post.role)}
        scope |= Q(agency__region__path__startswith=post.agency.region.path)
    posts = StaffPost.objects.current_on(today).filter(scope, role__in=roles)
    return User.objects.filter(pk__in=posts.values("user"), is_active=True).order_by("display_name", "pk")


@dataclass(frozen=True)
class Row:
    """An item as the queue shows it. ``left`` counts working days, below zero how many it is over.

    On the weekend after its last day an item is overdue with zero working days over.
    """

    item: WorkItem
    kind: str
    left: int
    is_overdue: bool

    @property
    def over(self) -> int:
        return -self.left


def rows(items: list[WorkItem], *, today: date) -> list[Row]:
    return [
        Row(item, kind_label(item.kind), working_days_between(today, item.due_on), item.due_on < today)
        for item in items
    ]
