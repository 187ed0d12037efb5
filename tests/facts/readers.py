"""Every fact once more in plain Python, read through the models: what the SQL must agree with.

``read(fact_key, row, on, arguments)``; ``row`` is the entity's row: Person, Organisation (employer, carrier),
StatusSpell (employment), SkillCertificate, BusinessRegistration (venture). None is "not known".
"""

from datetime import date
from typing import Any

from tests.facts import (  # noqa: F401
    benefit_readers,
    employer_readers,
    person_readers,
    venture_readers,
)
from tests.facts.reading import READERS


def read(fact_key: str, row: Any, on: date, arguments: dict[str, str] | None = None) -> Any:
    return READERS[fact_key](row, on, **(arguments or {}))
