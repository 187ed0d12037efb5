"""The occupation that a job title names, or nothing: an advert in no class is better than one in a wrong class."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import yaml

_BRACKETS = re.compile(r"[(（\[【{<《][^()（）\[\]【】{}<>《》]*[)）\]】}>》]")

_TEACHES = re.compile(r"教师|老师|讲师|教练")


class OccupationGuesser:
    """``names`` are pairs of a name (official or colloquial) and the id of the occupation that it usually means."""

    def __init__(self, names: Iterable[tuple[str, int]]):
        words = yaml.safe_load((Path(__file__).parent / "titles.yaml").read_text("utf-8"))
        self._general = {_fold(name) for name in words["general"]}
        whole_only = {_fold(name) for name in words["whole_title_only"]}
        self._ids: dict[str, int] = {}
        for name, occupation_id in names:
            key = _fold(name)
            if len(key) >= 2 and key != "go":  # 编 or R would match everywhere
                self._ids.setdefault(key, occupation_id)
        self._by_first: dict[str, list[str]] = defaultdict(list)
        for key in sorted(self._ids, key=len, reverse=True):
            if key not in whole_only:
                self._by_first[key[0]].append(key)
        self._cache: dict[str, int | None] = {}

    def guess(self, title: str) -> int | None:
        """The occupation's id when every telling name in the title means the same one, else None."""
        if title not in self._cache:
            if len(self._cache) > 100_000:
                self._cache.clear()
            self._cache[title] = self._guess(title)
        return self._cache[title]

    def _guess(self, title: str) -> int | None:
        folded = _fold(_BRACKETS.sub(" ", title))
        if folded in self._ids:
            return self._ids[folded]
        found = self._names_in(folded) or self._names_in(_fold(title))
        if _TEACHES.search(folded) and not any(_TEACHES.search(name) for name in found):
            return None  # who teaches a trade does not work in it
        telling = {self._ids[name] for name in found if name not in self._general}
        if len(telling) == 1:
            return telling.pop()
        if telling:
            return None
        general = {self._ids[name] for name in found}
        return general.pop() if len(general) == 1 else None

    def _names_in(self, folded: str) -> list[str]:
        """Known names in the text from left to right, the longest at each place, none inside another."""
        found: list[str] = []
        place = 0
        while place < len(folded):
            for name in self._by_first.get(folded[place], ()):
                if folded.startswith(name, place) and _stands_alone(folded, place, place + len(name)):
                    found.append(name)
                    place += len(name)
                    break
            else:
                place += 1
        return found


def _fold(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def _stands_alone(text: str, start: int, end: int) -> bool:
    """A Latin name must not be part of a longer word: ``ai`` is not in ``main``."""

    def latin(char: str) -> bool:
        return char.isascii() and char.isalnum()

    if latin(text[start]) and start and latin(text[start - 1]):
        return False
    return not (latin(text[end - 1]) and end < len(text) and latin(text[end]))
