"""Rows that a scheduled task works on one by one."""

from collections.abc import Callable, Iterable
from typing import Any


def each(act: Callable[[Any], Any], rows: Iterable[Any]) -> int:
    """Call ``act`` on each row, in a transaction of its own; how often it said that something was done.

    One row that fails does not keep the others waiting: its error is raised when they are done, so that the task is
    listed as failed.
    """
    done, errors = 0, []
    for row in rows:
        try:
            done += bool(act(row))
        except Exception as error:
            error.add_note(repr(row))
            errors.append(error)
    if errors:
        raise ExceptionGroup("some rows could not be worked on", errors)
    return done
