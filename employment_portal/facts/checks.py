"""``manage.py check``: the catalogue as a whole, once every app has registered its part."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from employment_portal.facts import catalogue


@register
def check_catalogue(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """E101: a fact that no subject reaches."""
    found: list[CheckMessage] = []
    reachable = {fact.key for subject in catalogue.subjects() for fact in catalogue.facts_for(subject.key)}
    for fact in catalogue.facts():
        if fact.key not in reachable:
            found.append(
                Error(
                    f"The fact {fact.key} belongs to no subject: no policy could use it.",
                    hint="Register the subject of its entity, or a join to it.",
                    id="facts.E101",
                )
            )
    return found
