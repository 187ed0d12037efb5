"""Who stands behind an advert: what its page says about who looked at it, or at its employer, and when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from employment_portal.accounts.models import StaffPost
from employment_portal.organisations.enums import VerificationStatus
from employment_portal.regions.models import Region
from employment_portal.workflow.models import WorkItem
from jobs.postings.actions.submission import REVIEW, SAMPLE
from jobs.postings.enums import RevisionState
from jobs.postings.models import Posting
from jobs.postings.permissions import REVIEWERS

IN_ORDER = ["approved", "confirmed"]


@dataclass(frozen=True)
class Look:
    """``agency`` is empty when the officer's post cannot be told any more."""

    agency: str
    on: date


@dataclass(frozen=True)
class Provenance:
    """``reviewed``: an officer found the advert in order. Else ``verified``: one checked the employer's licence."""

    reviewed: Look | None = None
    verified: Look | None = None


def provenance_of(posting: Posting) -> Provenance:
    """The last look at the advert, or where nobody looked at it, the standing verification of its employer."""
    if (reviewed := _review(posting)) is not None:
        return Provenance(reviewed=reviewed)
    if posting.source or not posting.employer.is_verified:
        return Provenance()
    return Provenance(verified=_verification(posting))


def _review(posting: Posting) -> Look | None:
    looks: list[tuple[datetime, Any, Region | None]] = []
    item = (
        WorkItem.objects.filter(
            subject_type=posting._meta.label_lower,
            subject_id=posting.pk,
            kind__in=[REVIEW, SAMPLE],
            outcome__in=IN_ORDER,
        )
        .select_related("region")
        .order_by("closed_at")
        .last()
    )
    if item is not None and item.closed_at is not None:
        looks.append((item.closed_at, item.closed_by_id, item.region))
    if posting.changed_at is not None:
        approved = posting.revisions.filter(state=RevisionState.APPROVED).select_related("region")
        change = approved.order_by("decided_at").last()
        if change is not None and change.decided_at is not None:
            looks.append((change.decided_at, change.decided_by_id, change.region))
    return _look(*max(looks, key=lambda look: look[0])) if looks else None


def _verification(posting: Posting) -> Look | None:
    holder = posting.employer.licensed
    last = holder.verifications.filter(status=VerificationStatus.VERIFIED).order_by("decided_at").last()
    if last is None or last.decided_at is None:
        return None
    return _look(last.decided_at, last.decided_by_id, holder.region)


def _look(at: datetime, officer_id: int | None, region: Region | None) -> Look:
    """The agency of the officer's post for that place on that day, the nearest one."""
    day = timezone.localdate(at)
    posts = (
        StaffPost.objects.current_on(day)
        .filter(user=officer_id, role__in=REVIEWERS)
        .select_related("agency__region")
    )
    near = [post.agency for post in posts if region and region.path.startswith(post.agency.region.path)]
    return Look(max(near, key=lambda agency: len(agency.region.path)).name if near else "", day)
