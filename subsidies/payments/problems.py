"""Why a return file was quarantined, as a sentence that says what to do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from subsidies.payments.models import ReturnFile

ASK = _("Ask the bank for the file again.")
PROBLEMS: dict[str, Any] = {
    "empty": _("The file is empty."),
    "too_large": _("The file is larger than 64 MB."),
    "layout": _(
        "The file is in no layout that the portal knows: neither a delimited return file nor ISO 20022."
    ),
    "encoding": _("The text of the file is not GB 18030."),
    "cut_off": _("The file is not complete: its end is missing."),
    "header": _("The first line of the file does not say what it is."),
    "line": _("Line %(number)s does not have the fields that the layout asks for."),
    "count": _("The file says that it has %(said)s lines, but it has %(found)s."),
    "sum": _("The file says that its lines add up to %(said)s, but they add up to %(found)s."),
    "package_status": _("The file has an unknown package status (%(status)s)."),
    "whole_with_lines": _("The file says that the whole package came back, and lists lines all the same."),
    "no_lines": _("The file answers no payment."),
    "no_reference": _("The file has no reference of its own, so a repetition could not be told."),
    "document_type": _("The file brings a document type of its own, which no bank does."),
    "unknown_batch": _("The file answers a batch that the portal does not have (%(batch)s)."),
    "reference_again": _(
        "A file with this reference (%(reference)s) was received before, with other content."
    ),
    "not_yours": _("The file answers payments of another region. Hand it to the finance office there."),
}


def problem_text(file: ReturnFile) -> str:
    """'' for a file that is not quarantined."""
    sentence = PROBLEMS.get(file.problem)
    return str(sentence) % file.report.get("problem", {}) if sentence else ""
