"""Bringing lists of adverts in, and taking them back."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import IO, Any

from celery import current_app
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

from employment_portal.accounts.models import User
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.workflow.models import Transition, WorkItem
from jobs.applications.models import Application
from jobs.imports.adverts import Advert, Repeated, RowRejected, read_advert, source_id_of
from jobs.imports.bulk import write_stretch
from jobs.imports.enums import UNFINISHED, BatchState, RowOutcome
from jobs.imports.locks import held
from jobs.imports.lookups import Lookups
from jobs.imports.mapping import ColumnMapping, mapping_from_dict
from jobs.imports.models import ImportBatch, ImportRow
from jobs.imports.places import PlaceIndex
from jobs.imports.readers import FileNotReadable, ListFile, Row, open_list
from jobs.postings.enums import PostingStatus
from jobs.postings.models import Posting
from jobs.search.actions import index_postings

STRETCH = 1000
REMEMBERED = 100_000


class AlreadyAtWork(DomainError):
    message = _("This file is being imported already. Wait until it has finished.")


class CannotStart(DomainError):
    message = _("This import has started already.")


class CannotContinue(DomainError):
    message = _(
        "This import cannot be continued. Upload the file again: rows that are in already stay as they are."
    )


class CannotUndo(DomainError):
    message = _("Only a finished import that brought adverts can be undone, and only once.")


class NoSource(DomainError):
    message = _("Name the source of the list. The law asks that a reposted vacancy names it.")


def sha256_of(stream: Any) -> str:
    """Of the bytes of an open file or upload, read in pieces; leaves it at its beginning."""
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256")
    stream.seek(0)
    return digest.hexdigest()


@transaction.atomic
def receive_file(*, file: File, file_name: str, source: str, mapping: ColumnMapping, by: User) -> ImportBatch:
    """Keep an uploaded list until its columns are confirmed and it is started."""
    batch = ImportBatch.objects.create(
        source=source.strip()[:60],
        file_name=file_name[:200],
        file=file,
        sha256=sha256_of(file),
        size=file.size,
        mapping=mapping.as_dict(),
        by=by,
        created_at=timezone.now(),
    )
    record(
        action="imports.upload",
        by=by,
        subject=batch,
        detail={"file": file_name[:200], "sha256": batch.sha256},
    )
    return batch


@transaction.atomic
def queue_batch(*, batch_id: int, source: str, mapping: ColumnMapping, by: User) -> ImportBatch:
    """Start an uploaded list with these columns. Raises CannotStart, AlreadyAtWork, NoSource, MappingIncomplete."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state != BatchState.UPLOADED:
        raise CannotStart
    _ready(batch, source=source, mapping=mapping)
    batch.state = BatchState.QUEUED
    batch.save(update_fields=["source", "mapping", "state"])
    record(action="imports.start", by=by, subject=batch, detail={"mapping": mapping.name})
    transaction.on_commit(lambda: _hand_to_worker(batch.pk))
    return batch


@transaction.atomic
def continue_batch(*, batch_id: int, by: User) -> ImportBatch:
    """Go on with an import that an error stopped, from the row after the last one. Raises CannotContinue."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if not batch.can_be_continued:
        raise CannotContinue
    batch.state, batch.error = BatchState.QUEUED, ""
    batch.save(update_fields=["state", "error"])
    record(action="imports.continue", by=by, subject=batch, detail={"row": batch.last_row})
    transaction.on_commit(lambda: _hand_to_worker(batch.pk))
    return batch


def _hand_to_worker(batch_id: int) -> None:
    """Tell the queue; when it is down the batch says so and can be continued."""
    try:
        current_app.send_task("jobs.run_import", kwargs={"batch_id": batch_id}, retry=False)
    except OperationalError:
        sentence = _("The task queue cannot be reached. Continue the import when it is up again.")
        ImportBatch.objects.filter(pk=batch_id).update(state=BatchState.FAILED, error=str(sentence))


@transaction.atomic
def begin_or_continue(
    *, file_name: str, sha256: str, size: int, source: str, mapping: ColumnMapping, by: User | None = None
) -> ImportBatch:
    """The batch of a file that is imported from the command line: the one that stopped half-way, or a new one."""
    stopped = (
        ImportBatch.objects.select_for_update()
        .filter(source=source.strip()[:60], sha256=sha256, state__in=[*UNFINISHED, BatchState.FAILED])
        .first()
    )
    if stopped is not None:
        failed = ImportBatch.objects.filter(pk=stopped.pk, state=BatchState.FAILED)
        failed.update(state=BatchState.QUEUED, error="")
        return stopped
    batch = ImportBatch(
        file_name=file_name[:200],
        sha256=sha256,
        size=size,
        by=by,
        created_at=timezone.now(),
        state=BatchState.QUEUED,
    )
    _ready(batch, source=source, mapping=mapping)
    batch.save()
    record(
        action="imports.start",
        by=by,
        subject=batch,
        detail={"mapping": mapping.name, "file": file_name[:200]},
    )
    return batch


def _ready(batch: ImportBatch, *, source: str, mapping: ColumnMapping) -> None:
    mapping.require_complete()
    batch.source = source.strip()[:60]
    if not batch.source:
        raise NoSource
    batch.mapping = mapping.as_dict()
    at_work = ImportBatch.objects.filter(source=batch.source, sha256=batch.sha256, state__in=UNFINISHED)
    if at_work.exclude(pk=batch.pk).exists():
        raise AlreadyAtWork


@transaction.atomic
def discard_upload(*, batch_id: int, by: User) -> None:
    """Forget an uploaded list that was never started. Raises CannotStart when it was."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state != BatchState.UPLOADED:
        raise CannotStart
    record(action="imports.discard", by=by, subject=batch, detail={"file": batch.file_name})
    file = batch.file
    batch.delete()
    transaction.on_commit(lambda: file.delete(save=False))


def run_batch(
    *, batch_id: int, stream: IO[bytes], on_progress: Callable[[ImportBatch], None] | None = None
) -> ImportBatch:
    """Work through a list from where it stands, one transaction per thousand rows; safe to stop and run again.

    Raises FileNotReadable (the batch keeps the sentence), AlreadyAtWork when another process works on it,
    CannotStart when it has finished.
    """
    with held(batch_id) as is_mine:
        if not is_mine:
            raise AlreadyAtWork
        return _work_through(batch_id, stream, on_progress)


def _work_through(
    batch_id: int, stream: IO[bytes], on_progress: Callable[[ImportBatch], None] | None
) -> ImportBatch:
    batch = ImportBatch.objects.get(pk=batch_id)
    if batch.state not in UNFINISHED:
        raise CannotStart
    ImportBatch.objects.filter(pk=batch_id).update(
        state=BatchState.RUNNING, started_at=batch.started_at or timezone.now()
    )
    lookups, mapping = Lookups(), mapping_from_dict(batch.mapping)
    try:
        listed = open_list(stream)
        rows = (row for row in listed.rows if row.number > batch.last_row)
        for stretch in _one_ahead(_stretches(listed, rows, mapping=mapping, places=lookups.places)):
            batch = _write(batch, stretch, lookups=lookups)
            if on_progress:
                on_progress(batch)
    except FileNotReadable as error:
        ImportBatch.objects.filter(pk=batch_id).update(state=BatchState.FAILED, error=error.message[:500])
        raise
    return _finish(batch_id)


@dataclass(frozen=True)
class _Stretch:
    """Rows that were read, when, and how many bytes of the list had been taken then."""

    read: list[tuple[Row, Advert | RowRejected | Repeated]]
    position: int
    now: datetime


def _stretches(
    listed: ListFile, rows: Iterator[Row], *, mapping: ColumnMapping, places: PlaceIndex
) -> Iterator[_Stretch]:
    seen: dict[str, int] = {}
    while stretch := list(islice(rows, STRETCH)):
        now = timezone.now()
        read = [(row, _read(row, mapping=mapping, places=places, now=now, seen=seen)) for row in stretch]
        yield _Stretch(read, listed.position, now)


def _one_ahead(stretches: Iterator[_Stretch]) -> Iterator[_Stretch]:
    """The same, each read in a thread while the database writes the one before. Reading touches no database."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="import") as reader:
        ahead = reader.submit(next, stretches, None)
        while stretch := ahead.result():
            ahead = reader.submit(next, stretches, None)
            yield stretch


def _read(
    row: Row, *, mapping: ColumnMapping, places: PlaceIndex, now: datetime, seen: dict[str, int]
) -> Advert | RowRejected | Repeated:
    """Read one row. ``seen`` remembers the vacancies of this run; those it forgets are found in the database."""
    if row.problem:
        return RowRejected(row.problem.code, **row.problem.params)
    source_id = source_id_of(row.values, mapping)
    if source_id in seen:
        return Repeated(source_id, seen[source_id])
    try:
        advert = read_advert(
            row.values,
            mapping=mapping,
            places=places,
            today=timezone.localdate(now),
            source_id=source_id,
        )
    except RowRejected as rejected:
        return rejected
    if len(seen) >= REMEMBERED:
        seen.clear()
    seen[source_id] = row.number
    return advert


@transaction.atomic
def _write(batch: ImportBatch, stretch: _Stretch, *, lookups: Lookups) -> ImportBatch:
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.last_row != batch.last_row or locked.state != BatchState.RUNNING:
        raise AlreadyAtWork
    for result in write_stretch(stretch.read, batch=locked, lookups=lookups, now=stretch.now):
        counter = f"{RowOutcome(result.outcome).value}_count"
        setattr(locked, counter, getattr(locked, counter) + 1)
    locked.last_row = stretch.read[-1][0].number
    locked.position = min(stretch.position, locked.size)
    locked.save()
    return locked


@transaction.atomic
def _finish(batch_id: int) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    batch.state, batch.finished_at = BatchState.FINISHED, timezone.now()
    file, batch.file = batch.file, ""
    batch.save()
    record(
        action="imports.finish",
        by=batch.by,
        subject=batch,
        detail={outcome.value: count for outcome, count in batch.counts},
    )
    if file and (name := file.name):
        transaction.on_commit(lambda: file.storage.delete(name))
    return batch


@transaction.atomic
def undo_batch(*, batch_id: int, by: User | None) -> ImportBatch:
    """Take down the postings that this list brought; keep those that people applied to or a later list repeats.

    Values that the list changed in older postings stay changed. Raises CannotUndo.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if not batch.can_be_undone:
        raise CannotUndo
    now = timezone.now()
    brought = ImportRow.objects.filter(batch=batch, is_new=True, posting__isnull=False)
    ids = set(brought.values_list("posting_id", flat=True))
    applied = set(Application.objects.filter(posting_id__in=ids).values_list("posting_id", flat=True))
    later = ImportRow.objects.filter(posting_id__in=ids, batch__created_at__gt=batch.created_at)
    repeated = set(later.filter(batch__undone_at__isnull=True).values_list("posting_id", flat=True))
    up = [PostingStatus.LIVE, PostingStatus.SUBMITTED, PostingStatus.PAUSED, PostingStatus.EXPIRED]
    postings = list(
        Posting.objects.select_for_update(of=("self",))
        .filter(pk__in=ids - applied - repeated, status__in=up)
        .order_by("pk")
        .values_list("pk", "status")
    )
    down = [pk for pk, _status in postings]
    Posting.objects.filter(pk__in=down).update(status=PostingStatus.WITHDRAWN, ended_at=now, updated_at=now)
    Transition.objects.bulk_create(
        (
            Transition(
                workflow="posting",
                subject_type="jobs.posting",
                subject_id=pk,
                name="undo_import",
                source=status,
                target=PostingStatus.WITHDRAWN,
                by=by,
                at=now,
                note=batch.source,
            )
            for pk, status in postings
        ),
        batch_size=2000,
    )
    WorkItem.objects.open().filter(subject_type="jobs.posting", subject_id__in=down).update(
        closed_at=now, closed_by=by, outcome="import_undone"
    )
    index_postings(down)
    batch.state, batch.undone_at, batch.undone_by = BatchState.UNDONE, now, by
    batch.finished_at = batch.finished_at or now
    batch.withdrawn_count, batch.kept_count = len(down), len(ids & (applied | repeated))
    batch.save()
    record(
        action="imports.undo", by=by, subject=batch, detail={"withdrawn": len(down), "kept": batch.kept_count}
    )
    return batch


def preview_rows(
    batch: ImportBatch, *, mapping: ColumnMapping, stream: IO[bytes], count: int = 10
) -> Iterator[tuple[Row, Advert | RowRejected | Repeated]]:
    """The first rows of a list as they would be read. Raises FileNotReadable."""
    places, now = Lookups().places, timezone.now()
    seen: dict[str, int] = {}
    for row in islice(open_list(stream).rows, count):
        yield row, _read(row, mapping=mapping, places=places, now=now, seen=seen)


def run_stored_batch(*, batch_id: int) -> bool:
    """Run an uploaded list; False when it cannot be read, or somebody else works on it or has finished it.

    An error that is not the list's fault is kept as a sentence and raised for the log.
    """
    batch = ImportBatch.objects.get(pk=batch_id)
    try:
        with batch.file.open("rb") as stream:
            run_batch(batch_id=batch_id, stream=stream)
    except (FileNotReadable, AlreadyAtWork, CannotStart):
        return False
    except Exception:
        sentence = _(
            "The import was stopped by a fault of the portal. What it brought so far stays; continue it later."
        )
        ImportBatch.objects.filter(pk=batch_id).update(state=BatchState.FAILED, error=str(sentence))
        raise
    return True
