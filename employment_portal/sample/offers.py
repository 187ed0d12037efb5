"""The first night's search of the sample city: offers to everybody who qualifies by what the sample holds."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from employment_portal.organisations.models import Member
from subsidies.matching import actions
from subsidies.matching.models import Offer


def load_offers(*, now: datetime) -> int:
    """Search for the people of every policy; tell those who can sign in. How many offers were made."""
    day = timezone.localdate(now)
    for version in actions.searched_versions(day):
        actions.match_version(version_id=version.pk, day=day)
    # The messages of a first night would be thousands, to people and firms of whom nobody reads them.
    firms = Member.objects.filter(user__emailaddress__verified=True).values("organisation")
    heard = Q(person__user__isnull=False) | Q(organisation__in=firms)
    Offer.objects.untold().exclude(pk__in=Offer.objects.filter(heard).values("pk")).update(notified_at=now)
    actions.tell_found(now=now)
    return Offer.objects.count()
