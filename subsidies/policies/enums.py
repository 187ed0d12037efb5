from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for a second person")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class Confidence(models.TextChoices):
    """How sure the figures of a version are; shown to staff beside each."""

    HIGH = "H", _("From the regulation")
    MEDIUM = "M", _("From secondary sources")
    LOW = "L", _("Assumed, to be confirmed by the city")


class GuardScope(models.TextChoices):
    """Whose double benefit a guard refuses."""

    PERSON = "person", _("Person")
    ORGANISATION = "organisation", pgettext_lazy("kind of claimant", "Organisation")
    VENTURE = "venture", _("Venture")
    CERTIFICATE = "certificate", _("Certificate")
    SKILL = "skill", _("Person, occupation and level")
    EMPLOYMENT = "employment", _("Employment")


class PeriodKind(models.TextChoices):
    """Which time a claim covers."""

    ONCE = "once", _("Once")
    MONTHS = "months", _("Calendar months")
    YEAR = "year", _("Calendar year")


class GuardState(models.TextChoices):
    """``ENDING`` still counts: a second person has to agree to the end."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for a second person")
    IN_FORCE = "in_force", _("In force")
    ENDING = "ending", _("In force, its end is asked for")
    ENDED = "ended", pgettext_lazy("policy", "Ended")
