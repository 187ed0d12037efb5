"""Measures of a ranking, and the BM25 ranking that ours is measured against."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import rjieba


def ndcg(ranking: Sequence[Hashable], gains: Mapping[Any, float], *, depth: int = 10) -> float:
    """Normalised discounted cumulative gain of the first ``depth`` results, 0 to 1; 0 when nothing can be gained."""
    found = sum(gains.get(item, 0.0) / math.log2(place + 2) for place, item in enumerate(ranking[:depth]))
    best = sorted(gains.values(), reverse=True)[:depth]
    ideal = sum(gain / math.log2(place + 2) for place, gain in enumerate(best))
    return found / ideal if ideal else 0.0


def precision(ranking: Sequence[Hashable], relevant: Callable[[Any], bool], *, depth: int = 10) -> float:
    """Share of the first ``depth`` places that hold a relevant result; a missing result is not relevant."""
    return sum(1 for item in ranking[:depth] if relevant(item)) / depth


def jieba_words(text: str) -> list[str]:
    """The words that the measured-against ranking uses: jieba in search mode, lower case."""
    return [word for word in rjieba.cut_for_search(text.lower()) if any(map(str.isalnum, word))]


class BM25:
    """Okapi BM25 (k1 1.5, b 0.75) over the words of each document, any word matching."""

    def __init__(self, documents: Iterable[Sequence[str]], *, k1: float = 1.5, b: float = 0.75):
        self._k1 = k1
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths: list[int] = []
        for number, words in enumerate(documents):
            lengths.append(len(words))
            for word, count in Counter(words).items():
                self._postings[word].append((number, count))
        self._size = len(lengths)
        mean = sum(lengths) / self._size if self._size else 1
        self._norms = [k1 * (1 - b + b * length / mean) for length in lengths]

    def ranking(self, words: Iterable[str], *, depth: int = 10) -> list[int]:
        """Numbers of the best documents, best first; equal scores in document order."""
        scores: dict[int, float] = defaultdict(float)
        for word in words:
            postings = self._postings.get(word, [])
            rarity = math.log(1 + (self._size - len(postings) + 0.5) / (len(postings) + 0.5))
            for number, count in postings:
                scores[number] += rarity * count * (self._k1 + 1) / (count + self._norms[number])
        return sorted(scores, key=lambda number: (-scores[number], number))[:depth]
