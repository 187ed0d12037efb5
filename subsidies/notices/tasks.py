from typing import Any

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subsidies.notices import actions


@shared_task(name="subsidies.close_notices", title=_("Close public notices"))
def close_notices(**_: Any) -> int:
    """Settle provisional windows, close the notices whose window ended, hand their claims over, ask for
    those to come and take the ended ones down; how many closed. Hourly."""
    now = timezone.now()
    actions.settle_provisional_windows()
    closed = actions.close_due_notices(now=now)
    actions.hand_over_without_notice(now=now)
    actions.ask_for_notices()
    actions.take_down_ended(now=now)
    return closed
