"""A letter as a PDF file: the same words as its page."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from reportlab.lib.units import mm
from reportlab.platypus import HRFlowable, KeepTogether, Spacer

from employment_portal.ui.documents.pdf import INK, document, paragraph
from subsidies.letters.letter import Letter, Row


def letter_pdf(letter: Letter) -> bytes:
    story: list[Any] = [
        paragraph(letter.title, "name"),
        paragraph(letter.number, "line"),
        Spacer(1, 4 * mm),
        paragraph(_("To: %(name)s") % {"name": letter.addressee}),
        paragraph(letter.opening, "row"),
        paragraph(letter.result, "row"),
    ]
    if letter.reasons:
        story += _section(_("Reasons"), [paragraph(reason, "row") for reason in letter.reasons])
    for entry in letter.entries:
        rows = [*_rows(entry.facts), *_rows(entry.calculation), *_rows(entry.reasons)]
        story += _section(entry.title or _("What was found, and how the amount came about"), rows)
    if letter.left_out:
        story.append(
            paragraph(
                ngettext("%(count)s more person", "%(count)s more people", letter.left_out)
                % {"count": letter.left_out},
                "line",
            )
        )
    story += _section(_("Basis"), _rows(letter.basis))
    story += _section(_("What you can do"), [paragraph(line, "row") for line in letter.remedies])
    story += [
        Spacer(1, 8 * mm),
        paragraph(letter.authority),
        paragraph(letter.dated),
        paragraph(f"SHA-256 {letter.fingerprint}", "line"),
    ]
    return document(story, title=f"{letter.title} {letter.number}")


def _section(title: str, parts: list[Any]) -> list[Any]:
    head = [paragraph(title, "heading"), HRFlowable(width="100%", thickness=1.2, color=INK, spaceAfter=2)]
    return [KeepTogether([*head, *parts[:1]]), *parts[1:]]


def _rows(rows: list[Row]) -> list[Any]:
    return [paragraph(_line(row)) for row in rows]


def _line(row: Row) -> str:
    """``Age: 34 (Personal record)``: where a value comes from stands in brackets."""
    words = row.value or row.label
    if row.note:
        words = _("%(value)s (%(note)s)") % {"value": words, "note": row.note}
    return _(": ").join((row.label, words)) if row.value else words
