"""Conflicts of interest that staff declare for themselves: those cases never reach them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from subsidies.claims.models import ConflictOfInterest


class WithWhom(DomainError):
    message = _("Name the person or the organisation that you declare a conflict with.")


@transaction.atomic
def declare_conflict(
    *, user: Any, relation: str, by: Any, now: datetime, person: Any = None, organisation: Any = None
) -> ConflictOfInterest:
    """Keep somebody's cases away from a member of staff; one that stands already is returned. Raises WithWhom."""
    if (person is None) == (organisation is None):
        raise WithWhom
    standing = ConflictOfInterest.objects.filter(
        user=user, person=person, organisation=organisation, ended_at__isnull=True
    ).first()
    if standing is not None:
        return standing
    conflict = ConflictOfInterest.objects.create(
        user=user,
        person=person,
        organisation=organisation,
        relation=relation.strip(),
        declared_by=by,
        declared_at=now,
    )
    record(action="claim.declare_conflict", by=by, subject=person or organisation, reason=conflict.relation)
    return conflict


@transaction.atomic
def end_conflict(*, conflict_id: int, by: Any, now: datetime) -> None:
    """End one's own declaration. Raises ConflictOfInterest.DoesNotExist for somebody else's."""
    conflict = ConflictOfInterest.objects.select_for_update().get(pk=conflict_id, user=by)
    if conflict.ended_at is None:
        conflict.ended_at = now
        conflict.save(update_fields=["ended_at"])
        record(action="claim.end_conflict", by=by, subject=conflict.person or conflict.organisation)
