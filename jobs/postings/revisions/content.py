"""The content of a change: from the fields of a posting to JSON, back, and what the check says about it."""

import copy
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from employment_portal.classifications.models import Occupation
from employment_portal.regions.models import Region
from jobs.postings import rules
from jobs.postings.check import Check, check_values, values_of
from jobs.postings.models import Posting

CODED: dict[str, Any] = {"occupation": Occupation, "region": Region}


def stored(posting: Posting, names: Iterable[str], questions: list[dict[str, Any]]) -> dict[str, Any]:
    """These fields of a posting as JSON; the questions come from the caller, who knows which ones are meant."""
    content: dict[str, Any] = {}
    for name in names:
        value: Any = questions if name == "questions" else getattr(posting, name)
        content[name] = value.code if name in CODED and value is not None else value
    return content


def values(content: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON as values of the posting's fields; an occupation or place that is gone by now is None."""
    return {
        name: CODED[name].objects.filter(code=value).first() if name in CODED else value
        for name, value in content.items()
    }


def proposed(posting: Posting, content: Mapping[str, Any]) -> Posting:
    """A copy of the posting as it would be, never to be saved. Its questions are still the published ones."""
    future = copy.copy(posting)
    future._state = copy.copy(posting._state)
    future._state.fields_cache = dict(posting._state.fields_cache)
    for name, value in values(content).items():
        if name != "questions":
            setattr(future, name, value)
    future.monthly_min_fen = rules.monthly_fen(future.pay_unit, future.pay_min_fen)
    future.monthly_max_fen = rules.monthly_fen(future.pay_unit, future.pay_max_fen)
    return future


def check_with(posting: Posting, questions: list[dict[str, Any]] | None, *, on: date) -> Check:
    """The check of a posting with other questions than the stored ones; None: with those."""
    found = values_of(posting)
    if questions is not None:
        found["questions"] = "\n".join(question["text"] for question in questions)
    return check_values(found, posting.employer, on=on)


def check_content(posting: Posting, content: Mapping[str, Any], *, on: date) -> Check:
    """The check of a published posting as the change would make it."""
    return check_with(proposed(posting, content), content.get("questions"), on=on)
