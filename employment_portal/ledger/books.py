"""How an app declares a book of its own in a migration: its kinds of account, and what may move between them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import migrations


@dataclass(frozen=True)
class Kind:
    """``source``: money enters the book here. ``held``: one account per holder, not one per line."""

    name: str
    source: bool = False
    held: bool = False


class DeclareBook(migrations.RunSQL):
    """Adds kinds and rules ``(transfer kind, debit kind, credit kind)`` to a book; it may be said again with more.

    Undone only while the book has no accounts. Nothing else changes a rule: triggers refuse it.
    """

    def __init__(self, book: str, kinds: Collection[Kind] = (), rules: Collection[tuple[str, str, str]] = ()):
        kind_rows = [(book, kind.name, kind.source, kind.held) for kind in kinds]
        rule_rows = [(book, *rule) for rule in rules]
        super().__init__(
            [
                ("INSERT INTO ledger_kind (book, kind, source, held) VALUES (%s, %s, %s, %s)", row)
                for row in kind_rows
            ]
            + [
                ("INSERT INTO ledger_rule (book, kind, debit_kind, credit_kind) VALUES (%s, %s, %s, %s)", row)
                for row in rule_rows
            ],
            [
                (
                    "DELETE FROM ledger_rule WHERE (book, kind, debit_kind, credit_kind) = (%s, %s, %s, %s)",
                    row,
                )
                for row in rule_rows
            ]
            + [("DELETE FROM ledger_kind WHERE (book, kind) = (%s, %s)", row[:2]) for row in kind_rows],
        )
        self.book = book

    def describe(self) -> str:
        return f"Declare the book {self.book}"
