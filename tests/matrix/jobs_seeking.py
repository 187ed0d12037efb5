from django.utils import timezone

from jobs.search.actions import index_postings
from jobs.search.filters import SearchFilters
from jobs.seeking import actions
from tests.factories.jobs import PostingFactory


def public_job(at) -> dict:
    posting = PostingFactory(region=at.region)
    index_postings([posting.pk])
    return {"public_id": posting.public_id}


def _kept(**owner):
    return actions.keep_search(
        filters=SearchFilters(q="护理"),
        name="护理",
        frequency="daily",
        now=timezone.now(),
        language="en",
        **owner,
    )


def own_search(at) -> dict:
    return {"public_id": _kept(by=at.user).public_id}


def link(at) -> dict:
    return {"token": actions.token_of(_kept(email=f"u{at.user.pk}@example.org"))}


def confirmation(at) -> dict:
    return {"token": actions.confirmation_of(_kept(email=f"u{at.user.pk}@example.org"), "daily")}


OBJECTS = {
    "jobs:posting": public_job,
    "jobs:seen": public_job,
    "jobs:save": public_job,
    "jobs:report_advert": public_job,
    "jobs:change_search": own_search,
    "jobs:confirm_search": confirmation,
    "jobs:leave_search": link,
    "django.contrib.sitemaps.views.sitemap": lambda at: {"section": "jobs"},
}
SHARED = {
    "jobs:posting",
    "jobs:seen",
    "jobs:save",
    "jobs:report_advert",
    "jobs:confirm_search",
    "jobs:leave_search",
    "django.contrib.sitemaps.views.sitemap",
}
