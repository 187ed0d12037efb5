"""From the payable to the bank's answer. LEDGER.md's attempts, batches and return files."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from employment_portal.core.encryption import EncryptedTextField
from employment_portal.core.fields import PublicIdField
from subsidies.claims.models import one_claimant
from subsidies.payments.enums import (
    LIVE_ATTEMPTS,
    SETTLED_PAYABLES,
    AccountState,
    AttemptState,
    BankFormat,
    BatchState,
    CaseKind,
    CaseState,
    LineOutcome,
    LineState,
    PayableState,
    ReturnFileState,
    ReturnFormat,
)

User = settings.AUTH_USER_MODEL


class PayeeAccount(models.Model):
    """A bank account that somebody is paid to. A correction is a new row; the old one stays as ``replaced``."""

    public_id = PublicIdField()
    person = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="payee_accounts"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payee_accounts",
    )
    holder = models.CharField(_("account holder"), max_length=120)
    bank_name = models.CharField(_("bank"), max_length=80)
    bank_code = models.CharField(_("bank code (CNAPS)"), max_length=14, blank=True)
    number = EncryptedTextField(_("account number"))
    number_hash = models.CharField(max_length=64)
    tail = models.CharField(max_length=4)
    state = models.CharField(max_length=10, choices=AccountState, default=AccountState.UNTRIED)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_claimant("payeeaccount_of_one"),
            models.UniqueConstraint(
                fields=["person"],
                condition=~Q(state="replaced") & Q(person__isnull=False),
                name="payeeaccount_current_of_person",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=~Q(state="replaced") & Q(organisation__isnull=False),
                name="payeeaccount_current_of_organisation",
            ),
        ]
        indexes = [models.Index(fields=["number_hash"])]

    def __str__(self) -> str:
        return f"{self.holder} {self.tail}"

    @property
    def as_read(self) -> str:
        """What tells its holder which account it is: ``成都银行 **** 0123``."""
        return f"{self.bank_name} **** {self.tail}"


class Payable(models.Model):
    """The money of one claim, due once. Its primary key is the ``holder`` of its accounts in the ledger.

    The database refuses one before its notice is closed or while an objection is open.
    """

    public_id = PublicIdField()
    claim = models.OneToOneField("subsidies.Claim", on_delete=models.PROTECT, related_name="payable")
    notice_entry = models.OneToOneField(
        "subsidies.NoticeEntry",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payable",
        help_text="null only where the policy asks for no notice, and in opening data",
    )
    line = models.ForeignKey("subsidies.BudgetLine", on_delete=models.PROTECT, related_name="payables")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="payables"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payables",
    )
    account = models.ForeignKey(
        PayeeAccount, null=True, blank=True, on_delete=models.PROTECT, related_name="payables"
    )
    amount_fen = models.BigIntegerField()
    reduced_fen = models.BigIntegerField(
        default=0, help_text="asked back and settled by the bank's return: not to be paid again"
    )
    state = models.CharField(max_length=10, choices=PayableState, default=PayableState.OPEN)
    # Indexes name this in place of the state, so that a batch's moves between unsettled states touch no index.
    settled = models.GeneratedField(
        expression=Q(state__in=SETTLED_PAYABLES), output_field=models.BooleanField(), db_persist=True
    )
    due_on = models.DateField()
    created_at = models.DateTimeField()
    paid_on = models.DateField(null=True, blank=True)
    return_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            one_claimant("payable_to_one"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payable_amount"),
            models.CheckConstraint(
                condition=Q(reduced_fen__gte=0, reduced_fen__lte=F("amount_fen")), name="payable_reduced"
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(paid_on__isnull=False), name="payable_paid_with_date"
            ),
        ]
        indexes = [
            models.Index(fields=["region", "id"], condition=Q(settled=False), name="payable_unsettled"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def due_fen(self) -> int:
        """What is to be paid, in the first try and in every later one."""
        return self.amount_fen - self.reduced_fen


class Batch(models.Model):
    """Payables paid together. ``run_key`` makes building it safe to repeat; maker, checker and releaser are three people."""

    public_id = PublicIdField()
    number = models.CharField(_("batch number"), max_length=30, unique=True)
    run_key = models.CharField(max_length=80, unique=True)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("fiscal year"))
    item = models.ForeignKey(
        "subsidies.SubsidyItem", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    payer = models.ForeignKey("subsidies.Payer", on_delete=models.PROTECT, related_name="batches")
    format = models.CharField(_("bank format"), max_length=10, choices=BankFormat)
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.MADE)
    count = models.PositiveIntegerField()
    total_fen = models.BigIntegerField()
    content_sha256 = models.CharField(max_length=64, help_text="of the frozen attempts, in order")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    checked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    sending_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    bank_reference = models.CharField(max_length=80, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.CheckConstraint(condition=Q(count__gt=0, total_fen__gt=0), name="batch_not_empty"),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("made_by")),
                name="batch_checker_not_maker",
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True)
                | ~Q(released_by=F("made_by")) & ~Q(released_by=F("checked_by")),
                name="batch_releaser_is_third",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["made", "cancelled"])
                | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="batch_checked_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["made", "checked", "cancelled"])
                | Q(released_by__isnull=False, released_at__isnull=False),
                name="batch_released_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PaymentAttempt(models.Model):
    """One try to pay one payable: at most one is live. ``reference`` is the end-to-end id that the bank sends back.

    Payee, account and purpose are frozen here: what the bank was told.
    """

    payable = models.ForeignKey(Payable, on_delete=models.PROTECT, related_name="attempts")
    batch = models.ForeignKey(  # found by attempt_sequence_once
        Batch, on_delete=models.PROTECT, related_name="attempts", db_index=False
    )
    sequence = models.PositiveIntegerField()
    reference = models.CharField(max_length=35, unique=True)
    account = models.ForeignKey(PayeeAccount, on_delete=models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField()
    purpose = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=AttemptState, default=AttemptState.QUEUED)
    live = models.GeneratedField(
        expression=Q(state__in=LIVE_ATTEMPTS), output_field=models.BooleanField(), db_persist=True
    )
    reason = models.CharField(max_length=200, blank=True, help_text="the bank's reason, as it gave it")
    settled_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payable"], condition=Q(live=True), name="attempt_one_live"),
            models.UniqueConstraint(fields=["batch", "sequence"], name="attempt_sequence_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="attempt_amount"),
            models.CheckConstraint(
                condition=~Q(state__in=["paid", "paid_twice"]) | Q(settled_on__isnull=False),
                name="attempt_paid_with_date",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class BankFile(models.Model):
    """The bytes sent to the bank, a pure function of the frozen attempts. Never changed; rendering again must match."""

    batch = models.OneToOneField(Batch, on_delete=models.PROTECT, related_name="file")
    format = models.CharField(max_length=10, choices=BankFormat)
    name = models.CharField(max_length=80)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    rendered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class ReturnFile(models.Model):
    """A file from the bank, kept raw. The same bytes again change nothing; the same reference with others is quarantined."""

    public_id = PublicIdField()
    name = models.CharField(max_length=120)
    format = models.CharField(max_length=10, choices=ReturnFormat, blank=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    file_reference = models.CharField(max_length=80, blank=True)
    batch = models.ForeignKey(
        Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="return_files"
    )
    state = models.CharField(max_length=12, choices=ReturnFileState, default=ReturnFileState.RECEIVED)
    problem = models.CharField(max_length=300, blank=True)
    report = models.JSONField(default=dict)
    received_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["file_reference"],
                condition=~Q(state="quarantined") & ~Q(file_reference=""),
                name="returnfile_reference_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReturnLine(models.Model):
    """One line of a return file: raw text, what it says, what became of it. Applied once: its id is the idempotency key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(ReturnFile, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    raw = EncryptedTextField()
    reference = models.CharField(max_length=35, blank=True)
    outcome = models.CharField(max_length=10, choices=LineOutcome)
    amount_fen = models.BigIntegerField(null=True)
    payee_matches = models.BooleanField(default=True)
    reason = models.CharField(max_length=200, blank=True)
    settled_on = models.DateField(null=True, blank=True)
    attempt = models.ForeignKey(
        PaymentAttempt, null=True, blank=True, on_delete=models.PROTECT, related_name="lines"
    )
    state = models.CharField(max_length=10, choices=LineState, default=LineState.PENDING)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="returnline_number_once")]
        indexes = [
            models.Index(fields=["file"], condition=Q(state="pending"), name="returnline_pending"),
            models.Index(fields=["reference"]),
        ]

    def __str__(self) -> str:
        return f"{self.file} {self.number}"


class ExceptionCase(models.Model):
    """Something that the portal must not settle by itself: one person proposes, another resolves."""

    public_id = PublicIdField()
    kind = models.CharField(max_length=20, choices=CaseKind)
    batch = models.ForeignKey(Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    file = models.ForeignKey(
        ReturnFile, null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    line = models.OneToOneField(
        ReturnLine, null=True, blank=True, on_delete=models.PROTECT, related_name="case"
    )
    attempt = models.ForeignKey(
        PaymentAttempt, null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    cash = models.OneToOneField(
        "subsidies.CashMovement", null=True, blank=True, on_delete=models.PROTECT, related_name="case"
    )
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=CaseState, default=CaseState.OPEN)
    opened_at = models.DateTimeField()
    resolution = models.CharField(max_length=30, blank=True)
    data = models.JSONField(default=dict, help_text="what the resolution needs, by its kind")
    proposed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="case_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(state="resolved")
                | Q(proposed_by__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="case_resolved_by_someone",
            ),
        ]
        indexes = [models.Index(fields=["state", "region"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
