"""Decisions about postings. No database, no clock: what they need is passed in."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.core.money import format_yuan
from jobs.compliance.engine import Article
from jobs.postings.enums import ContractType, EmploymentType, PayUnit, RejectionReason, ReviewMode

DAYS_A_MONTH_X100 = 2175  # 21.75 paid days, of 8 hours: 人社部发〔2025〕2号
HOURS_A_MONTH = 174

# What people decide by: a change goes through review again. The rest is housekeeping and only logged.
MATERIAL_FIELDS = frozenset(
    {
        "title",
        "occupation",
        "region",
        "employment_type",
        "pay_unit",
        "pay_min_fen",
        "pay_max_fen",
        "pay_months",
        "pay_note",
        "education",
        "experience_months",
        "groups",
        "description",
        "requirements",
        "working_time",
        "contract_type",
        "contract_months",
        "trial_months",
        "insurances",
        "welfare",
        "questions",
    }
)

REJECTION_ARTICLES: dict[str, tuple[Article, ...]] = {
    RejectionReason.DISCRIMINATION: (Article("employment_promotion", 26), Article("market", 24)),
    RejectionReason.FALSE: (Article("market", 24), Article("employment_services", 14)),
    RejectionReason.FEES: (Article("labour_contract", 9), Article("employment_services", 14)),
    RejectionReason.NO_LABOUR: (Article("online_recruitment"),),
    RejectionReason.UNLAWFUL: (Article("market", 24), Article("child_labour", 2)),
    RejectionReason.DUPLICATE: (),
    RejectionReason.OTHER: (),
}


@dataclass(frozen=True)
class Limits:
    """The limits in force for one region on one day; None where none is known there."""

    max_validity_days: int
    review_working_days: int
    trusted_clean_reviews: int
    clean_record_days: int
    sample_one_in: int
    remind_days_before: int
    minimum_month_fen: int | None = None
    minimum_hour_fen: int | None = None


@dataclass(frozen=True)
class Remark:
    """Something about one field that must be fixed, or that a person should look at and confirm."""

    rule_id: str
    field: str
    severity: str
    message: Any
    article: str = ""
    start: int = 0
    end: int = 0
    excerpt: str = ""

    @property
    def must_fix(self) -> bool:
        return self.severity == "must_fix"

    def as_dict(self) -> dict[str, Any]:
        return {
            "rule": self.rule_id,
            "severity": self.severity,
            "field": self.field,
            "start": self.start,
            "end": self.end,
            "excerpt": self.excerpt,
        }


def monthly_fen(unit: str, fen: int | None) -> int | None:
    """Pay normalised to a month: 21.75 days, 174 hours, a twelfth of a year. By the piece it is monthly already."""
    if fen is None:
        return None
    if unit == PayUnit.DAY:
        return fen * DAYS_A_MONTH_X100 // 100
    if unit == PayUnit.HOUR:
        return fen * HOURS_A_MONTH
    if unit == PayUnit.YEAR:
        return fen // 12
    return fen


REQUIRED = {
    "title": _("Give the job a title."),
    "occupation": _("Choose the occupation."),
    "region": _("Choose the place of work, at least the district."),
    "headcount": _("State how many people are wanted."),
    "employment_type": _("State whether it is full-time, part-time or other work."),
    "pay_unit": _("State what the pay is counted by."),
    "pay_min_fen": _("State the lowest pay."),
    "pay_max_fen": _("State the highest pay."),
    "description": _("Describe the duties."),
    "requirements": _("State the conditions for applicants."),
    "expires_on": _("State until when the posting is open."),
}


def missing_fields(values: Mapping[str, Any]) -> list[Remark]:
    """One remark per field without which the law does not let a vacancy be published."""
    articles = f"{Article('market', 24)}；{Article('employment_services', 11)}"
    return [
        Remark("missing-content", field, "must_fix", message, articles)
        for field, message in REQUIRED.items()
        if values.get(field) in (None, "", 0)
    ]


def pay_remarks(values: Mapping[str, Any], limits: Limits) -> list[Remark]:
    """Pay below the local minimum wage, and ranges so wide that they say nothing."""
    unit, low, high = values.get("pay_unit"), values.get("pay_min_fen"), values.get("pay_max_fen")
    if not unit or not low or not high:
        return []
    remarks = []
    kind = values.get("employment_type")
    # An internship is not an employment relationship: the minimum wage guides there, it does not bind.
    severity = "check" if kind == EmploymentType.INTERNSHIP else "must_fix"
    article = str(Article("labour", 48))
    if unit == PayUnit.HOUR:
        if limits.minimum_hour_fen and low < limits.minimum_hour_fen:
            message = _("The local minimum wage is %(amount)s yuan an hour. Raise the lowest pay to it.")
            remarks.append(_below("minimum-wage-hour", severity, message, limits.minimum_hour_fen, article))
    elif (
        limits.minimum_month_fen
        and kind not in {EmploymentType.PART_TIME, EmploymentType.TEMPORARY}
        and (monthly_fen(unit, low) or 0) < limits.minimum_month_fen
    ):
        message = _("The local minimum wage is %(amount)s yuan a month. Raise the lowest pay to it.")
        remarks.append(_below("minimum-wage-month", severity, message, limits.minimum_month_fen, article))
    if high > 3 * low:
        message = _(
            "The highest pay is more than three times the lowest. Give a range that applicants can rely on."
        )
        remarks.append(Remark("pay-range-wide", "pay_max_fen", "check", message))
    return remarks


def _below(rule_id: str, severity: str, message: Any, minimum_fen: int, article: str) -> Remark:
    return Remark(rule_id, "pay_min_fen", severity, message % {"amount": format_yuan(minimum_fen)}, article)


def contract_remarks(values: Mapping[str, Any]) -> list[Remark]:
    """A trial period longer than the Labour Contract Law allows for the length of the contract (Art. 19)."""
    trial, contract = values.get("trial_months") or 0, values.get("contract_type")
    longest = longest_trial_months(contract or "", values.get("contract_months"))
    if longest is None or trial <= longest:
        return []
    message = _("A contract of this length allows a trial period of at most %(months)s months.")
    return [
        Remark(
            "trial-period",
            "trial_months",
            "must_fix",
            message % {"months": longest},
            str(Article("labour_contract", 19)),
        )
    ]


def longest_trial_months(contract: str, months: int | None) -> int | None:
    """In whole months, None when the contract does not say enough to tell."""
    if contract == ContractType.OPEN:
        return 6
    if contract == ContractType.TASK:
        return 0
    if contract not in {ContractType.FIXED, ContractType.LABOUR_DISPATCH} or not months:
        return None
    if months < 3:
        return 0
    if months < 12:
        return 1
    return 2 if months < 36 else 6


def validity_remarks(values: Mapping[str, Any], limits: Limits, *, today: date) -> list[Remark]:
    """The last day lies after the first, not in the past, and no further than the longest validity."""
    last = values.get("expires_on")
    if last is None:
        return []
    first = max(values.get("publish_on") or today, today)
    if last < first:
        message = (
            _("The last day lies before the day of publication. Choose a later last day.")
            if last >= today
            else _("The last day has passed. Choose a later one.")
        )
        return [Remark("validity", "expires_on", "must_fix", message)]
    latest = latest_end(first, limits)
    if last > latest:
        message = _("A posting is open for at most %(days)s days. Choose a last day up to %(latest)s.")
        params = {"days": limits.max_validity_days, "latest": latest.isoformat()}
        return [Remark("validity", "expires_on", "must_fix", message % params)]
    return []


def latest_end(first: date, limits: Limits) -> date:
    return first + timedelta(days=limits.max_validity_days - 1)


def is_sampled(public_id: str, one_in: int) -> bool:
    """Whether a posting published at once is drawn for review: the same answer whenever it is asked."""
    return int(hashlib.sha256(public_id.encode()).hexdigest(), 16) % max(one_in, 1) == 0


@dataclass(frozen=True)
class EmployerRecord:
    """What publishing at once depends on."""

    is_verified: bool
    verified_until: date | None
    clean_reviews: int
    upheld_reports: int


def reasons_for_review(
    record: EmployerRecord, limits: Limits, remarks: Iterable[Any], *, today: date
) -> list[Any]:
    """Why a posting is reviewed before it is published; nothing when it may go live at once."""
    reasons: list[Any] = []
    if not record.is_verified or record.verified_until is None or record.verified_until < today:
        reasons.append(_("The employer is not verified at present."))
    if record.clean_reviews < limits.trusted_clean_reviews:
        reasons.append(
            _(
                "After %(needed)s reviews in a row without a correction postings are published at once; so far there are %(done)s."
            )
            % {"done": record.clean_reviews, "needed": limits.trusted_clean_reviews}
        )
    if record.upheld_reports:
        reasons.append(_("A report about one of the employer's postings was upheld lately."))
    if any(True for _remark in remarks):
        reasons.append(_("The check marked words that a person should look at."))
    return reasons


def review_mode(reasons: list[Any], public_id: str, limits: Limits) -> ReviewMode:
    if reasons:
        return ReviewMode.BEFORE
    return ReviewMode.SAMPLED if is_sampled(public_id, limits.sample_one_in) else ReviewMode.TRUSTED


def is_material(changed: Iterable[str]) -> bool:
    return not MATERIAL_FIELDS.isdisjoint(changed)


@dataclass(frozen=True)
class Piece:
    """A stretch of text and what was found in it, if anything."""

    text: str
    remark: Any = None


def marked(text: str, remarks: Iterable[Any]) -> list[Piece]:
    """``text`` cut at the places of its remarks, in order; where two overlap the first one wins."""
    pieces: list[Piece] = []
    place = 0
    for remark in sorted(remarks, key=lambda remark: (remark.start, not remark.must_fix)):
        if remark.end <= remark.start or remark.start < place or remark.end > len(text):
            continue
        pieces += [Piece(text[place : remark.start]), Piece(text[remark.start : remark.end], remark)]
        place = remark.end
    pieces.append(Piece(text[place:]))
    return [piece for piece in pieces if piece.text]
