"""What a policy may ask of a skill certificate."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.classifications.models import Occupation
from employment_portal.facts.catalogue import Choices, Fact, FactType, Join, Subject
from employment_portal.people.facts import PERSON
from employment_portal.registers.facts.person import CERTIFICATE, CERTIFICATES, levels


def occupations() -> Choices:
    return [(row.code, row.name) for row in Occupation.objects.filter(level=4).order_by("path")]


def major_groups() -> Choices:
    return [(row.code, row.name) for row in Occupation.objects.filter(level=1).order_by("path")]


def _certificate(name: str, label: Any, type: FactType, sql: str, **more: Any) -> Fact:
    return Fact(f"certificate.{name}", "certificate", label, type, CERTIFICATES, sql, CERTIFICATE, **more)


FACTS = [
    _certificate(
        "level", _("Level of the certificate"), FactType.CHOICE, "{row}.level::text", choices=levels,
        question=_("Which level is it?"),
    ),
    _certificate(
        "occupation", _("Occupation of the certificate"), FactType.CHOICE,
        "(SELECT occupation.code FROM classifications_occupation occupation"
        " WHERE occupation.id = {row}.occupation_id AND occupation.level = 4)",
        choices=occupations,
        question=_("For which occupation?"),
    ),
    _certificate(
        "occupation_group", _("Major group of the occupation"), FactType.CHOICE,
        "(SELECT split_part(occupation.path, '/', 1) FROM classifications_occupation occupation"
        " WHERE occupation.id = {row}.occupation_id)",
        choices=major_groups,
        question=_("In which field is the occupation?"),
    ),
    _certificate(
        "issued_on", _("Certificate issued on"), FactType.DATE, "{row}.issued_on",
        question=_("On which day was it issued?"),
    ),
    _certificate(
        "training_hours", _("Hours of training before the certificate"), FactType.NUMBER,
        "{row}.training_hours", unit=_("hours of training"),
        question=_("How many hours of training led to it?"),
    ),
    _certificate(
        "months_since_issue", _("Months since the certificate was issued"), FactType.NUMBER,
        "portal_months_between({row}.issued_on, %(on)s::date)", unit=_("full months"),
        question=_("How many months ago was it issued?"),
    ),
    # By the name on the certificate where the occupation is not in the classification.
    _certificate(
        "highest", _("Highest level in its occupation"), FactType.YES_NO,
        "CASE WHEN {row}.level IS NOT NULL THEN NOT EXISTS (SELECT 1 FROM registers_skillcertificate other"
        " WHERE other.person_id = {row}.person_id AND other.level > {row}.level"
        " AND other.issued_on <= %(on)s::date"
        " AND CASE WHEN {row}.occupation_id IS NOT NULL THEN other.occupation_id = {row}.occupation_id"
        " ELSE other.occupation_name = {row}.occupation_name END) END",
        question=_("Is it the highest level held in that occupation?"),
    ),
]  # fmt: skip

# One person's certificates of one occupation and level stand for each other: the oldest row speaks for them.
SKILL = (
    "(SELECT min(same.id) FROM registers_skillcertificate same WHERE same.person_id = certificate.person_id"
    " AND same.level = certificate.level AND (same.occupation_id = certificate.occupation_id"
    " OR same.occupation_name = certificate.occupation_name))"
)

SUBJECT = Subject(
    key="certificate",
    label=pgettext_lazy("subject", "A skill certificate"),
    table="registers_skillcertificate",
    row="certificate",
    where=PERSON.where,
    findable=PERSON.findable,
    claimant="person",
    claimant_id="certificate.person_id",
    person_id="certificate.person_id",
    organisation_id=None,
    name="person.name",
    regions=PERSON.regions,
    entities={
        "person": Join("person", "JOIN people_person person ON person.id = certificate.person_id"),
    },
    holders={"skill": SKILL},
)
