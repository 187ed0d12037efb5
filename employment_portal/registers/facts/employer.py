"""What the register of social insurance says of an employer. Heads are counted in its last complete month."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.facts.catalogue import Choices, Fact, FactType
from employment_portal.registers.facts.person import INSURANCE

DECLARE = _("Declare and pay social insurance for all staff; payments arrive a month later.")

MONTH = "portal_insurance_month(%(on)s::date)"
YEAR_BEFORE = f"({MONTH} - interval '1 year')::date"
NOW = f"portal_insured_headcount({{row}}.id, {MONTH})"
THEN = f"portal_insured_headcount({{row}}.id, {YEAR_BEFORE})"
PAID_LAST_YEAR = (
    "FROM registers_socialinsurancemonth paid WHERE paid.employer_id = {row}.id"
    " AND paid.month >= (date_trunc('year', %(on)s::date) - interval '1 year')::date"
    " AND paid.month < date_trunc('year', %(on)s::date)::date"
)


class EmployerSize(TextChoices):
    MICRO = "micro", pgettext_lazy("size", "Micro")
    SMALL = "small", pgettext_lazy("size", "Small")
    MEDIUM = "medium", pgettext_lazy("size", "Medium")
    LARGE = "large", pgettext_lazy("size", "Large")


def sizes() -> Choices:
    return list(EmployerSize.choices)


def _employer(name: str, label: Any, type: FactType, sql: str, **more: Any) -> Fact:
    return Fact(f"employer.{name}", "employer", label, type, INSURANCE, sql, DECLARE, **more)


PEOPLE = pgettext_lazy("unit", "people")

FACTS = [
    # Without any month in the register nothing is known, not nobody insured.
    _employer(
        "insured_headcount", _("Staff insured"), FactType.NUMBER,
        f"CASE WHEN {MONTH} IS NOT NULL THEN {NOW} END", unit=PEOPLE,
        question=_("For how many employees do you pay social insurance?"),
    ),
    _employer(
        "size", _("Size by staff insured"), FactType.CHOICE,
        f"(SELECT CASE WHEN {NOW} >= standard.large_from THEN 'large'"
        f" WHEN {NOW} >= standard.medium_from THEN 'medium'"
        f" WHEN {NOW} >= standard.small_from THEN 'small' WHEN {NOW} > 0 THEN 'micro' END"
        " FROM registers_sizestandard standard WHERE standard.since <= %(on)s::date"
        " AND starts_with(coalesce((SELECT industry.path FROM classifications_industry industry"
        " WHERE industry.id = {row}.industry_id), ''), standard.industry)"
        " ORDER BY length(standard.industry) DESC, standard.since DESC LIMIT 1)",
        choices=sizes,
        question=_("How large is the firm, counted by insured employees?"),
    ),
    _employer(
        "layoff_rate", _("Staff lost within a year"), FactType.NUMBER,
        f"CASE WHEN {THEN} > 0 THEN round(100.0 * greatest({THEN} - {NOW}, 0) / {THEN}, 2) END",
        unit=pgettext_lazy("unit", "percent"),
        question=_("What share of the staff was laid off in the last twelve months?"),
    ),
    _employer(
        "premiums_last_year", _("Social insurance paid last year"), FactType.MONEY,
        f"(SELECT coalesce(sum(paid.employer_fen + paid.person_fen), 0) {PAID_LAST_YEAR})",
        question=_("How much social insurance did you pay last year?"),
    ),
    _employer(
        "unemployment_premiums_last_year", _("Unemployment insurance paid last year"), FactType.MONEY,
        f"(SELECT coalesce(sum(paid.unemployment_fen), 0) {PAID_LAST_YEAR})",
        question=_("How much unemployment insurance did you pay last year?"),
    ),
    _employer(
        "months_insured_last_year", _("Months with insured staff last year"), FactType.NUMBER,
        f"(SELECT count(DISTINCT paid.month) {PAID_LAST_YEAR})", unit=_("months"),
        question=_("For how many months did you pay insurance last year?"),
    ),
]  # fmt: skip
