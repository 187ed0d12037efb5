"""A person's data to take away: everything as JSON for machines, and a readable PDF."""

import json
import zipfile
from io import BytesIO
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from employment_portal.core.masking import mask_identity
from employment_portal.people.consent.queries import looks_at
from employment_portal.people.holdings import holdings, plain
from employment_portal.people.models import Person
from employment_portal.ui.documents.pdf import document, paragraph

RECORD = plain(
    "name", "get_document_display", "id_number", "get_real_name_status_display", "get_sex_display", "birth_date",
    "get_retirement_category_display", "phone", "get_education_display", "graduated_on", "household_region",
    "residence_region", "work_region", "insured_region", "created_at",
)  # fmt: skip


def collected(person: Person) -> dict[str, Any]:
    """Everything held about the person, by section; the identity number in full: it is theirs."""
    data: dict[str, Any] = {"record": RECORD(person)}
    for holding in holdings():
        data[holding.key] = [holding.export(row) for row in holding.rows(person)]
    data["looks"] = [
        {"at": look["at"].isoformat(), "what": str(look["label"]), "who": look["who"], "reason": look["note"]}
        for look in looks_at(person, limit=1000)
    ]
    return data


def export_zip(person: Person) -> bytes:
    data = collected(person)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2))
        archive.writestr("data.pdf", _readable(person, data))
    return buffer.getvalue()


def _readable(person: Person, data: dict[str, Any]) -> bytes:
    story = [
        paragraph(_("My data"), "name"),
        paragraph(f"{timezone.localtime():%Y-%m-%d %H:%M}", "line"),
        paragraph(_("Record"), "heading"),
    ]
    shown = {**data["record"], "id_number": mask_identity(person.id_number)}
    story += [paragraph(str(value)) for value in shown.values() if value not in (None, "")]
    for holding in holdings():
        rows = data[holding.key]
        if rows:
            story.append(paragraph(holding.label, "heading"))
            story += [paragraph(_line(row), "row") for row in rows]
    if data["looks"]:
        story.append(paragraph(_("Who saw my data"), "heading"))
        story += [paragraph(_line(row), "row") for row in data["looks"]]
    return document(story, title=_("My data"))


def _line(row: dict[str, Any]) -> str:
    words = []
    for value in row.values():
        if isinstance(value, list):
            words += [_line(each) if isinstance(each, dict) else str(each) for each in value]
        elif value not in (None, "", False):
            words.append(str(value))
    return "  |  ".join(words)
