from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from employment_portal.core.constraints import only
from employment_portal.core.fields import PublicIdField
from subsidies.policies.enums import Confidence, GuardScope, GuardState, PeriodKind, VersionState


class SubsidyItem(models.Model):
    """A kind of subsidy (补贴项目), whatever the region: what guards, budget lines and statistics speak of.

    ``subject`` is the key of a subject in the catalogue of facts: what one entitlement is for.
    """

    public_id = PublicIdField()
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=100)
    notice_name = models.CharField(
        _("name in public notices"),
        max_length=60,
        help_text=_("says nothing that reveals disability or poverty"),
    )
    subject = models.CharField(_("subject"), max_length=20)
    period_kind = models.CharField(_("covers"), max_length=8, choices=PeriodKind, default=PeriodKind.ONCE)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name


class GuardQuerySet(models.QuerySet):
    def in_force(self) -> "GuardQuerySet":
        """Those that a grant must hold today."""
        return self.filter(state__in=[GuardState.IN_FORCE, GuardState.ENDING])


class Guard(models.Model):
    """No two live entitlements of its items for one holder in one period: once-only rules and exclusions (不重复享受).

    A guard with one item says "once"; with two or more it excludes each against the others. With ``lifetime`` a
    holder has it for all time, else for the months of the entitlement. It counts in the whole city, whichever place
    grants. Once in force it never changes: a change is a guard of its own that ``replaces`` it
    (docs/adr/0010-changing-exclusions.md). Those that came with the portal were made by nobody.
    """

    public_id = PublicIdField()
    code = models.SlugField(max_length=80, unique=True)
    scope = models.CharField(_("scope"), max_length=12, choices=GuardScope)
    lifetime = models.BooleanField(_("for all time"), default=False)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    items = models.ManyToManyField(SubsidyItem, verbose_name=_("subsidies"), related_name="guards")
    state = models.CharField(_("state"), max_length=10, choices=GuardState, default=GuardState.DRAFT)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    grants_before = models.PositiveBigIntegerField(
        default=0, help_text="entitlements up to this number were there when it came into force"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    end_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = GuardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("made_by")),
                name="guard_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted"], published_at__isnull=True)
                | Q(state__in=["in_force", "ending", "ended"])
                & (Q(made_by__isnull=True) | Q(published_by__isnull=False, published_at__isnull=False)),
                name="guard_published_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", end_asked_by__isnull=False, ended_by__isnull=False)
                & Q(ended_at__isnull=False)
                & ~Q(ended_by=F("end_asked_by"))
                | ~Q(state="ended") & Q(ended_by__isnull=True, ended_at__isnull=True),
                name="guard_ended_by_two",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Policy(models.Model):
    """An item as one region grants it; what it says stands in its versions."""

    public_id = PublicIdField()
    item = models.ForeignKey(SubsidyItem, on_delete=models.PROTECT, related_name="policies")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(fields=["item", "region"], name="policy_one_per_item_and_region")
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.region}"


class PolicyVersionQuerySet(models.QuerySet):
    def in_force(self, day) -> "PolicyVersionQuerySet":
        """Published versions that apply on ``day``."""
        return self.filter(state=VersionState.PUBLISHED, effective_from__lte=day).filter(
            Q(effective_until__isnull=True) | Q(effective_until__gte=day)
        )


class PolicyVersion(models.Model):
    """One wording of a policy. Once published it never changes; a change is a new version.

    ``content`` holds conditions, amount, limits, evidence, steps, clocks (schema: ``policies.content``).
    ``effective_until`` is the last day that counts.
    """

    public_id = PublicIdField()
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("in plain words"), max_length=1000)
    legal_basis = models.TextField(_("legal basis"), max_length=1000)
    confidence = models.CharField(
        _("source of the figures"), max_length=1, choices=Confidence, default=Confidence.LOW
    )
    effective_from = models.DateField(_("in force from"))
    effective_until = models.DateField(_("in force until"), null=True, blank=True)
    content = models.JSONField(default=dict)
    content_sha256 = models.CharField(max_length=64, blank=True)
    change_note = models.CharField(_("what changes"), max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        ordering = ["policy_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policyversion_number_once"),
            models.UniqueConstraint(
                fields=["policy"],
                condition=Q(state__in=["draft", "submitted"]),
                name="policyversion_one_draft",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("made_by")),
                name="policyversion_two_people",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["published", "retired"],
                    published_by__isnull=False,
                    published_at__isnull=False,
                )
                & ~Q(content_sha256="")
                | Q(state__in=["draft", "submitted"], published_at__isnull=True),
                name="policyversion_published_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(effective_until__isnull=True) | Q(effective_until__gte=F("effective_from")),
                name="policyversion_dates_in_order",
            ),
            ExclusionConstraint(
                name="policyversion_one_in_force",
                expressions=[
                    (only("policy_id"), RangeOperators.OVERLAPS),
                    (
                        Func(F("effective_from"), F("effective_until"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state="published"),
                violation_error_message=_(
                    "Another published version is in force in that time. Retire it first."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"
