"""How a word sounds, and the keys under which words one slip apart meet."""

from functools import lru_cache
from itertools import islice, product

import pypinyin

from employment_portal.core.text import pinyin_key
from employment_portal.search.text import is_han

MAX_READINGS = 8
MIN_SOUND_TO_MISSPELL = 5
MIN_TEXT_TO_MISSPELL = 3


def sound_of(word: str) -> str:
    """The usual reading without tones: 会计 → ``kuaiji``; Latin words sound like themselves."""
    return pinyin_key(word)


@lru_cache(maxsize=20_000)
def readings_of(word: str) -> tuple[str, ...]:
    """Every way in which the characters can be read, the usual one first: 会记 may be ``huiji`` or ``kuaiji``."""
    if not is_han(word):
        return (sound_of(word),)
    each = pypinyin.pinyin(word, style=pypinyin.Style.NORMAL, heteronym=True)
    alone = [pypinyin.pinyin(character, style=pypinyin.Style.NORMAL, heteronym=True)[0] for character in word]
    options = [list(dict.fromkeys([*first, *rest])) for first, rest in zip(each, alone, strict=True)]
    combined = ("".join(reading) for reading in product(*options))
    return tuple(dict.fromkeys([sound_of(word), *islice(combined, MAX_READINGS)]))


def near_keys(word: str, sounds: tuple[str, ...] | None = None) -> set[str]:
    """Keys that two words share when one letter, or one character, is wrong, missing, extra or swapped."""
    keys: set[str] = set()
    if len(word) >= MIN_TEXT_TO_MISSPELL:
        keys |= _with_one_left_out(word)
    for sound in sounds if sounds is not None else (sound_of(word),):
        if len(sound) >= MIN_SOUND_TO_MISSPELL:
            keys |= {f"~{key}" for key in _with_one_left_out(sound)}
    return keys


def _with_one_left_out(text: str) -> set[str]:
    return {text, *(text[:at] + text[at + 1 :] for at in range(len(text)))}


def slips(one: str, other: str) -> int:
    """0 for the same, 1 for one letter wrong, missing, extra or swapped with its neighbour, else 2."""
    if one == other:
        return 0
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1:
        return 2
    start = 0
    while start < len(shorter) and shorter[start] == longer[start]:
        start += 1
    if shorter[start:] == longer[start + 1 :]:
        return 1
    if len(shorter) == len(longer):
        if shorter[start + 1 :] == longer[start + 1 :]:
            return 1
        swapped = longer[start + 1 : start + 2] + longer[start : start + 1] + longer[start + 2 :]
        return 1 if shorter[start:] == swapped else 2
    return 2
