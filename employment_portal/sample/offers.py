"""The first night's search of the sample city: offers to everybody who qualifies by what the sample holds."""

from datetime import datetime

from django.utils import timezone

from subsidies.matching import actions
from subsidies.matching.models import Offer


def load_offers(*, now: datetime) -> int:
    """Search for the people of every policy; tell those who can sign in. How many offers were made."""
    day = timezone.localdate(now)
    for version in actions.searched_versions(day):
        actions.match_version(version_id=version.pk, day=day)
    # The text messages of a first night would be thousands.
    Offer.objects.untold().filter(person__isnull=False, person__user__isnull=True).update(notified_at=now)
    actions.tell_found(now=now)
    return Offer.objects.count()
