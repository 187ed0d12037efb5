from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from employment_portal.core.fields import PublicIdField
from jobs.invitations.enums import InvitationState


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def of_employer(self, organisation) -> "InvitationQuerySet":
        return self.filter(posting__employer=organisation)

    def of_person(self, person) -> "InvitationQuerySet":
        return self.filter(person=person)


class Invitation(models.Model):
    """An employer that found a résumé asks its owner to apply for a posting; once per posting and person.

    Until the person accepts or applies the employer knows neither name nor contacts.
    """

    public_id = PublicIdField()
    posting = models.ForeignKey("jobs.Posting", on_delete=models.PROTECT, related_name="invitations")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="invitations")
    message = models.TextField(_("message"), max_length=1000, blank=True)
    state = models.CharField(max_length=8, choices=InvitationState, default=InvitationState.OPEN)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["posting", "person"], name="invitation_once"),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | ~Q(state="open") & Q(answered_at__isnull=False),
                name="invitation_answered_at",
            ),
        ]
        indexes = [models.Index(fields=["person", "-made_at"])]

    def __str__(self) -> str:
        return f"{self.posting} → {self.person}"

    def get_absolute_url(self) -> str:
        return reverse("jobs:invitation", args=[self.public_id])
