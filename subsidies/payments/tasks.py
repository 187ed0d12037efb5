"""Payments in the background. Every task may run twice or be lost: the tables say what is left to do."""

import logging

from celery import shared_task
from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from subsidies.payments import actions
from subsidies.payments.actions.watching import watch_payments as bring_queues_up_to_date
from subsidies.payments.banks import bank
from subsidies.payments.enums import ReturnFileState
from subsidies.payments.models import ReturnFile
from subsidies.payments.telling import tell_claimants

logger = logging.getLogger(__name__)


@shared_task(name="subsidies.process_return_file", title=_("Apply a return file"))
def process_return_file(*, file_id: int, **_: object) -> None:
    """Read and apply one stored file, then tell the claimants."""
    actions.process_return_file(file_id=file_id, now=timezone.now())
    tell_claimants(file_id=file_id)


@shared_task(
    name="subsidies.watch_payments", title=_("Put waiting payments into the queue of finance officers")
)
def watch_payments(**_: object) -> int:
    """Every ten minutes: payments that are due, batches, requests and exceptions that wait."""
    return bring_queues_up_to_date(now=timezone.now())


@shared_task(
    name="subsidies.sweep_payments", title=_("Fetch answers of the bank and take up stopped payments")
)
def sweep_payments(**_: object) -> int:
    """Find what a crash or a lost queue left behind, and fetch what the bank has answered. How much there was."""
    now = timezone.now()
    found = actions.give_up_silent_sends(now=now)
    adapter = bank()
    for name, content in adapter.answers():
        try:
            actions.keep_return_file(name=name, content=content, by=None, now=now)
        except DomainError:
            # Empty or far too large: it stays with the bank's files, where the operator finds it.
            continue
        adapter.fetched(name)
        found += 1
    left = ReturnFile.objects.filter(
        Q(state=ReturnFileState.RECEIVED) | Q(state=ReturnFileState.APPLIED) & ~Q(report__told=True)
    )
    for file_id in left.order_by("pk").values_list("pk", flat=True):
        try:
            process_return_file(file_id=file_id)
        except (DomainError, DatabaseError):
            # One file that cannot be applied now must not keep the others waiting; it is tried again.
            logger.exception("return file %s could not be applied", file_id)
            continue
        found += 1
    return found
