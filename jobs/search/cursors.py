"""Where a page of results ends, as a string for the next one's address."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime

MAX_CHARS = 200


@dataclass(frozen=True)
class Cursor:
    """The sort key of the last row shown, and which attempt of the search it came from."""

    level: int
    key: tuple


def write_cursor(cursor: Cursor) -> str:
    key = [value.isoformat() if isinstance(value, datetime) else value for value in cursor.key]
    return base64.urlsafe_b64encode(json.dumps([cursor.level, *key]).encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor | None:
    """The cursor, or None for anything that is not one: an address cut short shows the first page."""
    try:
        padded = text[:MAX_CHARS] + "=" * (-len(text[:MAX_CHARS]) % 4)
        level, *key = json.loads(base64.urlsafe_b64decode(padded))
        key[-2] = datetime.fromisoformat(key[-2]).astimezone(UTC).isoformat()
        numbers = [level, *key[:-2], key[-1]]
        if all(type(number) is int and -(2**62) < number < 2**62 for number in numbers) and len(key) in (
            2,
            3,
        ):
            return Cursor(level=level, key=tuple(key))
    except (ValueError, TypeError, IndexError, OverflowError, binascii.Error):
        pass
    return None
