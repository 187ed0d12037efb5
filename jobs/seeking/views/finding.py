"""Looking for a job: the search page, suggestions while typing, the page of one job, the jobs seen lately."""

from datetime import timedelta

from django.contrib.sitemaps.views import SitemapIndexItem, x_robots_tag
from django.core.cache import cache
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from employment_portal.accounts.permissions import PUBLIC, route
from employment_portal.core.addresses import client_address
from employment_portal.people.queries import person_for
from employment_portal.ui.caching import cached_for_visitors
from jobs.applications.queries import apply_state, match_facts
from jobs.applications.rules import match_reasons, reasons_of
from jobs.postings.enums import PostingStatus
from jobs.postings.models import Posting
from jobs.postings.queries import posting_page
from jobs.search.queries import SORTS, load_postings, search_postings, similar_postings, wider_searches
from jobs.search.vocabulary import suggest
from jobs.seeking import search_page
from jobs.seeking.feeds import JobPages, address
from jobs.seeking.provenance import LOOK, provenance_of
from jobs.seeking.queries import saved_among, unlocked_by
from jobs.seeking.structured_data import job_posting_json

RECENT_COOKIE = "recent_jobs"
RECENT_KEPT = 12
SEEN_ONCE_SECONDS = 24 * 3600


@require_GET
@route(PUBLIC)
@cached_for_visitors(60)
def search(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    filters = search_page.filters_of(request.GET)
    sort = request.GET.get("sort", "match")
    cursor = request.GET.get("cursor", "")
    page = search_postings(filters, now=now, sort=sort if sort in SORTS else "match", cursor=cursor)
    query = search_page.query_of(filters, page.sort)
    context = {
        "filters": filters,
        "page": page,
        "chips": search_page.chips(filters, page),
        "facet_fields": render_to_string(  # once: the page shows them beside the hits and in the sheet of a phone
            "jobs/seeking/_facets.html",
            {"filters": filters, "page": page, "facets": search_page.facet_groups(page)},
        ),
        "pay_bins": [
            {"label": value.label, "count": value.count, "chosen": value.selected}
            for value in page.facets["pay"].values
        ],
        "regions": search_page.region_choices(filters.region),
        "title": search_page.title_of(filters),
        "query": query,
        "next_query": f"{query}&cursor={page.next_cursor}".lstrip("&") if page.next_cursor else "",
        "is_first": not cursor,
        "wider": search_page.wider_rows(wider_searches(filters, now=now), page.sort)
        if page.total == 0
        else [],
        "saved": saved_among(request.user, page.postings),
        "today": timezone.localdate(now),
    }
    return render(request, "jobs/seeking/search.html", context)


@require_GET
@route(PUBLIC)
def suggestions(request: HttpRequest) -> JsonResponse:
    """Rows for the combobox: ``[{"name", "code", "path"}]``, where ``path`` says what kind of thing it is."""
    kinds = {
        "occupation": _("occupation"),
        "alias": _("occupation"),
        "title": _("job title"),
        "employer": _("employer"),
    }
    rows = [
        {"name": found.text, "code": found.ref, "path": kinds.get(found.kind, "")}
        for found in suggest(request.GET.get("q", "")[:40])
    ]
    response = JsonResponse(rows, safe=False)
    response["Cache-Control"] = "public, max-age=300"
    return response


@require_GET
@route(PUBLIC)
@cached_for_visitors(60)
def posting(request: HttpRequest, public_id: str) -> HttpResponse:
    """One job. A past one stays up, says so and points to similar jobs."""
    try:
        found = posting_page(public_id, look=LOOK)
    except Posting.DoesNotExist as error:
        raise Http404 from error
    now = timezone.now()
    today = timezone.localdate(now)
    person = person_for(request)
    address = request.build_absolute_uri(found.get_absolute_url())
    is_open = found.is_open_on(today)
    context = {
        "posting": found,
        "state": apply_state(person, found, today=today),
        "person": person,
        "is_open": is_open,
        "reasons": reasons_of(match_reasons(*match_facts(person, found), today=today))
        if person and is_open and person.restricted_at is None
        else [],
        "is_saved": found.pk in saved_among(request.user, [found]),
        "similar": similar_postings(found, now=now),
        "unlocked": unlocked_by(found, today) if is_open else [],
        "address": address,
        "json_ld": job_posting_json(found, address=address) if is_open else "",
        "provenance": provenance_of(found),
        "is_new": found.published_at and found.published_at > now - timedelta(days=1),
    }
    return render(request, "jobs/seeking/posting.html", context)


@csrf_exempt
@require_POST
@route(PUBLIC)
def seen(request: HttpRequest, public_id: str) -> HttpResponse:
    """The page reports that it was looked at: once a day and address it counts; the browser remembers it.

    Nothing secret depends on it, and a visitor's page carries no token: so it takes none.
    """
    if not Posting.objects.filter(public_id=public_id, status=PostingStatus.LIVE).exists():
        raise Http404
    viewer = request.user.pk or client_address(request)
    if cache.add(f"seen:{public_id}:{viewer}", 1, SEEN_ONCE_SECONDS):
        Posting.objects.filter(public_id=public_id).update(view_count=F("view_count") + 1)
    response = HttpResponse(status=204)
    recent = [public_id, *(each for each in _recent_ids(request) if each != public_id)][:RECENT_KEPT]
    response.set_cookie(
        RECENT_COOKIE,
        ".".join(recent),
        max_age=90 * 24 * 3600,
        samesite="Lax",
        httponly=True,
        path=reverse("jobs:search"),
    )
    return response


def _recent_ids(request: HttpRequest) -> list[str]:
    return [each for each in request.COOKIES.get(RECENT_COOKIE, "").split(".") if each.isalnum()][
        :RECENT_KEPT
    ]


@route(PUBLIC)
def recent(request: HttpRequest) -> HttpResponse:
    """The jobs that this browser looked at lately; POST forgets them. Nothing of it is kept on the server."""
    if request.method == "POST":
        response = render(request, "jobs/seeking/recent.html", {"postings": [], "saved": set()})
        response.delete_cookie(RECENT_COOKIE, path=reverse("jobs:search"))
        return response
    ids = _recent_ids(request)
    found = dict(Posting.objects.public().filter(public_id__in=ids).values_list("public_id", "pk"))
    postings = load_postings([found[public_id] for public_id in ids if public_id in found])
    context = {"postings": postings, "saved": saved_among(request.user, postings)}
    return render(request, "jobs/seeking/recent.html", context)


@require_GET
@route(PUBLIC)
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read what is public, and find the list of job pages."""
    lines = [
        "User-agent: *",
        "Disallow: /accounts/",
        "Disallow: /me/",
        "Disallow: /employer/",
        "Disallow: /staff/",
        f"Sitemap: {address(reverse('sitemap_index'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_GET
@route(PUBLIC)
@x_robots_tag
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The parts of the list of job pages."""
    jobs = JobPages()
    changed = jobs.get_latest_lastmod()
    first = address(reverse("django.contrib.sitemaps.views.sitemap", args=["jobs"]))
    parts = [first, *(f"{first}?p={page}" for page in range(2, jobs.paginator.num_pages + 1))]
    context = {"sitemaps": [SitemapIndexItem(part, changed) for part in parts]}
    return render(request, "sitemap_index.xml", context, content_type="application/xml")
