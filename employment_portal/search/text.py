"""Chinese text as search tokens: normalised stretches of characters, and words.

A title is indexed by its stretches of characters, so that a query matches wherever it stands in the title however
a segmenter cuts it; longer text by words. No part of this knows what is searched.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

import opencc
import rjieba
import yaml

MAX_QUERY_CHARS = 60
MAX_STRETCH = 4
MAX_BODY_WORDS = 200
MAX_BODY_CHARS = 3_000

_LATIN = r"[a-z0-9][a-z0-9+#]*(?:\.[a-z0-9+#]+)*"
_HAN = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
_RUN = re.compile(f"(?P<latin>\\.?{_LATIN})|(?P<han>{_HAN})")
_LATIN_RUN = re.compile(rf"\.?{_LATIN}")
_LATIN_PART = re.compile(r"[a-z]+|[0-9]+")


class _Simplified(dict[int, str]):
    """Each character to its simplified one, looked up when it is first met: a process meets a few thousand."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        is_han = 0x3400 <= point < 0x4DC0 or 0x4E00 <= point < 0xA000
        simple = _converter().convert(character) if is_han else character
        self[point] = simple if len(simple) == 1 else character
        return self[point]


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


_simplified = _Simplified()


def normalise(text: str) -> str:
    """Half-width, simplified, lower case, single spaces: the one form that is indexed and searched."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(_simplified)
    return " ".join(folded.replace("\x00", " ").split())


@lru_cache(maxsize=1)
def lexicon() -> tuple[str, ...]:
    """Words of the labour market that a general dictionary cuts apart, longest first."""
    path = Path(__file__).parent / "data" / "lexicon.yaml"
    words = yaml.safe_load(path.read_text("utf-8"))["words"]
    return tuple(sorted({normalise(word) for word in words}, key=lambda word: (-len(word), word)))


@lru_cache(maxsize=1)
def _lexicon_pattern() -> re.Pattern[str]:
    def bounded(word: str) -> str:
        before = r"(?<![a-z0-9])" if word[0].isascii() else ""
        after = r"(?![a-z0-9+#])" if word[-1].isascii() else ""
        return before + re.escape(word) + after

    return re.compile("|".join(bounded(word) for word in lexicon()))


def is_han(text: str) -> bool:
    return re.fullmatch(_HAN, text) is not None


def _runs(normalised: str) -> Iterator[tuple[str, bool]]:
    """Runs of Latin letters and digits, and runs of Chinese characters."""
    for match in _RUN.finditer(normalised):
        yield match.group(), match.lastgroup == "han"


def _latin_tokens(run: str) -> set[str]:
    """``node.js`` is found as itself, ``node`` and ``js``; ``3d`` and ``java8`` by their letters too."""
    tokens = {run, run.strip(".")}
    if "." in run or any(character.isdigit() for character in run):
        tokens.update(part for part in _LATIN_PART.findall(run) if len(part) > 1)
    return tokens


def title_tokens(text: str) -> set[str]:
    """Every stretch of up to ``MAX_STRETCH`` characters and every Latin word of a short text."""
    normalised = normalise(text)
    tokens = set(_lexicon_pattern().findall(normalised))
    for run, han in _runs(normalised):
        if han:
            tokens.update(stretches(run, *range(1, MAX_STRETCH + 1)))
        else:
            tokens |= _latin_tokens(run)
    return tokens


def stretches(run: str, *lengths: int) -> Iterator[str]:
    """The pieces of a run of characters that have one of these lengths."""
    return (run[at : at + length] for length in lengths for at in range(len(run) - length + 1))


def body_tokens(texts: Iterable[str]) -> set[str]:
    """The words of longer text, the first ``MAX_BODY_WORDS`` of them, Latin ones first: they name skills."""
    normalised = normalise("\n".join(texts))[:MAX_BODY_CHARS]
    tokens: dict[str, None] = dict.fromkeys(_lexicon_pattern().findall(normalised))
    for run in _LATIN_RUN.findall(normalised):
        tokens.update(dict.fromkeys(sorted(_latin_tokens(run))))
    for word in rjieba.cut_for_search(normalised):
        if len(word) > 1 and not word.isascii():
            tokens[word] = None
    return set(islice(tokens, MAX_BODY_WORDS))


def query_words(text: str) -> list[str]:
    """A query as the words that must be found, in order, without repeats.

    A lone character (的 in 成都的会计) is dropped when there are longer words beside it.
    """
    words: list[str] = []
    for part in normalise(text)[:MAX_QUERY_CHARS].split():
        position = 0
        for match in _lexicon_pattern().finditer(part):
            words += _cut(part[position : match.start()])
            words.append(match.group())
            position = match.end()
        words += _cut(part[position:])
    longer = [word for word in words if len(word) > 1 or not is_han(word)]
    return list(dict.fromkeys(longer or words))


def _cut(text: str) -> list[str]:
    words: list[str] = []
    for run, han in _runs(text):
        words += _joined(rjieba.cut(run)) if han else [run.strip(".") if run.count(".") == 1 else run]
    return [word for word in words if word]


def _joined(words: Iterable[str]) -> list[str]:
    """Characters that the dictionary leaves alone side by side are a name: 锦|和 is 锦和."""
    joined: list[str] = []
    open_run = False
    for word in words:
        if len(word) == 1 and open_run:
            joined[-1] += word
        else:
            joined.append(word)
        open_run = len(word) == 1
    return joined


def cut_boundaries(normalised: str) -> set[int]:
    """Offsets where a word of the text may begin or end, by the segmenter. 西安全员 has none after 西安."""
    edges = {0, len(normalised)}
    for match in re.finditer(rf"{_HAN}|[^\u3400-\u9fff]+", normalised):
        position = match.start()
        edges.add(position)
        for word in rjieba.cut(match.group()):
            position += len(word)
            edges.add(position)
    return edges
