from collections import defaultdict
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Sum

from employment_portal.regions.models import Region
from employment_portal.workflow.models import Transition
from subsidies.claims.enums import ClaimState
from subsidies.claims.models import Claim
from subsidies.notices.enums import NoticeState, ObjectionState
from subsidies.notices.models import Notice, NoticeEntry, Objection
from subsidies.policies.models import SubsidyItem

COUNTY_STEPS = 3  # province, city, county


class Waiting(NamedTuple):
    """Approved claims of one item in one county that no notice shows yet."""

    region: Region
    item: SubsidyItem
    claims: int
    fen: int


def waiting_for(user: Any) -> list[Waiting]:
    """What ``user`` could put on notice, by county and item."""
    rows = (
        Claim.objects.visible_to_staff(user)
        .filter(state=ClaimState.APPROVED)
        .exclude(notice_entries__live=True)
        .exclude(version__content__notice_working_days=0)
        .order_by()
        .values_list("item_id", "region__path")
        .annotate(count=Count("pk"), fen=Sum("amount_fen"))
    )
    sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    for item_id, path, count, fen in rows:
        county = "/".join(path.split("/")[:COUNTY_STEPS]) + "/"
        sums[item_id, county][0] += count
        sums[item_id, county][1] += fen
    items = SubsidyItem.objects.in_bulk({item for item, _path in sums})
    regions = {
        region.path: region for region in Region.objects.filter(path__in={path for _item, path in sums})
    }
    found = [Waiting(regions[path], items[item], *sums[item, path]) for item, path in sums]
    return sorted(found, key=lambda row: (row.region.path, row.item.order))


def notices_for_staff(user: Any, *, state: str = "") -> QuerySet[Notice]:
    """Notices of the user's subtrees with lines, sum and open objections, newest first."""
    scope = Q(pk__in=[])
    for post in user.current_posts():
        scope |= Q(region__path__startswith=post.agency.region.path)
    rows = Notice.objects.filter(scope).select_related("region", "item")
    if state:
        rows = rows.filter(state=state)
    return rows.annotate(
        lines=Count("entries", filter=Q(entries__live=True), distinct=True),
        open_objections=Count(
            "entries__objections", filter=Q(entries__objections__state=ObjectionState.OPEN), distinct=True
        ),
    ).order_by("-made_at", "-pk")


def public_notices(*, region: str = "", item: str = "") -> QuerySet[Notice]:
    """Notices on show, newest first: published, not taken down."""
    rows = Notice.objects.filter(
        state__in=[NoticeState.OPEN, NoticeState.CLOSED], taken_down_at__isnull=True
    ).select_related("region", "item")
    if region:
        rows = rows.filter(region__code=region)
    if item:
        rows = rows.filter(item__code=item)
    return rows.annotate(lines=Count("entries", filter=Q(entries__live=True))).order_by(
        "-published_at", "-pk"
    )


def lines_of(notice: Notice, *, text: str = "") -> QuerySet[NoticeEntry]:
    """The lines as published, in their order; ``text`` finds a masked name or the tail of a number."""
    rows = notice.entries.select_related("claim").order_by("row")
    if text:
        rows = rows.filter(Q(masked_name__contains=text) | Q(masked_number__endswith=text))
    return rows


def objections_for(user: Any) -> QuerySet[Objection]:
    scope = Q(pk__in=[])
    for post in user.current_posts():
        scope |= Q(entry__notice__region__path__startswith=post.agency.region.path)
    return (
        Objection.objects.filter(scope)
        .select_related("entry__notice__region", "entry__notice__item", "entry__claim")
        .order_by("-made_at")
    )


class Total(NamedTuple):
    lines: int
    fen: int


def total_of(notice: Notice) -> Total:
    """Lines still standing and their sum in fen."""
    sums = notice.entries.filter(live=True).aggregate(lines=Count("pk"), fen=Sum("amount_fen"))
    return Total(sums["lines"], sums["fen"] or 0)


def wording(region: Region, item: SubsidyItem) -> dict[str, str]:
    """Standard and contact as the last notice of the item and county had them; empty for the first."""
    last = Notice.objects.filter(region=region, item=item).order_by("-made_at").first()
    return {"standard": last.standard, "contact": last.contact} if last else {}


def steps(rows: QuerySet[Transition]) -> list[dict[str, Any]]:
    """The history of a notice for its timeline, newest first."""
    labels = dict(NoticeState.choices)
    return [
        {"label": labels[row.target], "at": row.at, "by": row.by, "note": row.note} for row in reversed(rows)
    ]
