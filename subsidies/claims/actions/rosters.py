"""An organisation's roster: read a list, answer each row, or find everybody who qualifies."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.core.identifiers import InvalidResidentId, check_resident_id
from employment_portal.core.money import yuan_to_fen
from employment_portal.people.models import Person
from employment_portal.people.records.actions import number_hash
from subsidies.claims.actions.filling import open_for_filling
from subsidies.claims.actions.rows import locked_claim
from subsidies.claims.actions.starting import settle
from subsidies.claims.enums import EntryState
from subsidies.claims.evaluation import claim_period, evaluated, fill_entry
from subsidies.claims.models import Claim, ClaimEntry
from subsidies.claims.roster_files import RosterFile
from subsidies.claims.roster_models import Roster, RosterRow, RosterState, RowOutcome
from subsidies.claims.subjects import rows_of

AT_ONCE = 500  # rows per transaction, so that the progress is seen
IN_BACKGROUND = 200  # rows from which on Celery checks them


class UploadedBefore(DomainError):
    message = _("This very file was uploaded for this claim before. Its result is listed below.")


class NoRoster(DomainError):
    message = _("This subsidy takes no roster.")


@transaction.atomic
def keep_roster(*, claim_id: int, name: str, file: RosterFile, by: Any, now: datetime) -> Roster:
    """Keep the rows of a list as they were typed; ``check_roster`` answers them. Raises UploadedBefore, NoRoster."""
    claim = open_for_filling(claim_id, by)
    if claim.organisation_id is None:
        raise NoRoster
    try:
        with transaction.atomic():
            roster = Roster.objects.create(
                claim=claim,
                name=name[:120],
                sha256=file.sha256,
                total=len(file.rows),
                made_by=by,
                made_at=now,
            )
    except IntegrityError as error:
        raise UploadedBefore from error
    RosterRow.objects.bulk_create(
        [
            RosterRow(
                roster=roster,
                row=row.row,
                name=row.name,
                number=row.number,
                months=row.months,
                amount=row.amount,
            )
            for row in file.rows
        ],
        batch_size=1000,
    )
    if len(file.rows) > IN_BACKGROUND:
        from subsidies.claims.tasks import run_roster  # the task calls back into this module

        transaction.on_commit(lambda: _hint(run_roster, roster.pk))
    return roster


def _hint(task: Any, roster_id: int) -> None:
    """Tell the queue; when it is down the nightly sweep finds the roster again."""
    with contextlib.suppress(task.OperationalError):
        task.apply_async(kwargs={"roster_id": roster_id}, retry=False)


def check_roster(*, roster_id: int, now: datetime) -> Roster:
    """Answer every row that has no answer yet, some hundred per transaction; safe to run twice and at once."""
    while _check_some(roster_id):
        pass
    with transaction.atomic():
        roster = Roster.objects.select_for_update().get(pk=roster_id)
        if roster.state != RosterState.DONE:
            claim = locked_claim(roster.claim_id)
            settle(claim)
            roster.state, roster.finished_at, roster.done = RosterState.DONE, now, roster.total
            roster.save(update_fields=["state", "finished_at", "done"])
    return roster


@transaction.atomic
def _check_some(roster_id: int) -> bool:
    roster = Roster.objects.select_for_update().get(pk=roster_id)
    claim = locked_claim(roster.claim_id)
    rows = list(roster.rows.filter(outcome=RowOutcome.PENDING).order_by("row")[:AT_ONCE])
    if not rows:
        return False
    _answer(claim, rows)
    RosterRow.objects.bulk_update(rows, ["outcome", "reasons", "entry"], batch_size=AT_ONCE)
    roster.state = RosterState.RUNNING
    roster.done = roster.rows.exclude(outcome=RowOutcome.PENDING).count()
    roster.save(update_fields=["state", "done"])
    return True


def _answer(claim: Claim, rows: Sequence[RosterRow]) -> None:
    today = timezone.localdate()
    hashes: dict[str, RosterRow] = {}
    for row in rows:
        if row.amount:
            try:
                yuan_to_fen(row.amount)
            except DomainError as error:
                row.outcome, row.reasons = RowOutcome.BAD_AMOUNT, [str(error.message)]
                continue
        try:
            number = check_resident_id(row.number, today=today).value
        except InvalidResidentId as error:
            row.outcome, row.reasons = RowOutcome.BAD_NUMBER, [str(error.message)]
            continue
        hashed = number_hash(number)
        if hashed in hashes:
            row.outcome = RowOutcome.DUPLICATE
            continue
        hashes[hashed] = row
    people = {
        person.id_number_hash: person
        for person in Person.objects.filter(id_number_hash__in=hashes, merged_into__isnull=True)
    }
    by_person: dict[int, RosterRow] = {}
    for hashed, row in hashes.items():
        found = people.get(hashed)
        if found is None or found.name.replace(" ", "") != row.name.replace(" ", ""):
            # Whether the number alone is known is not told: it would answer guesses about strangers.
            row.outcome = RowOutcome.UNKNOWN
        else:
            by_person[found.pk] = row
    _claim_for(claim, by_person)


def _claim_for(claim: Claim, by_person: dict[int, RosterRow]) -> None:
    """Entries for the people of a claim's employer; what each row is told."""
    assert claim.organisation_id is not None
    subjects = {
        row.person_id: row
        for row in rows_of(claim.item.subject, claimant_id=claim.organisation_id, person_ids=list(by_person))
    }
    entries = _entries(claim, {found.id: person_id for person_id, found in subjects.items() if person_id})
    for person_id, row in by_person.items():
        found = subjects.get(person_id)
        if found is None:
            row.outcome = RowOutcome.NOT_EMPLOYED
            continue
        entry, is_new = entries[found.id]
        row.entry = entry
        if not is_new:
            row.outcome = RowOutcome.DUPLICATE
        elif entry.state == EntryState.INCLUDED:
            row.outcome = RowOutcome.QUALIFIES
        else:
            row.outcome, row.reasons = RowOutcome.NOT_QUALIFIED, [r["label"] for r in entry.reasons]


def _entries(claim: Claim, subjects: dict[int, int]) -> dict[int, tuple[ClaimEntry, bool]]:
    """An entry per subject, evaluated; whether the claim lacked it until now. One taken out before comes back."""
    known = {
        entry.subject_id: entry for entry in claim.entries.filter(subject_id__in=subjects).order_by("row")
    }
    last = claim.entries.order_by("-row").values_list("row", flat=True).first() or 0
    answers = evaluated(claim, list(subjects))
    fresh, back = [], []
    for subject_id, person_id in subjects.items():
        entry = known.get(subject_id)
        if entry is None:
            last += 1
            entry = ClaimEntry(
                claim=claim,
                row=last,
                item=claim.item,
                subject_id=subject_id,
                person_id=person_id,
                period=claim_period(claim),
            )
            fresh.append(entry)
        elif entry.state == EntryState.REMOVED:
            back.append(entry)
        else:
            continue
        fill_entry(entry, answers.get(subject_id))
    ClaimEntry.objects.bulk_create(fresh, batch_size=1000)
    ClaimEntry.objects.bulk_update(
        back, ["person", "facts", "months", "reasons", "calculation", "state", "amount_fen"]
    )
    new = {entry.pk for entry in [*fresh, *back]}
    everyone = {**known, **{entry.subject_id: entry for entry in fresh}}
    return {subject_id: (entry, entry.pk in new) for subject_id, entry in everyone.items()}


@transaction.atomic
def find_employees(*, claim_id: int, by: Any, now: datetime) -> int:
    """Put in everybody employed with the claimant who qualifies and is not on the claim; how many. Raises NoRoster."""
    claim = open_for_filling(claim_id, by)
    if claim.organisation_id is None:
        raise NoRoster
    have = set(claim.entries.exclude(state=EntryState.REMOVED).values_list("subject_id", flat=True))
    rows = rows_of(claim.item.subject, claimant_id=claim.organisation_id)
    missing = {row.id: row.person_id for row in rows if row.id not in have and row.person_id}
    answers = evaluated(claim, list(missing))
    qualifying = {key: missing[key] for key, answer in answers.items() if answer.qualifies}
    _entries(claim, qualifying)
    settle(claim)
    return len(qualifying)


@transaction.atomic
def remove_rows(*, claim_id: int, entry_ids: Sequence[int], by: Any) -> int:
    """Take people out of a roster; how many. Another upload, or finding them, puts them in again."""
    claim = open_for_filling(claim_id, by)
    taken = claim.entries.filter(pk__in=entry_ids).exclude(state=EntryState.REMOVED)
    ids = list(taken.values_list("pk", flat=True))
    RosterRow.objects.filter(entry__in=ids).update(outcome=RowOutcome.REMOVED)
    count = ClaimEntry.objects.filter(pk__in=ids).update(state=EntryState.REMOVED, amount_fen=0)
    settle(claim)
    return count
