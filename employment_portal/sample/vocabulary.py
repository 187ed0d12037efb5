"""The words of the sample city, from ``data/vocabulary.yaml``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Job:
    """A kind of vacancy. ``occupation`` is looked up by name or colloquial name; pay is yuan a ``unit``."""

    titles: list[str]
    occupation: str
    pay: tuple[int, int]
    duties: str
    conditions: str
    education: int = 0
    months: int = 0
    unit: str = "month"


@dataclass(frozen=True)
class Trade:
    """A line of business: how its employers are called, their industry section, and what they look for."""

    name: str
    suffix: str
    section: str
    jobs: tuple[Job, ...]


def _trade(row: dict[str, Any]) -> Trade:
    return Trade(**{**row, "jobs": tuple(_job(job) for job in row["jobs"])})


def _job(row: dict[str, Any]) -> Job:
    """Duties and conditions are written as sentences, one a line of the advert."""
    low, high = row["pay"]
    lines = {name: "\n".join(row[name]) for name in ("duties", "conditions")}
    return Job(**{**row, **lines, "pay": (low, high)})


_words = yaml.safe_load((Path(__file__).parent / "data" / "vocabulary.yaml").read_text(encoding="utf-8"))
SURNAMES: str = _words["surnames"]
GIVEN: str = _words["given"]
COMPANY_HEADS: list[str] = _words["company_heads"]
STREETS: list[str] = _words["streets"]
TRADES = tuple(_trade(row) for row in _words["trades"])
