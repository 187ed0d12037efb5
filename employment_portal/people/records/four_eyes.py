"""Changes of a record that one officer asks for and a second decides: the queue item that goes with them."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.core.errors import DomainError
from employment_portal.core.masking import mask_name
from employment_portal.people.models import Person
from employment_portal.people.permissions import REGION_FIELDS
from employment_portal.regions.models import Region
from employment_portal.regions.serving import first_served
from employment_portal.regions.terms import TermCode, term
from employment_portal.workflow.actions import close_work_items, open_work_item, request_four_eyes
from employment_portal.workflow.models import FourEyes

WORK_KIND = "people_request"


class AlreadyAsked(DomainError):
    message = _("A request about this record is waiting for a second officer already.")


class PlaceNeeded(DomainError):
    message = _("Enter where the person lives first: the agency of that place decides.")


def region_of(person: Person) -> Any:
    """The place whose agency handles the person: the first of residence, household, work and insurance that is served
    here, else the first there is, which is the city agency's.
    """
    if (place := place_of(person)) is None:
        raise PlaceNeeded
    return place


def place_of(person: Person) -> Region | None:
    """``region_of``, or None for somebody with no place on record."""
    names = dict.fromkeys(["residence_region", *REGION_FIELDS])
    places = [place for name in names if (place := getattr(person, name)) is not None]
    return first_served(places) if places else None


def open_request(
    *, kind: str, person: Person, payload: dict[str, Any], reason: str, by: Any, today: date
) -> FourEyes:
    """Put a request into the queue of the second officer. Raises AlreadyAsked, PlaceNeeded."""
    region = region_of(person)
    try:
        with transaction.atomic():
            request = request_four_eyes(kind=kind, subject=person, payload=payload, reason=reason, by=by)
    except IntegrityError as error:
        raise AlreadyAsked from error
    open_work_item(
        kind=WORK_KIND,
        subject=request,
        title=_now("Second officer: %(name)s") % {"name": mask_name(person.name)},
        path=f"/staff/people/requests/{request.public_id}/",
        region=region,
        role=StaffRole.DISTRICT_OFFICER,
        working_days=term(TermCode.CORRECTION, region=region, on=today),
        today=today,
    )
    return request


def close_request_item(request: FourEyes, by: Any) -> None:
    close_work_items(subject=request, by=by, outcome=request.state, kind=WORK_KIND)
