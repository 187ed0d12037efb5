from celery import shared_task
from django.utils.translation import gettext_lazy as _

from employment_portal.workflow import actions


@shared_task(name="workflow.settle_provisional_deadlines", title=_("Settle provisional deadlines"))
def settle_provisional_deadlines(**_: object) -> int:
    """Nightly: deadlines that waited for a year's calendar get their day."""
    return actions.settle_provisional_deadlines()
