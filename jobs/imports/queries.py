"""Reads for the pages about imports."""

from django.db.models import Count, QuerySet

from jobs.imports.enums import RowOutcome
from jobs.imports.models import ImportBatch, ImportRow


def history() -> QuerySet[ImportBatch]:
    """Every import, newest first."""
    return ImportBatch.objects.select_related("by", "undone_by").order_by("-created_at", "-pk")


def rows_of(batch: ImportBatch, outcome: str = "", code: str = "") -> QuerySet[ImportRow]:
    rows = batch.rows.select_related("posting").order_by("number")
    if outcome in RowOutcome.values:
        rows = rows.filter(outcome=outcome)
    return rows.filter(code=code) if code else rows


def reasons_of(batch: ImportBatch) -> list[tuple[str, int]]:
    """Kinds of reasons for which rows were not imported, the most frequent first."""
    counted = batch.rows.filter(outcome=RowOutcome.REJECTED).values_list("code").annotate(count=Count("pk"))
    return list(counted.order_by("-count", "code"))
