"""What the search knows of its postings as a whole: words for repairing queries, and texts to suggest."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import rjieba
from django.db.models import Count, Q

from employment_portal.classifications.enums import OccupationLevel
from employment_portal.classifications.models import Occupation, OccupationAlias
from employment_portal.organisations.models import Organisation
from employment_portal.search.suggest import Suggested, replace_suggestions, replace_terms, suggestions
from employment_portal.search.text import is_han, lexicon, normalise, query_words
from jobs.postings.models import Posting

CORPUS = "postings"
MAX_TERMS = 50_000
MAX_TITLES = 20_000
MAX_WHOLE_TITLE = 8
TITLES_FROM = 2  # postings that must share a title for it to be suggested
_BRACKETS = re.compile(r"[(\[【<《].*?[)\]】>》]|[-—–/|].*$")

# Kinds of suggestion, in the order of their worth when all else is equal.
OCCUPATION, ALIAS, TITLE, EMPLOYER = "occupation", "alias", "title", "employer"


def suggest(typed: str, *, limit: int = 8) -> list[Suggested]:
    """Occupations, colloquial names, titles and employers that begin so; ``ref`` is the occupation's code or the
    employer's public id. Read from a table that ``refresh_vocabulary`` writes nightly."""
    return suggestions(typed, corpus=CORPUS, limit=limit)


def refresh_vocabulary() -> tuple[int, int]:
    """Count words, titles and employers of the live postings anew; returns how many terms and suggestions."""
    titles: Counter[str] = Counter()
    for title, count in (
        Posting.objects.live().values_list("title").annotate(count=Count("pk")).order_by().iterator()
    ):
        titles[plain_title(title)] += count
    aliases = list(OccupationAlias.objects.values_list("name", "occupation__code", "rank"))
    occupations = list(
        Occupation.objects.filter(level=OccupationLevel.OCCUPATION).values_list("name", "code")
    )
    terms = replace_terms(CORPUS, term_frequencies(titles, known=(name for name, _, _ in aliases)))
    return terms, replace_suggestions(CORPUS, _suggestions(titles, aliases, occupations))


def plain_title(title: str) -> str:
    """A title without brackets and what follows a dash: 会计（双休）-武侯 → 会计."""
    plain = normalise(title)
    return _BRACKETS.sub("", plain).strip() or plain


def term_frequencies(titles: dict[str, int], *, known: Iterable[str] = ()) -> dict[str, int]:
    """Words of titles, and short titles that occur more than once, with how many postings use each."""
    frequencies: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for title, count in titles.items():
        whole_words = query_words(title)
        parts = (part for word in whole_words if is_han(word) for part in rjieba.cut_for_search(word))
        words = {*whole_words, *parts}
        for word in words:
            if len(word) > 1:
                frequencies[word] += count
        if len(title) <= MAX_WHOLE_TITLE and is_han(title):
            whole[title] += count
    for title, count in whole.items():
        if count >= TITLES_FROM and title not in frequencies:
            frequencies[title] = count
    for name in (*known, *lexicon()):
        if len(name) <= MAX_WHOLE_TITLE:
            frequencies[normalise(name)] += 1
    return dict(frequencies.most_common(MAX_TERMS))


def _suggestions(
    titles: Counter[str], aliases: list[tuple[str, str, int]], occupations: list[tuple[str, str]]
) -> Iterator[tuple[str, str, str, int]]:
    live = Q(postings__status="live")
    for name, public_id, count in (
        Organisation.objects.annotate(count=Count("postings", filter=live))
        .filter(count__gt=0)
        .values_list("name", "public_id", "count")
    ):
        yield EMPLOYER, name, public_id, count
    named = {normalise(name) for name, _ in occupations} | {normalise(name) for name, _, _ in aliases}
    for title, count in titles.most_common(MAX_TITLES):
        if count >= TITLES_FROM and title not in named and len(title) <= 20:
            yield TITLE, title, "", count
    for name, code in occupations:
        yield OCCUPATION, name, code, 1 + titles[normalise(name)]
    for name, code, _rank in sorted(aliases, key=lambda alias: -alias[2]):
        yield ALIAS, name, code, 2 + titles[normalise(name)]
