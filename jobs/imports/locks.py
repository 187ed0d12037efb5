"""Who works on a list of adverts: one process at a time, and nobody any more once that process is gone."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

LOCK = 20_261_123  # first half of the advisory lock of one batch


@contextmanager
def held(batch_id: int) -> Iterator[bool]:
    """Whether this process got the batch for itself; held until the block ends or the connection is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, batch_id])
        (is_mine,) = cursor.fetchone()
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, batch_id])
