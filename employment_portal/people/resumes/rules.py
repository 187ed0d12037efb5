"""How complete a résumé is, from what stands in it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Held:
    """What a résumé holds; counts of rows."""

    phone: bool
    headline: bool
    summary: bool
    education: int
    work: int
    skills: int
    occupations: int
    regions: int
    pay: bool


@dataclass(frozen=True)
class Part:
    """``anchor`` is the section of the résumé page where it is filled in."""

    anchor: str
    sentence: Any


PARTS = [
    ("about", "phone", _("Your mobile number, so that employers can reach you")),
    ("about", "headline", _("A headline that says what you are")),
    ("about", "summary", _("A few sentences about yourself")),
    ("education", "education", _("Your education")),
    ("work", "work", _("Your work, internships included")),
    ("skills", "skills", _("At least one skill")),
    ("expectation", "occupations", _("The occupation you look for")),
    ("expectation", "regions", _("The place you look for")),
    ("expectation", "pay", _("The least pay you expect")),
]


def missing_parts(held: Held) -> list[Part]:
    """What would still help an employer, most important first."""
    return [Part(anchor, sentence) for anchor, name, sentence in PARTS if not getattr(held, name)]


def completeness(held: Held) -> int:
    """Per cent of the parts that are filled in."""
    return round(100 * (len(PARTS) - len(missing_parts(held))) / len(PARTS))
