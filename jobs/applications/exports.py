"""Lists of applicants as files: names and stages, no telephone or identity number."""

import csv
import io
from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook

from employment_portal.classifications.enums import Education
from employment_portal.core.exports import safe_cell
from jobs.applications.models import Application

CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LIMIT = 5000


def table(applications: Iterable[Application]) -> Iterator[list[str]]:
    """The heading, then one row per application."""
    yield [
        _("Number"),
        _("Applicant's name"),
        _("Job"),
        _("Stage"),
        _("Education"),
        _("Applied at"),
        _("Interview"),
        _("First day of work"),
    ]
    for application in applications:
        level = application.resume.get("education_level")
        interview_at = getattr(application, "interview_at", None)
        yield [
            safe_cell(cell)
            for cell in (
                application.public_id,
                application.resume.get("name", ""),
                application.posting.title,
                application.get_status_display(),
                Education(level).label if level in Education.values else "",
                f"{timezone.localtime(application.submitted_at):%Y-%m-%d %H:%M}"
                if application.submitted_at
                else "",
                f"{timezone.localtime(interview_at):%Y-%m-%d %H:%M}" if interview_at else "",
                application.hired_on.isoformat() if application.hired_on else "",
            )
        ]


def as_csv(rows: Iterable[list[str]]) -> bytes:
    """With a byte order mark, because Excel reads Chinese wrongly without."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[list[str]]) -> bytes:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(_("Applicants"))
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()
