"""What a policy may ask of an employment: a spell of one person with one employer of the portal."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.facts.catalogue import Choices, Fact, FactType, Join, Lookup, Subject
from employment_portal.facts.places import place_of
from employment_portal.people.enums import EmploymentStatus
from employment_portal.people.facts import GROUPS, HELD, HISTORY, PERSON, groups

HIRE = _("The employer registers the hire within 30 days, with the term of the contract.")
CONTRACT = _(
    "The employer enters the last day of the contract, or that it is open-ended, under “Our staff”, or at a service "
    "counter."
)
OPEN_ENDED_MONTHS = 999  # longer than any term that a policy asks for, and than any that a contract can have
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
    _employment(
        "kind", _("Kind of employment"), FactType.CHOICE, "{row}.status", HIRE, choices=kinds,
        question=_("An ordinary job, or a public-welfare post?"),
    ),
    _employment(
        "started_on", _("Employed since"), FactType.DATE, "lower({row}.period)", HIRE,
        question=_("On which day did the employment begin?"),
    ),
    _employment(
        "current", _("Still employed"), FactType.YES_NO, "{row}.period @> %(on)s::date", SEPARATION,
        question=_("Does the employee still work for you?"),
    ),
    _employment(
        "months_employed", _("Months employed"), FactType.NUMBER,
        "greatest(portal_months_between(lower({row}.period), least(upper({row}.period), %(on)s::date)), 0)",
        SEPARATION, unit=_("full months"),
        question=_("For how many months has the employee worked for you?"),
    ),
    _employment(
        "contract_until", _("Last day of the contract"), FactType.DATE, "{row}.contract_until", CONTRACT,
        question=_("What is the last day of the labour contract?"),
    ),
    _employment(
        "contract_months", _("Term of the contract"), FactType.NUMBER,
        f"CASE WHEN {{row}}.contract_open_ended THEN {OPEN_ENDED_MONTHS}"
        " ELSE portal_months_between(lower({row}.period), {row}.contract_until + 1) END",
        CONTRACT, unit=_("full months"), named={OPEN_ENDED_MONTHS: _("open-ended")},
        question=_("For how many months was the labour contract signed?"),
    ),
    _employment(
        "region", _("Place of the employment"), FactType.REGION, "{found}.path", HIRE,
        lookup=place_of("region_id"),
        question=_("Where does the employee work?"),
    ),
    _employment(
        "months_unemployed_before", _("Months of registered unemployment before the hire"), FactType.NUMBER,
        "coalesce({found}.months, 0)",
        BEFORE, unit=_("full months"), lookup=UNEMPLOYED_BEFORE,
        question=_("Right before the hire: registered as unemployed for how many months? 0 if not"),
    ),
    _employment(
        "groups_at_hire", _("Groups on the day of the hire"), FactType.CHOICES,
        "coalesce({found}.groups, '{}')",
        GROUP_AT_HIRE, source=GROUPS, choices=groups, sensitive=True,
        lookup=MEMBERSHIPS_AT_HIRE,
        question=_("To which of these groups did the employee belong on the day of the hire?"),
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
        " AND person.anonymised_at IS NULL AND employer.closed_at IS NULL"
    ),
    findable=PERSON.findable,
    claimant="organisation",
    claimant_id="employment.employer_id",
    person_id="employment.person_id",
    organisation_id="employment.employer_id",
    name="person.name",
    span="employment.period",
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
