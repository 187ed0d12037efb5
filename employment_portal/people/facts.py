"""What a policy may ask of a person: the record, the status history, the groups."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.classifications.enums import Education, Sex
from employment_portal.facts.catalogue import (
    Choices,
    Fact,
    FactType,
    Lookup,
    Subject,
    register_fact,
    register_subject,
)
from employment_portal.facts.places import place_of
from employment_portal.people.enums import HARDSHIP_GROUPS, EmploymentStatus, Group

RECORD = _("Personal record")
HISTORY = _("Registration of employment and unemployment")
GROUPS = _("Certified groups")

CORRECT = _("Ask for a correction of your record at any service counter, with your identity document.")
CATEGORY = _("Say at a service counter which retirement age your post had before 2025.")
MOVE = _("Change your places under “My record”, or at a service counter.")
REGISTER = _("Register at the service counter where you live: the status of the day counts.")
CERTIFY = _("Apply for the group under “My groups”, or at the street service counter.")
GRADUATION = _("Show your graduation certificate at a service counter.")
IDENTITY = _("Have your name and number checked under “My record”, or show your document at a counter.")

RETIRES_ON = (
    "portal_retirement_on({row}.birth_date,"
    " coalesce(nullif({row}.retirement_category, ''), CASE WHEN {row}.sex = 1 THEN 'man_60' END))"
)
SPELLS_ON = "FROM people_statusspell spell WHERE spell.voided_at IS NULL AND spell.period @> %(on)s::date"
# The spells of a person do not overlap, so that at most one holds on a day.
SPELL = Lookup(f"SELECT spell.person_id AS of, spell.status, spell.period {SPELLS_ON}")
# A membership that ended later was in force until its last day all the same.
HELD = "held.state IN ('certified', 'ended')"
GROUPS_ON = f"FROM people_groupmembership held WHERE {HELD} AND held.valid @> %(on)s::date"
MEMBERSHIPS = Lookup(
    "SELECT held.person_id AS of, array_agg(DISTINCT held.group::text ORDER BY held.group::text) AS groups"
    f" {GROUPS_ON} GROUP BY held.person_id"
)
CATEGORIES = ", ".join(f"'{group.value}'" for group in sorted(HARDSHIP_GROUPS))
HARDSHIP = f"EXISTS (SELECT 1 {GROUPS_ON} AND held.group IN ({CATEGORIES}) AND held.person_id = {{row}}.id)"


def sexes() -> Choices:
    return [(str(value.value), value.label) for value in (Sex.MALE, Sex.FEMALE)]


def education_levels() -> Choices:
    return [(str(value.value), value.label) for value in Education if value != Education.ANY]


def statuses() -> Choices:
    return list(EmploymentStatus.choices)


def groups() -> Choices:
    return list(Group.choices)


def _person(name: str, label: Any, type: FactType, sql: str, source: Any, how: Any, **more: Any) -> Fact:
    return Fact(f"person.{name}", "person", label, type, source, sql, how, **more)


FACTS = [
    _person(
        "age", _("Age"), FactType.NUMBER,
        "portal_months_between({row}.birth_date, %(on)s::date) / 12", RECORD, CORRECT, unit=_("full years"),
        question=_("How old, in full years?"),
    ),
    _person(
        "age_months", _("Age in months"), FactType.NUMBER,
        "portal_months_between({row}.birth_date, %(on)s::date)", RECORD, CORRECT, unit=_("full months"),
        question=_("How old, in full months?"),
    ),
    _person(
        "sex", _("Sex"), FactType.CHOICE,
        "CASE WHEN {row}.sex IN (1, 2) THEN {row}.sex::text END", RECORD, CORRECT, choices=sexes,
        question=_("Male or female?"),
    ),
    _person(
        "education", _("Education"), FactType.CHOICE,
        "nullif({row}.education, 0)::text", RECORD, GRADUATION, choices=education_levels,
        question=_("The highest education completed?"),
    ),
    _person(
        "identity_confirmed", _("Name and number confirmed"), FactType.YES_NO,
        "{row}.real_name_status = 'confirmed'", RECORD, IDENTITY,
        question=_("Have name and number been checked?"),
    ),
    _person(
        "retirement_on", _("Day of statutory retirement"), FactType.DATE, RETIRES_ON, RECORD, CATEGORY,
        question=_("On which day is statutory retirement?"),
    ),
    _person(
        "retired", _("Retirement age reached"), FactType.YES_NO,
        f"{RETIRES_ON} <= %(on)s::date", RECORD, CATEGORY,
        question=_("Is the statutory retirement age reached?"),
    ),
    # A month that has begun counts as a whole one: the full months from retirement back to the day, negated.
    _person(
        "months_to_retirement", _("Months to retirement"), FactType.NUMBER,
        f"-portal_months_between({RETIRES_ON}, %(on)s::date)", RECORD, CATEGORY, unit=_("months begun"),
        question=_("How many months are left until statutory retirement?"),
    ),
    _person(
        "household_region", _("Registered household"), FactType.REGION,
        "{found}.path", RECORD, MOVE, lookup=place_of("household_region_id"),
        question=_("Where is the household registered?"),
    ),
    _person(
        "residence_region", _("Place of residence"), FactType.REGION,
        "{found}.path", RECORD, MOVE, lookup=place_of("residence_region_id"),
        question=_("Where is home for most of the year?"),
    ),
    _person(
        "work_region", _("Place of work"), FactType.REGION,
        "{found}.path", RECORD, MOVE, lookup=place_of("work_region_id"),
        question=_("Where is the place of work?"),
    ),
    _person(
        "insured_region", _("Place of insurance"), FactType.REGION,
        "{found}.path", RECORD, MOVE, lookup=place_of("insured_region_id"),
        question=_("Where is social insurance paid?"),
    ),
    _person(
        "status", _("Employment status"), FactType.CHOICE,
        "{found}.status", HISTORY, REGISTER, choices=statuses, lookup=SPELL,
        question=_("What is the work situation at the moment?"),
    ),
    _person(
        "months_in_status", _("Months in this status"), FactType.NUMBER,
        "portal_months_between(lower({found}.period), %(on)s::date)",
        HISTORY, REGISTER, unit=_("full months"), lookup=SPELL,
        question=_("For how many months has that been so?"),
    ),
    _person(
        "months_unemployed", _("Months of registered unemployment"), FactType.NUMBER,
        "CASE WHEN {found}.status = 'unemployed'"
        " THEN portal_months_between(lower({found}.period), %(on)s::date) ELSE 0 END",
        HISTORY, REGISTER, unit=_("full months"), lookup=SPELL,
        question=_("Registered as unemployed for how many months? 0 if not registered"),
    ),
    _person(
        "employed", _("Employed by a unit"), FactType.YES_NO,
        "coalesce({found}.status IN ('employed', 'public_post'), FALSE)", HISTORY, REGISTER, lookup=SPELL,
        question=_("Working for an employer at the moment?"),
    ),
    _person(
        "groups", _("Groups"), FactType.CHOICES,
        "coalesce({found}.groups, '{}')", GROUPS, CERTIFY, choices=groups, sensitive=True, lookup=MEMBERSHIPS,
        question=_("Which of these groups apply? Count those that were certified"),
    ),
    _person(
        "hardship", _("Hardship certified"), FactType.YES_NO,
        HARDSHIP, GROUPS, CERTIFY, sensitive=True,
        question=_("Certified as having difficulty in finding work?"),
    ),
    _person(
        "graduated_on", _("Graduated on"), FactType.DATE, "{row}.graduated_on", RECORD, GRADUATION,
        question=_("Graduated on which day?"),
    ),
    _person(
        "graduation_year", _("Year of graduation"), FactType.NUMBER,
        "extract(year FROM {row}.graduated_on)", RECORD, GRADUATION,
        question=_("Graduated in which year?"),
    ),
    _person(
        "months_since_graduation", _("Months since graduation"), FactType.NUMBER,
        "portal_months_between({row}.graduated_on, %(on)s::date)", RECORD, GRADUATION, unit=_("full months"),
        question=_("How many months have passed since graduation?"),
    ),
]  # fmt: skip

PERSON = Subject(
    key="person",
    label=_("A person"),
    table="people_person",
    row="person",
    where="person.merged_into_id IS NULL AND person.anonymised_at IS NULL",
    findable="person.restricted_at IS NULL",
    claimant="person",
    claimant_id="person.id",
    person_id="person.id",
    organisation_id=None,
    name="person.name",
    regions={basis: f"person.{basis}_region_id" for basis in ("household", "residence", "work", "insured")},
)


def register_all() -> None:
    from employment_portal.people import employment_facts

    register_subject(PERSON)
    register_subject(employment_facts.EMPLOYMENT)
    for fact in [*FACTS, *employment_facts.FACTS]:
        register_fact(fact)
