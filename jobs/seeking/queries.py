from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from jobs.postings.models import Posting
from jobs.seeking.models import SavedJob, SavedSearch


def saved_among(user, postings: Iterable[Posting]) -> set[int]:
    """Which of these postings the user has kept."""
    if not user.is_authenticated:
        return set()
    ids = [posting.pk for posting in postings]
    return set(SavedJob.objects.filter(user=user, posting__in=ids).values_list("posting_id", flat=True))


def saved_jobs(user) -> QuerySet[SavedJob]:
    """Kept postings, the newest first; past ones too, so that their page can point to others."""
    return SavedJob.objects.filter(user=user).select_related(
        "posting__employer", "posting__region", "posting__occupation"
    )


def saved_searches(user) -> QuerySet[SavedSearch]:
    return SavedSearch.objects.filter(user=user, left_at__isnull=True)


@dataclass(frozen=True)
class Unlocked:
    """Something that a hire may bring the employer or the person: ``whom`` names the groups it is for."""

    name: Any
    url: str
    amount: str
    whom: str
    is_employers: bool


# Filled from AppConfig.ready() by the app that knows; jobs stands below it. Each takes a posting and a day.
unlocking: list[Callable[[Posting, date], list[Unlocked]]] = []


def unlocked_by(posting: Posting, day: date) -> list[Unlocked]:
    """What a hire for this posting may bring, from everybody who registered."""
    return [found for ask in unlocking for found in ask(posting, day)]
