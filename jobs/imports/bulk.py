"""Writes one stretch of rows in sets: employers, postings, search rows and what became of each row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.enums import StaffRole
from employment_portal.workflow.actions import open_work_item
from employment_portal.workflow.models import Transition, WorkItem
from jobs.compliance.engine import rules_in_force
from jobs.imports.adverts import Advert, Repeated, RowRejected
from jobs.imports.copying import copy_into, copy_values
from jobs.imports.enums import RowOutcome
from jobs.imports.lookups import Lookups
from jobs.imports.models import ImportBatch, ImportRow
from jobs.imports.organisations import employer_of, employers_behind, stopped_among
from jobs.imports.readers import Row
from jobs.imports.reasons import Reason, reason_of
from jobs.postings.enums import PayUnit, PostingStatus, ReviewMode
from jobs.postings.limits import limits_in_force
from jobs.postings.models import Posting
from jobs.postings.rules import monthly_fen
from jobs.search.actions import index_postings

LOCK = 20_261_122  # advisory lock: one stretch of rows is written at a time, whatever the batch
REVIEW = "posting_review"  # the kind of work item that the review queue shows
EXCERPT_CELLS = 6
EXCERPT_LENGTH = 60
MAX_REASONS = 8

# What the list decides of an imported posting. Staff do not edit these; a later list overwrites them.
LISTED_FIELDS = [
    "title",
    "occupation_id",
    "region_id",
    "address",
    "headcount",
    "employment_type",
    "pay_unit",
    "pay_min_fen",
    "pay_max_fen",
    "pay_months",
    "pay_note",
    "monthly_min_fen",
    "monthly_max_fen",
    "education",
    "experience_months",
    "description",
    "requirements",
    "insurances",
    "welfare",
    "keywords",
    "is_urgent",
    "source_url",
    "source_employer",
]
STATE_FIELDS = [
    "status",
    "compliance",
    "expires_on",
    "published_at",
    "submitted_at",
    "ended_at",
    "updated_at",
]


@dataclass
class Result:
    """What became of one row."""

    row: Row
    outcome: str
    source_id: str = ""
    code: str = ""
    reasons: tuple[Reason, ...] = ()
    posting: Posting | None = None
    is_new: bool = False


@dataclass
class Stretch:
    """One stretch of rows of a batch, with everything that is written about it."""

    batch: ImportBatch
    lookups: Lookups
    now: datetime
    results: list[Result] = field(default_factory=list)
    created: list[Posting] = field(default_factory=list)
    changed: list[Posting] = field(default_factory=list)
    refreshed: list[Posting] = field(default_factory=list)
    transitions: list[tuple[Posting, str, str]] = field(default_factory=list)

    @cached_property
    def rules_version(self) -> str:
        """Of the rules that the adverts of this stretch were checked by."""
        return rules_in_force(timezone.localdate(self.now)).version


def write_stretch(
    read: Sequence[tuple[Row, Advert | RowRejected | Repeated]],
    *,
    batch: ImportBatch,
    lookups: Lookups,
    now: datetime,
) -> list[Result]:
    """Write the rows of one stretch. The caller holds a transaction and the lock of the batch."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    stretch = Stretch(batch, lookups, now)
    adverts = {advert.source_id: advert for _row, advert in read if isinstance(advert, Advert)}
    existing = {
        posting.source_id: posting
        for posting in Posting.objects.select_for_update(of=("self",))
        .filter(source=batch.source, source_id__in=adverts)
        .order_by("pk")
    }
    seen = _rows_of(batch, existing.values())
    undone = _undone(existing.values())
    employers = employers_behind(adverts.values(), lookups=lookups, source=batch.source, now=now)
    stopped = stopped_among(employers.values())
    for row, advert in read:
        if isinstance(advert, RowRejected):
            stretch.results.append(
                Result(row, RowOutcome.REJECTED, code=advert.reason.kind, reasons=(advert.reason,))
            )
            continue
        if isinstance(advert, Repeated) or advert.source_id in seen:
            first = advert.first if isinstance(advert, Repeated) else seen[advert.source_id]
            reasons = (Reason("duplicate", {"number": first}),)
            stretch.results.append(Result(row, RowOutcome.DUPLICATE, advert.source_id, "duplicate", reasons))
            continue
        seen[advert.source_id] = row.number
        posting = existing.get(advert.source_id)
        employer_id = employers[employer_of(advert, lookups)]
        if employer_id in stopped:
            reasons = (Reason("employer_stopped"),)
            stretch.results.append(
                Result(row, RowOutcome.REJECTED, advert.source_id, "employer_stopped", reasons, posting)
            )
        elif posting is None:
            _create(stretch, row, advert, employer_id)
        else:
            _refresh(stretch, row, advert, posting, was_undone=posting.pk in undone)
    _save(stretch)
    return stretch.results


def _create(stretch: Stretch, row: Row, advert: Advert, employer_id: int) -> None:
    held = bool(advert.must_fix)
    if held and not stretch.lookups.is_reviewed_here(advert.region):
        stretch.results.append(_refused(stretch, row, advert))
        return
    posting = Posting(
        employer_id=employer_id,
        source=stretch.batch.source,
        source_id=advert.source_id,
        review_mode=ReviewMode.IMPORTED,
        created_at=stretch.now,
        created_by_id=stretch.batch.by_id,
        **_listed(advert, stretch.lookups),
    )
    _publish(stretch, posting, advert)
    stretch.created.append(posting)
    stretch.transitions.append((posting, "import", ""))
    outcome = RowOutcome.HELD if held else RowOutcome.CREATED
    stretch.results.append(_result(stretch, row, outcome, advert, posting, is_new=True))


def _refresh(stretch: Stretch, row: Row, advert: Advert, posting: Posting, *, was_undone: bool) -> None:
    """A vacancy that an earlier list brought: take over what changed, keep it up longer."""
    before = posting.status
    ours = {PostingStatus.LIVE, PostingStatus.SUBMITTED, PostingStatus.EXPIRED}
    if before not in ours and not was_undone:
        reasons = (Reason("left_alone"),)
        stretch.results.append(
            Result(row, RowOutcome.UNCHANGED, advert.source_id, "left_alone", reasons, posting)
        )
        return
    listed = _listed(advert, stretch.lookups)
    differs = any(getattr(posting, name) != value for name, value in listed.items())
    for name, value in listed.items():
        setattr(posting, name, value)
    if advert.must_fix and not stretch.lookups.is_reviewed_here(advert.region):
        posting.status, posting.ended_at = PostingStatus.REJECTED, stretch.now
        posting.updated_at = stretch.now
        stretch.changed.append(posting)
        stretch.transitions.append((posting, "reject", before))
        stretch.results.append(_refused(stretch, row, advert))
        return
    if not differs and before == PostingStatus.LIVE:
        if posting.expires_on != advert.expires_on:
            posting.expires_on = advert.expires_on
            stretch.refreshed.append(posting)
        stretch.results.append(_result(stretch, row, RowOutcome.UNCHANGED, advert, posting))
        return
    if not differs and before == PostingStatus.SUBMITTED:
        stretch.results.append(_result(stretch, row, RowOutcome.UNCHANGED, advert, posting))
        return
    _publish(stretch, posting, advert)
    stretch.changed.append(posting)
    if posting.status != before:
        stretch.transitions.append((posting, "import", before))
    outcome = RowOutcome.HELD if advert.must_fix else RowOutcome.UPDATED
    stretch.results.append(_result(stretch, row, outcome, advert, posting, is_new=was_undone))


def _publish(stretch: Stretch, posting: Posting, advert: Advert) -> None:
    """Up at once with its source named; into review when the check found what must be fixed."""
    posting.compliance = {
        "version": stretch.rules_version,
        "findings": [finding.as_dict() for finding in advert.findings],
    }
    posting.expires_on = advert.expires_on
    posting.updated_at = stretch.now
    posting.ended_at = None
    if advert.must_fix:
        posting.status, posting.submitted_at = PostingStatus.SUBMITTED, stretch.now
    else:
        posting.status = PostingStatus.LIVE
        posting.published_at = posting.published_at or stretch.now


def _listed(advert: Advert, lookups: Lookups) -> dict[str, Any]:
    pay = advert.pay
    low, high = pay.min_fen, pay.max_fen
    note = advert.pay_text[:200] if low is None or high is None else ""
    if low is None:  # 3千以下 names no lower end: no range, the words stand in the note
        high = None
    elif high is None:
        high = low
    unit = PayUnit(pay.unit)
    return {
        "title": advert.title,
        "occupation_id": lookups.occupations.guess(advert.title),
        "region_id": advert.region.id,
        "address": advert.address,
        "headcount": advert.headcount,
        "employment_type": str(advert.employment_type),
        "pay_unit": str(unit),
        "pay_min_fen": low,
        "pay_max_fen": high,
        "pay_months": pay.months_per_year,
        "pay_note": note,
        "monthly_min_fen": monthly_fen(unit, low),
        "monthly_max_fen": monthly_fen(unit, high),
        "education": int(advert.education),
        "experience_months": advert.experience_months,
        "description": advert.duties,
        "requirements": advert.requirements,
        "insurances": list(advert.insurances),
        "welfare": list(advert.welfare),
        "keywords": list(advert.keywords),
        "is_urgent": advert.is_urgent,
        "source_url": advert.source_url,
        "source_employer": advert.employer,
    }


def _save(stretch: Stretch) -> None:
    copy_into(stretch.created)
    if stretch.changed:
        Posting.objects.bulk_update(stretch.changed, [*LISTED_FIELDS, *STATE_FIELDS], batch_size=200)
    _extend(stretch.refreshed)
    batch = stretch.batch
    copy_values(
        Transition,
        ["workflow", "subject_type", "subject_id", "name", "source", "target", "by_id", "at", "note"],
        (
            (
                "posting",
                "jobs.posting",
                posting.pk,
                name,
                before,
                str(posting.status),
                batch.by_id,
                stretch.now,
                batch.source,
            )
            for posting, name, before in stretch.transitions
        ),
    )
    touched = {posting.pk for posting in (*stretch.created, *stretch.changed, *stretch.refreshed)}
    held = [
        result.posting for result in stretch.results if result.outcome == RowOutcome.HELD and result.posting
    ]
    _queue_for_review(held, stretch)
    _close_reviews(
        [posting for posting in stretch.changed if posting.status != PostingStatus.SUBMITTED], stretch
    )
    index_postings(touched - {posting.pk for posting in held} | {p.pk for p in stretch.changed})
    copy_values(
        ImportRow,
        ["batch_id", "number", "source_id", "outcome", "code", "reasons", "posting_id", "is_new", "excerpt"],
        (
            (
                batch.pk,
                result.row.number,
                result.source_id,
                str(result.outcome),
                result.code,
                [reason.as_dict() for reason in result.reasons],
                result.posting.pk if result.posting else None,
                result.is_new,
                _excerpt(result),
            )
            for result in stretch.results
        ),
    )


def _extend(postings: Iterable[Posting]) -> None:
    """Still in the list: up for longer. One statement per last day, usually one."""
    by_day: dict[Any, list[int]] = {}
    for posting in postings:
        by_day.setdefault(posting.expires_on, []).append(posting.pk)
    for day, ids in by_day.items():
        Posting.objects.filter(pk__in=ids).update(expires_on=day)


def _queue_for_review(held: Iterable[Posting], stretch: Stretch) -> None:
    today = timezone.localdate(stretch.now)
    for posting in held:
        open_work_item(
            kind=REVIEW,
            subject=posting,
            title=posting.title,
            path=review_path(posting),
            region=posting.region,
            role=StaffRole.DISTRICT_OFFICER,
            working_days=limits_in_force(posting.region, today).review_working_days,
            today=today,
        )


def _close_reviews(settled: Iterable[Posting], stretch: Stretch) -> None:
    """What was held and is now corrected at its source, or refused, waits for nobody."""
    ids = [posting.pk for posting in settled]
    if ids:
        WorkItem.objects.open().filter(subject_type="jobs.posting", subject_id__in=ids, kind=REVIEW).update(
            closed_at=stretch.now, closed_by_id=stretch.batch.by_id, outcome="settled_by_import"
        )


def review_path(posting: Posting) -> str:
    return reverse("jobs:review_posting", args=[posting.public_id])


def _rows_of(batch: ImportBatch, postings: Iterable[Posting]) -> dict[str, int]:
    """Vacancies that earlier rows of this batch already brought, with the number of that row."""
    ids = [posting.pk for posting in postings]
    return dict(ImportRow.objects.filter(batch=batch, posting_id__in=ids).values_list("source_id", "number"))


def _undone(postings: Iterable[Posting]) -> set[int]:
    """Of the withdrawn ones those that an undone import had brought: a new list may bring them back."""
    ids = [posting.pk for posting in postings if posting.status == PostingStatus.WITHDRAWN]
    rows = ImportRow.objects.filter(posting_id__in=ids, is_new=True, batch__undone_at__isnull=False)
    return set(rows.values_list("posting_id", flat=True)) if ids else set()


def _refused(stretch: Stretch, row: Row, advert: Advert) -> Result:
    """Nobody of this portal can review an advert of another city, so what must be fixed refuses it."""
    reason = reason_of(advert.must_fix[0], version=stretch.rules_version, code="unlawful")
    return Result(row, RowOutcome.REJECTED, advert.source_id, "unlawful", (reason,))


def _result(
    stretch: Stretch, row: Row, outcome: str, advert: Advert, posting: Posting, *, is_new: bool = False
) -> Result:
    found = (reason_of(finding, version=stretch.rules_version) for finding in advert.must_fix)
    reasons = tuple(islice((*found, *advert.notes), MAX_REASONS))
    code = "must_fix" if advert.must_fix else "notes" if advert.notes else ""
    return Result(row, outcome, advert.source_id, code, reasons, posting, is_new)


def _excerpt(result: Result) -> list[tuple[str, str]]:
    """The first cells of a row that brought nothing, to find it again in the list; the others have their posting."""
    if result.posting is not None and not result.reasons:
        return []
    filled = [(name, value) for name, value in result.row.values.items() if value.strip()]
    return [(name, " ".join(value.split())[:EXCERPT_LENGTH]) for name, value in filled[:EXCERPT_CELLS]]
