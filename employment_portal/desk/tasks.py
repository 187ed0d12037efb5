from typing import Any

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.desk.queue.escalation import warn_and_escalate


@shared_task(name="desk.warn_and_escalate_work_items", title=_("Warn of deadlines and escalate overdue work"))
def warn_and_escalate_work_items(**_: Any) -> dict[str, int]:
    """Hourly."""
    warned, escalated = warn_and_escalate(today=timezone.localdate())
    return {"warned": warned, "escalated": escalated}
