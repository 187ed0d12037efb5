from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import OFFICER_ROLES
from employment_portal.core.fields import PublicIdField
from employment_portal.workflow.delegation import within
from subsidies.claims.enums import (
    LIFE_AFTER_DRAFT,
    AppealState,
    Channel,
    ClaimState,
    EntryState,
    Verdict,
)


def one_claimant(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(person__isnull=False, organisation__isnull=True)
        | Q(person__isnull=True, organisation__isnull=False),
        name=name,
    )


class Bundle(models.Model):
    """One form by which a person opened several claims (政策福袋, 一件事一次办)."""

    public_id = PublicIdField()
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="subsidy_bundles")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.public_id


class ClaimQuerySet(models.QuerySet):
    def visible_to_staff(self, user) -> "ClaimQuerySet":
        """Submitted claims of the subtrees that the user serves as an officer, by a post or a delegation."""
        return self.filter(
            within(user, today=timezone.localdate(), roles=OFFICER_ROLES), state__in=LIFE_AFTER_DRAFT
        )

    def of_claimant(self, *, person=None, organisation=None) -> "ClaimQuerySet":
        """Everything one claimant started, newest first."""
        whose = Q(person=person) if person is not None else Q(organisation=organisation)
        return self.filter(whose).order_by("-created_at", "-pk")


class Claim(models.Model):
    """A subsidy claim (补贴申领) of a person or an organisation under one policy version.

    It has one entry per subject: a person's own claim has one, an employer's roster many. ``amount_fen`` is the sum
    of its included entries, recalculated by the portal. ``maker`` is the natural person who submitted it (a clerk
    at the counter): nobody decides what he made himself. ``step`` names the step of the policy it stands at,
    ``round`` counts submissions, so that a claim that comes back is decided anew.
    """

    public_id = PublicIdField()
    number = models.CharField(_("claim number"), max_length=24, unique=True, null=True, blank=True)
    item = models.ForeignKey("subsidies.SubsidyItem", on_delete=models.PROTECT, related_name="claims")
    version = models.ForeignKey("subsidies.PolicyVersion", on_delete=models.PROTECT, related_name="claims")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="subsidy_claims"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="subsidy_claims",
    )
    period = DateRangeField(_("period"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=ClaimState, default=ClaimState.DRAFT)
    step = models.CharField(max_length=24, blank=True, help_text="name of the policy's step it stands at")
    round = models.PositiveSmallIntegerField(default=1)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.ONLINE)
    offer = models.OneToOneField(
        "subsidies.Offer", null=True, blank=True, on_delete=models.PROTECT, related_name="claim"
    )
    bundle = models.ForeignKey(Bundle, null=True, blank=True, on_delete=models.PROTECT, related_name="claims")
    account = models.ForeignKey(
        "subsidies.PayeeAccount", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    line = models.ForeignKey(
        "subsidies.BudgetLine", null=True, blank=True, on_delete=models.PROTECT, related_name="claims"
    )
    declared = models.JSONField(default=dict, help_text="what the claimant declares, by field")
    declared_fen = models.BigIntegerField(null=True, blank=True)
    amount_fen = models.BigIntegerField(_("amount"), default=0)
    findings = models.JSONField(default=list, help_text="data checks: declared against held")
    clean = models.BooleanField(default=False, help_text="no finding: may be approved in bulk")
    committed = models.BooleanField(
        _("signed commitment"), default=False, help_text="告知承诺 in place of uploads"
    )
    correction_note = models.CharField(_("what to correct"), max_length=1000, blank=True)
    correction_due_on = models.DateField(null=True, blank=True)
    corrected_once = models.BooleanField(default=False, help_text="the one-time correction notice was used")
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            one_claimant("claim_of_one"),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="claim_amount"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_at__isnull=False, number__isnull=False),
                name="claim_submitted_with_number",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "noticed", "payable", "archived"])
                | Q(decided_at__isnull=False, line__isnull=False, amount_fen__gt=0)
                | Q(channel="opening"),
                name="claim_approved_with_line_and_amount",
            ),
            models.CheckConstraint(
                condition=Q(state="in_review") & ~Q(step="") | ~Q(state="in_review"),
                name="claim_in_review_at_a_step",
            ),
            models.UniqueConstraint(fields=["id", "maker"], name="claim_maker_carried"),
        ]
        indexes = [
            models.Index(fields=["state", "region"]),
            models.Index(fields=["person", "state"]),
            models.Index(fields=["organisation", "state"]),
        ]

    def __str__(self) -> str:
        return self.number or self.public_id


class ClaimEntry(models.Model):
    """One subject of a claim: the person himself, a hire, a certificate, a venture.

    ``subject_id`` is the row in the item's subject table. ``facts`` are the values found when it was last evaluated,
    ``reasons`` why it is excluded. While its claim is open nobody else may claim the same subject and period.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="entries")
    row = models.PositiveIntegerField(help_text="its row in the roster, from 1")
    item = models.ForeignKey("subsidies.SubsidyItem", on_delete=models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    person = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="subsidy_entries"
    )
    period = DateRangeField()
    months = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=EntryState, default=EntryState.INCLUDED)
    amount_fen = models.BigIntegerField(default=0)
    facts = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    calculation = models.JSONField(default=dict, help_text="inputs, rounding and result of the amount")
    open = models.BooleanField(default=False, help_text="its claim is submitted and not ended")

    class Meta:
        verbose_name_plural = "claim entries"
        constraints = [
            models.UniqueConstraint(fields=["claim", "row"], name="claimentry_row_once"),
            models.UniqueConstraint(
                fields=["item", "subject_id", "period"],
                condition=Q(open=True, state="included"),
                name="claimentry_claimed_once",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="claimentry_amount"),
        ]
        indexes = [models.Index(fields=["item", "subject_id"])]

    def __str__(self) -> str:
        return f"{self.claim} {self.row}"


class Evidence(models.Model):
    """A paper handed in with a claim, checked by its content; ``code`` is one of the policy's list."""

    public_id = PublicIdField()
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="evidence")
    code = models.SlugField(max_length=40)
    file = models.FileField(upload_to="subsidies/evidence/")
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=80)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return f"{self.claim} {self.code}"


class Approval(models.Model):
    """What one natural person said at one step. ``maker`` is carried from the claim by a composite foreign key.

    ``content_sha256`` is of what was decided on: claim, entries, amounts, facts. A delegate decides in his own
    name and records whom he stands in for. A trigger refuses a second step of one claim to either of them.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="approvals")
    round = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=24)
    role = models.CharField(max_length=30)
    verdict = models.CharField(max_length=12, choices=Verdict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=1000, blank=True)
    amount_fen = models.BigIntegerField()
    content_sha256 = models.CharField(max_length=64)
    bulk = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "round", "step"], name="approval_step_once"),
            models.CheckConstraint(condition=~Q(by=F("maker")), name="approval_not_by_maker"),
            models.CheckConstraint(
                condition=Q(acting_for__isnull=True) | ~Q(acting_for=F("by")) & ~Q(acting_for=F("maker")),
                name="approval_acting_for_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim} {self.step} {self.verdict}"


class ConflictOfInterest(models.Model):
    """A member of staff and somebody whose cases he never handles: himself, a relative, a firm of his family."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conflicts")
    person = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    relation = models.CharField(_("relation"), max_length=60)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "conflicts of interest"
        constraints = [one_claimant("conflict_with_one")]

    def __str__(self) -> str:
        return f"{self.user} {self.relation}"


class Decision(models.Model):
    """A decision as it was: policy version, facts, inputs, rounding, result. Never changed; rendered as a letter."""

    public_id = PublicIdField()
    number = models.CharField(_("decision number"), max_length=30, unique=True)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="decisions")
    version = models.ForeignKey("subsidies.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=12, choices=Verdict)
    amount_fen = models.BigIntegerField()
    content = models.JSONField(help_text="claimant masked, entries with facts, inputs, rounding, result")
    content_sha256 = models.CharField(max_length=64)
    reasons = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number


class Appeal(models.Model):
    """Against a refusal; somebody who had no part in the decision looks at it."""

    public_id = PublicIdField()
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="appeals")
    text = models.TextField(_("grounds"), max_length=2000)
    state = models.CharField(max_length=10, choices=AppealState, default=AppealState.OPEN)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision"], name="appeal_once"),
            models.CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True)
                | ~Q(state="open") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="appeal_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.state}"
