"""Suggestions while typing: by the beginning of the text, of its pinyin or of its initials."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from employment_portal.core.text import pinyin_initials, pinyin_key
from employment_portal.search.models import Suggestion, Term
from employment_portal.search.sounds import near_keys, sound_of
from employment_portal.search.text import normalise

MAX_TERM_CHARS = 16
BATCH = 2_000

# Each way of beginning by itself, the weightiest first: PostgreSQL then reads a rare beginning from its index, and
# a common one ("成都", of every second firm) from the weights until enough have been found.
_ONE_WAY = """(SELECT kind, text, ref, weight, {place} AS place FROM search_suggestion
    WHERE corpus = %(corpus)s AND {condition} ORDER BY weight DESC, text LIMIT %(limit)s)"""
_WAYS = (
    _ONE_WAY.format(place=0, condition="normalised LIKE %(text)s"),
    _ONE_WAY.format(place=1, condition="pinyin LIKE %(letters)s"),
    _ONE_WAY.format(place=1, condition="initials LIKE %(letters)s"),
)


@dataclass(frozen=True)
class Suggested:
    kind: str
    text: str
    ref: str


def suggestions(typed: str, *, corpus: str, limit: int = 8) -> list[Suggested]:
    """The likeliest texts that begin with what was typed, in characters, pinyin or initials. One statement."""
    begun = normalise(typed)[:40]
    if not begun:
        return []
    letters = begun.replace(" ", "").replace("'", "")
    ways = _WAYS if re.fullmatch(r"[a-z0-9]+", letters) else _WAYS[:1]
    params = {"corpus": corpus, "text": _like(begun), "letters": _like(letters), "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT kind, text, ref FROM ({" UNION ALL ".join(ways)}) found GROUP BY kind, text, ref
                ORDER BY min(place), max(weight) DESC, text COLLATE "C" LIMIT %(limit)s""",
            params,
        )
        return [Suggested(*row) for row in cursor.fetchall()]


def _like(beginning: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", beginning) + "%"


@transaction.atomic
def replace_suggestions(corpus: str, entries: Iterable[tuple[str, str, str, int]]) -> int:
    """Put ``(kind, text, ref, weight)`` in place of all suggestions of a corpus; returns how many there are."""
    Suggestion.objects.filter(corpus=corpus).delete()
    unique = {(kind, text): (ref, weight) for kind, text, ref, weight in entries if text.strip()}
    rows = [
        Suggestion(
            corpus=corpus,
            kind=kind,
            text=text[:120],
            normalised=normalise(text)[:120],
            pinyin=pinyin_key(text)[:400],
            initials=pinyin_initials(text)[:120],
            ref=ref,
            weight=weight,
        )
        for (kind, text), (ref, weight) in unique.items()
    ]
    Suggestion.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def replace_terms(corpus: str, frequencies: Mapping[str, int]) -> int:
    """Put the words of a corpus, with how many documents use each, in place of those known; returns how many."""
    Term.objects.filter(corpus=corpus).delete()
    rows = []
    for text, frequency in frequencies.items():
        if 2 <= len(text) <= MAX_TERM_CHARS:
            sound = sound_of(text)[:120]
            near = sorted(near_keys(text, (sound,)))
            rows.append(Term(corpus=corpus, text=text, sound=sound, frequency=frequency, near=near))
    Term.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return len(rows)
