"""Which columns each register delivers, and how a row of its file becomes a row of the portal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.classifications.enums import SkillLevel
from employment_portal.core.errors import DomainError
from employment_portal.registers import models
from employment_portal.registers.enums import AccreditationLevel, AssessmentGrade, CivilKind, Register
from employment_portal.registers.intake import columns as read
from employment_portal.registers.intake.columns import CellRefused, Column
from employment_portal.registers.intake.lookups import Lookups

LEVELS = {
    "学徒工": SkillLevel.APPRENTICE.value,
    "五级": SkillLevel.LEVEL_5.value,
    "四级": SkillLevel.LEVEL_4.value,
    "三级": SkillLevel.LEVEL_3.value,
    "二级": SkillLevel.LEVEL_2.value,
    "一级": SkillLevel.LEVEL_1.value,
    "特级技师": SkillLevel.SPECIAL_TECHNICIAN.value,
    "首席技师": SkillLevel.CHIEF_TECHNICIAN.value,
}
CIVIL = {
    "死亡": CivilKind.DECEASED.value,
    "低保家庭": CivilKind.LOW_INCOME.value,
    "残疾": CivilKind.DISABLED.value,
    "脱贫家庭": CivilKind.POVERTY.value,
    "特困人员": CivilKind.DESTITUTE.value,
    "助学贷款": CivilKind.STUDENT_LOAN.value,
    "毕业学年": CivilKind.FINAL_YEAR.value,
}
ACCREDITED = {
    "区县级": AccreditationLevel.DISTRICT.value,
    "市级": AccreditationLevel.CITY.value,
    "省级": AccreditationLevel.PROVINCE.value,
    "国家级": AccreditationLevel.NATIONAL.value,
}
GRADES = {
    "优秀": AssessmentGrade.EXCELLENT.value,
    "良好": AssessmentGrade.GOOD.value,
    "合格": AssessmentGrade.PASSED.value,
    "不合格": AssessmentGrade.FAILED.value,
}


class NotKnown(DomainError):
    """The row is about somebody or something that the portal has no record of: counted, not stored."""


@dataclass(frozen=True)
class Adapter:
    """``build(values, lookups)`` gives the model's fields; it raises NotKnown, or CellRefused for a contradiction."""

    register: Register
    model: type[models.Registered]
    columns: tuple[Column, ...]
    build: Callable[[dict[str, Any], Lookups], dict[str, Any]]

    @property
    def headings(self) -> list[str]:
        return [column.heading for column in self.columns]

    def missing(self, headings: list[str]) -> list[str]:
        """Required columns that a file lacks."""
        return [
            column.heading for column in self.columns if column.required and column.heading not in headings
        ]


SOURCE_ID = Column(
    "source_id", "记录编号", read.text_of(80), _("the number of the row at its authority, never reused"), "SI-2026-000123"
)  # fmt: skip
IDENTITY = Column("identity", "身份证号", read.identity, _("resident identity number"), "510199199503120003")


def _person(values: dict[str, Any], lookups: Lookups) -> int:
    person = lookups.person(values["identity"])
    if person is None:
        raise NotKnown(_("Nobody with this identity number has a record in the portal."))
    return person


def _insurance(values: dict[str, Any], lookups: Lookups) -> dict[str, Any]:
    flexible, code = values["flexible"], values["employer_code"] or ""
    if flexible and code:
        raise CellRefused(_("Insurance paid alone names no unit. Take one of the two out."))
    if not flexible and not code:
        raise CellRefused(_("A member of staff needs the code of the unit."))
    if not (values["pension"] or values["medical"] or values["unemployment"]):
        raise CellRefused(_("No insurance was paid in this month. Leave the row out."))
    employer, person = values["employer_fen"] or 0, values["person_fen"] or 0
    unemployment = values["unemployment_fen"] or 0
    if flexible and employer:
        raise CellRefused(_("Insurance paid alone has no share of a unit."))
    if unemployment > employer + person:
        raise CellRefused(_("The unemployment premium is higher than both shares together."))
    return {
        "person_id": _person(values, lookups),
        "month": values["month"],
        "flexible": flexible,
        "employer_id": lookups.organisation(code) if code else None,
        "employer_code": code,
        "pension": values["pension"],
        "medical": values["medical"],
        "unemployment": values["unemployment"],
        "base_fen": values["base_fen"],
        "employer_fen": employer,
        "person_fen": person,
        "unemployment_fen": unemployment,
    }


def _licence(values: dict[str, Any], lookups: Lookups) -> dict[str, Any]:
    if values["closed_on"] and values["closed_on"] < values["registered_on"]:
        raise CellRefused(_("The licence was closed before it was issued. Compare the dates."))
    return {
        "code": values["code"],
        "name": values["name"],
        "founder_id": _person(values, lookups),
        "registered_on": values["registered_on"],
        "closed_on": values["closed_on"],
        "region_id": lookups.region(values["region"]),
        "industry_id": lookups.industry(values["industry"]),
        "organisation_id": lookups.organisation(values["code"]),
    }


def _certificate(values: dict[str, Any], lookups: Lookups) -> dict[str, Any]:
    return {
        "person_id": _person(values, lookups),
        "number": values["number"],
        "occupation_name": values["occupation"],
        "occupation_id": lookups.occupation(values["occupation_code"], values["occupation"]),
        "level": values["level"],
        "issuer": values["issuer"],
        "issued_on": values["issued_on"],
        "training_hours": values["training_hours"],
    }


def _civil(values: dict[str, Any], lookups: Lookups) -> dict[str, Any]:
    starts, ends = values["starts_on"], values["ends_on"]
    if ends and ends < starts:
        raise CellRefused(_("It ends before it begins. Compare the dates."))
    if values["kind"] == CivilKind.DECEASED and ends:
        raise CellRefused(_("A death has no end. Leave that cell empty."))
    return {
        "person_id": _person(values, lookups),
        "kind": values["kind"],
        "starts_on": starts,
        "ends_on": ends,
    }


def _carrier(code: str, lookups: Lookups) -> int:
    carrier = lookups.carrier(code)
    if carrier is None:
        raise NotKnown(_("No incubator or park with this code is registered in the portal."))
    return carrier


def _accreditation(values: dict[str, Any], lookups: Lookups) -> dict[str, Any]:
    if values["ends_on"] and values["ends_on"] < values["accredited_on"]:
        raise CellRefused(_("It ends before it begins. Compare the dates."))
    return {
        "carrier_id": _carrier(values["code"], lookups),
        "level": values["level"],
        "accredited_on": values["accredited_on"],
        "ends_on": values["ends_on"],
    }


def _assessment(values: dict[str, Any], lookups: Lookups) -> dict[str, Any]:
    return {
        "carrier_id": _carrier(values["code"], lookups),
        "year": values["year"],
        "grade": values["grade"],
    }


def _lease(values: dict[str, Any], lookups: Lookups) -> dict[str, Any]:
    venture = lookups.venture(values["code"])
    if venture is None:
        raise NotKnown(_("No venture with this code has a founder in the portal. Import the licences first."))
    if values["ends_on"] and values["ends_on"] < values["starts_on"]:
        raise CellRefused(_("It ends before it begins. Compare the dates."))
    return {
        "venture_id": venture,
        "carrier_id": lookups.carrier(values["carrier"]) if values["carrier"] else None,
        "monthly_rent_fen": values["rent"],
        "starts_on": values["starts_on"],
        "ends_on": values["ends_on"],
    }


CODE = Column("code", "统一社会信用代码", read.organisation_code, _("18 characters"), "91510199MAC00001X4")
FROM = Column("starts_on", "起始日期", read.day, _("first day"), "2026-01-01")
UNTIL = Column(
    "ends_on", "终止日期", read.day, _("last day, empty while it lasts"), "2026-12-31", required=False
)

ADAPTERS: dict[str, Adapter] = {
    adapter.register.value: adapter
    for adapter in (
        Adapter(
            Register.INSURANCE, models.SocialInsuranceMonth,
            (
                SOURCE_ID, IDENTITY,
                Column("month", "费款所属期", read.month, _("month that is paid for"), "2026-10"),
                Column("flexible", "灵活就业", read.yes_no, _("是 when the person pays alone"), "否"),
                Column("employer_code", "单位统一社会信用代码", read.organisation_code,
                       _("of the unit; empty when paid alone"), "91510199MAC00001X4", required=False),
                Column("pension", "养老保险", read.yes_no, _("paid"), "是"),
                Column("medical", "医疗保险", read.yes_no, _("paid"), "是"),
                Column("unemployment", "失业保险", read.yes_no, _("paid"), "是"),
                Column("base_fen", "缴费基数", read.fen, _("in yuan"), "4500.00"),
                Column("employer_fen", "单位缴费", read.fen, _("in yuan, all insurances"), "1120.00", required=False),
                Column("person_fen", "个人缴费", read.fen, _("in yuan, all insurances"), "470.00", required=False),
                Column("unemployment_fen", "失业保险费", read.fen,
                       _("in yuan, both sides, within the two shares"), "45.00", required=False),
            ),
            _insurance,
        ),
        Adapter(
            Register.LICENCES, models.BusinessRegistration,
            (
                SOURCE_ID, CODE,
                Column("name", "名称", read.text_of(120), _("registered name"), "成华区青禾小吃店"),
                Column("identity", "经营者身份证号", read.identity, _("of the founder"), "510199199503120003"),
                Column("registered_on", "成立日期", read.day, _("day of the licence"), "2026-03-02"),
                Column("closed_on", "注销日期", read.day, _("empty while in business"), "", required=False),
                Column("region", "登记地区划代码", read.text_of(12), _("GB/T 2260 or statistical code"), "510108"),
                Column("industry", "行业代码", read.text_of(6), _("GB/T 4754"), "6210", required=False),
            ),
            _licence,
        ),
        Adapter(
            Register.CERTIFICATES, models.SkillCertificate,
            (
                SOURCE_ID, IDENTITY,
                Column("number", "证书编号", read.text_of(40), _("as printed"), "S000051010001264000012"),
                Column("occupation", "职业名称", read.text_of(100), _("as printed"), "养老护理员"),
                Column("occupation_code", "职业编码", read.text_of(12), _("classification of 2022"), "4-10-01-05",
                       required=False),
                Column("level", "等级", read.one_of(LEVELS), _("empty for a single ability"), "四级", required=False),
                Column("issuer", "发证机构", read.text_of(120), _("full name"), "成都市职业技能鉴定中心"),
                Column("issued_on", "发证日期", read.day, _("as printed"), "2026-05-20"),
                Column("training_hours", "培训学时", read.hours, _("of the training before it, 45 minutes each"), "160",
                       required=False),
            ),
            _certificate,
        ),
        Adapter(
            Register.CIVIL, models.CivilRecord,
            (SOURCE_ID, IDENTITY, Column("kind", "类别", read.one_of(CIVIL), "、".join(CIVIL), "低保家庭"), FROM, UNTIL),
            _civil,
        ),
        Adapter(
            Register.ACCREDITATIONS, models.Accreditation,
            (
                SOURCE_ID, CODE,
                Column("level", "认定级别", read.one_of(ACCREDITED), "、".join(ACCREDITED), "市级"),
                Column("accredited_on", "认定日期", read.day, _("day of the decision"), "2025-06-01"),
                UNTIL,
            ),
            _accreditation,
        ),
        Adapter(
            Register.ASSESSMENTS, models.Assessment,
            (
                SOURCE_ID, CODE,
                Column("year", "考核年度", read.year, _("calendar year"), "2025"),
                Column("grade", "考核结果", read.one_of(GRADES), "、".join(GRADES), "良好"),
            ),
            _assessment,
        ),
        Adapter(
            Register.LEASES, models.Lease,
            (
                SOURCE_ID, CODE,
                Column("rent", "月租金", read.fen, _("in yuan"), "1800.00"),
                Column("carrier", "载体统一社会信用代码", read.organisation_code,
                       _("when the premises lie in an incubator or park"), "", required=False),
                FROM, UNTIL,
            ),
            _lease,
        ),
    )
}  # fmt: skip
