import pytest
from django.http import QueryDict

from jobs.search.filters import SearchFilters
from jobs.search.understanding import place_names, understand

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places():
    place_names.forget()
    yield
    place_names.forget()


def read(query, **filters):
    return understand(SearchFilters(q=query, **filters))


@pytest.mark.parametrize(
    ("query", "region", "words"),
    [
        ("成都会计", "5101", "会计"),
        ("会计 成都", "5101", "会计"),
        ("成都市武侯区客服", "510107", "客服"),
        ("成都 武侯 客服", "510107", "客服"),
        ("武侯区客服", "510107", "客服"),
        ("高新区 java", "5101GX", "java"),
        ("四川 电工", "51", "电工"),
        ("郫县 普工", "510117", "普工"),
        ("重庆 火锅", "50", "火锅"),
        ("重庆火锅", "", "重庆火锅"),
        ("会计", "", "会计"),
    ],
)
def test_a_place_in_the_query_becomes_the_region(query, region, words):
    found = read(query)

    assert (found.filters.region, found.words) == (region, words)


def test_the_region_chosen_on_the_page_wins_over_the_words():
    found = read("成都会计", region="50")

    assert found.filters.region == "50"
    assert found.words == "成都会计"


def test_a_chip_that_was_taken_away_is_words_again():
    found = read("成都会计 双休", literal=("成都",))

    assert (found.filters.region, found.words) == ("", "成都会计")
    assert [chip.text for chip in found.chips] == ["双休"]


@pytest.mark.parametrize(
    ("query", "pay", "words"),
    [
        ("会计5000以上", (5000, None), "会计"),
        ("会计 5-8千", (5000, 8000), "会计"),
        ("1.2万-2万 程序员", (12000, 20000), "程序员"),
        ("8k-12k java", (8000, 12000), "java"),
        ("三千以上 保洁", (3000, None), "保洁"),
        ("月薪6000 司机", (6000, None), "司机"),
        ("年薪24万 经理", (20000, None), "经理"),
        ("4000以下 文员", (None, 4000), "文员"),
        ("会计 5000", (5000, None), "会计"),
        ("会计 2024", (None, None), "会计 2024"),
        ("java8", (None, None), "java8"),
        ("3d建模", (None, None), "3d建模"),
        ("18岁以上 普工", (None, None), "18岁以上 普工"),
        ("99999999999以上", (None, None), "99999999999以上"),
    ],
)
def test_pay_in_words_becomes_yuan_a_month(query, pay, words):
    found = read(query)

    assert ((found.filters.pay_from, found.filters.pay_to), found.words) == (pay, words)


@pytest.mark.parametrize(
    ("query", "name", "values", "words"),
    [
        ("本科 会计", "education", (40, 0), "会计"),
        ("大专及以上 文员", "education", (30, 0), "文员"),
        ("高中 保安", "education", (20, 0), "保安"),
        ("高中数学老师", "education", (), "高中数学老师"),
        ("专科医生", "education", (), "专科医生"),
        ("应届生 文员", "experience", ("none", "to1"), "文员"),
        ("经验不限 客服", "experience", ("none",), "客服"),
        ("3年以上 会计", "experience", ("3to5", "5to10", "over10"), "会计"),
        ("兼职 家教", "employment_type", ("part_time",), "家教"),
        ("会计实习生", "employment_type", ("internship",), "会计"),
        ("五险一金 司机", "insurance", ("five", "housing_fund"), "司机"),
        ("包吃住 厨师", "welfare", ("meals", "housing"), "厨师"),
        ("周末双休 文员", "welfare", ("two_days_off",), "文员"),
    ],
)
def test_conditions_in_words_become_filters(query, name, values, words):
    found = read(query)

    assert (getattr(found.filters, name), found.words) == (values, words)


def test_everything_at_once():
    found = read("成都 本科 会计 5000以上 双休 兼职")

    assert found.words == "会计"
    assert {chip.name for chip in found.chips} == {"region", "education", "pay", "welfare", "employment_type"}
    assert found.filters.q == "成都 本科 会计 5000以上 双休 兼职"


@pytest.mark.parametrize("query", ["", "   ", "\x00", "%", "'", "))((", "万" * 60, "1-" * 30, "\\"])
def test_nonsense_is_understood_as_nothing(query):
    assert read(query).filters.region == ""


def test_a_search_survives_the_way_through_its_address():
    params = QueryDict(
        "q=会计&region=5101&pay_from=5000&education=40&education=30&insurance=five&within=7&groups=graduate&literal=成都"
    )

    filters = SearchFilters.from_params(params)

    assert filters.education == (30, 40)
    assert SearchFilters.from_params(filters.to_params()) == filters


@pytest.mark.parametrize(
    "query",
    [
        "region=%27--",
        "pay_from=-1",
        "pay_from=x",
        "education=999",
        "within=2",
        "groups=none",
        "welfare=%00",
        "pay_to=٣",
    ],
)
def test_values_that_make_no_sense_are_left_out(query):
    assert SearchFilters.from_params(QueryDict(query)).is_empty
