"""Applications as a part of what hangs on a person: exported with their data, moved when records are merged."""

from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.people.holdings import Holding, Move, plain, register
from employment_portal.people.models import Person
from jobs.applications.actions.offering import end_open_offer
from jobs.applications.actions.rows import cancel_open_interviews
from jobs.applications.enums import ENDED_STATES, ApplicationStatus
from jobs.applications.messages import tell_employer
from jobs.applications.models import Application, Interview, Offer
from jobs.applications.workflow import APPLICATION


class HiredTwice(DomainError):
    message = _(
        "Both records have an application for the same posting, one of them hired. Settle that first."
    )


def move_applications(duplicate: Person, survivor: Person, by: Any) -> Move:
    """Where both applied for one posting the survivor's live application stays and the other is withdrawn.

    Its interview and its offer end with it, and the employer is told, as if the person had withdrawn.
    """
    rows = (
        Application.objects.select_for_update(of=("self",))
        .select_related("person", "posting__employer")
        .filter(person=duplicate)
    )
    live = set(
        Application.objects.of_person(survivor)
        .exclude(status__in=ENDED_STATES - {ApplicationStatus.HIRED})
        .values_list("posting_id", flat=True)
    )
    moved = settled = 0
    with transaction.atomic():
        for application in rows.order_by("pk"):
            if application.posting_id in live and application.status == ApplicationStatus.HIRED:
                raise HiredTwice
            if application.posting_id in live and application.status not in ENDED_STATES:
                _withdraw(application)
                settled += 1
            else:
                moved += 1
            Application.objects.filter(pk=application.pk).update(person=survivor)
    return Move(moved, settled)


def _withdraw(application: Application) -> None:
    reason = str(_("Two records were merged"))
    cancel_open_interviews(application, by=None, note=reason)
    end_open_offer(application, by=None, reason=reason)
    application.ended_at = timezone.now()
    APPLICATION.apply(application, "withdraw", by=None, note=reason, save_fields=["ended_at"])
    if application.submitted_at is not None:
        tell_employer("application_withdrawn", application, reason=reason)


def _rows_of(person: Person) -> Any:
    return Application.objects.filter(person=person).order_by("pk")


def _touched(person: Person) -> list[Any]:
    """With the applications what ends together with one."""
    parts = [model.objects.filter(application__person=person).order_by("pk") for model in (Interview, Offer)]
    return [_rows_of(person), *parts]


def _erase(person: Person) -> None:
    """What was never sent: no employer has it, and nothing needs its proof."""
    unsent = _rows_of(person).filter(submitted_at__isnull=True)
    uploads = [application.upload for application in unsent if application.upload]
    unsent.delete()
    for upload in uploads:
        transaction.on_commit(partial(upload.storage.delete, upload.name))


def register_all() -> None:
    register(
        Holding(
            "applications",
            _("Applications"),
            _("Applying for jobs"),
            _rows_of,
            move_applications,
            plain(
                "posting",
                "get_status_display",
                "created_at",
                "submitted_at",
                "letter",
                "share_phone",
                "hired_on",
            ),
            retained=True,
            kept=lambda person: _rows_of(person).filter(submitted_at__isnull=False),
            erase=_erase,
            owner="person",
            touched=_touched,
        )
    )
