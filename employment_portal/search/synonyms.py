"""Words that mean the same to somebody who looks for work: versioned data, used when a search finds little."""

from functools import lru_cache
from pathlib import Path

import yaml

from employment_portal.search.text import normalise


@lru_cache(maxsize=1)
def _groups() -> dict[str, tuple[str, ...]]:
    path = Path(__file__).parent / "data" / "synonyms.yaml"
    groups: dict[str, tuple[str, ...]] = {}
    for group in yaml.safe_load(path.read_text("utf-8"))["groups"]:
        words = [normalise(word) for word in group]
        for word in words:
            others = [other for other in words if other != word]
            groups[word] = tuple(dict.fromkeys((*groups.get(word, ()), *others)))
    return groups


def synonyms_of(word: str) -> tuple[str, ...]:
    """Other words for a normalised word, nearest first; empty when none are known."""
    return _groups().get(word, ())
