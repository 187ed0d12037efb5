"""Why a row was not imported, or what of it was left out: stored as a code with what the sentence names, and said
in the language of whoever reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from jobs.compliance.engine import Finding, finding_from_dict
from jobs.imports.mapping import FIELDS

# The part of a code before the dot is the kind that rows are counted by (views.REASONS names it).
SENTENCES: dict[str, Any] = {
    "no_title": _("The advert has no job title."),
    "no_employer": _("The advert does not name the employer."),
    "no_pay": _("The advert states no pay."),
    "pay": _(
        "“%(text)s” is not understood as pay. Write it as 6000-8000, 6-8千, 1-1.5万·13薪, 200元/天 or 20元/小时."
    ),
    "pay.none": _("No pay is stated."),
    "pay.outside": _("“%(text)s” is outside what pay can be."),
    "pay.ends": _("“%(text)s”: the lower end is above the upper end."),
    "pay.too_little": _("“%(text)s” is too little for a month. Name the unit: 200元/天, 20元/小时."),
    "pay.months": _("“%(text)s”: the number of months paid a year must be 12 to 24."),
    "pay.units": _("“%(text)s” names two different units of time."),
    "pay_negotiable": _("Pay is only “negotiable”. An advert must state the basic pay."),
    "pay_piece": _("Pay by the piece needs an estimate for a month, such as 5000-8000元/月."),
    "no_place": _("The advert names no place of work."),
    "place": _("“%(text)s” is not a place of the region list. Write it as 成都·高新区 or 成都市武侯区."),
    "place.none": _("No place of work is stated."),
    "place.anywhere": _("“%(text)s” is not one place. Name the city or district of work."),
    "remote": _("The advert names no place, only work from home. Name the employer's city."),
    "expired": _("The advert ended on %(day)s."),
    "date": _("“%(text)s” is not understood as a date; the advert stays up %(days)s days."),
    "employer": _("“%(text)s” is not understood as a number of staff or kind of ownership."),
    "education": _(
        "“%(text)s” is not understood as education. Use 不限, 初中, 高中, 中专, 大专, 本科, 硕士 or 博士."
    ),
    "experience": _(
        "“%(text)s” is not understood as experience. Write it as 不限, 1年以下, 1-3年 or 10年以上."
    ),
    "headcount": _("“%(text)s” is not understood as a number of people."),
    "headcount.range": _("“%(text)s”: the number of people must be 1 to %(most)s."),
    "duplicate": _("The same vacancy as row %(number)s."),
    "employer_stopped": _("The employer was suspended here and may not recruit at present."),
    "left_alone": _("Taken down or closed here; left as it is."),
    "row.quotes": _("The quotes of this row do not match."),
    "row.cells": _("The row has %(cells)s cells, the heading %(headings)s. Check commas and quotes."),
    "row.characters": _(
        "Some characters of this row cannot be read. Save the list as UTF-8 and import it again."
    ),
    "row.json": _("This line is not JSON."),
    "row.json_end": _("From here on the file is not JSON. The rows before were read."),
    "row.json_object": _("This line is not a JSON object with named fields."),
    "row.excel": _("From here on the Excel file is damaged. The rows before were read."),
    "finding": _("“%(excerpt)s” was found by a rule that is not in use any more."),
    "unlawful": _("“%(excerpt)s” was found by a rule that is not in use any more."),
    "text": "%(text)s",  # rows that were imported before sentences had codes
}


@dataclass(frozen=True)
class Reason:
    """One sentence about a row. ``field`` names the field of the advert that it speaks of."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    field: str = ""

    @property
    def kind(self) -> str:
        return self.code.partition(".")[0]

    def __str__(self) -> str:
        said = _said_by_a_rule(self) or str(SENTENCES[self.code]) % self.params
        return f"{FIELDS[self.field]}: {said}" if self.field else said

    def as_dict(self) -> dict[str, Any]:
        """What is stored; ``reason_from_dict`` reads it."""
        return {"code": self.code, "params": dict(self.params)} | (
            {"field": self.field} if self.field else {}
        )


def reason_from_dict(stored: Mapping[str, Any]) -> Reason:
    return Reason(stored["code"], stored.get("params", {}), stored.get("field", ""))


def reason_of(finding: Finding, *, version: str, code: str = "finding") -> Reason:
    """What a rule of that version found; as ``unlawful`` with the article that forbids it."""
    return Reason(code, finding.as_dict() | {"version": version})


def _said_by_a_rule(reason: Reason) -> str:
    if reason.code not in {"finding", "unlawful"}:
        return ""
    finding = finding_from_dict(reason.params, version=reason.params["version"])
    if finding is None:
        return ""
    said = f"{finding.message} “{finding.excerpt}”"
    return f"{said} {finding.article}" if reason.code == "unlawful" else said


class CannotRead(DomainError):
    """A cell or row that cannot be used, and the reason: ``raise PayNotUnderstood("pay.outside", text=shown)``."""

    code = ""

    def __init__(self, code: str = "", **params: Any):
        self.reason = Reason(code or self.code, params)
        super().__init__(self.reason)
