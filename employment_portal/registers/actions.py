"""Bringing files of registers in, and taking them back."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import IO, Any

from celery import current_app
from django.core.files.base import File
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

from employment_portal.accounts.models import User
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.registers.enums import UNFINISHED, BatchState, RowOutcome
from employment_portal.registers.intake.adapters import ADAPTERS, Adapter
from employment_portal.registers.intake.lookups import Lookups
from employment_portal.registers.intake.writing import Read, write_stretch
from employment_portal.registers.models import RegisterBatch, RegisterRow
from jobs.imports.readers import FileNotReadable, Row, open_list

STRETCH = 2000


class AlreadyAtWork(DomainError):
    message = _("This file is being imported already. Wait until it has finished.")


class NoSource(DomainError):
    message = _("Name who delivers the file, such as 成都市社保局.")


class ColumnsMissing(DomainError):
    message = _("The file lacks these columns: %(columns)s. Name them as the description of the file says.")


class CannotUndo(DomainError):
    message = _("Only an import that has ended and changed something can be taken back, and only once.")


def sha256_of(stream: Any) -> str:
    """Of the bytes of an open file or upload, read in pieces; leaves it at its beginning."""
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256")
    stream.seek(0)
    return digest.hexdigest()


@transaction.atomic
def open_batch(
    *,
    register: str,
    source: str,
    file_name: str,
    sha256: str,
    by: User | None,
    now: datetime,
    file: File | None = None,
) -> RegisterBatch:
    """A batch that waits for its run. Raises NoSource, AlreadyAtWork."""
    source = source.strip()[:40]
    if not source:
        raise NoSource
    same = RegisterBatch.objects.filter(register=register, source=source, sha256=sha256)
    if same.filter(state__in=UNFINISHED).exists():
        raise AlreadyAtWork
    batch = RegisterBatch.objects.create(
        register=register,
        source=source,
        file_name=file_name[:200],
        file=file or "",
        sha256=sha256,
        by=by,
        created_at=now,
    )
    record(
        action="registers.import",
        by=by,
        subject=batch,
        detail={"register": register, "source": source, "file": file_name[:200], "sha256": sha256},
    )
    return batch


def receive_file(*, register: str, source: str, file: File, by: User, now: datetime) -> RegisterBatch:
    """Keep an uploaded file and hand it to the worker. Raises NoSource, AlreadyAtWork, ColumnsMissing, FileNotReadable."""
    check_columns(ADAPTERS[register], open_list(file).headings)
    batch = open_batch(
        register=register,
        source=source,
        file_name=file.name or "",
        sha256=sha256_of(file),
        by=by,
        now=now,
        file=file,
    )
    transaction.on_commit(lambda: _hand_to_worker(batch.pk))
    return batch


def _hand_to_worker(batch_id: int) -> None:
    """Tell the queue. When it is down the batch stops with a sentence: the file can be uploaded again."""
    try:
        current_app.send_task("registers.run_import", kwargs={"batch_id": batch_id}, retry=False)
    except OperationalError:
        stop_batch(
            batch_id=batch_id, reason=_("The task queue cannot be reached. Upload the file again later.")
        )


def check_columns(adapter: Adapter, headings: list[str]) -> None:
    missing = adapter.missing(headings)
    if missing:
        raise ColumnsMissing(columns="、".join(missing))


def run_batch(*, batch_id: int, stream: IO[bytes]) -> RegisterBatch:
    """Work through a file, one transaction for two thousand rows; stopped at any moment, it can be run again.

    Raises FileNotReadable and ColumnsMissing (the batch keeps the sentence).
    """
    batch = RegisterBatch.objects.get(pk=batch_id)
    if batch.state not in UNFINISHED:
        return batch
    RegisterRow.objects.filter(batch=batch).exclude(outcome=RowOutcome.UPDATED).delete()
    batch.state = BatchState.RUNNING
    batch.unchanged_count = batch.unknown_count = batch.rejected_count = 0
    batch.save(update_fields=["state", "unchanged_count", "unknown_count", "rejected_count"])
    adapter = ADAPTERS[batch.register]
    lookups = Lookups()
    seen: dict[str, int] = {}
    try:
        listed = open_list(stream)
        check_columns(adapter, listed.headings)
        rows = _readable(adapter, listed.rows)
        while stretch := list(islice(rows, STRETCH)):
            write_stretch(batch, adapter, stretch, lookups, seen)
    except (FileNotReadable, ColumnsMissing) as error:
        stop_batch(batch_id=batch_id, reason=error.message)
        raise
    batch.state, batch.finished_at = BatchState.FINISHED, timezone.now()
    batch.save(update_fields=["state", "finished_at"])
    _forget_file(batch)
    return batch


def _readable(adapter: Adapter, rows: Iterator[Row]) -> Iterator[Read]:
    for row in rows:
        source_id = row.values.get("记录编号", "").strip()[:80]
        if row.problem:
            yield Read(row.number, source_id, reason=row.problem)
            continue
        try:
            values = {column.name: column.value(row.values) for column in adapter.columns}
        except DomainError as error:
            yield Read(row.number, source_id, reason=error.message)
            continue
        yield Read(row.number, values.pop("source_id"), values)


def stop_batch(*, batch_id: int, reason: Any) -> None:
    """End a run that cannot go on; what it wrote so far stays, and the file is forgotten."""
    batch = RegisterBatch.objects.get(pk=batch_id)
    batch.state, batch.error = BatchState.FAILED, str(reason)[:500]
    batch.save(update_fields=["state", "error"])
    _forget_file(batch)


def _forget_file(batch: RegisterBatch) -> None:
    """The file holds identity numbers, also of people who have no record here."""
    if batch.file:
        batch.file.delete(save=False)
        RegisterBatch.objects.filter(pk=batch.pk).update(file="")


@transaction.atomic
def undo_batch(*, batch_id: int, by: User, now: datetime) -> RegisterBatch:
    """Remove the rows that a file brought and restore those that it changed.

    A row that a later file changed, or that a claim rests on, stays. Raises CannotUndo.
    """
    batch = RegisterBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    if not batch.can_be_undone:
        raise CannotUndo
    model = ADAPTERS[batch.register].model
    restored = _restore(batch, model)
    brought = model._default_manager.filter(first_batch=batch)
    removable = brought.filter(batch=batch)
    total, removed = brought.count(), 0
    try:
        with transaction.atomic():
            removed = removable.delete()[1].get(model._meta.label, 0)
    except models.ProtectedError:
        removed = sum(_remove(row) for row in removable)
    batch.removed_count = removed + restored
    batch.kept_count = total - removed + batch.updated_count - restored
    batch.state, batch.undone_at, batch.undone_by = BatchState.UNDONE, now, by
    batch.finished_at = batch.finished_at or now
    batch.save()
    record(
        action="registers.undo",
        by=by,
        subject=batch,
        detail={"removed": batch.removed_count, "kept": batch.kept_count},
    )
    return batch


def _remove(row: Any) -> int:
    try:
        with transaction.atomic():
            row.delete()
    except models.ProtectedError:
        return 0
    return 1


def _restore(batch: RegisterBatch, model: Any) -> int:
    reports = {
        report.row_id: report.previous
        for report in RegisterRow.objects.filter(batch=batch, outcome=RowOutcome.UPDATED)
    }
    restored = 0
    for row in (
        model._default_manager.select_for_update(of=("self",))
        .filter(pk__in=reports, batch=batch)
        .exclude(first_batch=batch)
    ):
        for name, value in reports[row.pk].items():
            setattr(row, name, model._meta.get_field(name.removesuffix("_id")).to_python(value))
        row.save()
        restored += 1
    return restored
