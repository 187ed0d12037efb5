"""The compliance check of one posting: lawful fields, words, pay, trial period and validity together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from employment_portal.organisations.models import Organisation
from jobs.compliance.engine import check_text, rules_in_force
from jobs.postings import rules
from jobs.postings.limits import limits_in_force
from jobs.postings.models import Posting

TEXT_FIELDS = ["title", "description", "requirements", "working_time", "pay_note"]
VALUE_FIELDS = [
    "occupation",
    "region",
    "headcount",
    "employment_type",
    "pay_unit",
    "pay_min_fen",
    "pay_max_fen",
    "contract_type",
    "contract_months",
    "trial_months",
    "publish_on",
    "expires_on",
]


@dataclass(frozen=True)
class Check:
    """What the rules say about a posting on a day."""

    version: str
    remarks: tuple[Any, ...]

    @property
    def must_fix(self) -> list[Any]:
        return [remark for remark in self.remarks if remark.must_fix]

    @property
    def to_confirm(self) -> list[Any]:
        return [remark for remark in self.remarks if not remark.must_fix]

    def of_field(self, field: str) -> list[Any]:
        return [remark for remark in self.remarks if remark.field == field]

    def as_dict(self) -> dict[str, Any]:
        return {"version": self.version, "findings": [remark.as_dict() for remark in self.remarks]}


def values_of(posting: Posting) -> dict[str, Any]:
    """The fields that the check reads. Questions are read as one text."""
    values = {name: getattr(posting, name) for name in [*TEXT_FIELDS, *VALUE_FIELDS]}
    if posting.pk:
        values["questions"] = "\n".join(question.text for question in posting.questions.all())
    return values


def check_words(values: Mapping[str, Any], employer: Organisation, *, on: date) -> Check:
    """Only the words: what is checked while somebody writes."""
    texts = {name: values.get(name) or "" for name in [*TEXT_FIELDS, "questions"]}
    return Check(rules_in_force(on).version, tuple(check_text(texts, on=on, nature=employer.nature)))


def check_values(values: Mapping[str, Any], employer: Organisation, *, on: date) -> Check:
    """Everything, for values as they would be published on a day."""
    limits = limits_in_force(values.get("region"), on)
    words = check_words(values, employer, on=on)
    remarks = [
        *rules.missing_fields(values),
        *words.remarks,
        *rules.pay_remarks(values, limits),
        *rules.contract_remarks(values),
        *rules.validity_remarks(values, limits, today=on),
    ]
    return Check(words.version, tuple(remarks))


def check_posting(posting: Posting, *, on: date) -> Check:
    return check_values(values_of(posting), posting.employer, on=on)
