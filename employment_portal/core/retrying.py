"""Run a whole transaction again when the database broke it off for the sake of another one."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection

Value = TypeVar("Value")
SERIALIZATION_FAILURE, DEADLOCK_DETECTED = "40001", "40P01"
ATTEMPTS = 6


def broken_off(error: OperationalError) -> bool:
    """Whether the database gave way to another transaction; a lost connection, say, is something else."""
    return getattr(error.__cause__, "pgcode", None) in (SERIALIZATION_FAILURE, DEADLOCK_DETECTED)


def retrying(transaction: Callable[[], Value]) -> Value:
    """What ``transaction`` returns: a function that opens a transaction of its own and may run more than once.

    It runs again after 40001 and 40P01, at most ATTEMPTS times, later each time. Inside a transaction of the
    caller nothing could be run again, so the error passes through.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return transaction()
        except OperationalError as error:
            if not broken_off(error) or connection.in_atomic_block or attempt == ATTEMPTS:
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))
    raise AssertionError("unreachable")
