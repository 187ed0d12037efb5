"""A query as PostgreSQL text-search conditions over the tokens of ``text``.

Tokens of a title carry the mark ``^``; tokens of anything else are bare; other conditions (a region, a kind of
work) are tokens with a colon, written and asked for by whoever owns the table. The only syntax is ``&``, ``|``
and ``!`` over quoted lexemes, which a GIN index answers without looking at the rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from employment_portal.search.text import MAX_STRETCH, is_han, stretches

TITLE_MARK = "^"
# Of a word in the title, of a word anywhere, of a word that is not required; a query has fewer words than 8.
IN_TITLE, ANYWHERE, HELPFUL = 64, 8, 1


def lexeme(token: str) -> str:
    """A token quoted for ``::tsquery``."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def all_of(conditions: Iterable[str]) -> str:
    return _join(conditions, " & ")


def any_of(conditions: Iterable[str]) -> str:
    return _join(conditions, " | ")


def _join(conditions: Iterable[str], operator: str) -> str:
    parts = list(dict.fromkeys(condition for condition in conditions if condition))
    return parts[0] if len(parts) == 1 else f"({operator.join(parts)})" if parts else ""


def in_title(word: str) -> str:
    """The word stands in the title; one longer than the stretches that are indexed by all its stretches."""
    if is_han(word) and len(word) > MAX_STRETCH:
        return all_of(lexeme(TITLE_MARK + stretch) for stretch in stretches(word, MAX_STRETCH))
    return lexeme(TITLE_MARK + word)


def anywhere(word: str) -> str:
    """The word stands in the title or is a word of the rest. A lone character is looked for in titles only."""
    if is_han(word) and len(word) == 1:
        return in_title(word)
    return any_of([in_title(word), lexeme(word)])


@dataclass(frozen=True)
class Word:
    """One word of a query with the others that may stand for it (synonyms, an occupation's token)."""

    text: str
    others: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    required: bool = True

    @property
    def title(self) -> str:
        return any_of(in_title(text) for text in (self.text, *self.others))

    @property
    def anywhere(self) -> str:
        return any_of(
            [
                *(anywhere(text) for text in (self.text, *self.others)),
                *(lexeme(token) for token in self.tokens),
            ]
        )


class Tier(NamedTuple):
    """The matches of one rank: those of ``tsquery``, less those of a higher rank when it ``holds_higher``.

    With a ``lowest`` below the rank it is several ranks that hold few matches between them.
    """

    rank: int
    tsquery: str
    holds_higher: bool
    in_title: bool
    lowest: int


@dataclass(frozen=True)
class Match:
    """Which documents match and in what order.

    A document matches when at least ``at_least`` of the required words are found in it (all, when None). It ranks
    by required words in the title, then required words anywhere, then the others anywhere, then by ``preferred``: tokens of classes that
    come first among equals, best first, which every document has exactly one of. ``also`` are further conditions
    under which a document matches, without changing how it ranks.
    """

    words: tuple[Word, ...] = ()
    at_least: int | None = None
    preferred: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[Word, ...]:
        return tuple(word for word in self.words if word.required)

    @property
    def helpful(self) -> tuple[Word, ...]:
        return tuple(word for word in self.words if not word.required)

    def condition(self) -> str:
        """The tsquery of a match; empty when there are no required words and everything matches."""
        found = [word.anywhere for word in self.required]
        own = at_least_of(len(found) if self.at_least is None else self.at_least, found)
        return any_of([own, *self.also]) if own else ""

    def rank_sql(self, column: str) -> tuple[str, list[str]]:
        """SQL of the rank, an integer, higher first, with its parameters."""
        terms, params = ["0"], []
        scale = max(len(self.preferred), 1)
        for word in self.required:
            terms.append(f"{IN_TITLE * scale} * ({column} @@ %s::tsquery)::int")
            terms.append(f"{ANYWHERE * scale} * ({column} @@ %s::tsquery)::int")
            params += [word.title, word.anywhere]
        for word in self.helpful:
            terms.append(f"{HELPFUL * scale} * ({column} @@ %s::tsquery)::int")
            params.append(word.anywhere)
        for place, token in enumerate(reversed(self.preferred)):
            if place:
                terms.append(f"{place} * ({column} @@ %s::tsquery)::int")
                params.append(lexeme(token))
        return " + ".join(terms), params

    def tiers(self) -> list[Tier]:
        """Each possible rank, best first, with a tsquery that holds for every match of that rank and no lower one.

        Whether it holds for matches of a higher rank too is said with it: they are told apart by their rank. (Saying
        "no more than" with ``!`` makes PostgreSQL read the longest lists of the index.) A search with very many
        matches reads the best tiers and never ranks the rest. Somebody asks for fewer words than there are when more
        find little: matches with more words are one tier, wherever their ranks stand side by side.
        """
        scale = max(len(self.preferred), 1)
        classes = [(scale - 1 - place, lexeme(token)) for place, token in enumerate(self.preferred)] or [
            (0, "")
        ]
        if not self.words:
            return [Tier(place, token, False, False, place) for place, token in classes]
        size = len(self.required)
        titles, found = [word.title for word in self.required], [word.anywhere for word in self.required]
        helpful = [word.anywhere for word in self.helpful]
        is_plain = self.at_least is None and not self.also
        at_least = size if self.at_least is None else self.at_least
        tiers = []
        for title_hits in range(size, -1, -1):
            in_titles = at_least_of(title_hits, titles)
            for hits in range(size, size - 1 if is_plain else title_hits - 1, -1):
                # Left out where the words in titles say it already: each list less is read from the index.
                matched = all_of(
                    [
                        "" if title_hits >= at_least else self.condition(),
                        "" if title_hits >= hits else at_least_of(hits, found),
                    ]
                )
                if hits > at_least:
                    top = scale * (IN_TITLE * title_hits + ANYWHERE * hits + HELPFUL * len(helpful) + 1) - 1
                    bottom = scale * (IN_TITLE * title_hits + ANYWHERE * hits)
                    more = all_of([in_titles, at_least_of(at_least + 1, found)])
                    if tiers and tiers[-1].lowest < tiers[-1].rank:
                        top = tiers.pop().rank
                    tiers.append(Tier(top, more, title_hits < size, title_hits > 0, bottom))
                    continue
                for help_hits in range(len(helpful), -1, -1):
                    helped = at_least_of(help_hits, helpful)
                    best = (title_hits, hits, help_hits) == (size, size, len(helpful))
                    for place, token in classes:
                        rank = scale * (IN_TITLE * title_hits + ANYWHERE * hits + HELPFUL * help_hits) + place
                        tsquery = all_of([in_titles, helped, token, matched])
                        tiers.append(Tier(rank, tsquery, not best, title_hits > 0, rank))
        return tiers


def at_least_of(count: int, conditions: Sequence[str]) -> str:
    if count <= 0:
        return ""
    return any_of(all_of(group) for group in combinations(conditions, count))
