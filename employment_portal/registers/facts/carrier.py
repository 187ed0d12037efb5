"""What a policy may ask of an incubator or park (创业载体)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.facts.catalogue import Choices, Fact, FactType
from employment_portal.registers.enums import AccreditationLevel, AssessmentGrade
from employment_portal.registers.facts.arguments import YEAR
from employment_portal.registers.facts.venture import LEASES, RENT

ACCREDITATION = _("Register of accredited incubators and parks")
APPLY = _("Apply for accreditation at the district service centre; assessments take place each spring.")

VALID = (
    "FROM registers_accreditation held WHERE held.carrier_id = {row}.id AND held.accredited_on <= %(on)s::date"
    " AND coalesce(held.ends_on, 'infinity') >= %(on)s::date"
)
HIGHEST_FIRST = (
    "ORDER BY array_position(ARRAY['national', 'province', 'city', 'district'], held.level::text) LIMIT 1"
)


def levels() -> Choices:
    return list(AccreditationLevel.choices)


def grades() -> Choices:
    return list(AssessmentGrade.choices)


def _carrier(name: str, label: Any, type: FactType, sql: str, **more: Any) -> Fact:
    source, how = more.pop("source", ACCREDITATION), more.pop("how", APPLY)
    return Fact(f"carrier.{name}", "carrier", label, type, source, sql, how, **more)


FACTS = [
    _carrier(
        "level", _("Highest accreditation"), FactType.CHOICE,
        f"(SELECT held.level {VALID} {HIGHEST_FIRST})", choices=levels,
        question=_("What is the highest level of accreditation?"),
    ),
    _carrier(
        "accredited_on", _("Highest accreditation granted on"), FactType.DATE,
        f"(SELECT held.accredited_on {VALID} {HIGHEST_FIRST})",
        question=_("On which day was that accredited?"),
    ),
    _carrier(
        "months_since_accreditation", _("Months since the highest accreditation"), FactType.NUMBER,
        f"(SELECT portal_months_between(held.accredited_on, %(on)s::date) {VALID} {HIGHEST_FIRST})",
        unit=_("full months"),
        question=_("How many months have passed since that accreditation?"),
    ),
    _carrier(
        "grade", _("Grade of the yearly assessment"), FactType.CHOICE,
        "(SELECT assessed.grade FROM registers_assessment assessed WHERE assessed.carrier_id = {row}.id"
        " AND assessed.year = extract(year FROM %(on)s::date) - %(year)s::int)",
        choices=grades, arguments=(YEAR,),
        question=_("What was the result of the yearly review? (%(year)s)"),
    ),
    _carrier(
        "ventures", _("Ventures that rent there"), FactType.NUMBER,
        "(SELECT count(DISTINCT lease.venture_id) FROM registers_lease lease"
        " WHERE lease.carrier_id = {row}.id AND lease.starts_on <= %(on)s::date"
        " AND coalesce(lease.ends_on, 'infinity') >= %(on)s::date)",
        source=LEASES, how=RENT, unit=pgettext_lazy("unit", "ventures"),
        question=_("How many ventures are in it now?"),
    ),
]  # fmt: skip
