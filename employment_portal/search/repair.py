"""What somebody meant who typed pinyin, a homophone or a slip: the likeliest words of the corpus."""

import math
from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from employment_portal.search.models import Term
from employment_portal.search.sounds import near_keys, readings_of, slips
from employment_portal.search.text import is_han, normalise, query_words

MAX_HAN = 6
MAX_LATIN = 24
MAX_CHARS = 40
COMMON = 5  # documents that use a word for it to be beyond doubt
KNOWN, HOMOPHONE, SLIP, UNKNOWN = 0.0, 3.0, 6.0, 16.0


@dataclass(frozen=True)
class Repair:
    """A better query, with the words that were put in place of others."""

    text: str
    replaced: tuple[str, ...]


def repair(query: str, *, corpus: str) -> Repair | None:
    """The likeliest reading of a query in words that the corpus uses, or None when it stands as typed.

    At most three statements. Each part between spaces is read as the cheapest chain of known words, where a homophone or
    pinyin costs little, one slip more, and an unknown letter most.
    """
    parts = [part[:MAX_CHARS] for part in normalise(query).split()]
    windows = {window for part in parts for window in _windows(part)}
    typed_words = query_words(query)
    if not windows or _are_known(typed_words, corpus):
        return None
    terms = _lookup(windows, corpus)
    words: list[str] = []
    replaced: list[str] = []
    for part in parts:
        chain = _cheapest(part, terms)
        words += [word for _, word in chain]
        replaced += [word for typed, word in chain if typed != word]
    if not replaced or words == typed_words:
        return None
    return Repair(text=" ".join(words), replaced=tuple(replaced))


def _are_known(words: list[str], corpus: str) -> bool:
    common = Term.objects.filter(corpus=corpus, text__in=words, frequency__gte=COMMON)
    return common.count() == len(words)


def _windows(part: str) -> set[str]:
    windows = set()
    for start in range(len(part)):
        for end in range(start + 2, min(len(part), start + MAX_LATIN) + 1):
            window = part[start:end]
            if window.isascii() or len(window) <= MAX_HAN:
                windows.add(window)
    return windows


def _lookup(windows: set[str], corpus: str) -> dict[str, list[tuple[float, str]]]:
    """For each stretch of the query, the words that it may be, with what reading it so costs."""
    sounds = {window: readings_of(window) for window in windows}
    by_sound: dict[str, list[str]] = defaultdict(list)
    by_key: dict[str, list[str]] = defaultdict(list)
    for window in windows:
        for sound in sounds[window]:
            by_sound[sound].append(window)
        for key in near_keys(window, sounds[window][:2]) if _may_hold_a_slip(window, windows) else ():
            by_key[key].append(window)
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for text, sound, frequency, near in _terms_near(corpus, list(by_sound), list(by_key)):
        rarity = math.log(1_000_000 / max(frequency, 1))
        candidates = {window for key in (*near, *near_keys(text)) for window in by_key.get(key, ())}
        for window in {*by_sound.get(sound, ()), *candidates}:
            cost = _cost(window, sounds[window], text, sound)
            if cost is not None:
                found[window].append((max(cost + rarity * 0.5, 0.1), text))
    return found


def _terms_near(corpus: str, sounds: list[str], keys: list[str]) -> list[tuple[str, str, int, list[str]]]:
    """Terms with one of the sounds or keys. Key by key, for over many keys at once PostgreSQL reads every term."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT text, sound, frequency, near FROM search_term WHERE id IN (
                 SELECT id FROM search_term WHERE corpus = %(corpus)s AND sound = ANY(%(sounds)s)
                 UNION
                 SELECT term.id FROM unnest(%(keys)s::varchar[]) AS key
                   CROSS JOIN LATERAL (SELECT id FROM search_term
                                        WHERE corpus = %(corpus)s AND near @> ARRAY[key]) term)""",
            {"corpus": corpus, "sounds": sounds, "keys": keys},
        )
        return cursor.fetchall()


def _may_hold_a_slip(window: str, windows: set[str]) -> bool:
    """Chinese stretches of two or more; Latin ones only whole, or every piece of a long run would match."""
    if not window.isascii():
        return True
    longer = [other for other in windows if window in other and other.isascii() and len(other) > len(window)]
    return not longer and len(window) >= 4


def _cost(window: str, window_sounds: tuple[str, ...], text: str, sound: str) -> float | None:
    if window == text:
        return KNOWN
    if sound in window_sounds:
        return HOMOPHONE
    if min(len(window), len(text)) >= 2 and max(len(window), len(text)) >= 3 and slips(window, text) == 1:
        return SLIP
    if is_han(window) == is_han(text) and len(window) == len(text):
        if any(slips(reading, sound) == 1 for reading in window_sounds):
            return SLIP
    elif window.isascii() and len(window) >= 5 and slips(window, sound) == 1:
        return SLIP
    return None


def _cheapest(part: str, terms: dict[str, list[tuple[float, str]]]) -> list[tuple[str, str]]:
    """The part as pairs of what was typed and the word it stands for."""
    best: list[tuple[float, list[tuple[str, str]]]] = [(0.0, [])]
    for end in range(1, len(part) + 1):
        cost, chain = best[end - 1]
        options = [(cost + UNKNOWN, [*chain, (part[end - 1], part[end - 1])])]
        for start in range(max(0, end - MAX_LATIN), end - 1):
            window = part[start:end]
            for price, text in terms.get(window, ()):
                cost, chain = best[start]
                options.append((cost + price + 1, [*chain, (window, text)]))
        best.append(min(options, key=lambda option: option[0]))
    return _joined(best[-1][1])


def _joined(chain: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Unknown letters that stand together are one word again."""
    joined: list[tuple[str, str]] = []
    open_run = False
    for typed, word in chain:
        unknown = typed == word and len(word) == 1
        if unknown and open_run:
            joined[-1] = (joined[-1][0] + typed, joined[-1][1] + word)
        else:
            joined.append((typed, word))
        open_run = unknown
    return joined
