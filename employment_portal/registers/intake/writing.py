"""Writes a stretch of rows: new ones in one statement, changed ones with what stood there before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.registers.enums import RowOutcome
from employment_portal.registers.intake.adapters import Adapter, NotKnown
from employment_portal.registers.intake.lookups import Lookups
from employment_portal.registers.models import RegisterBatch, RegisterRow

# What a violated constraint means for whoever made the file.
CLASHES = {
    "insurance_once_per_employer_and_month": _(
        "Another row holds this person's month with this unit. Correct that row."
    ),
    "registers_businessregistration_code_key": _("Another row holds this licence. Correct that row."),
    "registers_skillcertificate_number_key": _("Another row holds this certificate number."),
    "civil_one_death_a_person": _("The death of this person is recorded already."),
    "accreditation_once_per_level": _("Another row holds this accreditation. Correct that row."),
    "assessment_once_a_year": _("Another row holds this year's assessment. Correct that row."),
}


@dataclass
class Read:
    """A row of the file: its values, or why there are none."""

    number: int
    source_id: str
    values: dict[str, Any] | None = None
    reason: Any = ""


@dataclass
class Written:
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RowOutcome.values, 0))
    reports: list[RegisterRow] = field(default_factory=list)


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def write_stretch(
    batch: RegisterBatch, adapter: Adapter, rows: Sequence[Read], lookups: Lookups, seen: dict[str, int]
) -> Written:
    """Write the rows and their reports, and move the batch's counts. ``seen`` remembers the numbers of this file."""
    written = Written()
    lookups.prepare([row.values for row in rows if row.values is not None])
    ids = [row.source_id for row in rows if row.values is not None]
    known = {
        found.source_id: found
        for found in adapter.model._default_manager.select_for_update().filter(
            source=batch.source, source_id__in=ids
        )
    }
    fresh: list[tuple[Read, Any]] = []
    changed: list[tuple[Read, Any, dict[str, Any]]] = []
    for row in rows:
        if row.values is None:
            _report(written, batch, row, RowOutcome.REJECTED, row.reason)
            continue
        first = seen.setdefault(row.source_id, row.number)
        if first != row.number:
            reason = _("Row %(row)s of this file has the same number.") % {"row": first}
            _report(written, batch, row, RowOutcome.REJECTED, reason)
            continue
        try:
            fields = adapter.build(row.values, lookups)
        except NotKnown as error:
            _report(written, batch, row, RowOutcome.UNKNOWN, error.message)
            continue
        except DomainError as error:
            _report(written, batch, row, RowOutcome.REJECTED, error.message)
            continue
        found = known.get(row.source_id)
        if found is None:
            made = adapter.model(
                source=batch.source, source_id=row.source_id, batch=batch, first_batch=batch, **fields
            )
            fresh.append((row, made))
            continue
        previous = {
            name: plain(getattr(found, name)) for name in fields if getattr(found, name) != fields[name]
        }
        if not previous:
            # Written by this very batch: a run that was stopped counted it already.
            written.counts[RowOutcome.UNCHANGED] += found.batch_id != batch.pk
            continue
        previous["batch_id"] = found.batch_id
        for name, value in fields.items():
            setattr(found, name, value)
        found.batch = batch
        changed.append((row, found, previous))
    _create(written, batch, adapter, fresh)
    for row, found, previous in changed:
        _change(written, batch, row, found, previous)
    RegisterRow.objects.bulk_create(written.reports, batch_size=1000)
    for outcome, count in written.counts.items():
        name = f"{outcome}_count"
        setattr(batch, name, getattr(batch, name) + count)
    batch.save(update_fields=[f"{outcome}_count" for outcome in RowOutcome.values])
    return written


def _create(written: Written, batch: RegisterBatch, adapter: Adapter, fresh: list[tuple[Read, Any]]) -> None:
    """All at once; when a row clashes, half by half in their order, so that only that one is refused."""
    for _row, made in fresh:
        made.pk = None  # an earlier try may have numbered it
    try:
        with transaction.atomic():
            adapter.model._default_manager.bulk_create([made for _row, made in fresh], batch_size=500)
    except IntegrityError as error:
        if len(fresh) == 1:
            _report(written, batch, fresh[0][0], RowOutcome.REJECTED, clash(error))
            return
        middle = len(fresh) // 2
        _create(written, batch, adapter, fresh[:middle])
        _create(written, batch, adapter, fresh[middle:])
    else:
        written.counts[RowOutcome.CREATED] += len(fresh)


def _change(written: Written, batch: RegisterBatch, row: Read, found: Any, previous: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        _report(written, batch, row, RowOutcome.REJECTED, clash(error))
        return
    _report(written, batch, row, RowOutcome.UPDATED, "", row_id=found.pk, previous=previous)


def clash(error: IntegrityError) -> Any:
    """What a violated constraint says to a person."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    return CLASHES.get(name, _("This row contradicts another one, or itself."))


def _report(
    written: Written, batch: RegisterBatch, row: Read, outcome: RowOutcome, reason: Any, **more: Any
) -> None:
    written.counts[outcome] += 1
    written.reports.append(
        RegisterRow(
            batch=batch,
            number=row.number,
            source_id=row.source_id[:80],
            outcome=outcome,
            reason=str(reason)[:300],
            **more,
        )
    )
