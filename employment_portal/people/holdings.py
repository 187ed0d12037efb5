"""What hangs on a person, in whichever app: counted, exported, and moved when two records become one.

An app registers its tables from ``AppConfig.ready()``; people stands below it and does not know it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from employment_portal.people.models import Person


@dataclass(frozen=True)
class Move:
    """How rows go over: ``moved`` to the survivor, ``settled`` by a rule because the survivor has the like."""

    moved: int = 0
    settled: int = 0


Mover = Callable[[Person, Person, Any], Move]


@dataclass(frozen=True)
class Holding:
    """``rows(person)`` are the person's rows; ``move(duplicate, survivor, by)`` moves them in the caller's transaction.

    ``retained`` rows have a legal term of keeping: with any of them a deletion becomes a restriction; where that holds
    for a part of them only, ``kept(person)`` are those. ``erase(person)``
    deletes rows that would lead to the person afterwards, in the transaction of the deletion. ``restrict(person)`` ends
    what must not go on when the use of the data is restricted, in the transaction of the restriction.

    For the undo of a merge: ``touched(person)`` are the rows that ``move`` may change or delete, parents first (without
    it those of ``rows``). ``hinders(added)`` gives the reason why rows added since the merge make an undo impossible.
    ``owner`` is the column by which added rows can go over; without one they stay with the survivor. What the person
    changed since in ``editable`` rows stays as it is; elsewhere such a change makes the undo impossible.
    """

    key: str
    label: Any
    purpose: Any
    rows: Callable[[Person], models.QuerySet]
    move: Mover
    export: Callable[[Any], dict[str, Any]]
    retained: bool = False
    kept: Callable[[Person], models.QuerySet] | None = None
    erase: Callable[[Person], None] | None = None
    restrict: Callable[[Person], None] | None = None
    touched: Callable[[Person], list[models.QuerySet]] | None = None
    hinders: Callable[[models.QuerySet], Any] | None = None
    owner: str = ""
    editable: bool = False

    def rows_of_merge(self, person: Person) -> list[models.QuerySet]:
        return self.touched(person) if self.touched is not None else [self.rows(person)]


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    _holdings[holding.key] = holding


def holdings() -> list[Holding]:
    return list(_holdings.values())


def move_all(rows: Callable[[Person], models.QuerySet], field: str = "person") -> Mover:
    """The plain mover: every row points to the survivor afterwards."""

    def move(duplicate: Person, survivor: Person, by: Any) -> Move:
        return Move(moved=rows(duplicate).update(**{field: survivor}))

    return move


def stay(duplicate: Person, survivor: Person, by: Any) -> Move:
    """For what hangs on the sign-in: a merge leaves it there."""
    return Move()


def plain(*fields: str) -> Callable[[Any], dict[str, Any]]:
    """An export of a row by attribute names (``a__b`` follows a relation); values become text."""

    def export(row: Any) -> dict[str, Any]:
        return {name: _text(_value(row, name)) for name in fields}

    return export


def _value(row: Any, name: str) -> Any:
    value = row
    for step in name.split("__"):
        value = getattr(value, step, None)
        if callable(value):
            value = value()
    return value


def _text(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)
