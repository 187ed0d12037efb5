"""What other authorities register of people and firms that the portal knows (外部登记数据).

Only rows about people with a record are kept. Each row names who delivered it and its number there: the same row
delivered again changes nothing, a changed one changes the row.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.classifications.enums import SkillLevel
from employment_portal.core.fields import PublicIdField
from employment_portal.registers.batches import RegisterBatch, RegisterRow
from employment_portal.registers.enums import AccreditationLevel, AssessmentGrade, CivilKind

__all__ = [
    "Accreditation",
    "Assessment",
    "BusinessRegistration",
    "CivilRecord",
    "Lease",
    "RegisterBatch",
    "RegisterRow",
    "SizeStandard",
    "SkillCertificate",
    "SocialInsuranceMonth",
]


class Registered(models.Model):
    """``batch`` is the file that wrote the row last, ``first_batch`` the one that brought it."""

    source = models.CharField(_("delivered by"), max_length=40)
    source_id = models.CharField(max_length=80)
    batch = models.ForeignKey(RegisterBatch, null=True, on_delete=models.PROTECT, related_name="+")
    first_batch = models.ForeignKey(RegisterBatch, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="%(class)s_once_per_source"),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(source_id=""), name="%(class)s_names_its_source"
            ),
        ]


class SocialInsuranceMonth(Registered):
    """What was paid for one person in one month: by a unit for its staff, or by the person alone (``flexible``).

    ``employer_code`` is the unit's code as delivered; ``employer`` is set when the portal knows the unit. Amounts
    are fen: both shares over all insurances, and the unemployment premium of both sides within them.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="insurance_months")
    month = models.DateField(_("month"), help_text="its first day")
    flexible = models.BooleanField(_("paid by the person alone"), default=False)
    employer = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    employer_code = models.CharField(_("code of the unit"), max_length=18, blank=True)
    pension = models.BooleanField(_("pension insurance"))
    medical = models.BooleanField(_("medical insurance"))
    unemployment = models.BooleanField(_("unemployment insurance"))
    base_fen = models.BigIntegerField(_("assessment base"))
    employer_fen = models.BigIntegerField(_("employer's share"), default=0)
    person_fen = models.BigIntegerField(_("person's share"), default=0)
    unemployment_fen = models.BigIntegerField(_("unemployment premium"), default=0)

    class Meta(Registered.Meta):
        verbose_name = _("month of social insurance")
        constraints = [
            *Registered.Meta.constraints,
            models.CheckConstraint(condition=Q(month__day=1), name="insurance_month_is_its_first_day"),
            models.UniqueConstraint(
                fields=["person", "employer_code", "month"], name="insurance_once_per_employer_and_month"
            ),
            models.CheckConstraint(
                condition=Q(base_fen__gte=0, employer_fen__gte=0, person_fen__gte=0, unemployment_fen__gte=0),
                name="insurance_no_negative_amount",
            ),
            models.CheckConstraint(
                condition=Q(unemployment_fen__lte=F("employer_fen") + F("person_fen")),
                name="insurance_part_within_whole",
            ),
            models.CheckConstraint(
                condition=Q(flexible=True, employer__isnull=True, employer_code="", employer_fen=0)
                | (Q(flexible=False) & ~Q(employer_code="")),
                name="insurance_flexible_without_employer",
            ),
            models.CheckConstraint(
                condition=Q(pension=True) | Q(medical=True) | Q(unemployment=True),
                name="insurance_of_some_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["employer", "month"], name="insurance_by_employer"),
            models.Index(fields=["month"], name="insurance_by_month"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.month:%Y-%m}"


class BusinessRegistration(Registered):
    """A business licence whose founder has a record here: a firm or an individual business (创业主体)."""

    public_id = PublicIdField()
    code = models.CharField(_("unified social credit code"), max_length=18, unique=True)
    name = models.CharField(_("registered name"), max_length=120)
    founder = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="ventures", verbose_name=_("founder")
    )
    registered_on = models.DateField(_("registered on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    region = models.ForeignKey(
        "regions.Region", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    industry = models.ForeignKey(
        "classifications.Industry",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("industry"),
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Registered.Meta):
        verbose_name = _("business licence")
        constraints = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("registered_on")),
                name="licence_closed_after_registration",
            ),
        ]
        indexes = [models.Index(fields=["registered_on"], name="licence_by_date")]

    def __str__(self) -> str:
        return self.name


class SkillCertificate(Registered):
    """A certificate of the national register. Without a level it is one of a single ability (专项职业能力).

    ``training_hours`` are those of the training that led to it (学时, 45 minutes each); null where none is registered.
    """

    public_id = PublicIdField()
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="skill_certificates")
    number = models.CharField(_("certificate number"), max_length=40, unique=True)
    occupation_name = models.CharField(_("occupation on the certificate"), max_length=100)
    occupation = models.ForeignKey(
        "classifications.Occupation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    level = models.PositiveSmallIntegerField(
        pgettext_lazy("skill", "level"), choices=SkillLevel, null=True, blank=True
    )
    issuer = models.CharField(_("issued by"), max_length=120)
    issued_on = models.DateField(_("issued on"))
    training_hours = models.PositiveSmallIntegerField(_("hours of training"), null=True, blank=True)

    class Meta(Registered.Meta):
        verbose_name = _("skill certificate")
        constraints = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__in=SkillLevel.values),
                name="certificate_of_a_known_level",
            ),
        ]
        indexes = [models.Index(fields=["issued_on"], name="certificate_by_date")]

    def __str__(self) -> str:
        return f"{self.occupation_name} {self.number}"


class CivilRecord(Registered):
    """A circumstance that another authority reports of a person, while it lasts. ``ends_on`` is the last day."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="civil_records")
    kind = models.CharField(_("circumstance"), max_length=12, choices=CivilKind)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta(Registered.Meta):
        verbose_name = _("civil record")
        constraints = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="civil_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(kind="deceased") | Q(ends_on__isnull=True), name="civil_death_is_final"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(kind="deceased"), name="civil_one_death_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class Accreditation(Registered):
    """An incubator or park is accredited at a level (认定). ``ends_on`` is the last day."""

    carrier = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="accreditations"
    )
    level = models.CharField(
        pgettext_lazy("accreditation", "level"), max_length=8, choices=AccreditationLevel
    )
    accredited_on = models.DateField(_("accredited on"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta(Registered.Meta):
        verbose_name = _("accreditation")
        constraints = [
            *Registered.Meta.constraints,
            models.UniqueConstraint(fields=["carrier", "level"], name="accreditation_once_per_level"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("accredited_on")),
                name="accreditation_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier_id} {self.level}"


class Assessment(Registered):
    """The grade of an incubator or park for a calendar year (年度考核)."""

    carrier = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="assessments"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    grade = models.CharField(_("grade"), max_length=9, choices=AssessmentGrade)

    class Meta(Registered.Meta):
        verbose_name = _("yearly assessment")
        constraints = [
            *Registered.Meta.constraints,
            models.UniqueConstraint(fields=["carrier", "year"], name="assessment_once_a_year"),
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="assessment_of_a_real_year"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier_id} {self.year} {self.grade}"


class Lease(Registered):
    """Premises that a venture rents. ``ends_on`` is the last day; ``carrier`` when they lie in an incubator."""

    venture = models.ForeignKey(BusinessRegistration, on_delete=models.PROTECT, related_name="leases")
    carrier = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    monthly_rent_fen = models.BigIntegerField(_("rent per month"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta(Registered.Meta):
        verbose_name = _("lease")
        constraints = [
            *Registered.Meta.constraints,
            models.CheckConstraint(condition=Q(monthly_rent_fen__gte=0), name="lease_no_negative_rent"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="lease_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.venture_id} {self.starts_on}"


class SizeStandard(models.Model):
    """From how many staff on a firm of an industry is small, medium or large, since a date.

    统计上大中小微型企业划分办法 (2017), by staff alone: the turnover that the standard also asks for is not registered
    here. ``industry`` is a path in GB/T 4754; the longest one that fits counts, the empty one is for all others.
    """

    industry = models.CharField(_("industry"), max_length=30, blank=True, db_collation="C")
    since = models.DateField(_("since"))
    small_from = models.PositiveIntegerField()
    medium_from = models.PositiveIntegerField()
    large_from = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("size standard")
        constraints = [
            models.UniqueConstraint(fields=["industry", "since"], name="sizestandard_once"),
            models.CheckConstraint(
                condition=Q(small_from__lt=F("medium_from"), medium_from__lt=F("large_from")),
                name="sizestandard_ascends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.industry or '*'} {self.since}"
