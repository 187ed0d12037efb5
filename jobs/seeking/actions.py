"""Keeping jobs and searches, and sending the mails of kept searches."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.notifications.actions import INBOX_AND_MAIL, notify
from employment_portal.notifications.models import Channel
from jobs.postings.models import Posting
from jobs.search.filters import SearchFilters
from jobs.search.queries import published_since
from jobs.seeking.models import SavedJob, SavedSearch
from jobs.seeking.search_page import title_of

SALT = "jobs.saved_search"
CONFIRM_SALT = "jobs.confirm_search"
CONFIRM_WITHIN = timedelta(days=7)
JOBS_PER_MAIL = 20
SEARCHES_PER_OWNER = 20


class AlreadyKept(DomainError):
    message = _("You have kept this search already.")


class TooManySearches(DomainError):
    message = _("%(most)s searches are kept already. Delete one first.")


class LinkGone(DomainError):
    message = _("This link is no longer valid. Set the alert up again.")


def save_job(*, posting_id: int, by: Any, now: datetime) -> None:
    """Keep a posting; keeping it twice changes nothing."""
    SavedJob.objects.get_or_create(user=by, posting_id=posting_id, defaults={"saved_at": now})


def forget_job(*, posting_id: int, by: Any) -> None:
    SavedJob.objects.filter(user=by, posting_id=posting_id).delete()


@transaction.atomic
def keep_search(
    *,
    filters: SearchFilters,
    name: str,
    frequency: str,
    now: datetime,
    by: Any = None,
    email: str = "",
    language: str,
) -> SavedSearch:
    """Keep a search: of a user at once, of an e-mail address after the link in its mail was followed.

    An address that keeps the same search already is sent a confirmation again, so that nobody learns from the
    answer which addresses are known; what it then confirms is how often the mails come. Raises AlreadyKept (users),
    TooManySearches.
    """
    query = filters.to_params().urlencode()
    mine = SavedSearch.objects.filter(left_at__isnull=True).filter(
        Q(user=by) if by else Q(email=email, user=None)
    )
    if mine.exclude(query=query).count() >= SEARCHES_PER_OWNER:
        raise TooManySearches(most=SEARCHES_PER_OWNER)
    try:
        with transaction.atomic():
            search = SavedSearch.objects.create(
                user=by,
                email=email,
                language=language,
                name=name[:80] or title_of(filters),
                query=query,
                frequency=frequency,
                created_at=now,
                confirmed_at=now if by else None,
                last_run_at=now,
            )
    except IntegrityError as error:
        if by is not None:
            raise AlreadyKept from error
        search = mine.select_for_update(of=("self",)).get(query=query)
        if search.confirmed_at is None:
            search.created_at, search.language = now, language
            search.save(update_fields=["created_at", "language"])
    if by is None:
        notify(
            kind="search_confirm",
            address=email,
            channels=[Channel.MAIL],
            context={"search": search},
            path=reverse("jobs:confirm_search", args=[confirmation_of(search, frequency)]),
            language=language,
            dedupe_key=f"search_confirm:{search.pk}:{frequency}:{now:%Y%m%d%H}",
        )
    return search


def token_of(search: SavedSearch) -> str:
    """The secret in the links of this search's mails."""
    return signing.dumps(search.public_id, salt=SALT)


def confirmation_of(search: SavedSearch, frequency: str) -> str:
    """The secret in the link that confirms this search, to be sent so often."""
    return signing.dumps([search.public_id, frequency], salt=CONFIRM_SALT)


def search_behind(token: str) -> SavedSearch:
    """Raises LinkGone."""
    try:
        public_id = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise LinkGone from error
    return _kept(public_id)


def search_to_confirm(token: str) -> SavedSearch:
    """With the frequency that the link confirms. Raises LinkGone, also when its mail is older than a week."""
    try:
        public_id, frequency = signing.loads(token, salt=CONFIRM_SALT, max_age=CONFIRM_WITHIN)
    except signing.BadSignature as error:
        raise LinkGone from error
    search = _kept(public_id)
    search.frequency = frequency
    return search


def _kept(public_id: str) -> SavedSearch:
    search = SavedSearch.objects.filter(public_id=public_id, left_at__isnull=True).first()
    if search is None:
        raise LinkGone
    return search


def confirm_search(*, token: str, now: datetime) -> SavedSearch:
    """Start the mails of an address, or change how often they come. Raises LinkGone."""
    search = search_to_confirm(token)
    if search.confirmed_at is None:
        search.confirmed_at = search.last_run_at = now
    search.save(update_fields=["confirmed_at", "last_run_at", "frequency"])
    return search


def forget_unconfirmed(*, now: datetime) -> int:
    """Nightly: delete the addresses that nobody confirmed while the link was valid; how many."""
    old = SavedSearch.objects.filter(
        user=None, confirmed_at__isnull=True, created_at__lt=now - CONFIRM_WITHIN
    )
    return old.delete()[0]


def leave_search(*, search_id: int, now: datetime) -> None:
    """Stop a kept search; harmless when it has stopped already."""
    SavedSearch.objects.filter(pk=search_id, left_at__isnull=True).update(left_at=now)


def change_frequency(*, search_id: int, frequency: str) -> None:
    SavedSearch.objects.filter(pk=search_id).update(frequency=frequency)


def due_searches(*, today: date) -> list[int]:
    """Ids of the confirmed searches whose mail is due: daily ones, and the weekly ones that did not run since Monday.

    Those of somebody whose data are restricted pause.
    """
    monday = timezone.make_aware(datetime.combine(today - timedelta(days=today.weekday()), time.min))
    weekly = Q(frequency=SavedSearch.Frequency.WEEKLY, last_run_at__lt=monday)
    return list(
        SavedSearch.objects.filter(weekly | Q(frequency=SavedSearch.Frequency.DAILY))
        .filter(left_at__isnull=True, confirmed_at__isnull=False)
        .exclude(last_sent_on__gte=today)
        .exclude(user__person__restricted_at__isnull=False)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


@transaction.atomic
def send_search(*, search_id: int, now: datetime, today: date) -> int:
    """Send the new postings of one kept search, at most once a day; nothing new or paused, no mail. Returns how many."""
    search = (
        SavedSearch.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("user")
        .filter(pk=search_id, left_at__isnull=True, confirmed_at__isnull=False)
        .exclude(last_sent_on__gte=today)
        .exclude(user__person__restricted_at__isnull=False)
        .first()
    )
    if search is None:
        return 0
    filters = SearchFilters.from_params(QueryDict(search.query))
    postings = published_since(
        filters, since=search.last_run_at or search.created_at, now=now, limit=JOBS_PER_MAIL
    )
    if postings:
        _send(search, postings, today)
        search.last_sent_on = today
    search.last_run_at = now
    search.save(update_fields=["last_run_at", "last_sent_on"])
    return len(postings)


def _send(search: SavedSearch, postings: list[Posting], today: date) -> None:
    leave = f"{settings.SITE_URL}{reverse('jobs:leave_search', args=[token_of(search)])}"
    language = search.user.language if search.user else search.language
    with translation.override(language):
        notify(
            kind="search_alert",
            to=search.user,
            address="" if search.user else search.email,
            channels=INBOX_AND_MAIL,
            context={"search": search, "postings": postings, "leave": leave},
            path=f"{reverse('jobs:search')}?{search.query}&sort=date",
            language=language,
            headers={"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
            dedupe_key=f"search_alert:{search.pk}:{today}",
        )
