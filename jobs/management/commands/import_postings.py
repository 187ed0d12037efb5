import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from employment_portal.core.errors import DomainError
from jobs.imports.actions import begin_or_continue, run_batch, sha256_of, undo_batch
from jobs.imports.enums import RowOutcome
from jobs.imports.mapping import FIELDS, ColumnMapping, built_in, detect, mapping_named, suggest
from jobs.imports.models import ImportBatch, ImportRow
from jobs.imports.readers import open_list

SHOWN_REJECTS = 20


class Command(BaseCommand):
    help = (
        "Import job adverts from a CSV, JSON lines or XLSX file (gzip too). A run that was stopped continues where "
        "it stood; a file that was imported before changes nothing. --undo takes down what an import brought."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", help="the list of adverts")
        parser.add_argument("--source", default="", help="where the adverts come from, shown on each of them")
        parser.add_argument(
            "--mapping", default="", help=f"one of {', '.join(built_in())}; told by the headings"
        )
        parser.add_argument(
            "--rejects", type=Path, help="write every row that was not imported to this CSV file"
        )
        parser.add_argument("--undo", metavar="BATCH", help="the id that the import printed")

    def handle(self, *, file, source, mapping, rejects, undo, **options) -> None:
        try:
            if undo:
                self._undo(undo)
            elif file:
                self._import(Path(file), source, mapping, rejects)
            else:
                raise CommandError("Give a file to import, or --undo and the id of an import.")
        except DomainError as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror or error}") from error

    def _import(self, path: Path, source: str, mapping_name: str, rejects: Path | None) -> None:
        with path.open("rb") as stream:
            mapping = mapping_named(mapping_name) if mapping_name else self._told_by_headings(stream)
            batch = begin_or_continue(
                file_name=path.name,
                sha256=sha256_of(stream),
                size=path.stat().st_size,
                source=source or mapping.source,
                mapping=mapping,
            )
            if batch.last_row:
                self.stdout.write(f"Continuing import {batch.public_id} after row {batch.last_row}.")
            started, already = time.monotonic(), batch.last_row
            batch = run_batch(batch_id=batch.pk, stream=stream, on_progress=self._progress)
        seconds = time.monotonic() - started
        rate = (batch.last_row - already) / seconds if seconds else 0
        self.stdout.write(
            f"Import {batch.public_id} of {batch.source}: {batch.last_row} rows, {seconds:.1f} s, {rate:.0f} rows a second."
        )
        for outcome, count in batch.counts:
            self.stdout.write(f"  {outcome.value:<10} {count:>8}")
        self._show_rejects(batch, rejects)

    def _told_by_headings(self, stream) -> ColumnMapping:
        listed = open_list(stream)
        mapping = detect(listed.headings) or suggest(listed.headings)
        if mapping.missing:
            guessed = (
                ", ".join(f"{columns[0]} → {field}" for field, columns in mapping.columns.items()) or "none"
            )
            raise CommandError(
                f"The columns are not understood: {', '.join(listed.headings)}. Recognised: {guessed}. "
                f"Missing: {', '.join(mapping.missing)}. Rename the columns or give --mapping."
            )
        if mapping.name == "custom":
            for field, columns in mapping.columns.items():
                self.stdout.write(f"  {columns[0]} → {FIELDS[field]}")
        return mapping

    def _progress(self, batch: ImportBatch) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{batch.percent:>3} %  {batch.last_row} rows", ending="")
            if batch.position >= batch.size:
                self.stdout.write("")
        elif batch.last_row % 10_000 == 0:
            self.stdout.write(f"{batch.percent:>3} %  {batch.last_row} rows")

    def _show_rejects(self, batch: ImportBatch, rejects: Path | None) -> None:
        rows = ImportRow.objects.filter(batch=batch, outcome=RowOutcome.REJECTED).order_by("number")
        counts: dict[str, list[int]] = {}
        for number, code in rows.values_list("number", "code").iterator(chunk_size=5000):
            counts.setdefault(code, []).append(number)
        for code, numbers in sorted(counts.items(), key=lambda item: -len(item[1])):
            self.stdout.write(
                f"  rejected, {code}: {len(numbers)} (rows {', '.join(map(str, numbers[:5]))} …)"
            )
        if rejects is None:
            for row in rows[:SHOWN_REJECTS]:
                self.stderr.write(f"row {row.number}: {row.reason}")
            if len(counts) and rows.count() > SHOWN_REJECTS:
                self.stderr.write("… the rest with --rejects FILE")
            return
        from jobs.imports.reports import write_csv

        with rejects.open("w", encoding="utf-8-sig", newline="") as file:
            write_csv(batch, file, outcomes=[RowOutcome.REJECTED])
        self.stdout.write(f"{rejects}: {rows.count()} rows")

    def _undo(self, public_id: str) -> None:
        try:
            batch = ImportBatch.objects.get(public_id=public_id)
        except ImportBatch.DoesNotExist:
            raise CommandError(f"There is no import {public_id}.") from None
        batch = undo_batch(batch_id=batch.pk, by=None)
        self.stdout.write(
            f"Import {batch.public_id} undone: {batch.withdrawn_count} postings taken down, "
            f"{batch.kept_count} kept because people applied to them or a later list repeats them."
        )
