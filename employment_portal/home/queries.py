"""What the home page shows. Every figure is counted from rows, kept for some minutes, and says when it was counted."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

from employment_portal.organisations.models import Organisation
from employment_portal.people.queries import person_for
from employment_portal.regions.models import Region
from jobs.applications.enums import ApplicationStatus
from jobs.applications.models import Application
from jobs.postings.models import Posting
from subsidies.matching.queries import open_count

TEN_MINUTES = 600
NEWEST = 8
HOT_WORDS = 5


def newest_jobs() -> QuerySet[Posting]:
    """The live postings that were published last, with their employer and place."""
    return (
        Posting.objects.live()
        .select_related("employer", "region")
        .only(
            "public_id",
            "title",
            "headcount",
            "pay_min_fen",
            "pay_max_fen",
            "pay_unit",
            "published_at",
            "source",
            "source_employer",
            "employer__name",
            "region__name",
            "region__short_name",
        )  # fmt: skip
        .order_by("-published_at", "id")[:NEWEST]
    )


def districts() -> list[dict[str, str]]:
    """The city that runs the portal and its districts, for the search box."""
    city = Region.objects.filter(code=settings.CITY_REGION).first()
    if city is None:
        return []
    below = Region.objects.active().filter(parent=city).order_by("path").values("code", "name")
    return [{"code": city.code, "name": city.name}, *below]


def figures() -> dict[str, Any]:
    """Counted at most every ten minutes: ``open_jobs``, ``wanted``, ``employers``, ``hired``, ``hot_words``,
    and ``counted_at``.
    """
    kept = cache.get("home:figures")
    if kept is None:
        kept = count_figures(now=timezone.now())
        cache.set("home:figures", kept, TEN_MINUTES)
    return kept


def count_figures(*, now: datetime) -> dict[str, Any]:
    """Open jobs, places in them, verified employers behind them, and people who started by a hire here this month."""
    today = timezone.localdate(now)
    live = Posting.objects.live()
    totals = live.aggregate(
        open_jobs=Count("id"),
        wanted=Sum("headcount"),
        employers=Count("employer", distinct=True, filter=Q(employer__in=Organisation.objects.verified())),
        today=Count("id", filter=Q(published_at__gte=_midnight(now))),
    )
    hot = (
        live.filter(occupation__isnull=False)
        .values("occupation__name")
        .annotate(n=Count("id"))
        .order_by("-n", "occupation__name")[:HOT_WORDS]
    )
    return {
        "open_jobs": totals["open_jobs"],
        "wanted": totals["wanted"] or 0,
        "employers": totals["employers"],
        "today": totals["today"],
        "hired": Application.objects.filter(
            status=ApplicationStatus.HIRED, hired_on__gte=today.replace(day=1), hired_on__lte=today
        ).count(),
        "hot_words": [row["occupation__name"] for row in hot],
        "counted_at": now,
    }


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def waiting_offers(request: HttpRequest) -> int:
    """How many prepared subsidy claims wait for the answer of whom the request is about; 0 for visitors."""
    if not request.user.is_authenticated:
        return 0
    today = timezone.localdate()
    if request.organisation is not None and request.assisted is None:  # type: ignore[attr-defined]
        return open_count(today, organisation_id=request.organisation.pk)  # type: ignore[attr-defined]
    person = person_for(request)
    return open_count(today, person_id=person.pk) if person is not None else 0
