from celery import shared_task

from jobs.search.vocabulary import refresh_vocabulary


@shared_task(name="jobs.refresh_search_vocabulary")
def refresh_search_vocabulary(**_: object) -> None:
    """Nightly: the words and suggestions of the postings that are live now."""
    refresh_vocabulary()
