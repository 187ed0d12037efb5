from datetime import date, datetime
from functools import cached_property

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import ADMIN_ROLES, StaffRole
from employment_portal.core.fields import PublicIdField
from employment_portal.regions.serving import is_left_to, left_to


class UserManager(BaseUserManager):
    def create_user(
        self, *, email: str | None = None, phone: str | None = None, password: str | None = None, **extra
    ):
        """A sign-in with a mobile number, an e-mail address or both; ValueError with neither."""
        if not email and not phone:
            raise ValueError("a user needs a mobile number or an e-mail address")
        user = self.model(
            email=self.normalize_email(email).lower() if email else None, phone=phone or None, **extra
        )
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, public_id: str | None = None, **extra):
        extra.update(is_staff=True, is_superuser=True)
        return self.create_user(**extra)


class User(AbstractBaseUser, PermissionsMixin):
    """A sign-in: mobile number with code, or e-mail with password. The person behind it is ``people.Person``."""

    class Language(models.TextChoices):
        ZH = "zh-hans", _("Simplified Chinese")
        EN = "en", _("English")

    public_id = PublicIdField()
    phone = models.CharField(_("mobile number"), max_length=11, null=True, blank=True, unique=True)
    phone_verified = models.BooleanField(default=False)
    email = models.EmailField(_("e-mail address"), null=True, blank=True, unique=True)
    display_name = models.CharField(_("name"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Language, default=Language.ZH)
    is_staff = models.BooleanField(
        default=False, help_text="may open the configuration pages of Django admin"
    )
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    acting_for = models.CharField(
        max_length=10,
        blank=True,
        help_text="public id of the organisation last acted for: the next sign-in starts there",
    )

    objects = UserManager()

    USERNAME_FIELD = "public_id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(phone__isnull=False) | Q(email__isnull=False), name="user_phone_or_email"
            ),
            models.CheckConstraint(
                condition=Q(phone__isnull=True) | Q(phone__regex=r"^1[3-9][0-9]{9}$"), name="user_phone_shape"
            ),
            models.CheckConstraint(condition=~Q(email=""), name="user_email_not_empty"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.public_id

    def get_short_name(self) -> str:
        """How the configuration pages greet."""
        return str(self)

    def current_posts(self) -> list["StaffPost"]:
        """The staff posts held today, with agency and region loaded; one query per request."""
        return self._posts_today

    @cached_property
    def _posts_today(self) -> list["StaffPost"]:
        return list(self.posts.current_on(timezone.localdate()).select_related("agency__region"))

    @property
    def is_staff_member(self) -> bool:
        return bool(self.current_posts())

    def has_role(self, *roles: str, region=None) -> bool:
        """Whether a current post has one of the roles and, when given, covers ``region``."""
        return any(
            post.role in roles and (region is None or post.covers(region)) for post in self.current_posts()
        )


class StaffPostQuerySet(models.QuerySet):
    def current_on(self, day: date) -> "StaffPostQuerySet":
        return self.filter(starts_on__lte=day).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))


class StaffPost(models.Model):
    """A role in one agency, for a time. Its holder sees the subtree of the agency's region and nothing else (C1).

    The database refuses an administrator's post beside any other post of the same person on the same day
    (``staffpost_administrator_alone``, migration 0003).
    """

    public_id = PublicIdField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts")
    agency = models.ForeignKey("regions.Agency", on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(_("role"), max_length=20, choices=StaffRole)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    appointed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    end_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = StaffPostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on") - 1),
                name="staffpost_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["user", "agency", "role"],
                condition=Q(ends_on__isnull=True),
                name="staffpost_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"

    def covers(self, region) -> bool:
        """Whether the place lies in the post's subtree; a city officer's also covers what no agency serves."""
        if region.path.startswith(self.agency.region.path):
            return True
        return self.role == StaffRole.CITY_OFFICER and is_left_to(self.agency.region, region)

    def covered(self, field: str = "region") -> Q:
        """The same for rows with a foreign key ``field`` to a place."""
        scope = Q(**{f"{field}__path__startswith": self.agency.region.path})
        if self.role == StaffRole.CITY_OFFICER:
            scope |= left_to(self.agency.region, field)
        return scope

    @property
    def is_administrator(self) -> bool:
        return self.role in ADMIN_ROLES


class InvitationQuerySet(models.QuerySet):
    def open_at(self, now: datetime) -> "InvitationQuerySet":
        """Neither accepted nor revoked nor expired."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)


class Invitation(models.Model):
    """An invitation to hold a staff post or to act for an organisation, accepted once through a link.

    The link carries a random token of which only the hash is kept.
    """

    public_id = PublicIdField()
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("mobile number"), max_length=11, blank=True)
    name = models.CharField(_("name"), max_length=60)
    agency = models.ForeignKey(
        "regions.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(_("role"), max_length=20)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    four_eyes = models.ForeignKey(
        "workflow.FourEyes",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="an administrator's post needs a second security administrator before the link goes out",
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, revoked_at__isnull=True),
                name="invitation_accepted_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(agency__isnull=False, organisation__isnull=True)
                | Q(agency__isnull=True, organisation__isnull=False),
                name="invitation_agency_or_organisation",
            ),
            models.CheckConstraint(condition=~Q(email="") | ~Q(phone=""), name="invitation_address"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.role}"


class Lockout(models.Model):
    """A sign-in that was locked after too many wrong attempts. The lock itself lifts by time; this is its trace."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="lockouts")
    locked_at = models.DateTimeField()
    until = models.DateTimeField()
    ip_address = models.GenericIPAddressField(null=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="lockout_lifted_by_someone",
            )
        ]
        indexes = [models.Index(fields=["until"])]

    def __str__(self) -> str:
        return f"{self.user} {self.until:%Y-%m-%d %H:%M}"
