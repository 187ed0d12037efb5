from celery import shared_task
from django.utils import timezone

from employment_portal.people.consent import requests
from employment_portal.people.consent.counter import close_expired
from employment_portal.people.groups.actions import expire_groups, remind_of_group_ends
from employment_portal.people.records.actions import recheck_pending


@shared_task(name="people.recheck_identities")
def recheck_identities(**_: object) -> int:
    """Every quarter of an hour: ask the identity service again where it gave no answer."""
    return recheck_pending()


@shared_task(name="people.keep_groups")
def keep_groups(**_: object) -> dict[str, int]:
    """Nightly: end memberships whose time is over, remind of those that end within a month."""
    today = timezone.localdate()
    return {"ended": expire_groups(today=today), "reminded": remind_of_group_ends(today=today)}


@shared_task(name="people.delete_exports")
def delete_exports(**_: object) -> int:
    """Hourly: delete the files of exports whose link has expired."""
    return requests.delete_exports()


@shared_task(name="people.end_sittings")
def end_sittings(**_: object) -> int:
    """Every five minutes: end the sittings at the counter whose time is over, and tell the person."""
    return close_expired(now=timezone.now())
