from django.db import models
from django.utils.translation import gettext_lazy as _


class InvitationState(models.TextChoices):
    OPEN = "open", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Contact allowed")
    DECLINED = "declined", _("Declined")
    BLOCKED = "blocked", _("Declined, and the employer blocked")


# What an employer reads: that it was blocked stays with the person.
SEEN_BY_EMPLOYER = {InvitationState.BLOCKED: InvitationState.DECLINED}
LEVELS = {
    InvitationState.OPEN: "info",
    InvitationState.ACCEPTED: "ok",
    InvitationState.DECLINED: "neutral",
    InvitationState.BLOCKED: "neutral",
}
