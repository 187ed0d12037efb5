import pytest

from employment_portal.search.synonyms import synonyms_of
from employment_portal.search.text import body_tokens, normalise, query_words, title_tokens


@pytest.mark.parametrize(
    ("written", "normalised"),
    [
        ("ＪＡＶＡ　工程师", "java 工程师"),
        ("會計師", "会计师"),
        ("  Ｃ＋＋ \t 开发 ", "c++ 开发"),
        ("電話客服", "电话客服"),
        ("a\x00b", "a b"),
    ],
)
def test_width_case_and_script_make_no_difference(written, normalised):
    assert normalise(written) == normalised


def test_a_title_is_found_by_any_stretch_of_its_characters():
    tokens = title_tokens("高级会计师（双休）")

    assert {"高级", "级会", "会计", "计师", "双休", "会计师", "高级会计"} <= tokens
    assert "师双" not in tokens  # not neighbours: a bracket stands between


@pytest.mark.parametrize(
    ("title", "found_by"),
    [
        ("C++开发", "c++"),
        (".NET工程师", "net"),
        ("Node.js", "node"),
        ("Java8", "java"),
        ("C语言", "c语言"),
        ("3D建模", "3d建模"),
    ],
)
def test_names_of_techniques_stay_whole_and_are_found_by_their_parts(title, found_by):
    assert found_by in title_tokens(title)


def test_long_text_is_found_by_words_and_the_number_of_words_is_limited():
    tokens = body_tokens(["负责公司财务核算与报表"])

    assert {"负责", "公司", "财务", "核算", "报表"} <= tokens
    assert "的" not in tokens
    assert len(body_tokens([" ".join(f"word{number}x" for number in range(1000))])) == 200


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("会计", ["会计"]),
        ("會計 五险一金", ["会计", "五险一金"]),
        ("linux c语言工程师", ["linux", "c语言", "工程师"]),
        ("会计 会计", ["会计"]),
        ("会计 经验不限", ["会计", "经验", "不限"]),
        ("老人的护理", ["老人", "护理"]),
        ("锦和", ["锦和"]),
        ("车", ["车"]),
        ("", []),
        ("《》·—", []),
    ],
)
def test_a_query_becomes_the_words_to_look_for(query, words):
    assert query_words(query) == words


def test_synonyms_go_both_ways():
    assert "大专" in synonyms_of("专科")
    assert "专科" in synonyms_of("大专")
    assert synonyms_of("没有这个词") == ()
