"""The scheduled tasks of this app, gathered from their topics: Celery looks only here."""

from jobs.applications.tasks import expire_applications, lapse_offers
from jobs.imports.tasks import run_import, sweep_imports
from jobs.postings.tasks import chase_results, expire_postings, publish_scheduled, remind_expiring
from jobs.search.tasks import refresh_search_vocabulary, reindex_changed
from jobs.seeking.tasks import forget_searches, send_due_searches, send_search

__all__ = [
    "chase_results",
    "expire_applications",
    "expire_postings",
    "forget_searches",
    "lapse_offers",
    "publish_scheduled",
    "refresh_search_vocabulary",
    "reindex_changed",
    "remind_expiring",
    "run_import",
    "send_due_searches",
    "send_search",
    "sweep_imports",
]
