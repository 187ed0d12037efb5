"""What the registers hold of a person: exported with their data, moved when two records become one."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.people.holdings import Holding, Move, Mover, move_all, plain, register
from employment_portal.people.models import Person
from employment_portal.registers.enums import CivilKind
from employment_portal.registers.models import (
    BusinessRegistration,
    CivilRecord,
    SkillCertificate,
    SocialInsuranceMonth,
)


def _move_insurance(duplicate: Person, survivor: Person, by: Any) -> Move:
    """A month that both records hold with one unit stays as the survivor has it."""
    rows = SocialInsuranceMonth.objects.filter(person=duplicate)
    held = set(SocialInsuranceMonth.objects.filter(person=survivor).values_list("employer_code", "month"))
    twice = [row.pk for row in rows if (row.employer_code, row.month) in held]
    SocialInsuranceMonth.objects.filter(pk__in=twice).delete()
    return Move(moved=rows.update(person=survivor), settled=len(twice))


def _move_civil(duplicate: Person, survivor: Person, by: Any) -> Move:
    """One person dies once: the survivor's record of it stays."""
    rows = CivilRecord.objects.filter(person=duplicate)
    settled = 0
    if CivilRecord.objects.filter(person=survivor, kind=CivilKind.DECEASED).exists():
        settled, _by_model = rows.filter(kind=CivilKind.DECEASED).delete()
    return Move(moved=rows.update(person=survivor), settled=settled)


def _holding(key: str, label: Any, model: Any, mover: Mover, *fields: str, field: str = "person") -> Holding:
    return Holding(
        key,
        label,
        _("Examining what you are entitled to"),
        lambda person: model.objects.filter(**{field: person}).order_by("pk"),
        mover,
        plain(*fields, "source", "source_id"),
        retained=True,
        owner=field,
    )


def register_all() -> None:
    register(
        _holding(
            "insurance", _("Social insurance payments"), SocialInsuranceMonth, _move_insurance,
            "month", "employer", "employer_code", "flexible", "pension", "medical", "unemployment",
            "base_fen", "employer_fen", "person_fen", "unemployment_fen",
        )
    )  # fmt: skip
    register(
        _holding(
            "licences", _("Business licences"), BusinessRegistration,
            move_all(lambda person: BusinessRegistration.objects.filter(founder=person), "founder"),
            "name", "code", "registered_on", "closed_on", "region", field="founder",
        )
    )  # fmt: skip
    register(
        _holding(
            "certificates", _("Skill certificates"), SkillCertificate,
            move_all(lambda person: SkillCertificate.objects.filter(person=person)),
            "occupation_name", "get_level_display", "number", "issuer", "issued_on",
        )
    )  # fmt: skip
    register(
        _holding(
            "civil", _("Civil records"), CivilRecord, _move_civil, "get_kind_display", "starts_on", "ends_on"
        )
    )
