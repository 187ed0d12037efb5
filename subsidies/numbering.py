"""Numbers that people read out and quote: of claims, decisions, notices, batches, recovery orders."""

from datetime import date

from django.db import connection, models
from django.db.models.functions import Length


def next_number(model: type[models.Model], prefix: str, day: date, *, digits: int = 4) -> str:
    """``prefix`` + day + running number of that day (``GS510104202611230001``), unique in ``model.number``.

    Holds a lock until the caller's transaction ends, so that two at once get two numbers.
    """
    return next_numbers(model, prefix, day, 1, digits=digits)[0]


def next_numbers(
    model: type[models.Model], prefix: str, day: date, count: int, *, digits: int = 4
) -> list[str]:
    """The next ``count`` of them, one after the other."""
    stem = f"{prefix}{day:%Y%m%d}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{model._meta.label}:{stem}"])
    last = (
        model._default_manager.filter(number__startswith=stem)
        .order_by(Length("number").desc(), "-number")  # 10000 comes after 9999
        .values_list("number", flat=True)
        .first()
    )
    first = int(last[len(stem) :]) + 1 if last else 1
    return [f"{stem}{running:0{digits}d}" for running in range(first, first + count)]
