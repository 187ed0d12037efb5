from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.people.consent import export_requests
from employment_portal.people.consent.counter import close_expired
from employment_portal.people.groups.actions import expire_groups, remind_of_group_ends
from employment_portal.people.records import unmerging
from employment_portal.people.records.actions import recheck_pending


@shared_task(name="people.recheck_identities", title=_("Check identities again"))
def recheck_identities(**_: object) -> int:
    """Every quarter of an hour: ask the identity service again where it gave no answer."""
    return recheck_pending()


@shared_task(name="people.keep_groups", title=_("End certified groups and remind of them"))
def keep_groups(**_: object) -> dict[str, int]:
    """Nightly: end memberships whose time is over, remind of those that end within a month."""
    today = timezone.localdate()
    return {"ended": expire_groups(today=today), "reminded": remind_of_group_ends(today=today)}


@shared_task(name="people.delete_exports", title=_("Delete expired data exports"))
def delete_exports(**_: object) -> int:
    """Hourly: delete the files of exports whose link has expired."""
    return export_requests.delete_exports(now=timezone.now())


@shared_task(name="people.make_export", title=_("Put a data export together"))
def make_export(*, request_id: int, **_: object) -> bool:
    """Put the export together that somebody asked for."""
    return export_requests.make_export(request_id=request_id, now=timezone.now())


@shared_task(name="people.sweep_exports", title=_("Take up waiting data exports"))
def sweep_exports(**_: object) -> int:
    """Every minute: hand over again what the queue lost, each by itself so that one failure stops no other."""
    waiting = export_requests.sweep_exports(now=timezone.now())
    for request_id in waiting:
        make_export.delay(request_id=request_id)
    return len(waiting)


@shared_task(name="people.end_sittings", title=_("End sittings at the counter"))
def end_sittings(**_: object) -> int:
    """Every five minutes: end the sittings at the counter whose time is over, and tell the person."""
    return close_expired(now=timezone.now())


@shared_task(name="people.forget_merges", title=_("Delete copies of merged records"))
def forget_merges(**_: object) -> int:
    """Nightly: delete the copies kept for undoing merges whose term is over."""
    return unmerging.forget_merges(today=timezone.localdate())
