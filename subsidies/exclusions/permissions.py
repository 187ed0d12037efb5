"""Who writes the rules against double benefits: they count in the whole city, so its own officers do."""

from typing import Any

from django.conf import settings

from employment_portal.regions.models import Region
from subsidies.policies.models import Guard
from subsidies.policies.permissions import PUBLISHERS, WRITERS, covers, wrote


def city() -> Region:
    return Region.objects.get(code=settings.CITY_REGION)


def writes_for_the_city(user: Any) -> bool:
    return covers(user, city().path, *WRITERS)


def may_write(user: Any, guard: Guard) -> bool:
    return writes_for_the_city(user)


def may_publish(user: Any, guard: Guard) -> bool:
    """Another policy officer of the city or a city officer, who had no hand in the draft."""
    return covers(user, city().path, *PUBLISHERS) and not wrote(user, guard)


def may_ask(user: Any, guard: Guard) -> bool:
    """Who may ask for its end, and take that back."""
    return covers(user, city().path, *PUBLISHERS)


def may_end(user: Any, guard: Guard) -> bool:
    return may_ask(user, guard) and user.pk != guard.end_asked_by_id
