"""The life of an opening file: received, checked, approved by a second person, taken over whole or not at all."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.regions.models import Region
from employment_portal.workflow.actions import SamePersonDecides
from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.exclusions.queries import keep_guards_still
from subsidies.opening.applying import Applier
from subsidies.opening.checking import Checked, Checker, check_together
from subsidies.opening.models import OpeningImport, OpeningKind, OpeningRow, OpeningState
from subsidies.opening.reading import Read, read_files

IN_THE_BACKGROUND = 500  # rows from which on a task works and the page shows how far it is
STRETCH = 500
KEEPERS = (StaffRole.SYSTEM_ADMIN, StaffRole.FINANCE_OFFICER)


class NotAKeeper(DomainError):
    message = _(
        "Opening data are brought in by finance officers and system administrators, each for the places they serve."
    )


class TakenOverBefore(DomainError):
    message = _("This file was taken over on %(day)s. Nothing was changed.")


class SourceMissing(DomainError):
    message = _("Name the old system: its numbers are told apart by that name.")


class CannotTakeOver(DomainError):
    message = _("The data changed since the check. Check the file again and look at its report.")


def may_keep_opening(user: Any, region: Region | None = None) -> bool:
    """Whether a keeper, and of ``region`` where one is given."""
    return user.has_role(*KEEPERS, region=region)


def openings_visible_to(user: Any) -> QuerySet[OpeningImport]:
    """The files of the subtrees that the user keeps."""
    scope = Q(pk__in=[])
    for region in _kept_by(user):
        scope |= Q(region__path__startswith=region.path)
    return OpeningImport.objects.filter(scope).select_related("region", "made_by", "approved_by")


def _kept_by(user: Any) -> list[Region]:
    """The places of the user's posts as a keeper, the widest first."""
    places = [post.agency.region for post in user.current_posts() if post.role in KEEPERS]
    return sorted(places, key=lambda region: (region.level, region.code))


def receive_opening(
    *, files: Sequence[tuple[str, bytes]], source: str, by: Any, now: datetime
) -> OpeningImport:
    """Keep the rows of a workbook or of CSV files for a check. ``files``: names and bytes.

    The check refuses rows outside the widest place that ``by`` serves. Raises NotAKeeper, SourceMissing, TakenOverBefore, and what ``reading`` raises.
    """
    if not may_keep_opening(by):
        raise NotAKeeper
    if not source.strip():
        raise SourceMissing
    digests = sorted(hashlib.sha256(content).hexdigest() for _name, content in files)
    sha256 = hashlib.sha256("".join(digests).encode()).hexdigest()
    before = OpeningImport.objects.filter(sha256=sha256, state=OpeningState.APPLIED).first()
    if before is not None and before.applied_at is not None:
        raise TakenOverBefore(day=f"{localdate(before.applied_at):%Y-%m-%d}")
    rows = read_files(files)
    with transaction.atomic():
        batch = OpeningImport.objects.create(
            region=_kept_by(by)[0],
            source=source.strip()[:60],
            name="、".join(name for name, _content in files)[:120],
            sha256=sha256,
            state=OpeningState.CHECKING,
            row_count=len(rows),
            made_by=by,
            made_at=now,
        )
        OpeningRow.objects.bulk_create(
            (
                OpeningRow(
                    batch=batch,
                    number=number,
                    kind=row.kind,
                    source=batch.source,
                    source_id=row.cells.get("id", "")[:60],
                    payload=json.dumps({"row": row.number, "cells": row.cells}, ensure_ascii=False),
                )
                for number, row in enumerate(rows, start=1)
            ),
            batch_size=1000,
        )
        record(action="opening.receive", by=by, subject=batch, detail={"rows": len(rows), "sha256": sha256})
    return batch


def check_opening(*, batch_id: int) -> OpeningImport:
    """Check every row and all together, and keep the verdict. Safe to repeat; a batch that was approved stays."""
    batch = OpeningImport.objects.get(pk=batch_id)
    if batch.state not in {OpeningState.CHECKING, OpeningState.CHECKED, OpeningState.FAULTY}:
        return batch

    def progress(done: int) -> None:
        OpeningImport.objects.filter(pk=batch_id).update(done_count=done)

    pairs, _checker = _checked(batch, progress)
    changed = []
    for stored, row in pairs:
        if (stored.error, stored.error_values) != (row.error, row.values):
            stored.error, stored.error_values = row.error, row.values
            changed.append(stored)
    with transaction.atomic():
        batch = OpeningImport.objects.select_for_update().get(pk=batch_id)
        if batch.state not in {OpeningState.CHECKING, OpeningState.CHECKED, OpeningState.FAULTY}:
            return batch
        OpeningRow.objects.bulk_update(changed, ["error", "error_values"], batch_size=1000)
        batch.error_count = sum(bool(row.error) for _stored, row in pairs)
        batch.state = OpeningState.FAULTY if batch.error_count else OpeningState.CHECKED
        batch.totals, batch.done_count, batch.problem = _totals(pairs), len(pairs), ""
        batch.save()
    return batch


def recheck_opening(*, batch_id: int, by: Any) -> OpeningImport:
    """Have a file checked again after people, firms or policies were added. Raises NotAKeeper, TransitionNotAllowed."""
    with transaction.atomic():
        batch = _kept(batch_id, by)
        if batch.state not in {OpeningState.CHECKING, OpeningState.CHECKED, OpeningState.FAULTY}:
            raise TransitionNotAllowed
        batch.state, batch.done_count = OpeningState.CHECKING, 0
        batch.save(update_fields=["state", "done_count"])
        record(action="opening.recheck", by=by, subject=batch)
    return batch


@transaction.atomic
def approve_opening(*, batch_id: int, by: Any) -> OpeningImport:
    """Approve a file without errors as the second person; ``apply_opening`` then takes it over.

    Raises NotAKeeper, TransitionNotAllowed, SamePersonDecides.
    """
    batch = _kept(batch_id, by)
    if batch.state != OpeningState.CHECKED:
        raise TransitionNotAllowed
    if batch.made_by_id == by.pk:
        raise SamePersonDecides
    batch.state, batch.approved_by, batch.done_count = OpeningState.APPLYING, by, 0
    batch.save(update_fields=["state", "approved_by", "done_count"])
    record(action="opening.approve", by=by, subject=batch, detail=batch.totals)
    return batch


def apply_opening(*, batch_id: int, now: datetime) -> OpeningImport:
    """Take an approved file over, all of it or nothing. Twice, the second run finds nothing to do.

    The file is checked once more inside the transaction; what no longer fits gives the file back as faulty.
    """
    try:
        with transaction.atomic():
            batch = (
                OpeningImport.objects.select_for_update(of=("self",))
                .select_related("made_by")
                .get(pk=batch_id)
            )
            if batch.state != OpeningState.APPLYING:
                return batch
            keep_guards_still()
            pairs, checker = _checked(batch, lambda _done: None)
            if any(row.error for _stored, row in pairs):
                raise CannotTakeOver
            known = _known(batch)
            fresh = [
                (stored, row)
                for stored, row in pairs
                if not row.is_total and (stored.kind, stored.source_id) not in known
            ]
            Applier(batch, checker, by=batch.made_by, now=now).run(fresh)
            OpeningRow.objects.filter(pk__in=[stored.pk for stored, _row in fresh]).update(applied=True)
            batch.state, batch.applied_at, batch.problem = OpeningState.APPLIED, now, ""
            batch.done_count = batch.row_count
            batch.totals = {**_totals(fresh), "known": len(pairs) - len(fresh) - _total_rows(pairs)}
            batch.save()
            record(action="opening.apply", by=batch.approved_by, subject=batch, detail=batch.totals)
            return batch
    except (DomainError, DatabaseError) as error:
        problem = str(error) if isinstance(error, DomainError) else str(CannotTakeOver())
        OpeningImport.objects.filter(pk=batch_id, state=OpeningState.APPLYING).update(
            state=OpeningState.FAULTY, approved_by=None, problem=problem[:300]
        )
        if not isinstance(error, DomainError):
            raise
        return OpeningImport.objects.get(pk=batch_id)


@transaction.atomic
def discard_opening(*, batch_id: int, by: Any) -> OpeningImport:
    """Lay a file aside that will not be taken over; its rows, which hold personal data, are deleted.

    Raises NotAKeeper, TransitionNotAllowed.
    """
    batch = _kept(batch_id, by)
    if batch.state in {OpeningState.APPLYING, OpeningState.APPLIED, OpeningState.DISCARDED}:
        raise TransitionNotAllowed
    batch.rows.all().delete()
    batch.state = OpeningState.DISCARDED
    batch.save(update_fields=["state"])
    record(action="opening.discard", by=by, subject=batch)
    return batch


def _kept(batch_id: int, by: Any) -> OpeningImport:
    """The file, held, for a keeper of its place."""
    batch = OpeningImport.objects.select_for_update(of=("self",)).select_related("region").get(pk=batch_id)
    if not may_keep_opening(by, batch.region):
        raise NotAKeeper
    return batch


def _known(batch: OpeningImport) -> frozenset[tuple[str, str]]:
    """(kind, id) of this old system that were taken over before."""
    return frozenset(
        OpeningRow.objects.filter(source=batch.source, applied=True).values_list("kind", "source_id")
    )


def _checked(
    batch: OpeningImport, progress: Callable[[int], None]
) -> tuple[list[tuple[OpeningRow, Checked]], Checker]:
    checker = Checker(within=batch.region)
    stored = list(batch.rows.order_by("number"))
    found: list[Checked] = []
    for start in range(0, len(stored), STRETCH):
        stretch = []
        for row in stored[start : start + STRETCH]:
            held = json.loads(row.payload)
            stretch.append(Read(row.kind, held["row"], held["cells"]))
        found += checker.rows(stretch)
        progress(len(found))
    check_together(found, checker, known=_known(batch))
    return list(zip(stored, found, strict=True)), checker


def _total_rows(pairs: Sequence[tuple[OpeningRow, Checked]]) -> int:
    return sum(row.is_total for _stored, row in pairs)


def _totals(pairs: Sequence[tuple[OpeningRow, Checked]]) -> dict[str, int]:
    """Counts and sums in fen of what the rows make."""
    rows = [row for _stored, row in pairs if not row.is_total]
    benefits = [row for row in rows if row.row.kind == OpeningKind.BENEFIT]
    claims = [row for row in rows if row.row.kind == OpeningKind.CLAIM]
    balances = [row for row in rows if row.row.kind == OpeningKind.BALANCE]
    return {
        "benefits": len(benefits),
        "benefits_fen": sum(row.fen for row in benefits),
        "claims": len(claims),
        "claims_fen": sum(row.fen for row in claims),
        "lines": len(balances),
        "allotted_fen": sum(row.money.get("allotted", 0) for row in balances),
        "available_fen": sum(row.money.get("available", 0) for row in balances),
        "without_subject": sum(row.holds and row.subject_id is None and not row.error for row in rows),
    }
