"""How an app declares a book of its own in a migration: its kinds of account, and what may move between them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

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
        rule_sql = "INSERT INTO ledger_rule (book, kind, debit_kind, credit_kind) VALUES (%s, %s, %s, %s)"
        undo_rule = "DELETE FROM ledger_rule WHERE (book, kind, debit_kind, credit_kind) = (%s, %s, %s, %s)"
        kind_sql = "INSERT INTO ledger_kind (book, kind, source, held) VALUES (%s, %s, %s, %s)"
        undo_kind = "DELETE FROM ledger_kind WHERE (book, kind) = (%s, %s)"
        forward: list[Any] = [(kind_sql, row) for row in kind_rows] + [(rule_sql, row) for row in rule_rows]
        backward: list[Any] = [(undo_rule, row) for row in rule_rows]
        super().__init__(forward, backward + [(undo_kind, row[:2]) for row in kind_rows])
        self.book = book

    def describe(self) -> str:
        return f"Declare the book {self.book}"
