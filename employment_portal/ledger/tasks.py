from celery import shared_task
from django.utils import timezone

from employment_portal.ledger.actions import seal_ledger


@shared_task(name="ledger.seal")
def seal(**_: object) -> int:
    """Every five minutes: seal what was posted. Returns how many transfers the seal covers."""
    sealed = seal_ledger(timezone.now())
    return sealed.transfers if sealed else 0
