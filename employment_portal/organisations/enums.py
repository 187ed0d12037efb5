from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    EMPLOYER = "employer", _("Employer")
    TRAINING_INSTITUTION = "training_institution", _("Training institution")
    CARRIER = "carrier", _("Incubator or park operator")
    BANK = "bank", _("Bank")
    GUARANTEE = "guarantee", _("Guarantee agency")


class OrganisationNature(models.TextChoices):
    """Kind of ownership, as job adverts name it."""

    PRIVATE = "private", _("Private")
    STATE_OWNED = "state_owned", _("State-owned")
    FOREIGN = "foreign", _("Foreign-funded")
    JOINT_VENTURE = "joint_venture", _("Joint venture")
    LISTED = "listed", _("Listed company")
    PUBLIC_INSTITUTION = "public_institution", _("Public institution")
    GOVERNMENT = "government", _("Government body")
    NON_PROFIT = "non_profit", _("Non-profit")
    SOLE_PROPRIETOR = "sole_proprietor", _("Individual business")
    OTHER = "other", _("Other")


class OrganisationScale(models.TextChoices):
    """Number of staff."""

    UNDER_20 = "under_20", _("Fewer than 20")
    FROM_20 = "20_99", _("20–99")
    FROM_100 = "100_299", _("100–299")
    FROM_300 = "300_499", _("300–499")
    FROM_500 = "500_999", _("500–999")
    FROM_1000 = "1000_9999", _("1,000–9,999")
    OVER_10000 = "10000_plus", _("10,000 or more")


class VerificationStatus(models.TextChoices):
    UNVERIFIED = "unverified", _("Not verified")
    SUBMITTED = "submitted", _("Being verified")
    VERIFIED = "verified", _("Verified")
    RETURNED = "returned", _("Returned for correction")
    REFUSED = "refused", _("Refused")
    EXPIRED = "expired", _("Verification expired")
    SUSPENDED = "suspended", _("Suspended")


class MemberRole(models.TextChoices):
    OWNER = "owner", _("Owner")
    MEMBER = "member", _("Member")
