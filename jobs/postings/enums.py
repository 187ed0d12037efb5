from django.db import models
from django.utils.translation import gettext_lazy as _


class PostingStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("In review")
    RETURNED = "returned", _("Returned for correction")
    REJECTED = "rejected", _("Rejected")
    SCHEDULED = "scheduled", _("Scheduled")
    LIVE = "live", _("Live")
    PAUSED = "paused", _("Paused")
    EXPIRED = "expired", _("Expired, awaiting its result")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class RevisionState(models.TextChoices):
    """Where a change of a published posting stands; the posting itself stays as it was published."""

    SUBMITTED = "submitted", _("In review")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned for correction")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class EmploymentType(models.TextChoices):
    FULL_TIME = "full_time", _("Full-time")
    PART_TIME = "part_time", _("Part-time")
    INTERNSHIP = "internship", _("Internship")
    TEMPORARY = "temporary", _("Temporary")
    PUBLIC_POST = "public_post", _("Public-welfare post")


class PayUnit(models.TextChoices):
    MONTH = "month", _("per month")
    DAY = "day", _("per day")
    HOUR = "hour", _("per hour")
    PIECE = "piece", _("by the piece, monthly estimate")
    YEAR = "year", _("per year")


class Insurance(models.TextChoices):
    PENSION = "pension", _("Pension insurance")
    MEDICAL = "medical", _("Medical insurance")
    UNEMPLOYMENT = "unemployment", _("Unemployment insurance")
    INJURY = "injury", _("Work-injury insurance")
    MATERNITY = "maternity", _("Maternity insurance")
    HOUSING_FUND = "housing_fund", _("Housing fund")


FIVE_INSURANCES = [
    Insurance.PENSION,
    Insurance.MEDICAL,
    Insurance.UNEMPLOYMENT,
    Insurance.INJURY,
    Insurance.MATERNITY,
]


class ContractType(models.TextChoices):
    FIXED = "fixed", _("Fixed term")
    OPEN = "open", _("Open-ended")
    TASK = "task", _("Until a task is done")
    LABOUR_DISPATCH = "dispatch", _("Labour dispatch")
    SERVICE = "service", _("Service agreement")


class Welfare(models.TextChoices):
    MEALS = "meals", _("Meals")
    HOUSING = "housing", _("Housing")
    TWO_DAYS_OFF = "two_days_off", _("Two days off a week")
    PAID_LEAVE = "paid_leave", _("Paid annual leave")
    YEAR_BONUS = "year_bonus", _("Year-end bonus")
    TRAVEL = "travel", _("Travel allowance")
    NIGHT_ALLOWANCE = "night_allowance", _("Night-shift allowance")
    HEAT_ALLOWANCE = "heat_allowance", _("Heat allowance")
    FREE_TRAINING = "free_training", _("Free training")
    HEALTH_CHECK = "health_check", _("Yearly health check")
    FLEXIBLE_HOURS = "flexible_hours", _("Flexible hours")
    HOLIDAY_GIFTS = "holiday_gifts", _("Holiday benefits")


class ClosingResult(models.TextChoices):
    FILLED_HERE = "filled_here", _("Filled through this portal")
    FILLED_ELSEWHERE = "filled_elsewhere", _("Filled another way")
    NOT_FILLED = "not_filled", _("Not filled")
    CANCELLED = "cancelled", _("No longer needed")


class ReviewMode(models.TextChoices):
    BEFORE = "before", _("Reviewed before publication")
    SAMPLED = "sampled", _("Published at once, drawn for review")
    TRUSTED = "trusted", _("Published at once")
    IMPORTED = "imported", _("Imported with its source")


class QuestionKind(models.TextChoices):
    TEXT = "text", _("Free text")
    YES_NO = "yes_no", _("Yes or no")
    NUMBER = "number", _("Number")


class RejectionReason(models.TextChoices):
    """Why a posting is refused or taken down; rules.REJECTION_ARTICLES names the law."""

    DISCRIMINATION = "discrimination", _("Discriminatory conditions")
    FALSE = "false", _("False or misleading content")
    FEES = "fees", _("Asks applicants for money, deposits or documents")
    NO_LABOUR = "no_labour", _("Not a vacancy: training, agency or sales advert")
    UNLAWFUL = "unlawful", _("Unlawful work or work for minors")
    DUPLICATE = "duplicate", _("The same vacancy is already published")
    OTHER = "other", _("Other")


class PostingRuleName(models.TextChoices):
    """Limits that a city sets. The unit stands in the name."""

    MINIMUM_MONTH_FEN = "minimum_month_fen", _("Minimum wage a month, fen")
    MINIMUM_HOUR_FEN = "minimum_hour_fen", _("Minimum wage an hour, fen")
    MAX_VALIDITY_DAYS = "max_validity_days", _("Longest validity of a posting, days")
    REVIEW_WORKING_DAYS = "review_working_days", _("Time for a review, working days")
    TRUSTED_CLEAN_REVIEWS = "trusted_clean_reviews", _("Clean reviews needed to publish at once")
    CLEAN_RECORD_DAYS = "clean_record_days", _("Days without an upheld report needed to publish at once")
    SAMPLE_ONE_IN = "sample_one_in", _("One in this many is drawn for review after publication")
    REMIND_DAYS_BEFORE = "remind_days_before", _("Reminder before the end of validity, days")
