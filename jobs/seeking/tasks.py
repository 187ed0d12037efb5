from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs.seeking import actions


@shared_task(name="jobs.send_due_searches", title=_("Hand out saved searches that are due"))
def send_due_searches(**_: object) -> int:
    """Every morning: a task for each kept search whose mail is due. Safe to run twice."""
    due = actions.due_searches(today=timezone.localdate())
    for search_id in due:
        send_search.delay(search_id=search_id)
    return len(due)


@shared_task(name="jobs.send_search", title=_("Send a saved search"))
def send_search(*, search_id: int, **_: object) -> int:
    return actions.send_search(search_id=search_id, now=timezone.now(), today=timezone.localdate())


@shared_task(name="jobs.forget_searches", title=_("Delete unconfirmed job alerts"))
def forget_searches(**_: object) -> int:
    """Every night: addresses whose link was not followed in time. Safe to run twice."""
    return actions.forget_unconfirmed(now=timezone.now())
