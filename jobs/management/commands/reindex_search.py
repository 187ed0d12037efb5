import time
from argparse import ArgumentParser
from itertools import islice

from django.core.management.base import BaseCommand

from jobs.postings.models import Posting
from jobs.search.actions import index_postings
from jobs.search.models import PostingSearch
from jobs.search.vocabulary import refresh_vocabulary

BATCH = 2_000


class Command(BaseCommand):
    help = "Write the search rows of all postings anew, then the words for repair and suggestion."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only-vocabulary", action="store_true", help="leave the rows of postings alone")

    def handle(self, *args, only_vocabulary: bool = False, **options) -> None:
        if not only_vocabulary:
            self._reindex()
        terms, suggestions = refresh_vocabulary()
        self.stdout.write(f"{terms} words, {suggestions} suggestions.")

    def _reindex(self) -> None:
        """Batch by batch, each in a transaction of its own: searches go on, and stopping half-way loses nothing."""
        live = Posting.objects.live()
        total, done, started = live.count(), 0, time.monotonic()
        ids = live.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=BATCH)
        while chunk := list(islice(ids, BATCH)):
            index_postings(chunk)
            done += len(chunk)
            speed = done / max(time.monotonic() - started, 0.001)
            self.stdout.write(f"{done} of {total} postings, {speed:.0f} a second")
        index_postings(PostingSearch.objects.exclude(posting__in=live).values_list("pk", flat=True))
        self.stdout.write(f"{done} postings can be found.")
