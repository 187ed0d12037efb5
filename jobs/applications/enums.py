from django.db import models
from django.utils.translation import gettext_lazy as _


class ApplicationStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    SEEN = "seen", _("Seen by the employer")
    SHORTLISTED = "shortlisted", _("Shortlisted")
    INTERVIEW = "interview", _("Interview")
    OFFERED = "offered", _("Offer")
    HIRED = "hired", _("Hired")
    REJECTED = "rejected", _("Not selected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Closed without an answer")


OPEN_STATES = frozenset(
    {
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.SEEN,
        ApplicationStatus.SHORTLISTED,
        ApplicationStatus.INTERVIEW,
        ApplicationStatus.OFFERED,
    }
)


ENDED_STATES = frozenset(
    {
        ApplicationStatus.HIRED,
        ApplicationStatus.REJECTED,
        ApplicationStatus.WITHDRAWN,
        ApplicationStatus.EXPIRED,
    }
)


# How a state looks: the levels of the status component.
STATUS_LEVELS = {
    ApplicationStatus.DRAFT: "neutral",
    ApplicationStatus.SUBMITTED: "info",
    ApplicationStatus.SEEN: "info",
    ApplicationStatus.SHORTLISTED: "ok",
    ApplicationStatus.INTERVIEW: "warn",
    ApplicationStatus.OFFERED: "warn",
    ApplicationStatus.HIRED: "ok",
    ApplicationStatus.REJECTED: "bad",
    ApplicationStatus.WITHDRAWN: "neutral",
    ApplicationStatus.EXPIRED: "neutral",
}


class ResumeKind(models.TextChoices):
    ONLINE = "online", _("My résumé on this portal")
    UPLOAD = "upload", _("A file of my own")


class ContactKind(models.TextChoices):
    """How somebody came to see an applicant's phone number: an uploaded file usually carries it."""

    PHONE = "phone", _("saw the phone number")
    FILE = "file", _("downloaded the file")


class RejectReason(models.TextChoices):
    EXPERIENCE = "experience", _("Experience does not match")
    SKILLS = "skills", _("Skills do not match")
    EDUCATION = "education", _("Education does not match")
    PAY = "pay", _("Pay expectation does not match")
    NO_SHOW = "no_show", _("Did not come to the interview")
    OTHER_CHOSEN = "other_chosen", _("Another applicant was chosen")
    FILLED = "filled", _("The post is filled")
    OTHER = "other", _("Other")


class InterviewKind(models.TextChoices):
    ON_SITE = "on_site", _("On site")
    PHONE = "phone", _("By phone")
    VIDEO = "video", _("By video, through a link of the employer")


class InterviewState(models.TextChoices):
    PROPOSED = "proposed", _("Waiting for an answer")
    OTHER_TIME = "other_time", _("Applicant asks for another time")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")
    HELD = "held", _("Held")
    NO_SHOW = "no_show", _("Applicant did not come")


OPEN_INTERVIEWS = frozenset({InterviewState.PROPOSED, InterviewState.OTHER_TIME, InterviewState.ACCEPTED})


class OfferState(models.TextChoices):
    OPEN = "open", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn by the employer")
    LAPSED = "lapsed", _("Lapsed")


INTERVIEW_LEVELS = {
    InterviewState.PROPOSED: "warn",
    InterviewState.OTHER_TIME: "warn",
    InterviewState.ACCEPTED: "ok",
    InterviewState.DECLINED: "bad",
    InterviewState.CANCELLED: "neutral",
    InterviewState.HELD: "ok",
    InterviewState.NO_SHOW: "bad",
}
OFFER_LEVELS = {
    OfferState.OPEN: "warn",
    OfferState.ACCEPTED: "ok",
    OfferState.DECLINED: "bad",
    OfferState.WITHDRAWN: "neutral",
    OfferState.LAPSED: "neutral",
}
