from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.organisations import actions


@shared_task(name="organisations.expire_verifications", title=_("End verifications and remind of them"))
def expire_verifications(**_: object) -> dict[str, int]:
    """Nightly: end verifications that have run out, remind of those that soon will."""
    today = timezone.localdate()
    return {
        "expired": actions.expire_verifications(today=today),
        "reminded": actions.remind_of_expiry(today=today),
    }
