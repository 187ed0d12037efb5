"""What a public notice may say, and when it ends. No database."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone


def window_end(last_day: date) -> datetime:
    """The end of the window: midnight after ``last_day``, local time."""
    return timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time.min))


def roster_sha256(rows: Iterable[dict[str, Any]]) -> str:
    """The fingerprint of the lines as the public sees them, in their order."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, sort_keys=True, ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()


def public_line(entry: Any) -> dict[str, Any]:
    """What one line shows: never phone, account, address or a category that tells of disability or poverty."""
    return {
        "row": entry.row,
        "name": entry.masked_name,
        "number": entry.masked_number,
        "people": entry.people,
        "amount_fen": entry.amount_fen,
    }
