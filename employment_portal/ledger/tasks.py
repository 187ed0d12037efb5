from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.ledger.actions import seal_ledger


@shared_task(name="ledger.seal", title=_("Seal the ledger"))
def seal(**_: object) -> int:
    """Every five minutes: seal what was posted. Returns how many transfers the seal covers."""
    sealed = seal_ledger(timezone.now())
    return sealed.transfers if sealed else 0
