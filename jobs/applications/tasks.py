from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs.applications import actions


@shared_task(name="jobs.expire_applications", title=_("End unanswered applications"))
def expire_applications(**_: object) -> int:
    """Every night: silence after a posting's end ends its applications."""
    return actions.expire_applications(today=timezone.localdate())


@shared_task(name="jobs.lapse_offers", title=_("End unanswered offers"))
def lapse_offers(**_: object) -> int:
    """Every night: offers that were not answered in time lapse."""
    return actions.lapse_offers(today=timezone.localdate())
