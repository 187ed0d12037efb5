"""Labels kept in both languages, so that what was decided reads the same for ever, whatever a label says later."""

from typing import Any

from django.utils import translation

from subsidies.policies.content import FactRef

LANGUAGES = {"zh": "zh-hans", "en": "en"}


def both(label: Any) -> dict[str, str]:
    """A lazily translated label, or a function that words something, as ``{"zh", "en"}``."""
    kept = {}
    for key, language in LANGUAGES.items():
        with translation.override(language):
            kept[key] = str(label() if callable(label) else label)
    return kept


def shown(kept: Any) -> str:
    """What was kept by ``both``, in the language of the page."""
    if not isinstance(kept, dict):
        return str(kept or "")
    language = translation.get_language() or "en"
    return kept.get("zh" if language.startswith("zh") else "en", "")


def read_key(key: str) -> FactRef:
    """The fact behind the key under which its value is filed: ``person.insurance_months(kind=all, months=3)``."""
    name, _bracket, details = key.partition("(")
    pairs = [pair.partition("=") for pair in details.rstrip(")").split(", ") if pair]
    return FactRef(name, {argument: value for argument, _equals, value in pairs})
