import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from jobs.search.evaluation import (
    Evaluation,
    FamilyResult,
    evaluate,
    family_of,
    read_adverts,
    variants_of,
    with_a_slip,
)
from jobs.search.models import PostingSearch

TITLES = {
    "会计": ["会计", "会计师", "成本会计", "总账会计", "会计助理", "财务会计"],
    "客服": ["客服", "客服专员", "电话客服", "网络客服", "电商客服", "售后客服"],
    "java": ["java", "java开发", "java工程师", "高级java开发", "java后端", "java前端"],
}


@pytest.fixture
def adverts_file(tmp_path):
    """Adverts made up by rule: each title five times, by firms of different names."""
    path = tmp_path / "adverts.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines)
        rows.writerow(["职位", "薪资", "标签", "公司", "主营", "性质", "需求", "地点", "queries"])
        for query, titles in TITLES.items():
            for title in titles:
                for number in range(5):
                    rows.writerow(
                        [title, "", "五险一金 双休", f"第{number}商贸有限公司", "贸易", "", "", "", query]
                    )
    return path


@pytest.mark.django_db
def test_the_ranking_is_measured_on_a_sample_and_nothing_is_left_behind(adverts_file):
    evaluation = evaluate(read_adverts(adverts_file))

    assert evaluation.adverts == 90
    assert {family.family for family in evaluation.families} == {"java", "会计", "客服"}
    assert all(family.ndcg == 1 for family in evaluation.families)
    assert evaluation.zero_results == 0
    assert set(evaluation.variants) == {"pinyin", "typo", "traditional", "full_width"}
    assert min(evaluation.variants.values()) == 1
    assert PostingSearch.objects.using("default").count() == 90  # the tables of this transaction


@pytest.mark.django_db
def test_the_command_prints_json_and_fails_below_a_bar(adverts_file):
    printed = StringIO()

    # No family of the sample is one that the bar is for: nothing reported is nothing reached.
    with pytest.raises(SystemExit) as stopped:
        call_command("evaluate_search", data=adverts_file, json=True, stdout=printed)

    assert stopped.value.code == 1
    report = json.loads(printed.getvalue())
    assert report["bench"] == "evaluate_search"
    assert set(report["results"][0]) == {"name", "value", "unit", "against", "ratio", "bar", "ok"}
    assert PostingSearch.objects.count() == 0


@pytest.mark.django_db
def test_the_command_says_so_when_the_adverts_are_not_there(tmp_path):
    with pytest.raises(CommandError, match="Name the file with --data"):
        call_command("evaluate_search", data=tmp_path / "nothing.csv.gz")


def test_a_bar_is_held_against_the_families_not_tuned_on():
    good = FamilyResult("c语言", 1, ndcg=0.7, bm25=0.6)
    tuned = FamilyResult("java", 1, ndcg=0.1, bm25=0.9)

    assert Evaluation(1, (good, tuned), {"pinyin": 0.9}, 0.0).ok
    assert not Evaluation(1, (good,), {"pinyin": 0.7}, 0.0).ok
    assert not Evaluation(1, (good,), {"pinyin": 0.9}, 0.5).ok
    assert not Evaluation(1, (tuned,), {"pinyin": 0.9}, 0.0).ok


@pytest.mark.parametrize(
    ("query", "family"), [("java本科", "java"), ("C语言 大专", "c语言"), ("会计师", "会计"), ("司机", "")]
)
def test_a_query_belongs_to_the_family_it_is_about(query, family):
    assert family_of(query) == family


def test_variants_are_written_by_rule():
    variants = variants_of("会计 本科")

    assert variants["pinyin"] == "kuaiji benke"
    assert variants["traditional"] == "會計 本科"
    assert variants["full_width"] == "会计\u3000本科"
    assert variants["typo"] != "会计 本科"
    assert with_a_slip("java") == "jvaa"
