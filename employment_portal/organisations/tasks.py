from celery import shared_task
from django.utils import timezone

from employment_portal.organisations import actions


@shared_task(name="organisations.expire_verifications")
def expire_verifications(**_: object) -> dict[str, int]:
    """Nightly: end verifications that have run out, remind of those that soon will."""
    today = timezone.localdate()
    return {
        "expired": actions.expire_verifications(today=today),
        "reminded": actions.remind_of_expiry(today=today),
    }
