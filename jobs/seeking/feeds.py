"""New jobs for feed readers, and the list of job pages for search engines."""

from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from jobs.postings.models import Posting
from jobs.search.filters import SearchFilters
from jobs.search.queries import search_postings
from jobs.seeking import search_page
from jobs.templatetags.seeking import pay_range, place

ENTRIES = 50


def address(path: str) -> str:
    """The full address of a page: SITE_URL, not the row of django.contrib.sites, which nobody keeps."""
    return f"{settings.SITE_URL}{path}"


class NewJobs(Feed):
    """An Atom feed of the newest jobs of a search: the same parameters as the search page."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest) -> SearchFilters:  # type: ignore[override]
        return search_page.filters_of(request.GET)

    def title(self, filters: SearchFilters) -> str:
        return _("New jobs: %(search)s") % {"search": search_page.title_of(filters)}

    def link(self, filters: SearchFilters) -> str:
        return address(f"{reverse('jobs:search')}?{search_page.query_of(filters, 'date')}")

    def feed_url(self, filters: SearchFilters) -> str:
        return address(f"{reverse('jobs:feed')}?{search_page.query_of(filters, 'date')}")

    def items(self, filters: SearchFilters) -> list[Posting]:
        return search_postings(filters, now=timezone.now(), sort="date", page_size=ENTRIES).postings

    def item_title(self, item: Posting) -> str:  # type: ignore[override]
        return f"{item.title} {pay_range(item)}"

    def item_description(self, item: Posting) -> str:  # type: ignore[override]
        return " ".join(filter(None, [item.source_employer or item.employer.name, place(item)]))

    def item_link(self, item: Posting) -> str:
        return address(item.get_absolute_url())

    def item_guid(self, item: Posting) -> str:
        return item.public_id

    item_guid_is_permalink = False

    def item_pubdate(self, item: Posting) -> Any:
        return item.published_at

    def item_updateddate(self, item: Posting) -> Any:
        return item.updated_at


class JobPages(Sitemap):
    """The pages of live jobs that were written here; reposted adverts are left to their source."""

    limit = 5_000
    changefreq = "daily"

    def get_protocol(self, protocol: str | None = None) -> str:
        return settings.SITE_URL.partition("://")[0]

    def get_domain(self, site: Any = None) -> str:
        return settings.SITE_URL.partition("://")[2]

    def items(self) -> QuerySet[Posting]:
        return (
            Posting.objects.live()
            .filter(source="")
            .only("public_id", "updated_at")
            .order_by("-published_at", "pk")
        )

    def lastmod(self, item: Posting) -> Any:
        return item.updated_at
