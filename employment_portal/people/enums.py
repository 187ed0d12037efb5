from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class IdentityDocument(models.TextChoices):
    RESIDENT = "resident", _("Resident identity card")
    HMT_RESIDENCE = "hmt_residence", _("Residence permit for Hong Kong, Macao and Taiwan residents")
    FOREIGN_PERMANENT = "foreign_permanent", _("Foreign permanent resident card")


class RealNameStatus(models.TextChoices):
    UNCHECKED = "unchecked", _("Not checked")
    CONFIRMED = "confirmed", _("Confirmed")
    MISMATCH = "mismatch", _("Name and number do not match")
    CHECK_LATER = "check_later", _("Check pending")
    UNKNOWN = "unknown", _("Not found by the identity service")


class RetirementCategory(models.TextChoices):
    """A woman's original statutory age, needed for the retirement age since 2025."""

    MAN_60 = "man_60", _("Man, 60")
    WOMAN_55 = "woman_55", _("Woman, 55 (cadre)")
    WOMAN_50 = "woman_50", _("Woman, 50 (worker)")


class EmploymentStatus(models.TextChoices):
    """What a spell says of a person (C2)."""

    EMPLOYED = "employed", _("Employed by a unit")
    SELF_EMPLOYED = "self_employed", _("Self-employed")
    FLEXIBLE = "flexible", _("Flexible employment")
    PUBLIC_POST = "public_post", _("Public-welfare post")
    UNEMPLOYED = "unemployed", _("Registered unemployed")
    OUT_OF_LABOUR_FORCE = "out", _("Out of the labour force")


WORKING = frozenset(
    {
        EmploymentStatus.EMPLOYED,
        EmploymentStatus.SELF_EMPLOYED,
        EmploymentStatus.FLEXIBLE,
        EmploymentStatus.PUBLIC_POST,
    }
)


class SpellEnd(models.TextChoices):
    HIRED = "hired", _("Hired")
    BUSINESS = "business", _("Started a business")
    STABLE_INCOME = "stable_income", _("Stable income at or above the minimum wage")
    SEPARATED = "separated", _("Employment ended")
    PENSION = "pension", _("Drawing a pension")
    INCAPACITY = "incapacity", _("Unable to work")
    STUDY = "study", _("In full-time education")
    ARMY = "army", _("Military service")
    EMIGRATION = "emigration", _("Emigrated")
    PRISON = "prison", _("Serving a sentence")
    REFUSED_SERVICES = "refused_services", _("Refused services three times without cause")
    NO_CONTACT = "no_contact", _("No contact for six months")
    DECEASED = "deceased", _("Deceased")
    MOVED = "moved", _("Moved to another region")
    CORRECTED = "corrected", _("Entered in error")


class Group(models.TextChoices):
    """Hardship categories (就业困难人员) and key groups (重点群体), C3."""

    H_OLDER = "h_older", _("Hardship: women 40+, men 50+")
    H_DISABLED = "h_disabled", _("Hardship: disabled")
    H_LOW_INCOME = "h_low_income", _("Hardship: subsistence allowance")
    H_ZERO_EMPLOYMENT = "h_zero_employment", _("Hardship: zero-employment household")
    H_LONG_TERM = "h_long_term", _("Hardship: unemployed for a year or more")
    H_LAND = "h_land", _("Hardship: land expropriated")
    H_POVERTY = "h_poverty", _("Hardship: lifted from poverty or monitored")
    H_OTHER = "h_other", _("Hardship: other local category")
    GRADUATE = "graduate", _("College graduate")
    YOUTH = "youth", _("Unemployed youth, 16–24")
    MIGRANT = "migrant", _("Rural migrant worker")
    VETERAN = "veteran", _("Veteran")
    POVERTY = "poverty", _("Lifted from poverty")
    DISABLED = "disabled", _("Disabled")
    RELEASED = "released", _("Released prisoner")


HARDSHIP_GROUPS = frozenset(group for group in Group if group.value.startswith("h_"))
SENSITIVE_GROUPS = frozenset(
    {Group.H_DISABLED, Group.H_LOW_INCOME, Group.H_POVERTY, Group.POVERTY, Group.DISABLED, Group.RELEASED}
)


class ResumeVisibility(models.TextChoices):
    HIDDEN = "hidden", pgettext_lazy("who sees the résumé", "Nobody")
    APPLIED_ONLY = "applied_only", _("Only employers I apply to")
    EMPLOYERS = "employers", _("All verified employers")


class ConsentPurpose(models.TextChoices):
    REAL_NAME = "real_name", _("Check of name and number with the identity service")
    RESUME_SHARING = "resume_sharing", _("Résumé shown to the employers I choose")
    RECOMMENDATION = "recommendation", _("Automatic recommendation of jobs and policies")
    ASSISTED = "assisted", _("Staff act for me at the counter")
    SENSITIVE_GROUP = "sensitive_group", _("Keeping a sensitive group membership")


class DataRequestKind(models.TextChoices):
    EXPORT = "export", _("See and export my data")
    CORRECT = "correct", _("Correct my data")
    RESTRICT = "restrict", _("Restrict the use of my data")
    LIFT = "lift", _("Lift the restriction of my data")
    DELETE = "delete", _("Delete my data")


class GroupState(models.TextChoices):
    """Where a group membership stands (C3)."""

    APPLIED = "applied", _("Applied for")
    CERTIFIED = "certified", _("Certified")
    REFUSED = "refused", _("Refused")
    ENDED = "ended", _("Ended")


class WantedEmployment(models.TextChoices):
    """What somebody looks for; the same values as the employment types of a posting."""

    FULL_TIME = "full_time", _("Full-time")
    PART_TIME = "part_time", _("Part-time")
    INTERNSHIP = "internship", _("Internship")
    TEMPORARY = "temporary", _("Temporary")
    PUBLIC_POST = "public_post", _("Public-welfare post")
