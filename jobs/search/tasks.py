from celery import shared_task
from django.utils.translation import gettext_lazy as _

from jobs.search.actions import index_changed
from jobs.search.vocabulary import refresh_vocabulary


@shared_task(name="jobs.refresh_search_vocabulary", title=_("Refresh search words and suggestions"))
def refresh_search_vocabulary(**_: object) -> None:
    """Nightly: the words and suggestions of the postings that are live now."""
    refresh_vocabulary()


@shared_task(name="jobs.reindex_changed", title=_("Index changed places and occupations"))
def reindex_changed(
    *,
    regions: list[int] | None = None,
    occupations: list[int] | None = None,
    industries: list[int] | None = None,
    **_: object,
) -> None:
    """After a table of places or classifications changed: the search rows of the postings that refer to it."""
    index_changed(regions=regions or (), occupations=occupations or (), industries=industries or ())
