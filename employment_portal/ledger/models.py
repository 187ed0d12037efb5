"""The tables of the ledger. Constraints and triggers are plain SQL in ``migrations/0001_initial.py``.

Rows are never written through these classes: ``ledger.actions`` posts, the database keeps the totals.
"""

from typing import Any

from django.db import models


class TransactionIdField(models.Field):
    """PostgreSQL's ``xid8``, an int in Python."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else str(value)


class Account(models.Model):
    """What has flowed out of (``debits``) and into (``credits``) one place, in fen. A trigger moves the totals.

    The balance ``credits - debits`` is never below zero, except where ``source`` says that money enters the book.
    """

    book = models.CharField(max_length=20)
    line = models.BigIntegerField()
    kind = models.CharField(max_length=30)
    holder = models.BigIntegerField(default=0)
    source = models.BooleanField()
    debits = models.BigIntegerField(default=0)
    credits = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line", "holder", "kind", "book"], name="ledger_account_identity"
            ),
            models.CheckConstraint(
                condition=models.Q(source=True) | models.Q(credits__gte=models.F("debits")),
                name="ledger_account_balance",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book}/{self.line}/{self.kind}/{self.holder}"

    @property
    def balance_fen(self) -> int:
        return self.credits - self.debits


class Transfer(models.Model):
    """``amount_fen`` from ``debit`` to ``credit``, once. Append-only: a trigger refuses UPDATE, DELETE and TRUNCATE.

    ``number`` counts up in the order of insertion, with gaps. ``xid`` is the transaction that wrote the row.
    """

    id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=30)
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    amount_fen = models.BigIntegerField()
    idempotency_key = models.CharField(max_length=120, unique=True)
    payload_sha256 = models.BinaryField()
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    posted_at = models.DateTimeField()
    xid = TransactionIdField()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.kind} {self.amount_fen}"


class Seal(models.Model):
    """A signature over every transfer whose transaction had ended, and over the seal before. Append-only.

    It covers the transfers of its epoch with ``from_xid <= xid < up_to_xid``; one that closes an epoch covers all
    that no seal covered before. ``row_hashes`` holds 8 bytes for each, so that a changed row can be named.
    """

    epoch = models.IntegerField()
    first_number = models.BigIntegerField()
    closing = models.BooleanField()
    from_xid = TransactionIdField()
    up_to_xid = TransactionIdField()
    last_number = models.BigIntegerField()
    transfers = models.BigIntegerField()
    digest = models.BinaryField()
    row_hashes = models.BinaryField()
    previous = models.BinaryField(unique=True)
    cluster = models.CharField(max_length=20)
    reason = models.CharField(max_length=300, blank=True)
    sealed_at = models.DateTimeField()
    public_key = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.epoch}/{self.pk}"
