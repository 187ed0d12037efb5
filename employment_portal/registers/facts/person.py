"""What the registers say of a person."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.classifications.enums import SkillLevel
from employment_portal.facts.catalogue import Choices, Fact, FactType, Lookup
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

PAID = "FROM registers_socialinsurancemonth paid WHERE paid.month <= %(on)s::date"
# The last run of months without a gap: the n-th month from the end lies n-1 months before the last.
RUN = Lookup(
    "SELECT run.person_id AS of, count(*) AS months FROM (SELECT paid.person_id, paid.month,"
    " max(paid.month) OVER (PARTITION BY paid.person_id) AS latest,"
    " row_number() OVER (PARTITION BY paid.person_id ORDER BY paid.month DESC) AS place"
    " FROM registers_socialinsurancemonth paid JOIN people_statusspell spell"
    " ON spell.person_id = paid.person_id AND spell.employer_id = paid.employer_id"
    " WHERE spell.voided_at IS NULL AND spell.period @> %(on)s::date AND paid.month <= %(on)s::date) AS run"
    " WHERE run.month = (run.latest - make_interval(months => run.place::int - 1))::date GROUP BY run.person_id"
)
INSURED = Lookup(
    "SELECT paid.person_id AS of, count(DISTINCT paid.month) AS months"
    f" {PAID} AND {IN_PERIOD} AND {OF_KIND} GROUP BY paid.person_id"
)
INSURED_IN_ALL = Lookup(
    f"SELECT paid.person_id AS of, count(DISTINCT paid.month) AS months {PAID} AND {OF_KIND} GROUP BY paid.person_id"
)
FLEXIBLE = Lookup(
    "SELECT paid.person_id AS of, count(*) AS months, sum(paid.person_fen) AS fen"
    f" {PAID} AND paid.flexible AND {IN_PERIOD} GROUP BY paid.person_id"
)
DECEASED = (
    "EXISTS (SELECT 1 FROM registers_civilrecord civil WHERE civil.person_id = {row}.id"
    " AND civil.kind = 'deceased' AND civil.starts_on <= %(on)s::date)"
)
REPORTED = Lookup(
    "SELECT civil.person_id AS of, array_agg(DISTINCT civil.kind::text ORDER BY civil.kind::text) AS kinds"
    " FROM registers_civilrecord civil WHERE civil.kind <> 'deceased' AND civil.starts_on <= %(on)s::date"
    " AND coalesce(civil.ends_on, 'infinity') >= %(on)s::date GROUP BY civil.person_id"
)
LICENSED = (
    "EXISTS (SELECT 1 FROM registers_businessregistration licence WHERE licence.founder_id = {row}.id"
    " AND licence.registered_on <= %(on)s::date AND coalesce(licence.closed_on, 'infinity') > %(on)s::date)"
)
HELD = Lookup(
    "SELECT held.person_id AS of, count(*) AS number, max(held.level)::text AS level"
    " FROM registers_skillcertificate held WHERE held.issued_on <= %(on)s::date GROUP BY held.person_id"
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
        "insurance_months", _("Months insured in a period"), FactType.NUMBER, "coalesce({found}.months, 0)",
        INSURANCE, PAY, unit=MONTH, arguments=(KIND, MONTHS), lookup=INSURED,
        question=_("In how many months was insurance paid? (%(kind)s; %(months)s)"),
    ),
    _person(
        "insurance_months_total", _("Months insured in all"), FactType.NUMBER, "coalesce({found}.months, 0)",
        INSURANCE, PAY, unit=MONTH, arguments=(KIND,), lookup=INSURED_IN_ALL,
        question=_("For how many months has insurance been paid in all? (%(kind)s)"),
    ),
    _person(
        "insurance_months_in_a_row", _("Months insured in a row with the present employer"), FactType.NUMBER,
        "coalesce({found}.months, 0)", INSURANCE, PAY, unit=MONTH, lookup=RUN,
        question=_("For how many months in a row has the present employer paid insurance?"),
    ),
    _person(
        "flexible_months", _("Months of insurance paid alone"), FactType.NUMBER, "coalesce({found}.months, 0)",
        INSURANCE, PAY, unit=MONTH, arguments=(MONTHS,), lookup=FLEXIBLE,
        question=_("For how many months was insurance paid alone, without an employer? (%(months)s)"),
    ),
    _person(
        "flexible_paid", _("Insurance paid alone"), FactType.MONEY, "coalesce({found}.fen, 0)",
        INSURANCE, PAY, arguments=(MONTHS,), lookup=FLEXIBLE,
        question=_("How much insurance was paid alone, without an employer? (%(months)s)"),
    ),
    _person(
        "deceased", _("Deceased"), FactType.YES_NO, DECEASED,
        CIVIL, AUTHORITY, sensitive=True,
        question=_("Is the person deceased?"),
    ),
    _person(
        "circumstances", _("Circumstances reported by other authorities"), FactType.CHOICES,
        "coalesce({found}.kinds, '{}')",
        CIVIL, AUTHORITY, choices=circumstances, sensitive=True, lookup=REPORTED,
        question=_("Which of these apply?"),
    ),
    _person(
        "has_business", _("Has a business licence"), FactType.YES_NO, LICENSED,
        LICENCES, LICENCE,
        question=_("Is there a business licence in the same name?"),
    ),
    _person(
        "certificates", _("Skill certificates"), FactType.NUMBER, "coalesce({found}.number, 0)",
        CERTIFICATES, CERTIFICATE, unit=pgettext_lazy("unit", "certificates"), lookup=HELD,
        question=_("How many skill certificates?"),
    ),
    _person(
        "highest_level", _("Highest skill level"), FactType.CHOICE, "{found}.level",
        CERTIFICATES, CERTIFICATE, choices=levels, lookup=HELD,
        question=_("The highest level of these certificates?"),
    ),
]  # fmt: skip
