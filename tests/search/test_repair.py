import pytest

from employment_portal.search.repair import repair
from employment_portal.search.sounds import readings_of, slips
from employment_portal.search.suggest import replace_terms

pytestmark = pytest.mark.django_db

KNOWN = {
    "会计": 900, "客服": 800, "专员": 700, "电话": 300, "java": 600, "前端": 200, "养老": 80, "护理员": 90,
    "快递员": 50, "工程师": 900, "大数据": 100, "可否": 1,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _vocabulary():
    replace_terms("example", KNOWN)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kuaiji", "会计"),
        ("kuaijizhuanyuan", "会计 专员"),
        ("kuai ji", None),
        ("kefu", "客服"),
        ("javaqianduan", "java 前端"),
        ("dianhua kefu", "电话 客服"),
        ("会记", "会计"),
        ("客福", "客服"),
        ("jvaa", "java"),
        ("jaav工程师", "java 工程师"),
        ("养老护里员", "养老 护理员"),
        ("快第员", "快递员"),
        ("大数居", "大数据"),
    ],
)
def test_pinyin_homophones_and_slips_become_the_words_that_were_meant(typed, meant):
    found = repair(typed, corpus="example")

    assert (found.text if found else None) == meant


@pytest.mark.parametrize("typed", ["会计", "java 前端", "电话客服", "", "完全无关的词语", "qqqq", "12345"])
def test_what_is_right_or_beyond_help_stands_as_typed(typed):
    assert repair(typed, corpus="example") is None


def test_another_corpus_knows_other_words():
    assert repair("kuaiji", corpus="other") is None


def test_a_character_with_two_readings_is_tried_with_both():
    assert {"huiji", "kuaiji"} <= set(readings_of("会记"))


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("java", "java", 0),
        ("java", "jvaa", 1),
        ("java", "jva", 1),
        ("java", "jaxa", 1),
        ("java", "avaj", 2),
        ("a", "abc", 2),
    ],
)
def test_slips_are_counted(one, other, count):
    assert slips(one, other) == count
    assert slips(other, one) == count
