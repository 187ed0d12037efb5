import json

from employment_portal.bench.frame import Result, as_json, as_table, interleaved, percentile
from employment_portal.core.management.commands.bench import benches


def test_a_bar_is_held_against_the_ratio_or_the_value_without_one():
    assert Result("p95", 10, "ms", against=100, ratio=0.1, bar=0.125).ok
    assert not Result("p95", 20, "ms", against=100, ratio=0.2, bar=0.125).ok
    assert not Result("wrong", 1, "queries", bar=0.0).ok
    assert Result("speed", 60, "x", bar=50, at_least=True).ok
    assert Result("for information", 60, "ms").ok


def test_results_print_as_one_json_object_and_as_a_table():
    results = [Result("full page, p95", 10, "ms", against=50, ratio=0.2, bar=0.125)]

    printed = json.loads(as_json("search", 1000, results))

    assert printed == {
        "bench": "search",
        "rows": 1000,
        "results": [
            {
                "name": "full page, p95",
                "value": 10,
                "unit": "ms",
                "against": 50,
                "ratio": 0.2,
                "bar": 0.125,
                "ok": False,
            }
        ],
    }
    assert "MISSED" in as_table("search", 1000, results)


def test_percentiles_are_values_that_were_measured():
    assert percentile([5, 1, 3], 0.5) == 3
    assert percentile(list(range(1, 101)), 0.95) == 96
    assert percentile([7], 0.95) == 7


def test_calls_take_turns():
    order = []

    interleaved({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=2)

    assert order == ["a", "b", "a", "b"]


def test_every_bench_has_a_name_and_can_run():
    assert "search" in benches()
