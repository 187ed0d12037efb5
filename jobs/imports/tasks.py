from celery import shared_task
from django.utils.translation import gettext_lazy as _

from jobs.imports import actions
from jobs.imports.models import ImportBatch
from jobs.imports.sweeping import sweep_batches


@shared_task(name="jobs.run_import", title=_("Import an uploaded list of jobs"))
def run_import(*, batch_id: int, **_: object) -> None:
    """Work through an uploaded list. Handed out twice, the second run finds nothing to do or goes on where it stood."""
    batch = ImportBatch.objects.get(pk=batch_id)
    if not batch.is_at_work or not batch.file:
        return
    actions.run_stored_batch(batch_id=batch_id)


@shared_task(name="jobs.sweep_imports", title=_("Take up waiting imports"))
def sweep_imports(**_: object) -> int:
    """Every ten minutes: lists that wait or stopped half-way while nobody works on them; how many were taken up."""
    return sweep_batches()
