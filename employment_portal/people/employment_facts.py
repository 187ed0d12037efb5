"""What a policy may ask of an employment: a spell of one person with one employer of the portal."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.facts.catalogue import Choices, Fact, FactType, Join, Lookup, Subject
from employment_portal.facts.places import place_of
from employment_portal.people.enums import EmploymentStatus
from employment_portal.people.facts import GROUPS, HELD, HISTORY, groups

HIRE = _("The employer registers the hire within 30 days, with the term of the contract.")
CONTRACT = _("The employer enters the last day of the contract under “Our staff”, or at a service counter.")
SEPARATION = _("The employer registers the separation within 15 days.")
BEFORE = _("Unemployment counts when it was registered until the day before the hire.")
GROUP_AT_HIRE = _("The group counts when it was certified before the hire.")


def kinds() -> Choices:
    return [(value.value, value.label) for value in (EmploymentStatus.EMPLOYED, EmploymentStatus.PUBLIC_POST)]


def _employment(name: str, label: Any, type: FactType, sql: str, how: Any, **more: Any) -> Fact:
    source = more.pop("source", HISTORY)
    return Fact(f"employment.{name}", "employment", label, type, source, sql, how, **more)


# The unemployment that ended on the day of the hire.
UNEMPLOYED_BEFORE = Lookup(
    "SELECT earlier.person_id, upper(earlier.period) AS ended,"
    " portal_months_between(lower(earlier.period), upper(earlier.period)) AS months"
    " FROM people_statusspell earlier WHERE earlier.voided_at IS NULL AND earlier.status = 'unemployed'",
    "{found}.person_id = {row}.person_id AND {found}.ended = lower({row}.period)",
)
MEMBERSHIPS_AT_HIRE = Lookup(
    "SELECT hire.id AS of, array_agg(DISTINCT held.group::text ORDER BY held.group::text) AS groups"
    " FROM people_statusspell hire JOIN people_groupmembership held ON held.person_id = hire.person_id"
    f" AND {HELD} AND held.valid @> lower(hire.period) GROUP BY hire.id"
)

FACTS = [
    _employment("kind", _("Kind of employment"), FactType.CHOICE, "{row}.status", HIRE, choices=kinds),
    _employment("started_on", _("Employed since"), FactType.DATE, "lower({row}.period)", HIRE),
    _employment(
        "current", _("Still employed"), FactType.YES_NO, "{row}.period @> %(on)s::date", SEPARATION
    ),
    _employment(
        "months_employed", _("Months employed"), FactType.NUMBER,
        "greatest(portal_months_between(lower({row}.period), least(upper({row}.period), %(on)s::date)), 0)",
        SEPARATION, unit=_("full months"),
    ),
    _employment(
        "contract_until", _("Last day of the contract"), FactType.DATE, "{row}.contract_until", CONTRACT
    ),
    _employment(
        "contract_months", _("Term of the contract"), FactType.NUMBER,
        "portal_months_between(lower({row}.period), {row}.contract_until + 1)",
        CONTRACT, unit=_("full months"),
    ),
    _employment(
        "region", _("Place of the employment"), FactType.REGION, "{found}.path", HIRE,
        lookup=place_of("region_id"),
    ),
    _employment(
        "months_unemployed_before", _("Months of registered unemployment before the hire"), FactType.NUMBER,
        "coalesce({found}.months, 0)",
        BEFORE, unit=_("full months"), lookup=UNEMPLOYED_BEFORE,
    ),
    _employment(
        "groups_at_hire", _("Groups on the day of the hire"), FactType.CHOICES,
        "coalesce({found}.groups, '{}')",
        GROUP_AT_HIRE, source=GROUPS, choices=groups, sensitive=True,
        lookup=MEMBERSHIPS_AT_HIRE,
    ),
]  # fmt: skip

EMPLOYMENT = Subject(
    key="employment",
    label=pgettext_lazy("subject", "An employment"),
    table="people_statusspell",
    row="employment",
    where=(
        "employment.voided_at IS NULL AND employment.status IN ('employed', 'public_post')"
        " AND employment.employer_id IS NOT NULL AND person.merged_into_id IS NULL"
        " AND person.restricted_at IS NULL AND person.anonymised_at IS NULL AND employer.closed_at IS NULL"
    ),
    claimant="organisation",
    claimant_id="employment.employer_id",
    person_id="employment.person_id",
    organisation_id="employment.employer_id",
    name="person.name",
    regions={
        "work": "employment.region_id",
        "seat": "employer.region_id",
        "household": "person.household_region_id",
        "insured": "person.insured_region_id",
    },
    entities={
        "person": Join("person", "JOIN people_person person ON person.id = employment.person_id"),
        "employer": Join(
            "employer", "JOIN organisations_organisation employer ON employer.id = employment.employer_id"
        ),
    },
)
