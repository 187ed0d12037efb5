"""The days on which the stories of the sample city happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from employment_portal.notifications.models import Notification
from employment_portal.workflow.models import Transition

DATED = ((Transition, "at"), (Notification, "created_at"))


def days_ago(days: int, *, now: datetime) -> datetime:
    """Ten in the morning of a day before ``now``."""
    morning = timezone.localtime(now).replace(hour=10, minute=0, second=0, microsecond=0)
    return morning - timedelta(days=days)


@contextmanager
def happened(moment: datetime) -> Iterator[None]:
    """The steps and messages that come of what is done inside are of ``moment``: actions date them by the clock."""
    last = {model: model.objects.aggregate(pk=Max("pk"))["pk"] or 0 for model, _field in DATED}
    yield
    for model, field in DATED:
        model.objects.filter(pk__gt=last[model]).update(**{field: moment})
