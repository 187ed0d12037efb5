from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from employment_portal.accounts.permissions import MEMBER, STAFF
from employment_portal.organisations.enums import OrganisationKind
from jobs.postings.models import Posting
from jobs.postings.permissions import REVIEWERS

EMPLOYER = MEMBER(OrganisationKind.EMPLOYER)
REVIEWER = STAFF(*REVIEWERS)
PAGE_SIZE = 20


def today_now() -> tuple[date, datetime]:
    """The clock, read once per request."""
    now = timezone.now()
    return timezone.localdate(now), now


def own_posting(request: HttpRequest, public_id: str) -> Posting:
    """A posting of the employer that the user acts for; 404 for anybody else's."""
    mine = Posting.objects.of_organisation(request.organisation)
    return get_object_or_404(
        mine.select_related("employer", "region", "occupation").prefetch_related("questions"),
        public_id=public_id,
    )


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page:
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def say(request: HttpRequest, error: Any) -> None:
    """Show why something was not done as a sentence on the next page."""
    messages.error(request, str(error))
