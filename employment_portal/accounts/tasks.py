from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.posts.actions import release_work_of_leavers


@shared_task(name="accounts.release_work", title=_("Give back the work of those who left"))
def release_work(**_: object) -> int:
    """Nightly: what somebody still had in a post that has ended goes back to the pool."""
    return release_work_of_leavers(today=timezone.localdate())
