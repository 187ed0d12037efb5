from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from employment_portal.classifications.enums import Education, Sex
from employment_portal.core.constraints import only
from employment_portal.core.encryption import EncryptedTextField
from employment_portal.core.fields import PublicIdField
from employment_portal.people.consent.models import Consent
from employment_portal.people.enums import (
    ConsentPurpose,
    EmploymentStatus,
    Group,
    GroupState,
    IdentityDocument,
    RealNameStatus,
    RetirementCategory,
    SpellEnd,
)

HIRE_SOURCE = "employer.hire"  # of a spell that the employer registered


class PersonQuerySet(models.QuerySet):
    def current(self) -> "PersonQuerySet":
        """Records that were not merged into another."""
        return self.filter(merged_into__isnull=True)

    def in_use(self) -> "PersonQuerySet":
        """Current records whose processing is not restricted, and that still belong to somebody."""
        return self.current().filter(restricted_at__isnull=True, anonymised_at__isnull=True)

    def to_be_checked(self) -> "PersonQuerySet":
        """Records with a number that the identity service may be asked about: by consent, or, as long as the person
        has said nothing about it, because an employer registered their employment, which is its duty by law.
        """
        said = Consent.objects.filter(person=OuterRef("pk"), purpose=ConsentPurpose.REAL_NAME)
        hired = StatusSpell.objects.filter(person=OuterRef("pk"), source=HIRE_SOURCE, voided_at__isnull=True)
        return self.filter(
            Exists(said.filter(withdrawn_at__isnull=True)) | ~Exists(said) & Exists(hired),
            id_number_hash__isnull=False,
        )

    def visible_to_staff(self, user) -> "PersonQuerySet":
        """Persons one of whose four regions a post that the user holds covers."""
        scope = Q(pk__in=[])
        for post in user.current_posts():
            for field in ("household", "residence", "work", "insured"):
                scope |= post.covered(f"{field}_region")
        return self.filter(scope)


class Person(models.Model):
    """One person, one real-name record (C2).

    The identity number is encrypted; ``id_number_hash`` finds it. A duplicate record stays, points to the one it
    was merged into, and gives up its number.
    """

    public_id = PublicIdField()
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="person"
    )
    name = models.CharField(_("name"), max_length=60)
    name_key = models.CharField(max_length=200, db_collation="C", help_text="pinyin, for sorting")
    document = models.CharField(
        _("document"), max_length=20, choices=IdentityDocument, default=IdentityDocument.RESIDENT
    )
    id_number = EncryptedTextField(_("identity number"), blank=True)
    id_number_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    id_number_tail = models.CharField(max_length=4, blank=True)
    real_name_status = models.CharField(
        _("real-name check"), max_length=12, choices=RealNameStatus, default=RealNameStatus.UNCHECKED
    )
    real_name_checked_at = models.DateTimeField(null=True, blank=True)
    real_name_tries = models.PositiveSmallIntegerField(
        default=0, help_text="how often the identity service gave no answer in a row"
    )
    real_name_next_try_at = models.DateTimeField(
        null=True, blank=True, help_text="not asked again before then, after no answer"
    )
    sex = models.PositiveSmallIntegerField(_("sex"), choices=Sex, default=Sex.UNKNOWN)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    retirement_category = models.CharField(
        _("original retirement age"), max_length=10, choices=RetirementCategory, blank=True
    )
    phone = models.CharField(_("mobile number"), max_length=11, blank=True)
    education = models.PositiveSmallIntegerField(_("education"), choices=Education, null=True, blank=True)
    graduated_on = models.DateField(_("graduated"), null=True, blank=True)
    household_region = models.ForeignKey(
        "regions.Region",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("registered household"),
    )
    residence_region = models.ForeignKey(
        "regions.Region",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("lives in"),
    )
    work_region = models.ForeignKey(
        "regions.Region",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("works in"),
    )
    insured_region = models.ForeignKey(
        "regions.Region",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("insured in"),
    )
    restricted_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="processing restricted on the person's request; kept only for retention",
    )
    anonymised_at = models.DateTimeField(
        null=True, blank=True, help_text="name, number and contacts were deleted on the person's request"
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="person_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(id_number_hash__isnull=True, user__isnull=True),
                name="person_merged_gives_up_number",
            ),
            models.CheckConstraint(
                condition=~Q(real_name_status="confirmed")
                | Q(id_number_hash__isnull=False, real_name_checked_at__isnull=False)
                | Q(merged_into__isnull=False),
                name="person_confirmed_with_number",
            ),
        ]
        indexes = [
            models.Index(fields=["name_key", "id"]),
            models.Index(fields=["phone"]),
            models.Index(
                fields=["real_name_next_try_at"],
                condition=Q(real_name_status="check_later"),
                name="person_check_later",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StatusSpellQuerySet(models.QuerySet):
    def on(self, day: date) -> "StatusSpellQuerySet":
        return self.filter(period__contains=day)


class StatusSpell(models.Model):
    """A person's employment status over a period ``[from, to)``; the current status is the spell that holds today.

    Two spells of one person cannot overlap: the database refuses it.
    """

    public_id = PublicIdField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="spells")
    status = models.CharField(_("status"), max_length=13, choices=EmploymentStatus)
    period = DateRangeField(_("period"))
    region = models.ForeignKey("regions.Region", null=True, on_delete=models.PROTECT, related_name="+")
    employer = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    employer_name = models.CharField(_("employer"), max_length=120, blank=True)
    occupation = models.ForeignKey(
        "classifications.Occupation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    contract_until = models.DateField(
        _("contract until"), null=True, blank=True, help_text="null: open-ended, or nobody has said it"
    )
    contract_open_ended = models.BooleanField(_("open-ended contract"), default=False)
    source = models.CharField(
        max_length=40, help_text="what recorded it: people.registration, jobs.hire, import and the like"
    )
    source_id = models.CharField(max_length=40, blank=True)
    evidence = models.CharField(_("evidence"), max_length=300, blank=True)
    end_reason = models.CharField(_("reason for the end"), max_length=20, choices=SpellEnd, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    voided_at = models.DateTimeField(
        null=True, blank=True, help_text="entered in error; kept, no longer counted"
    )
    void_reason = models.CharField(_("why it was entered in error"), max_length=300, blank=True)

    objects = StatusSpellQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="spell_no_overlap",
                expressions=[
                    (only("person_id"), RangeOperators.OVERLAPS),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(voided_at__isnull=True),
                violation_error_message=_("This person already has a status for part of that time."),
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False) & Q(period__lower_inf=False), name="spell_period_has_start"
            ),
            models.CheckConstraint(
                condition=Q(contract_open_ended=False) | Q(contract_until__isnull=True),
                name="spell_open_ended_has_no_last_day",
            ),
            models.UniqueConstraint(
                fields=["source", "source_id"],
                condition=~Q(source_id="") & Q(voided_at__isnull=True),
                name="spell_once_per_source",
            ),
        ]
        indexes = [
            models.Index(fields=["status"], condition=Q(period__upper_inf=True), name="spell_open_status")
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.period}"

    @property
    def last_day(self) -> date | None:
        """The last day that counts; None while the spell runs."""
        return self.period.upper - timedelta(days=1) if self.period.upper else None


class GroupMembership(models.Model):
    """A certified membership of a key group or hardship category, valid for a period (C3)."""

    public_id = PublicIdField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="groups")
    group = models.CharField(_("group"), max_length=20, choices=Group)
    basis = models.CharField(
        _("basis"), max_length=300, help_text=_("the rule and the facts that it rests on")
    )
    evidence = models.FileField(_("evidence"), upload_to="people/groups/", blank=True)
    evidence_name = models.CharField(max_length=120, blank=True)
    evidence_note = models.CharField(_("what was seen"), max_length=300, blank=True)
    valid = DateRangeField(_("valid"))
    state = models.CharField(max_length=10, choices=GroupState, default=GroupState.APPLIED)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField()
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=300, blank=True)
    exit_reason = models.CharField(_("reason for leaving"), max_length=300, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="group_no_overlap",
                expressions=[
                    (only("person_id"), RangeOperators.OVERLAPS),
                    (
                        Func(
                            Func(F("group"), function="hashtext"),
                            Func(F("group"), function="hashtext"),
                            Value("[]"),
                            function="int4range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(state="certified"),
            ),
            models.CheckConstraint(
                condition=Q(state="applied") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="group_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("applied_by")),
                name="group_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | ~Q(exit_reason=""), name="group_ended_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False, valid__lower_inf=False), name="group_valid_has_start"
            ),
            models.UniqueConstraint(
                fields=["person", "group"], condition=Q(state="applied"), name="group_one_application"
            ),
        ]
        indexes = [models.Index(fields=["group", "state"])]

    def __str__(self) -> str:
        return f"{self.person} {self.group}"
