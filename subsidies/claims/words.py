"""Labels kept in both languages, so that what was decided reads the same for ever, whatever a label says later."""

from typing import Any

from django.utils import translation

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
