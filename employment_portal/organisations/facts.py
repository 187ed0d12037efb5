"""What a policy may ask of an employer, and of an incubator or park as an organisation."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.classifications.models import Industry
from employment_portal.facts.catalogue import (
    Choices,
    Fact,
    FactType,
    Join,
    Subject,
    register_fact,
    register_subject,
)
from employment_portal.facts.places import place_of
from employment_portal.organisations.enums import OrganisationNature, OrganisationScale

RECORD = _("Record of the organisation")
EDIT = _("Correct it under “Our organisation”, or ask the district service centre.")
VERIFY = _("Submit the licence under “Our organisation”; it is checked again every six months.")


def scales() -> Choices:
    return list(OrganisationScale.choices)


def natures() -> Choices:
    return list(OrganisationNature.choices)


def sections() -> Choices:
    return [(row.code, row.name) for row in Industry.objects.filter(level=1).order_by("path")]


def _employer(name: str, label: Any, type: FactType, sql: str, how: Any, **more: Any) -> Fact:
    return Fact(f"employer.{name}", "employer", label, type, RECORD, sql, how, **more)


FACTS = [
    _employer(
        "region", _("Seat of the employer"), FactType.REGION,
        "{found}.path", EDIT, lookup=place_of("region_id"),
        question=_("Where is the organisation registered?"),
    ),
    _employer(
        "verified", _("Employer verified"), FactType.YES_NO,
        # A branch without a code of its own stands and falls with its head office.
        "CASE WHEN {row}.parent_id IS NOT NULL AND {row}.code IS NULL THEN {row}.status <> 'suspended'"
        " AND (SELECT head.status = 'verified' FROM organisations_organisation head"
        " WHERE head.id = {row}.parent_id) ELSE {row}.status = 'verified' END",
        VERIFY,
        question=_("Has the organisation been verified here?"),
    ),
    _employer(
        "scale", _("Number of staff as stated"), FactType.CHOICE, "nullif({row}.scale, '')", EDIT, choices=scales,
        question=_("How many people work for you?"),
    ),
    _employer(
        "nature", _("Ownership"), FactType.CHOICE, "nullif({row}.nature, '')", EDIT, choices=natures,
        question=_("What kind of organisation is it?"),
    ),
    _employer(
        "industry", _("Industry of the employer"), FactType.CHOICE,
        "(SELECT split_part(industry.path, '/', 1) FROM classifications_industry industry"
        " WHERE industry.id = {row}.industry_id)",
        EDIT, choices=sections,
        question=_("In which industry?"),
    ),
    _employer(
        "founded_on", _("Founded on"), FactType.DATE, "{row}.founded_on", EDIT,
        question=_("When was it founded?"),
    ),
]  # fmt: skip

EMPLOYER = Subject(
    key="employer",
    label=pgettext_lazy("subject", "An employer"),
    table="organisations_organisation",
    row="employer",
    where="employer.kind = 'employer' AND employer.closed_at IS NULL AND employer.code IS NOT NULL",
    claimant="organisation",
    claimant_id="employer.id",
    person_id=None,
    organisation_id="employer.id",
    name="employer.name",
    regions={"seat": "employer.region_id"},
)

CARRIER = Subject(
    key="carrier",
    label=pgettext_lazy("subject", "An incubator or park"),
    table="organisations_organisation",
    row="carrier",
    where="carrier.kind = 'carrier' AND carrier.closed_at IS NULL AND carrier.code IS NOT NULL",
    claimant="organisation",
    claimant_id="carrier.id",
    person_id=None,
    organisation_id="carrier.id",
    name="carrier.name",
    regions={"seat": "carrier.region_id"},
    # A carrier employs people too: what is asked of an employer may be asked of it.
    entities={
        "employer": Join("employer", "JOIN organisations_organisation employer ON employer.id = carrier.id")
    },
)


def register_all() -> None:
    register_subject(EMPLOYER)
    register_subject(CARRIER)
    for fact in FACTS:
        register_fact(fact)
