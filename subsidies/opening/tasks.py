from typing import Any

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subsidies.opening import actions
from subsidies.opening.models import OpeningImport, OpeningState


@shared_task(name="subsidies.check_opening", title=_("Check opening data"))
def check_opening(*, batch_id: int, **_: Any) -> None:
    """Check an uploaded file; repeated, it is checked again."""
    actions.check_opening(batch_id=batch_id)


@shared_task(name="subsidies.apply_opening", title=_("Take opening data over"))
def apply_opening(*, batch_id: int, **_: Any) -> None:
    """Take an approved file over; a second run finds nothing to do."""
    actions.apply_opening(batch_id=batch_id, now=timezone.now())


@shared_task(name="subsidies.sweep_openings", title=_("Take up waiting opening data"))
def sweep_openings(**_: Any) -> int:
    """Take up what a lost queue left behind; how many files. Both tasks are safe to run twice."""
    waiting = list(
        OpeningImport.objects.filter(state__in=[OpeningState.CHECKING, OpeningState.APPLYING]).order_by("pk")
    )
    for batch in waiting:
        task = check_opening if batch.state == OpeningState.CHECKING else apply_opening
        task.delay(batch_id=batch.pk)
    return len(waiting)
