"""The export of one's data: asked for, put together by a worker, kept for a week."""

from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _now
from kombu.exceptions import OperationalError

from employment_portal.audit.actions import record
from employment_portal.notifications.actions import INBOX_AND_MAIL, notify
from employment_portal.people.consent.exports import export_zip
from employment_portal.people.enums import DataRequestKind
from employment_portal.people.models import DataRequest, Person

KEPT_DAYS = 7
TRIED_FOR = timedelta(days=1)
State = DataRequest.State


@transaction.atomic
def ask_for_export(*, person_id: int, by: Any, now: datetime) -> DataRequest:
    """Have the export made; while one is being made, that one."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    waiting = person.data_requests.filter(kind=DataRequestKind.EXPORT, state=State.OPEN).first()
    if waiting is not None:
        return waiting
    request = DataRequest.objects.create(
        person=person, kind=DataRequestKind.EXPORT, state=State.OPEN, created_at=now
    )
    record(action="people.export", by=by, subject=person)
    transaction.on_commit(lambda: _hand_to_worker(request.pk))
    return request


def _hand_to_worker(request_id: int) -> None:
    """Tell the queue; when it is down the next sweep finds the request."""
    try:
        current_app.send_task("people.make_export", kwargs={"request_id": request_id}, retry=False)
    except OperationalError:
        return


@transaction.atomic
def make_export(*, request_id: int, now: datetime) -> bool:
    """Put the file together and tell its owner; False when there is nothing (more) to do. Safe to run twice."""
    request = (
        DataRequest.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("person__user")
        .filter(pk=request_id, kind=DataRequestKind.EXPORT, state=State.OPEN)
        .first()
    )
    if request is None:
        return False
    person = request.person
    if person.user is None:  # deleted, or merged into another record, meanwhile
        request.state, request.decided_at = State.REFUSED, now
        request.save(update_fields=["state", "decided_at"])
        return False
    with translation.override(person.user.language):
        content = export_zip(person)
    request.state, request.decided_at = State.DONE, now
    request.file_until = now + timedelta(days=KEPT_DAYS)
    request.file.save(f"{get_random_string(32)}.zip", ContentFile(content), save=False)
    request.save()
    notify(
        kind="export_ready",
        to=person.user,
        channels=INBOX_AND_MAIL,
        context={"until": request.file_until},
        path=f"/me/data/export/{request.public_id}/",
        dedupe_key=f"export_ready:{request.pk}",
        always=True,
    )
    return True


def sweep_exports(*, now: datetime) -> list[int]:
    """Every minute: ids of the exports that still wait to be made; what fails for a day is given up and says so."""
    waiting = DataRequest.objects.filter(kind=DataRequestKind.EXPORT, state=State.OPEN)
    for request in waiting.filter(created_at__lt=now - TRIED_FOR).select_related("person__user"):
        user = request.person.user
        with translation.override(user.language if user is not None else None):
            answer = _now("The file could not be put together. Please ask for it again, or call us.")
        DataRequest.objects.filter(pk=request.pk, state=State.OPEN).update(
            state=State.REFUSED, answer=answer, decided_at=now
        )
    return list(
        waiting.filter(created_at__lt=now - timedelta(minutes=1)).order_by("pk").values_list("pk", flat=True)
    )


def delete_exports(*, now: datetime) -> int:
    """Delete the export files whose time is over. Returns how many."""
    count = 0
    for request in DataRequest.objects.filter(file_until__lt=now).exclude(file=""):
        request.file.delete(save=False)
        request.file_until = None
        request.save(update_fields=["file", "file_until"])
        count += 1
    return count
