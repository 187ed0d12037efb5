"""Lists that wait, or stopped half-way, while nobody works on them."""

from django.utils.translation import gettext_lazy as _

from jobs.imports.actions import run_stored_batch
from jobs.imports.enums import UNFINISHED, BatchState
from jobs.imports.locks import held
from jobs.imports.models import ImportBatch


def sweep_batches() -> int:
    """Take up the lists that nobody works on: their message was lost, or their worker killed; how many.

    A list from the command line is not stored here, so it can only be marked as stopped.
    """
    waiting = list(ImportBatch.objects.filter(state__in=UNFINISHED).order_by("pk"))
    return sum(
        run_stored_batch(batch_id=batch.pk) if batch.file else _mark_stopped(batch) for batch in waiting
    )


def _mark_stopped(batch: ImportBatch) -> bool:
    sentence = _("The import was cut off. Start it again with the same file, or undo it.")
    with held(batch.pk) as is_mine:
        running = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.RUNNING)
        return is_mine and bool(running.update(state=BatchState.FAILED, error=str(sentence)))
