from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.fields import PublicIdField


class Transition(models.Model):
    """One step in the life of a thing: append-only, shown to people as its history."""

    workflow = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    name = models.CharField(max_length=40)
    source = models.CharField(max_length=30)
    target = models.CharField(max_length=30)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"]),
            models.Index(fields=["workflow", "name", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.workflow} {self.source} → {self.target}"


class WorkItemQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at__isnull=True)

    def overdue_on(self, day):
        return self.open().filter(due_on__lt=day)

    def visible_to(self, user):
        """Items of a role that the user holds, or stands in for, in a subtree with the item's region."""
        from employment_portal.workflow.delegation import authorities_of  # it reads this module's models

        scope = Q(pk__in=[])
        for authority in authorities_of(user, today=timezone.localdate()):
            scope |= Q(role=authority.role, region__path__startswith=authority.region_path)
        return self.filter(scope)


class WorkItem(models.Model):
    """One thing that a member of staff has to do: the rows of the staff queue.

    The package that owns the subject opens the item and closes it in the same transaction as the decision.
    ``due_on`` counts working days; ``due_provisional`` is set when it reaches a year whose calendar is not
    published yet.
    """

    public_id = PublicIdField()
    kind = models.CharField(_("kind"), max_length=40)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    title = models.CharField(_("title"), max_length=200)
    path = models.CharField(max_length=200, help_text="where the work is done: a path of this portal")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=30, help_text="accounts.enums.StaffRole that handles it")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="work_items"
    )
    opened_at = models.DateTimeField()
    working_days = models.PositiveSmallIntegerField(default=1, help_text="what the clock allows")
    due_on = models.DateField()
    due_provisional = models.BooleanField(default=False)
    warned_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=30, blank=True)

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id"],
                condition=Q(closed_at__isnull=True),
                name="workitem_one_open_per_subject",
            )
        ]
        indexes = [
            models.Index(
                fields=["role", "due_on", "id"], condition=Q(closed_at__isnull=True), name="workitem_queue"
            ),
            models.Index(fields=["subject_type", "subject_id"]),
        ]

    def __str__(self) -> str:
        return self.title


class FourEyes(models.Model):
    """A change that one person asks for and another decides: corrections, merges, reassignments.

    ``payload_sha256`` binds the decision to exactly what was asked.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for a second person")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    public_id = PublicIdField()
    kind = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    payload = models.JSONField(default=dict)
    payload_sha256 = models.CharField(max_length=64)
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "four-eyes requests"
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("requested_by")) | Q(state="withdrawn"), name="foureyes_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by__isnull=True)
                | (~Q(state="waiting") & Q(decided_by__isnull=False)),
                name="foureyes_decided_by_someone",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id"],
                condition=Q(state="waiting"),
                name="foureyes_one_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class DelegationQuerySet(models.QuerySet):
    def in_force(self, day):
        return self.filter(valid__contains=day, revoked_at__isnull=True)


class Delegation(models.Model):
    """A colleague uses a role in a region in one's place, for a bounded time; it ends by itself.

    Whoever acts on it decides in their own name and records for whom. ``valid`` is ``[first day, day after the last)``.
    """

    public_id = PublicIdField()
    from_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_given"
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_held"
    )
    role = models.CharField(_("role"), max_length=30)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField(_("valid"))
    reason = models.CharField(_("reason"), max_length=300)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(from_user=F("to_user")), name="delegation_to_another"),
            models.CheckConstraint(
                condition=Q(valid__isempty=False, valid__lower_inf=False, valid__upper_inf=False),
                name="delegation_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_user} → {self.to_user}"

    @property
    def last_day(self):
        return self.valid.upper - timedelta(days=1)
