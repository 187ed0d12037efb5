from celery import shared_task
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.registers import actions, fetching
from employment_portal.registers.enums import Register
from employment_portal.registers.models import RegisterBatch


@shared_task(name="registers.run_import", title=_("Import an uploaded register file"))
def run_import(*, batch_id: int, **_: object) -> None:
    """Work through an uploaded file. Handed out twice, the second run finds nothing to do."""
    batch = RegisterBatch.objects.get(pk=batch_id)
    if not batch.is_at_work or not batch.file:
        return
    try:
        with batch.file.open("rb") as stream:
            actions.run_batch(batch_id=batch_id, stream=stream)
    except DomainError:
        return  # the batch keeps the sentence
    except Exception:
        actions.stop_batch(batch_id=batch_id, reason=fetching.OUR_FAULT)
        raise


@shared_task(name="registers.fetch", title=_("Fetch the registers"))
def fetch(*, register: str = "", **_: object) -> None:
    """Nightly: bring every register up to date, licences before the leases that rest on them."""
    for name in [register] if register else Register.values:
        fetching.fetch_register(register=name)
