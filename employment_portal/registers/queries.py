from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Max, QuerySet, Value

from employment_portal.facts import catalogue
from employment_portal.registers.enums import BatchState, Register
from employment_portal.registers.intake.adapters import ADAPTERS
from employment_portal.registers.models import RegisterBatch, RegisterRow


@dataclass(frozen=True)
class Standing:
    """A register at a glance: how many rows it holds and when a file last went through."""

    register: Register
    rows: int
    last: Any


def standings() -> list[Standing]:
    finished = dict(
        RegisterBatch.objects.filter(state=BatchState.FINISHED)
        .order_by()
        .values_list("register")
        .annotate(last=Max("finished_at"))
    )
    counted = [
        ADAPTERS[register]
        .model._default_manager.order_by()
        .values(register=Value(register.value))
        .annotate(rows=Count("pk"))
        for register in Register
    ]
    rows = {row["register"]: row["rows"] for row in counted[0].union(*counted[1:], all=True)}
    return [Standing(register, rows.get(register, 0), finished.get(register)) for register in Register]


def history(register: str = "") -> QuerySet[RegisterBatch]:
    """Batches, newest first."""
    rows = RegisterBatch.objects.select_related("by")
    return rows.filter(register=register) if register else rows


def reported_rows(batch: RegisterBatch, outcome: str = "") -> QuerySet[RegisterRow]:
    rows = RegisterRow.objects.filter(batch=batch).order_by("number")
    return rows.filter(outcome=outcome) if outcome else rows


@dataclass(frozen=True)
class Known:
    """A fact with how many rows of its entity it is known for, out of how many."""

    fact: catalogue.Fact
    known: int
    rows: int


def known_facts(entity: str, *, on: date) -> list[Known]:
    """The facts of an entity with the count of known values, in one query; arguments at their first choice."""
    subject = catalogue.subject(entity)
    facts = catalogue.facts(entity)
    columns: list[str] = []
    bound: dict[str, Any] = {"on": on}
    for place, fact in enumerate(facts):
        names = {argument.name: f"{place}_{argument.name}" for argument in fact.arguments}
        columns.append(f"count({fact.expression(subject.row, names)})")
        bound |= {names[argument.name]: _first(argument.choices()) for argument in fact.arguments}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), {', '.join(columns)} {subject.from_clause()} WHERE {subject.where}", bound
        )
        total, *counts = cursor.fetchone()
    return [Known(fact, count, total) for fact, count in zip(facts, counts, strict=True)]


def _first(choices: catalogue.Choices) -> str:
    return choices[0][0] if choices else ""
