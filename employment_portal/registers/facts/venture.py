"""What a policy may ask of a venture: a licence whose founder has a record here."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.facts.catalogue import Fact, FactType, Join, Subject
from employment_portal.facts.places import place_of
from employment_portal.organisations.facts import sections
from employment_portal.people.facts import PERSON
from employment_portal.registers.facts.person import LICENCE, LICENCES

LEASES = _("Register of leases")
STAFF = _("Registration of employment and register of social insurance")
RENT = _("Show the lease at the service counter of the district; it is registered there.")
HIRE = _("Register your staff here with contracts of a year or more, and insure them.")


def _venture(name: str, label: Any, type: FactType, sql: str, **more: Any) -> Fact:
    source, how = more.pop("source", LICENCES), more.pop("how", LICENCE)
    return Fact(f"venture.{name}", "venture", label, type, source, sql, how, **more)


OPEN = "({row}.registered_on <= %(on)s::date AND coalesce({row}.closed_on, 'infinity') > %(on)s::date)"

FACTS = [
    _venture(
        "registered_on", _("Licence issued on"), FactType.DATE, "{row}.registered_on",
        question=_("On which day was the licence issued?"),
    ),
    _venture(
        "months_operating", _("Months in operation"), FactType.NUMBER,
        "greatest(portal_months_between({row}.registered_on, least({row}.closed_on, %(on)s::date)), 0)",
        unit=_("full months"),
        question=_("For how many months has the business been running?"),
    ),
    _venture(
        "open", _("Still in business"), FactType.YES_NO, OPEN,
        question=_("Is the business still running?"),
    ),
    _venture(
        "region", _("Seat of the venture"), FactType.REGION, "{found}.path", lookup=place_of("region_id"),
        question=_("Where is the business registered?"),
    ),
    _venture(
        "industry", _("Industry of the venture"), FactType.CHOICE,
        "(SELECT split_part(industry.path, '/', 1) FROM classifications_industry industry"
        " WHERE industry.id = {row}.industry_id)",
        choices=sections,
        question=_("In which industry is the business?"),
    ),
    _venture(
        "first", _("The founder's first venture"), FactType.YES_NO,
        "NOT EXISTS (SELECT 1 FROM registers_businessregistration other"
        " WHERE other.founder_id = {row}.founder_id AND (other.registered_on, other.id)"
        " < ({row}.registered_on, {row}.id))",
        question=_("Is it the first business that you founded?"),
    ),
    # A post counts when it is held on the day under a contract of a year or more, and was insured at least once.
    _venture(
        "jobs_created", _("Jobs created"), FactType.NUMBER,
        "CASE WHEN {row}.organisation_id IS NOT NULL THEN (SELECT count(*) FROM people_statusspell spell"
        " WHERE spell.employer_id = {row}.organisation_id AND spell.voided_at IS NULL"
        " AND spell.status = 'employed' AND spell.period @> %(on)s::date"
        " AND spell.person_id <> {row}.founder_id"
        " AND (spell.contract_open_ended"
        " OR portal_months_between(lower(spell.period), spell.contract_until + 1) >= 12)"
        " AND EXISTS (SELECT 1 FROM registers_socialinsurancemonth paid"
        " WHERE paid.person_id = spell.person_id AND paid.employer_id = spell.employer_id"
        " AND paid.month >= date_trunc('month', lower(spell.period))::date"
        " AND paid.month <= %(on)s::date)) END",
        source=STAFF, how=HIRE, unit=pgettext_lazy("unit", "posts"),
        question=_("How many people did you hire with a contract of a year or more, and insure?"),
    ),
    _venture(
        "rent_per_month", _("Rent per month"), FactType.MONEY,
        "(SELECT sum(lease.monthly_rent_fen) FROM registers_lease lease WHERE lease.venture_id = {row}.id"
        " AND lease.starts_on <= %(on)s::date AND coalesce(lease.ends_on, 'infinity') >= %(on)s::date)",
        source=LEASES, how=RENT,
        question=_("How much rent do you pay a month?"),
    ),
    # Each month by the leases that hold on its last day, the running one by those that hold on the day.
    _venture(
        "rent_this_year", _("Rent of this year so far"), FactType.MONEY,
        "(SELECT sum(lease.monthly_rent_fen) FROM generate_series(1, extract(month FROM %(on)s::date)::int) AS year (month)"
        " JOIN registers_lease lease ON lease.venture_id = {row}.id"
        " AND least((date_trunc('year', %(on)s::date) + make_interval(months => year.month))::date - 1, %(on)s::date)"
        " BETWEEN lease.starts_on AND coalesce(lease.ends_on, 'infinity'))",
        source=LEASES, how=RENT,
        question=_("How much rent comes to this year, up to the day?"),
    ),
    _venture(
        "in_carrier", _("Rents in an incubator or park"), FactType.YES_NO,
        "EXISTS (SELECT 1 FROM registers_lease lease WHERE lease.venture_id = {row}.id"
        " AND lease.carrier_id IS NOT NULL AND lease.starts_on <= %(on)s::date"
        " AND coalesce(lease.ends_on, 'infinity') >= %(on)s::date)",
        source=LEASES, how=RENT,
        question=_("Do you rent in an incubator or park?"),
    ),
]  # fmt: skip

SUBJECT = Subject(
    key="venture",
    label=pgettext_lazy("subject", "A venture"),
    table="registers_businessregistration",
    row="venture",
    where=PERSON.where,
    findable=PERSON.findable,
    claimant="person",
    claimant_id="venture.founder_id",
    person_id="venture.founder_id",
    organisation_id="venture.organisation_id",
    name="venture.name",
    regions={"seat": "venture.region_id", **PERSON.regions},
    entities={
        "person": Join("person", "JOIN people_person person ON person.id = venture.founder_id"),
        "employer": Join(
            "employer",
            "LEFT JOIN organisations_organisation employer ON employer.id = venture.organisation_id",
        ),
    },
)
