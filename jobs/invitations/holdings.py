"""Invitations as a part of what hangs on a person: exported with their data, moved when records are merged."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.people.holdings import Holding, Move, plain, register
from employment_portal.people.models import Person
from jobs.invitations.models import Invitation


def _rows(person: Person) -> Any:
    return Invitation.objects.of_person(person).order_by("pk")


def _move(duplicate: Person, survivor: Person, by: Any) -> Move:
    """Where both were invited to one posting the survivor's invitation stays."""
    twice = _rows(duplicate).filter(posting__in=_rows(survivor).order_by().values("posting"))
    settled, _by_model = Invitation.objects.filter(pk__in=list(twice.values_list("pk", flat=True))).delete()
    return Move(moved=_rows(duplicate).update(person=survivor), settled=settled)


def _erase(person: Person) -> None:
    _rows(person).delete()


def register_all() -> None:
    register(
        Holding(
            "invitations",
            _("Invitations of employers"),
            _("Applying for jobs"),
            _rows,
            _move,
            plain("posting", "posting__employer", "message", "get_state_display", "made_at", "answered_at"),
            erase=_erase,
            owner="person",
        )
    )
