"""The heartbeat: sent by the scheduler, carried by the queue, run by a worker, so that it proves all three."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.utils.translation import gettext_lazy as _

from employment_portal.health import checks


@shared_task(title=_("Heartbeat of the worker"), ignore_result=True, expires=checks.HEARTBEAT_SECONDS)
def heartbeat(**_: Any) -> None:
    checks.beat()


@worker_ready.connect
def beat_at_once(**_: Any) -> None:
    """A fresh worker need not wait for the scheduler's first round."""
    checks.beat()
