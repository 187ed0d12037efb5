import pytest
from rank_bm25 import BM25Okapi

from employment_portal.search.evaluation import BM25, jieba_words, ndcg, precision


def test_ndcg_is_one_for_the_best_order_and_less_for_another():
    gains = {"a": 1.0, "b": 0.5}

    assert ndcg(["a", "b"], gains) == 1
    assert ndcg(["b", "a"], gains) == pytest.approx((0.5 + 0.63093) / (1 + 0.5 * 0.63093), abs=1e-4)
    assert ndcg([], gains) == 0
    assert ndcg(["a"], {}) == 0


def test_a_missing_result_is_not_relevant():
    assert precision(["a", "b"], {"a"}.__contains__, depth=10) == 0.1


def test_bm25_ranks_as_the_reference_implementation_does():
    documents = [
        jieba_words(text)
        for text in ("会计 财务", "成本会计 会计", "客服 电话", "财务 主管 会计 出纳", "司机")
    ]
    query = jieba_words("会计 财务")
    # The reference lets common words count negative; with rare ones both order alike.
    padded = documents + [["其他"]] * 20

    ours = BM25(padded).ranking(query, depth=3)
    scores = BM25Okapi(padded).get_scores(query)

    assert ours == sorted(range(len(padded)), key=lambda number: (-scores[number], number))[:3]
