from typing import Any

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subsidies.claims import actions
from subsidies.claims.roster_models import Roster, RosterState


@shared_task(name="subsidies.lapse_corrections", title=_("End corrections that did not come"))
def lapse_corrections(**_: Any) -> int:
    """Every night: claims whose correction did not come by its day are not accepted."""
    return actions.lapse_corrections(today=timezone.localdate(), now=timezone.now())


@shared_task(name="subsidies.archive_settled", title=_("Archive settled claims"))
def archive_settled(**_: Any) -> int:
    """Every night: claims whose money has settled for good are archived."""
    return actions.archive_settled(today=timezone.localdate())


@shared_task(name="subsidies.run_roster", title=_("Check an uploaded roster"), acks_late=True)
def run_roster(*, roster_id: int, **_: Any) -> int:
    """Check an uploaded roster; safe to run twice."""
    return actions.check_roster(roster_id=roster_id, now=timezone.now()).done


@shared_task(name="subsidies.sweep_rosters", title=_("Take up waiting rosters"))
def sweep_rosters(**_: Any) -> int:
    """Every ten minutes: rosters whose message to the queue was lost; how many were checked."""
    open_rosters = Roster.objects.exclude(state=RosterState.DONE)
    ids = list(open_rosters.values_list("pk", flat=True)[:20])
    for roster_id in ids:
        actions.check_roster(roster_id=roster_id, now=timezone.now())
    return len(ids)


@shared_task(name="subsidies.run_bulk_pass", title=_("Pass several claims"), acks_late=True)
def run_bulk_pass(*, bulk_id: int, **_: Any) -> int:
    """Pass the claims that an officer confirmed; safe to run twice."""
    return actions.run_bulk(bulk_id=bulk_id, now=timezone.now()).done


@shared_task(name="subsidies.sweep_bulk_passes", title=_("Take up waiting bulk passes"))
def sweep_bulk_passes(**_: Any) -> int:
    """Every five minutes: bulk passes that were cut off or whose message to the queue was lost."""
    return actions.sweep_bulk(now=timezone.now())
