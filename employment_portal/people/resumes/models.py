from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from employment_portal.classifications.enums import Education, SkillLevel
from employment_portal.core.fields import PublicIdField
from employment_portal.people.enums import ResumeVisibility


class Resume(models.Model):
    """What a job seeker shows of themselves. One per person."""

    public_id = PublicIdField()
    person = models.OneToOneField("people.Person", on_delete=models.CASCADE, related_name="resume")
    headline = models.CharField(_("headline"), max_length=60, blank=True)
    summary = models.TextField(_("about me"), max_length=1000, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    visibility = models.CharField(
        _("who sees it"), max_length=12, choices=ResumeVisibility, default=ResumeVisibility.APPLIED_ONLY
    )
    available_from = models.DateField(_("can start on"), null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["-updated_at", "-id"], condition=Q(visibility="employers"), name="resume_shown"
            )
        ]

    def __str__(self) -> str:
        return f"résumé of {self.person}"


class ResumeEducation(models.Model):
    public_id = PublicIdField()
    resume = models.ForeignKey(Resume, on_delete=models.CASCADE, related_name="education")
    school = models.CharField(_("school"), max_length=80)
    level = models.PositiveSmallIntegerField(_("level"), choices=Education)
    major = models.CharField(_("field of study"), max_length=80, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = [F("ends_on").desc(nulls_first=True), "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="resumeeducation_dates",
            )
        ]

    def __str__(self) -> str:
        return self.school


class ResumeWork(models.Model):
    public_id = PublicIdField()
    resume = models.ForeignKey(Resume, on_delete=models.CASCADE, related_name="work")
    employer = models.CharField(_("employer"), max_length=120)
    title = models.CharField(_("job title"), max_length=80)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("Leave empty if you still work there.")
    )
    description = models.TextField(_("what you did"), max_length=2000, blank=True)

    class Meta:
        ordering = [F("ends_on").desc(nulls_first=True), "-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="resumework_dates"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.employer}"


class ResumeSkill(models.Model):
    public_id = PublicIdField()
    resume = models.ForeignKey(Resume, on_delete=models.CASCADE, related_name="skills")
    name = models.CharField(_("skill"), max_length=40)
    years = models.PositiveSmallIntegerField(
        _("years"), null=True, blank=True, validators=[MaxValueValidator(60)]
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resume", "name"], name="resumeskill_once")]

    def __str__(self) -> str:
        return self.name


class ResumeCertificate(models.Model):
    public_id = PublicIdField()
    resume = models.ForeignKey(Resume, on_delete=models.CASCADE, related_name="certificates")
    name = models.CharField(_("certificate"), max_length=80)
    level = models.PositiveSmallIntegerField(_("skill level"), choices=SkillLevel, null=True, blank=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    issued_on = models.DateField(_("issued"), null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Expectation(models.Model):
    """What the person is looking for; one per résumé."""

    resume = models.OneToOneField(Resume, on_delete=models.CASCADE, related_name="expectation")
    occupations = models.ManyToManyField(
        "classifications.Occupation", blank=True, verbose_name=_("occupations")
    )
    regions = models.ManyToManyField("regions.Region", blank=True, verbose_name=_("places"))
    employment_types = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    pay_min_fen = models.BigIntegerField(_("least monthly pay"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pay_min_fen__isnull=True) | Q(pay_min_fen__gt=0), name="expectation_pay"
            )
        ]

    def __str__(self) -> str:
        return f"expectation of {self.resume}"


class BlockedEmployer(models.Model):
    """An employer that must not see the résumé."""

    resume = models.ForeignKey(Resume, on_delete=models.CASCADE, related_name="blocked_employers")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resume", "organisation"], name="blockedemployer_once")
        ]

    def __str__(self) -> str:
        return f"{self.resume} not for {self.organisation}"
