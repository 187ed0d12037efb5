import contextlib

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.notifications import actions
from employment_portal.notifications.models import OutboxMessage

BATCH = 500


@shared_task(name="notifications.deliver", title=_("Deliver a message"))
def deliver(*, message_id: int, **_: object) -> None:
    """Hand one message over; harmless when it has gone out already."""
    actions.deliver_message(message_id=message_id)


@shared_task(name="notifications.sweep_outbox", title=_("Send waiting messages"))
def sweep_outbox(**_: object) -> int:
    """Send what is due and was never hinted at, or must be tried again; go on while there is more.

    Returns how many it looked at.
    """
    due = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, next_try_at__lte=timezone.now())
    message_ids = list(due.order_by("next_try_at").values_list("pk", flat=True)[:BATCH])
    for message_id in message_ids:
        actions.deliver_message(message_id=message_id)
    if len(message_ids) == BATCH:
        with contextlib.suppress(sweep_outbox.OperationalError):
            sweep_outbox.apply_async(retry=False)
    return len(message_ids)
