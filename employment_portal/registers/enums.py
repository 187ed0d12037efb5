from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Register(models.TextChoices):
    """The registers of other authorities that the portal takes rows from."""

    INSURANCE = "insurance", _("Social insurance payments")
    LICENCES = "licences", _("Business licences")
    CERTIFICATES = "certificates", _("Skill certificates")
    CIVIL = "civil", _("Civil records")
    ACCREDITATIONS = "accreditations", _("Accredited incubators and parks")
    ASSESSMENTS = "assessments", _("Yearly assessments of incubators and parks")
    LEASES = "leases", _("Leases of ventures")


class CivilKind(models.TextChoices):
    """What civil affairs, the disabled persons' federation, rural affairs and education report of a person."""

    DECEASED = "deceased", _("Deceased")
    LOW_INCOME = "low_income", _("Household on the subsistence allowance")
    DISABLED = "disabled", _("Holds a disability certificate")
    POVERTY = "poverty", _("Household lifted from poverty or monitored")
    DESTITUTE = "destitute", _("In the care of the state for the destitute")
    STUDENT_LOAN = "student_loan", _("Holds a state student loan")
    FINAL_YEAR = "final_year", _("Student in the final year")


class AccreditationLevel(models.TextChoices):
    DISTRICT = "district", pgettext_lazy("accreditation", "District")
    CITY = "city", pgettext_lazy("accreditation", "City")
    PROVINCE = "province", pgettext_lazy("accreditation", "Province")
    NATIONAL = "national", pgettext_lazy("accreditation", "National")


class AssessmentGrade(models.TextChoices):
    EXCELLENT = "excellent", pgettext_lazy("assessment", "Excellent")
    GOOD = "good", pgettext_lazy("assessment", "Good")
    PASSED = "passed", pgettext_lazy("assessment", "Passed")
    FAILED = "failed", pgettext_lazy("assessment", "Failed")


class BatchState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("batch", "Waiting")
    RUNNING = "running", pgettext_lazy("batch", "At work")
    FINISHED = "finished", pgettext_lazy("batch", "Finished")
    FAILED = "failed", pgettext_lazy("batch", "Stopped")
    UNDONE = "undone", pgettext_lazy("batch", "Taken back")


UNFINISHED = (BatchState.QUEUED, BatchState.RUNNING)


class RowOutcome(models.TextChoices):
    CREATED = "created", pgettext_lazy("row", "New")
    UPDATED = "updated", pgettext_lazy("row", "Changed")
    UNCHANGED = "unchanged", pgettext_lazy("row", "As before")
    UNKNOWN = "unknown", pgettext_lazy("row", "Not known to the portal")
    REJECTED = "rejected", pgettext_lazy("row", "Refused")
