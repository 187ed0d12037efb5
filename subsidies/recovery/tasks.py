from typing import Any

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subsidies.recovery import actions


@shared_task(name="subsidies.chase_recoveries", title=_("Remind of late repayments"))
def chase_recoveries(**_: Any) -> int:
    """Remind whoever is late in paying back; how many orders were looked at. Nightly."""
    return actions.chase_overdue(now=timezone.now())
