import pytest
from django.db import connection

from employment_portal.search.matching import Match, Word, in_title, lexeme

PREFERRED = ("length:short", "length:middle", "length:long")


def vector(*tokens):
    return " ".join(lexeme(token) for token in tokens)


def ask(tokens, tsquery):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [vector(*tokens), tsquery])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["it's", "back\\slash", "a'b\\'c", "c++", "&|!():*<->", "^x"])
def test_no_word_can_break_out_of_the_condition(word):
    assert ask([word], lexeme(word))
    assert not ask(["other"], lexeme(word))


def test_a_word_stands_in_a_title_as_one_token_or_when_longer_by_all_its_stretches():
    assert in_title("会计师") == "'^会计师'"
    assert in_title("注册会计师") == "('^注册会计' & '^册会计师')"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "match",
    [
        Match(words=(Word("会计"),), preferred=PREFERRED),
        Match(words=(Word("会计"), Word("java")), preferred=PREFERRED),
        Match(
            words=(Word("会计"), Word("java", others=("python",)), Word("x", required=False)),
            preferred=PREFERRED,
        ),
        Match(words=(Word("会计"), Word("java")), at_least=1, preferred=PREFERRED),
        Match(words=(Word("会计"), Word("java"), Word("python")), at_least=1, preferred=PREFERRED),
        Match(words=(Word("会计"), Word("java"), Word("x")), at_least=2, preferred=PREFERRED),
        Match(words=(Word("会计"), Word("java")), also=("'special'",), preferred=PREFERRED),
        Match(words=(Word("会计"), Word("java"))),
    ],
)
def test_every_match_is_in_the_tier_of_its_rank_and_in_no_better_one(match):
    documents = [
        [*title, *body, length, *special]
        for title in ([], ["^会计"], ["^java"], ["^会计", "^java"], ["^会计", "^x"], ["^python"])
        for body in ([], ["会计"], ["java", "x"])
        for length in PREFERRED
        for special in ([], ["special"])
    ]
    rank, params = match.rank_sql("tokens")
    tiers = match.tiers()

    with connection.cursor() as cursor:
        for tokens in documents:
            cursor.execute(
                f"SELECT tokens @@ %s::tsquery, {rank} FROM (SELECT %s::tsvector AS tokens) document",
                [match.condition(), *params, vector(*tokens)],
            )
            matches, ranked = cursor.fetchone()
            held = [tier for tier in tiers if ask(tokens, tier.tsquery)]
            if not matches:
                assert held == [], tokens
                continue
            own = [tier for tier in held if tier.lowest <= ranked <= tier.rank]
            assert len(own) == 1, tokens
            assert all(tier.holds_higher for tier in held if tier.rank < ranked), tokens
            assert all(tier.lowest < tier.rank for tier in held if tier.lowest > ranked), tokens
    ranks = [rank for tier in tiers for rank in (tier.rank, tier.lowest)]
    assert ranks == sorted(ranks, reverse=True)
    assert len({tier.rank for tier in tiers}) == len(tiers)
