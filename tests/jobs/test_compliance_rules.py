from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from jobs.compliance.engine import (
    Article,
    check_text,
    chinese_number,
    finding_from_dict,
    missing_content,
    rules_in_force,
)

ON = date(2026, 11, 22)


def found(text, **kwargs):
    return [
        (finding.rule_id, finding.severity, text[finding.start : finding.end])
        for finding in check_text({"text": text}, on=ON, **kwargs)
    ]


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("仅限女性", "sex", "仅限女性"),
        ("女士优先", "sex", "女士优先"),
        ("1、女，22-35周岁", "sex", "女"),
        ("面议 2.女性 3.有经验", "sex", "女性"),
        ("性别：男", "sex", "性别：男"),
        ("招男普工", "sex", "男普工"),
        ("限 男 性", "sex", "限 男 性"),
        ("限\u200b男性", "sex", "限\u200b男性"),
        ("已婚已育优先", "marriage-birth", "已婚已育优先"),
        ("两年内无生育计划", "marriage-birth", "两年内无生育计划"),
        ("入职需做孕检", "marriage-birth", "孕检"),
        ("汉族优先", "ethnicity", "汉族优先"),
        ("不招少数民族", "ethnicity", "不招少数民族"),
        ("无宗教信仰", "religion", "无宗教信仰"),
        ("限本地户口", "household", "限本地户口"),
        ("大专，深圳户籍，一年以上经验", "household", "深圳户籍"),
        ("河南人勿扰", "household", "河南人勿扰"),
        ("体检需查乙肝两对半", "hepatitis-b", "体检需查乙肝两对半"),
        ("四肢健全", "disability", "四肢健全"),
        ("残疾人勿扰", "disability", "残疾人勿扰"),
        ("处女座勿扰", "zodiac", "处女座勿扰"),
        ("不要属羊的", "zodiac", "不要属羊"),
        ("入职需交500元押金", "fee", "需交500元押金"),
        ("服装费自理", "fee", "服装费自理"),
        ("押一个月工资", "fee", "押一个月工资"),
        ("身份证原件统一保管", "documents", "身份证原件统一保管"),
        ("可办理培训贷", "paid-training", "培训贷"),
        ("先交培训费再上岗", "paid-training", "交培训费"),
        ("手机刷单兼职", "fake-orders", "刷单"),
        ("年龄：14岁以上", "under-16", "年龄：14岁以上"),
        ("试用期无工资", "unpaid-probation", "试用期无工资"),
        ("自愿放弃社保", "social-insurance", "自愿放弃社保"),
    ],
)
def test_what_the_law_forbids_must_be_fixed_and_is_marked_to_the_character(text, rule, words):
    assert (rule, "must_fix", words) in found(text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("18-30岁", "age"),
        ("35周岁以下", "age"),
        ("男女不限，25-40", "age"),
        ("超龄勿扰", "age"),
        ("95后优先", "age"),
        ("形象气质佳", "appearance"),
        ("身高1.65以上", "appearance"),
        ("广东户口优先", "household-preference"),
        ("轻松月入过万", "hype"),
        ("日入500", "hype"),
        ("月入3-5万", "hype"),
        ("深户优先考虑", "household-preference"),
        ("零基础培养，包就业", "training-offer"),
        ("男10名，女5名", "sex-quota"),
        ("无传染病", "infection"),
    ],
)
def test_what_depends_on_the_case_is_left_to_a_person(text, rule):
    assert [(finding[0], finding[1]) for finding in found(text)][:1] == [(rule, "check")]


@pytest.mark.parametrize(
    "text",
    [
        "男女不限",
        "不限男女",
        "性别不限",
        "男女均可",
        "女装店长",
        "男裤修图",
        "男科护士",
        "女子健身教练",
        "子女教育金",
        "俊男美女多",
        "女神节福利",
        "婴幼儿辅食客服",
        "婚育不限",
        "单身公寓",
        "结婚礼金",
        "户籍不限",
        "集体户口",
        "户口申报及居住证办理",
        "无需押金",
        "不收取任何押金、任何费用",
        "严禁收取保证金",
        "负责合同、押金、发票等档案资料",
        "费用报销审核",
        "体检费报销",
        "不扣押身份证",
        "反刷单算法",
        "软件测试 客服",
        "不得检查乙肝",
        "建立健全财务制度",
        "健全的五险一金",
        "残疾人岗位",
        "年满18周岁",
        "公司已13周岁啦",
        "90后团队",
        "不招童工",
        "维护品牌形象",
        "月薪8000",
        "高薪诚聘会计",
        "月入6000起",
        "免学费",
        "试用期全额工资",
    ],
)
def test_lawful_words_are_left_alone(text):
    assert found(text) == []


def test_work_that_the_state_bars_women_from_is_only_marked_for_a_check():
    assert found("煤矿井下采煤工，限男性") == [("sex", "check", "限男性")]
    assert found("女生宿舍管理员，限女性") == [("sex", "check", "限女性")]


def test_a_city_can_make_age_limits_a_must_fix():
    assert found("18-30岁", severities={"age": "must_fix"}) == [("age", "must_fix", "18-30岁")]


def test_schools_are_asked_about_public_employers_only():
    assert found("985院校毕业", nature="private") == []
    assert found("985院校毕业", nature="state_owned") == [("school", "check", "985")]


def test_findings_name_the_law_in_both_languages():
    finding = check_text({"text": "仅限女性"}, on=ON)[0]

    with translation.override("zh-hans"):
        assert finding.article.startswith(
            "《中华人民共和国妇女权益保障法》第四十三条；《中华人民共和国就业促进法》第二十七条"
        )
    with translation.override("en"):
        assert finding.article.startswith("Law on the Protection of Women's Rights and Interests, Art. 43")


def test_findings_come_in_the_order_of_fields_and_places():
    findings = check_text({"title": "女文员", "text": "形象佳，18-30岁，限本地人"}, on=ON)

    assert [(finding.field, finding.rule_id) for finding in findings] == [
        ("title", "sex"),
        ("text", "appearance"),
        ("text", "age"),
        ("text", "household"),
    ]


def test_a_stored_finding_comes_back_with_its_words():
    finding = check_text({"text": "仅限女性"}, on=ON)[0]

    assert finding_from_dict(finding.as_dict(), version="2026-11-01") == finding


def test_every_content_that_the_law_asks_for_is_missed_when_empty():
    whole = dict.fromkeys(
        ["employer", "headcount", "requirements", "duties", "place", "pay", "valid_until"], "x"
    )

    assert missing_content(whole, on=ON) == []
    assert [finding.field for finding in missing_content({}, on=ON)] == list(whole)
    assert [finding.field for finding in missing_content(whole | {"pay": None}, on=ON)] == ["pay"]


def test_the_rules_of_a_day_are_the_newest_before_it():
    assert rules_in_force(ON).version == "2026-11-01"
    assert rules_in_force(date(2020, 1, 1)).version == "2026-11-01"


def test_every_rule_has_a_law_and_a_message_in_chinese():
    with translation.override("zh-hans"):
        ruleset = rules_in_force(ON)
        untranslated = [
            rule.id for rule in ruleset.rules if translation.gettext(rule.message) == rule.message
        ]
        untranslated += [
            field for field, message in ruleset.required if translation.gettext(message) == message
        ]

    assert untranslated == []
    assert all(rule.articles for rule in ruleset.rules)


def test_articles_are_numbered_in_chinese():
    assert [chinese_number(number) for number in (9, 10, 14, 20, 43, 100, 105, 112)] == [
        "九", "十", "十四", "二十", "四十三", "一百", "一百零五", "一百一十二"
    ]  # fmt: skip
    assert Article("online_recruitment").number is None


@given(
    st.text(max_size=200) | st.text(alphabet="男女限优先岁1835-，户籍押金身份证 不\u200b\nＡ①㎏", max_size=60)
)
def test_any_text_is_checked_and_every_finding_lies_inside_it(text):
    for finding in check_text({"text": text}, on=ON):
        assert 0 <= finding.start < finding.end <= len(text)
        assert finding.message
        assert finding.article
