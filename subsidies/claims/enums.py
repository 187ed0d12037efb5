from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClaimState(models.TextChoices):
    """The life of a claim up to its handing over for payment; from there its payable tells (payments.enums)."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for acceptance")
    CORRECTION = "correction", _("To be corrected by the claimant")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved, notice to follow")
    NOTICED = "noticed", _("On public notice")
    PAYABLE = "payable", _("Handed over for payment")
    ARCHIVED = "archived", _("Archived")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REVOKED = "revoked", _("Approval revoked")


OPEN_STATES = frozenset(
    {
        ClaimState.SUBMITTED,
        ClaimState.CORRECTION,
        ClaimState.IN_REVIEW,
        ClaimState.APPROVED,
        ClaimState.NOTICED,
    }
)
ENDED_WITHOUT_MONEY = frozenset(
    {ClaimState.NOT_ACCEPTED, ClaimState.REFUSED, ClaimState.WITHDRAWN, ClaimState.REVOKED}
)
LIFE_AFTER_DRAFT = frozenset(set(ClaimState) - {ClaimState.DRAFT})


class Channel(models.TextChoices):
    ONLINE = "online", _("Online")
    COUNTER = "counter", _("At the counter")
    OFFER = "offer", _("Confirmed offer")
    OPENING = "opening", _("Opening data")


class EntryState(models.TextChoices):
    INCLUDED = "included", _("Included")
    EXCLUDED = "excluded", _("Does not qualify")
    REMOVED = "removed", _("Taken out")


class Verdict(models.TextChoices):
    """What a member of staff says at a step."""

    PASS = "pass", _("Passed")
    CORRECT = "correct", _("Returned for correction")
    SEND_BACK = "send_back", _("Sent back one step")
    REFUSE = "refuse", _("Refused")
    NOT_ACCEPT = "not_accept", _("Not accepted")


class AppealState(models.TextChoices):
    OPEN = "open", pgettext_lazy("appeal", "Open")
    UPHELD = "upheld", _("Upheld: the claim is reviewed again")
    REJECTED = "rejected", _("Rejected")
