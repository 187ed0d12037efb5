"""What the registers say of a person."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.classifications.enums import SkillLevel
from employment_portal.facts.catalogue import Choices, Fact, FactType
from employment_portal.registers.enums import CivilKind
from employment_portal.registers.facts.arguments import IN_PERIOD, KIND, MONTHS, OF_KIND

INSURANCE = _("Register of social insurance")
LICENCES = _("Register of business licences")
CERTIFICATES = _("National register of skill certificates")
CIVIL = _("Registers of civil affairs, disabled persons, rural affairs and education")

PAY = _("Payments arrive a month later. If one is missing, ask the social insurance office to check it.")
LICENCE = _("A licence arrives the day after market regulation issues it.")
CERTIFICATE = _("A certificate arrives when its issuer has reported it. Ask the issuer if it is missing.")
AUTHORITY = _("Ask the authority that keeps the register to correct it; the portal takes it over at night.")

PAID = (
    "FROM registers_socialinsurancemonth paid WHERE paid.person_id = {row}.id AND paid.month <= %(on)s::date"
)
PRESENT_EMPLOYER = (
    "(SELECT spell.employer_id FROM people_statusspell spell WHERE spell.person_id = {row}.id"
    " AND spell.voided_at IS NULL AND spell.period @> %(on)s::date)"
)


def circumstances() -> Choices:
    return [(value.value, value.label) for value in CivilKind if value != CivilKind.DECEASED]


def levels() -> Choices:
    return [(str(value.value), value.label) for value in SkillLevel]


def _person(name: str, label: Any, type: FactType, sql: str, source: Any, how: Any, **more: Any) -> Fact:
    return Fact(f"person.{name}", "person", label, type, source, sql, how, **more)


MONTH = _("months")

FACTS = [
    _person(
        "insurance_months", _("Months insured in a period"), FactType.NUMBER,
        f"(SELECT count(DISTINCT paid.month) {PAID} AND {IN_PERIOD} AND {OF_KIND})",
        INSURANCE, PAY, unit=MONTH, arguments=(KIND, MONTHS),
        question=_("In how many months was insurance paid? (%(kind)s; %(months)s)"),
    ),
    _person(
        "insurance_months_total", _("Months insured in all"), FactType.NUMBER,
        f"(SELECT count(DISTINCT paid.month) {PAID} AND {OF_KIND})",
        INSURANCE, PAY, unit=MONTH, arguments=(KIND,),
        question=_("For how many months has insurance been paid in all? (%(kind)s)"),
    ),
    # The last run of months without a gap: the n-th month from the end lies n-1 months before the last.
    _person(
        "insurance_months_in_a_row", _("Months insured in a row with the present employer"), FactType.NUMBER,
        "(SELECT count(*) FROM (SELECT paid.month, max(paid.month) OVER () AS latest,"
        " row_number() OVER (ORDER BY paid.month DESC) AS place"
        f" {PAID} AND paid.employer_id = {PRESENT_EMPLOYER}) AS run"
        " WHERE run.month = (run.latest - make_interval(months => run.place::int - 1))::date)",
        INSURANCE, PAY, unit=MONTH,
        question=_("For how many months in a row has the present employer paid insurance?"),
    ),
    _person(
        "flexible_months", _("Months of insurance paid alone"), FactType.NUMBER,
        f"(SELECT count(*) {PAID} AND paid.flexible AND {IN_PERIOD})",
        INSURANCE, PAY, unit=MONTH, arguments=(MONTHS,),
        question=_("For how many months was insurance paid alone, without an employer? (%(months)s)"),
    ),
    _person(
        "flexible_paid", _("Insurance paid alone"), FactType.MONEY,
        f"(SELECT coalesce(sum(paid.person_fen), 0) {PAID} AND paid.flexible AND {IN_PERIOD})",
        INSURANCE, PAY, arguments=(MONTHS,),
        question=_("How much insurance was paid alone, without an employer? (%(months)s)"),
    ),
    _person(
        "deceased", _("Deceased"), FactType.YES_NO,
        "EXISTS (SELECT 1 FROM registers_civilrecord civil WHERE civil.person_id = {row}.id"
        " AND civil.kind = 'deceased' AND civil.starts_on <= %(on)s::date)",
        CIVIL, AUTHORITY, sensitive=True,
        question=_("Is the person deceased?"),
    ),
    _person(
        "circumstances", _("Circumstances reported by other authorities"), FactType.CHOICES,
        "ARRAY(SELECT DISTINCT civil.kind::text FROM registers_civilrecord civil"
        " WHERE civil.person_id = {row}.id AND civil.kind <> 'deceased' AND civil.starts_on <= %(on)s::date"
        " AND coalesce(civil.ends_on, 'infinity') >= %(on)s::date ORDER BY 1)",
        CIVIL, AUTHORITY, choices=circumstances, sensitive=True,
        question=_("Which of these apply?"),
    ),
    _person(
        "has_business", _("Has a business licence"), FactType.YES_NO,
        "EXISTS (SELECT 1 FROM registers_businessregistration licence WHERE licence.founder_id = {row}.id"
        " AND licence.registered_on <= %(on)s::date"
        " AND coalesce(licence.closed_on, 'infinity') > %(on)s::date)",
        LICENCES, LICENCE,
        question=_("Is there a business licence in the same name?"),
    ),
    _person(
        "certificates", _("Skill certificates"), FactType.NUMBER,
        "(SELECT count(*) FROM registers_skillcertificate held WHERE held.person_id = {row}.id"
        " AND held.issued_on <= %(on)s::date)",
        CERTIFICATES, CERTIFICATE, unit=pgettext_lazy("unit", "certificates"),
        question=_("How many skill certificates?"),
    ),
    _person(
        "highest_level", _("Highest skill level"), FactType.CHOICE,
        "(SELECT max(held.level)::text FROM registers_skillcertificate held WHERE held.person_id = {row}.id"
        " AND held.issued_on <= %(on)s::date)",
        CERTIFICATES, CERTIFICATE, choices=levels,
        question=_("The highest level of these certificates?"),
    ),
]  # fmt: skip
