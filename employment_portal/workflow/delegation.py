"""Standing in for a colleague (委托代理): a role in a region, for a time that ends by itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.regions.models import Region
from employment_portal.regions.terms import TermCode, term
from employment_portal.workflow.models import Delegation


class NotToYourself(DomainError):
    message = _("Choose a colleague, not yourself.")


class DelegationDates(DomainError):
    message = _("Choose a first day from today on and a last day after it, at most %(days)s days in all.")


class NotYourDelegation(DomainError):
    message = _("Only whoever handed the post over can take it back.")


@dataclass(frozen=True)
class Authority:
    """A role in a region that somebody may use: their own post (``acting_for`` None) or a colleague's."""

    role: str
    region_path: str
    acting_for: Any = None

    def covers(self, role: str, region_path: str) -> bool:
        return self.role == role and region_path.startswith(self.region_path)


@transaction.atomic
def delegate(
    *, from_user: Any, to_user: Any, role: str, region: Region, starts_on: date, last_day: date, reason: str,
    now: datetime, today: date,
) -> Delegation:  # fmt: skip
    """Let ``to_user`` use a role of ``from_user`` in a region up to and including ``last_day``.

    The caller has checked that the post is ``from_user``'s. Raises NotToYourself, DelegationDates.
    """
    if from_user.pk == to_user.pk:
        raise NotToYourself
    longest = term(TermCode.DELEGATION, region=region, on=today)
    if not today <= starts_on <= last_day or (last_day - starts_on).days >= longest:
        raise DelegationDates(days=longest)
    delegation = Delegation.objects.create(
        from_user=from_user,
        to_user=to_user,
        role=role,
        region=region,
        valid=DateRange(starts_on, last_day + timedelta(days=1)),
        reason=reason,
        made_at=now,
    )
    to_user.__dict__.pop("_delegations", None)
    record(
        action="workflow.delegate",
        by=from_user,
        subject=to_user,
        reason=reason,
        detail={"role": role, "region": region.code, "until": last_day.isoformat()},
    )
    return delegation


@transaction.atomic
def revoke_delegation(*, delegation_id: int, by: Any, now: datetime) -> Delegation:
    """Take a post back before its day; revoked already, it stays as it is. Raises NotYourDelegation."""
    delegation = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation_id)
    if delegation.from_user_id != by.pk:
        raise NotYourDelegation
    if delegation.revoked_at is None:
        delegation.revoked_at = now
        delegation.save(update_fields=["revoked_at"])
        record(action="workflow.revoke_delegation", by=by, subject=delegation.to_user)
    return delegation


def delegations_to(user: Any, *, today: date) -> list[Delegation]:
    """Delegations to somebody that hold today: in time, not revoked, and the post is still the colleague's own.

    Like one's own posts they are read once per request: the list stays with the user's object.
    """
    kept: dict[date, list[Delegation]] = user.__dict__.setdefault("_delegations", {})
    if today not in kept:
        rows = Delegation.objects.in_force(today).filter(to_user=user).select_related("from_user", "region")
        kept[today] = [row for row in rows if row.from_user.is_active and _still_holds(row)]
    return kept[today]


def _still_holds(delegation: Delegation) -> bool:
    return any(
        post.role == delegation.role and delegation.region.path.startswith(post.agency.region.path)
        for post in delegation.from_user.current_posts()
    )


def authorities_of(user: Any, *, today: date) -> list[Authority]:
    """What somebody may use today, own posts first."""
    own = [Authority(post.role, post.agency.region.path) for post in user.current_posts()]
    lent = [Authority(row.role, row.region.path, row.from_user) for row in delegations_to(user, today=today)]
    return own + lent


def within(user: Any, *, today: date, roles: Collection[str]) -> Q:
    """Rows whose region lies in a subtree where somebody uses one of ``roles``, by a post or a delegation."""
    scope: Q = Q(pk__in=[])
    for authority in authorities_of(user, today=today):
        if authority.role in roles:
            scope |= Q(region__path__startswith=authority.region_path)
    return scope


def given_by(user: Any) -> models.QuerySet[Delegation]:
    """What somebody handed over, newest first."""
    return Delegation.objects.filter(from_user=user).select_related("to_user", "region").order_by("-pk")
