from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from employment_portal.core.fields import PublicIdField
from employment_portal.people.enums import ConsentPurpose, DataRequestKind


class Consent(models.Model):
    """A consent given for one purpose and one version of its text, until it is withdrawn."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=20, choices=ConsentPurpose)
    text_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    given_through = models.CharField(max_length=20, help_text="online or counter")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_one_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.purpose}"


class DataRequest(models.Model):
    """A request under the Personal Information Protection Law, articles 44 to 48."""

    class State(models.TextChoices):
        OPEN = "open", _("Being handled")
        DONE = "done", _("Done")
        PARTLY = "partly", _("Restricted: the law requires that we keep it")
        REFUSED = "refused", _("Refused")

    public_id = PublicIdField()
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="data_requests")
    kind = models.CharField(_("request"), max_length=8, choices=DataRequestKind)
    text = models.TextField(_("what should change"), max_length=1000, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    created_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True, help_text="15 working days after the request")
    evidence = models.FileField(_("evidence"), upload_to="people/requests/", blank=True)
    evidence_name = models.CharField(max_length=120, blank=True)
    file = models.FileField(upload_to="people/exports/", blank=True, help_text="the export, until it expires")
    file_until = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(state="open"), name="datarequest_one_open_per_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class AssistedSession(models.Model):
    """Counter staff act for a person (代办) with the person's recorded consent, for one sitting.

    What is done in it is audited under the clerk's name with the person as subject.
    """

    public_id = PublicIdField()
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="assisted_sessions")
    clerk = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assisted_sessions"
    )
    agency = models.ForeignKey("regions.Agency", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(_("what for"), max_length=200)
    consent_form = models.FileField(_("signed consent"), upload_to="people/assisted/", blank=True)
    consent_form_name = models.CharField(max_length=120, blank=True)
    consent_method = models.CharField(
        _("how consent was given"),
        max_length=12,
        choices=[("signature", _("Signed form")), ("code", _("Code sent to the person's phone"))],
    )
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clerk"], condition=Q(ended_at__isnull=True), name="assisted_one_at_a_time_per_clerk"
            ),
            models.CheckConstraint(
                condition=Q(consent_method="code") | ~Q(consent_form=""), name="assisted_signature_on_file"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clerk} for {self.person}"
