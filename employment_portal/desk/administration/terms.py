"""Terms, ages and limits of a place: what holds, where from, and a new value from a later day on."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.regions.models import Region, Term
from employment_portal.regions.terms import (
    LEAST_VALUE,
    MOST_VALUE,
    Row,
    TermCode,
    Unit,
    forget,
    in_force,
    rows_of,
)

KEEPERS = (StaffRole.POLICY_OFFICER, StaffRole.SYSTEM_ADMIN)


class NotYourPlace(DomainError):
    message = _("Terms are set by policy officers and system administrators, each for the places they serve.")


class NotLater(DomainError):
    message = _("A new value holds from tomorrow or a later day on: what held before stays on record.")


class OutOfBounds(DomainError):
    message = _("Give a whole number from %(least)s to %(most)s.")


class DayTaken(DomainError):
    message = _("A value from that day on is entered already. Choose another day.")


class SourceMissing(DomainError):
    message = _("Name the document that sets the value.")


@transaction.atomic
def add_term(
    *, code: str, region: Region, value: int, effective_from: date, source: str, by: Any, now: datetime
) -> Term:
    """Set a value for a region and what lies below it, from a later day on.

    Raises NotYourPlace, NotLater, OutOfBounds, SourceMissing, DayTaken.
    """
    if not by.has_role(*KEEPERS, region=region):
        raise NotYourPlace
    if effective_from <= timezone.localdate(now):
        raise NotLater
    if not LEAST_VALUE <= value <= MOST_VALUE:
        raise OutOfBounds(least=LEAST_VALUE, most=MOST_VALUE)
    if not source.strip():
        raise SourceMissing
    try:
        with transaction.atomic():
            added = Term.objects.create(
                region=region,
                code=code,
                value=value,
                unit=TermCode(code).unit,
                effective_from=effective_from,
                source=source.strip()[:200],
                made_by=by,
                made_at=now,
            )
    except IntegrityError as error:
        raise DayTaken from error
    transaction.on_commit(forget)
    detail = {"code": code, "region": region.code, "value": value, "from": effective_from.isoformat()}
    record(action="terms.add", by=by, subject=added, reason=source[:300], detail=detail)
    return added


@dataclass(frozen=True)
class Standing:
    """One term in a place: the row in force, and those that begin later."""

    code: str
    label: Any
    unit: Any
    row: Row
    place: str
    later: list[Row]


def standings(region: Region, on: date) -> list[Standing]:
    """Every term with the value that holds in a region on a day."""
    names = dict(Region.objects.filter(code__in=region.path_codes).values_list("code", "name"))
    found = []
    for code in TermCode:
        row = in_force(code, region, on)
        later = [each for each in rows_of(code, region.path_codes) if each.effective_from > on]
        found.append(
            Standing(code.value, code.label, Unit(code.unit).label, row, names.get(row.region, ""), later)
        )
    return found


def places_of(user: Any) -> list[Region]:
    """The regions that the user may set terms for, the widest first."""
    found = {
        post.agency.region_id: post.agency.region for post in user.current_posts() if post.role in KEEPERS
    }
    return sorted(found.values(), key=lambda region: (region.level, region.code))
