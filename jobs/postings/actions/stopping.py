"""An employer may not recruit any more: its postings leave the search at once."""

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from employment_portal.notifications.actions import INBOX_AND_MAIL, notify
from employment_portal.organisations.models import Organisation
from jobs.postings.actions.common import locked, take_step
from jobs.postings.models import Posting
from jobs.postings.workflow import POSTING


@transaction.atomic
def stop_postings(organisation: Organisation, reason: str) -> int:
    """Pause every live posting of an employer, and of the branches that stand and fall with it; how many.

    Nothing puts them back by itself: once the employer is verified again it resumes those that it still needs.
    """
    branches = Q(parent=organisation.pk, code__isnull=True)
    employers = Organisation.objects.filter(Q(pk=organisation.pk) | branches).order_by("pk")
    return sum(_stop(employer, reason) for employer in employers)


def _stop(employer: Organisation, reason: str) -> int:
    live = Posting.objects.live().of_organisation(employer).order_by("pk")
    count = 0
    for posting_id in list(live.values_list("pk", flat=True)):
        posting = locked(posting_id)
        if POSTING.can(posting, "stop"):
            take_step(posting, "stop", by=None, now=timezone.now(), note=reason)
            count += 1
    if count:
        for member in employer.members.filter(left_at__isnull=True).select_related("user"):
            notify(
                kind="postings_stopped",
                to=member.user,
                channels=INBOX_AND_MAIL,
                context={"employer": employer, "count": count, "reason": reason},
                path=reverse("jobs:postings"),
            )
    return count
