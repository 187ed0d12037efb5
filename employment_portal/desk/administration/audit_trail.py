from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.models import StaffPost, User
from employment_portal.audit.models import AuditEntry
from employment_portal.regions.models import Region

PAGE_SIZE = 50


@dataclass(frozen=True)
class AuditFilter:
    actor: str = ""
    action: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


def entries_for(user: User) -> QuerySet[AuditEntry]:
    """The trail as an audit administrator sees it: all of it in the city, else what staff of their region did."""
    posts = [post for post in user.current_posts() if post.role == StaffRole.AUDIT_ADMIN]
    city = Region.objects.filter(code=settings.CITY_REGION).first()
    if city is None or any(city.path.startswith(post.agency.region.path) for post in posts):
        return AuditEntry.objects.all() if posts else AuditEntry.objects.none()
    scope = Q(pk__in=[])
    for post in posts:
        scope |= Q(agency__region__path__startswith=post.agency.region.path)
    return AuditEntry.objects.filter(actor__in=StaffPost.objects.filter(scope).values("user"))


def search(user: User, asked: AuditFilter) -> QuerySet[AuditEntry]:
    """Entries that match, the newest first.

    ``actor`` is a public id, number, address or name; ``action`` with a full stop at its end is a whole area.
    """
    rows = entries_for(user)
    if asked.actor:
        people = User.objects.filter(
            Q(public_id=asked.actor)
            | Q(phone=asked.actor)
            | Q(email__iexact=asked.actor)
            | Q(display_name=asked.actor)
        )
        rows = rows.filter(actor__in=people.values("pk"))
    if asked.action:
        whole_area = asked.action.endswith(".")
        rows = rows.filter(**{"action__startswith" if whole_area else "action": asked.action})
    if asked.subject:
        rows = rows.filter(subject_id=asked.subject)
    if asked.since:
        rows = rows.filter(at__gte=_midnight(asked.since))
    if asked.until:
        rows = rows.filter(at__lt=_midnight(asked.until + timedelta(days=1)))
    return rows.select_related("actor").order_by("-at", "-id")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class KeysetPage:
    """One page of the trail, found by its edge and not by counting: the thousandth page costs what the first does."""

    rows: list[AuditEntry]
    newer: str
    older: str


def page(rows: QuerySet[AuditEntry], *, before: str = "", after: str = "") -> KeysetPage:
    """``before`` and ``after`` are the keys ``<iso time>_<id>`` of the edge rows; what does not parse is ignored."""
    edge_before, edge_after = _edge(before), _edge(after)
    if edge_after:
        at, pk = edge_after
        newer_rows = rows.filter(Q(at__gt=at) | Q(at=at, pk__gt=pk)).order_by("at", "id")[: PAGE_SIZE + 1]
        found = list(newer_rows)
        more_newer, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE][::-1]
        more_older = True
    else:
        if edge_before:
            at, pk = edge_before
            rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
        found = list(rows[: PAGE_SIZE + 1])
        more_older, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
        more_newer = edge_before is not None
    return KeysetPage(
        rows=found,
        newer=_key(found[0]) if found and more_newer else "",
        older=_key(found[-1]) if found and more_older else "",
    )


def _key(entry: AuditEntry) -> str:
    return f"{entry.at.isoformat()}_{entry.pk}"


def _edge(key: str) -> tuple[datetime, int] | None:
    at, _separator, pk = key.partition("_")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, int(pk)) if pk.isdigit() and len(pk) < 19 and moment.tzinfo else None
