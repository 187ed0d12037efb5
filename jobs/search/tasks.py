from celery import shared_task

from jobs.search.actions import index_changed
from jobs.search.vocabulary import refresh_vocabulary


@shared_task(name="jobs.refresh_search_vocabulary")
def refresh_search_vocabulary(**_: object) -> None:
    """Nightly: the words and suggestions of the postings that are live now."""
    refresh_vocabulary()


@shared_task(name="jobs.reindex_changed")
def reindex_changed(
    *,
    regions: list[int] | None = None,
    occupations: list[int] | None = None,
    industries: list[int] | None = None,
    **_: object,
) -> None:
    """After a table of places or classifications changed: the search rows of the postings that refer to it."""
    index_changed(regions=regions or (), occupations=occupations or (), industries=industries or ())
