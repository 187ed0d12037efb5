from typing import Any

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subsidies.matching import actions


@shared_task(name="subsidies.match_policies", title=_("Find the people of all policies"))
def match_policies(**_: Any) -> int:
    """Search for the people of every policy in force, then tell whom it found; how many were told.

    Called several times a night: what is finished is passed over, what was killed goes on. A policy that fails does
    not hold up the others: its error is raised when they are done.
    """
    day = timezone.localdate()
    actions.withdraw_ended(day=day)
    errors = []
    for version in actions.searched_versions(day):
        try:
            actions.match_version(version_id=version.pk, day=day)
        except Exception as error:
            error.add_note(f"policy version {version.public_id}")
            errors.append(error)
    told = actions.tell_found(now=timezone.now())
    if errors:
        raise ExceptionGroup("some policies could not be searched for", errors)
    return told


@shared_task(name="subsidies.match_version", title=_("Find the people of one policy"))
def match_version(*, version_id: int, **_: Any) -> int:
    """Go on with today's run of one version, which somebody opened, and tell whom it found."""
    actions.match_version(version_id=version_id, day=timezone.localdate())
    return actions.tell_found(now=timezone.now())
