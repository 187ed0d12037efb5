from typing import Any

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs.postings import actions


@shared_task(name="jobs.publish_scheduled", title=_("Publish scheduled jobs"))
def publish_scheduled(**_: Any) -> int:
    """Publish what is due; how many. Every ten minutes."""
    return actions.publish_due(now=timezone.now())


@shared_task(name="jobs.expire_postings", title=_("Take down expired jobs"))
def expire_postings(**_: Any) -> int:
    """End what is past its last day; how many. Nightly."""
    return actions.expire_due(now=timezone.now())


@shared_task(name="jobs.remind_expiring", title=_("Remind of jobs that end soon"))
def remind_expiring(**_: Any) -> int:
    """Tell employers of postings that end soon. Every morning."""
    return actions.remind_expiring(now=timezone.now())


@shared_task(name="jobs.chase_results", title=_("Ask for the results of ended jobs"))
def chase_results(**_: Any) -> int:
    """Ask for the result of postings that ended without one. Every morning."""
    return actions.chase_results(now=timezone.now())
