from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from employment_portal.core.fields import PublicIdField
from employment_portal.organisations.enums import (
    MemberRole,
    OrganisationKind,
    OrganisationNature,
    OrganisationScale,
    VerificationStatus,
)


class OrganisationQuerySet(models.QuerySet):
    def active(self) -> "OrganisationQuerySet":
        return self.filter(closed_at__isnull=True)

    def verified(self) -> "OrganisationQuerySet":
        """``is_verified`` as a condition, of those that are not closed."""
        own = Q(status=VerificationStatus.VERIFIED)
        by_head_office = Q(code__isnull=True, parent__status=VerificationStatus.VERIFIED)
        return self.active().filter(
            own & (Q(code__isnull=False) | Q(parent__isnull=True))
            | by_head_office & ~Q(status=VerificationStatus.SUSPENDED)
        )

    def of_user(self, user) -> "OrganisationQuerySet":
        return self.filter(members__user=user, members__left_at__isnull=True)

    def visible_to_staff(self, user) -> "OrganisationQuerySet":
        scope = Q(pk__in=[])
        for post in user.current_posts():
            scope |= post.covered()
        return self.filter(scope)


class Organisation(models.Model):
    """An employer, training institution, carrier, bank or guarantee agency.

    ``code`` is the unified social credit code (GB 32100). An employer that is known only from imported adverts
    has none, names its ``source`` and can never be verified; registering claims a row of its own.
    """

    public_id = PublicIdField()
    kind = models.CharField(_("kind"), max_length=24, choices=OrganisationKind)
    name = models.CharField(_("registered name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    name_key = models.CharField(max_length=400, db_collation="C", help_text="pinyin, for sorting")
    code = models.CharField(
        _("unified social credit code"), max_length=18, null=True, blank=True, unique=True
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="branches",
        verbose_name=_("head office"),
    )
    region = models.ForeignKey(
        "regions.Region", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    industry = models.ForeignKey(
        "classifications.Industry",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("industry"),
    )
    industry_text = models.CharField(max_length=60, blank=True, help_text="as an imported advert names it")
    nature = models.CharField(_("ownership"), max_length=20, choices=OrganisationNature, blank=True)
    scale = models.CharField(_("staff"), max_length=12, choices=OrganisationScale, blank=True)
    founded_on = models.DateField(_("founded"), null=True, blank=True)
    legal_representative = models.CharField(_("legal representative"), max_length=60, blank=True)
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=20, blank=True)
    website = models.URLField(_("website"), blank=True)
    description = models.TextField(_("about"), blank=True, max_length=4000)
    logo = models.FileField(upload_to="organisations/logo/", blank=True)
    status = models.CharField(
        _("verification"), max_length=12, choices=VerificationStatus, default=VerificationStatus.UNVERIFIED
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_until = models.DateField(null=True, blank=True)
    clean_reviews = models.PositiveIntegerField(
        default=0,
        help_text="postings approved in a row without a correction: the record that allows publishing at once",
    )
    source = models.CharField(
        max_length=60, blank=True, help_text="import source, for employers known from adverts"
    )
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="organisation_not_own_parent"),
            models.CheckConstraint(
                condition=Q(
                    status="verified",
                    verified_at__isnull=False,
                    verified_until__isnull=False,
                    code__isnull=False,
                )
                | ~Q(status="verified"),
                name="organisation_verified_with_dates_and_code",
            ),
            models.CheckConstraint(
                condition=Q(code__isnull=False) | ~Q(source="") | Q(parent__isnull=False),
                name="organisation_code_or_source",
            ),
            models.UniqueConstraint(
                fields=["source", "name", "region"],
                condition=Q(code__isnull=True, parent__isnull=True),
                nulls_distinct=False,
                name="organisation_imported_once",
            ),
        ]
        indexes = [
            models.Index(fields=["name_key", "id"]),
            models.Index(fields=["status", "verified_until"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def licensed(self) -> "Organisation":
        """Whose licence counts: a branch without a code of its own stands and falls with its head office."""
        return self.parent if self.code is None and self.parent is not None else self

    @property
    def is_verified(self) -> bool:
        return (
            self.status != VerificationStatus.SUSPENDED
            and self.licensed.status == VerificationStatus.VERIFIED
        )

    @property
    def is_stopped(self) -> bool:
        """Whether it may not recruit at all: suspended, or a branch that was closed."""
        return (
            self.closed_at is not None
            or self.status == VerificationStatus.SUSPENDED
            or self.licensed.status == VerificationStatus.SUSPENDED
        )

    def is_verified_on(self, day: date) -> bool:
        """Whether it may begin something new on ``day``: open, verified, and the licence check not run out."""
        until = self.licensed.verified_until
        return self.closed_at is None and self.is_verified and until is not None and until >= day

    @property
    def industry_label(self) -> str:
        return self.industry.name if self.industry else self.industry_text


class Member(models.Model):
    """A person who acts for an organisation. The last owner cannot leave."""

    public_id = PublicIdField()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=8, choices=MemberRole, default=MemberRole.MEMBER)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], condition=Q(left_at__isnull=True), name="member_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class Verification(models.Model):
    """One submission of an organisation's licence, and what staff decided. Repeated every six months."""

    public_id = PublicIdField()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="verifications")
    status = models.CharField(
        max_length=12,
        choices=[
            (value, label)
            for value, label in VerificationStatus.choices
            if value in {"submitted", "verified", "returned", "refused"}
        ],
        default=VerificationStatus.SUBMITTED,
    )
    licence = models.FileField(_("licence"), upload_to="organisations/licence/")
    licence_name = models.CharField(max_length=120)
    licence_sha256 = models.CharField(max_length=64)
    authorisation = models.FileField(
        _("letter of authorisation"), upload_to="organisations/authorisation/", blank=True
    )
    authorisation_name = models.CharField(max_length=120, blank=True)
    declared = models.JSONField(
        default=dict, help_text="name, code, legal representative, address as submitted"
    )
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("note to the organisation"), max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(status="submitted"), name="verification_one_open"
            ),
            models.CheckConstraint(
                condition=Q(status="submitted", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(status="submitted") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="verification_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("submitted_by")),
                name="verification_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.status}"
