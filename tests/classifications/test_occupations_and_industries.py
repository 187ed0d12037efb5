import pytest
from django.urls import reverse

from employment_portal.classifications.enums import Education, OccupationLevel, SkillLevel
from employment_portal.classifications.models import Industry, Occupation, OccupationAlias
from employment_portal.classifications.queries import search_industries, search_occupations
from employment_portal.classifications.reference import load_classifications, read_aliases

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("外卖员", "网约配送员"),
        ("骑手", "网约配送员"),
        ("程序员", "计算机程序设计员"),
        ("java", "计算机程序设计员"),
        ("ＪＡＶＡ", "计算机程序设计员"),
        ("C++", "计算机程序设计员"),
        ("会计", "会计专业人员"),
        ("出纳", "会计专业人员"),
        ("kuaiji", "会计专业人员"),
        ("kj", "会计专业人员"),
        ("月嫂", "家政服务员"),
        ("保安", "保安员"),
        ("电工", "电工"),
        ("护士", "内科护士"),
        ("HR", "人力资源管理专业人员"),
        ("幼师", "幼儿园教师"),
        ("网约配送员", "网约配送员"),
        ("急招外卖员若干", "网约配送员"),
    ],
)
def test_an_occupation_is_found_by_the_word_that_comes_to_mind(typed, name):
    assert search_occupations(typed)[0].name == name


@pytest.mark.parametrize("typed", ["", " ", "%", "_", "qwertyuiop", "\x00", "。"])
def test_nothing_is_found_for_what_is_no_occupation(typed):
    assert search_occupations(typed) == []


def test_a_hit_tells_its_groups_and_the_name_that_led_there():
    match = search_occupations("外卖员")[0]

    assert match.code == "4-10-08-01"
    assert match.path.startswith("社会生产服务和生活服务人员 › ")
    assert match.matched_alias == "外卖员"
    assert search_occupations("网约配送员")[0].matched_alias == ""


def test_every_occupation_hangs_below_its_groups():
    levels = dict(Occupation.objects.values_list("code", "level"))

    assert Occupation.objects.filter(level=OccupationLevel.MAJOR).count() == 8
    assert Occupation.objects.filter(level=OccupationLevel.OCCUPATION).count() > 1600
    for occupation in Occupation.objects.select_related("parent"):
        assert (
            occupation.path == (occupation.parent.path if occupation.parent else "") + occupation.code + "/"
        )
        assert occupation.parent is None or levels[occupation.parent.code] == occupation.level - 1
        assert occupation.parent is None or occupation.code.startswith(occupation.parent.code + "-")


def test_marks_of_green_and_digital_occupations_are_not_in_the_name():
    occupation = Occupation.objects.get(code="2-02-02-08")

    assert occupation.name == "导航与位置服务工程技术人员"
    assert occupation.is_green
    assert occupation.is_digital


def test_every_industry_hangs_below_its_groups():
    for industry in Industry.objects.filter(level__gt=1).select_related("parent"):
        assert industry.parent.level == industry.level - 1
        assert industry.path == f"{industry.parent.path}{industry.code}/"
        assert industry.level == 2 or industry.code.startswith(industry.parent.code)


def test_a_group_holds_what_is_below_it():
    group = Occupation.objects.get(code="4-10")
    software = Industry.objects.get(code="65")

    assert Occupation.objects.under(group).filter(code="4-10-08-01").exists()
    assert not Occupation.objects.under(group).filter(code="4-01-02-01").exists()
    assert Industry.objects.under(software).filter(code="6513").exists()


@pytest.mark.parametrize(
    ("typed", "code"),
    [("餐饮", "62"), ("6210", "6210"), ("c", "C"), ("软件", "65"), ("canyin", "62"), ("零售", "52")],
)
def test_an_industry_is_found_by_name_code_or_pinyin(typed, code):
    assert search_industries(typed)[0].code == code


def test_colloquial_names_point_at_real_occupations():
    codes = set(Occupation.objects.filter(level=OccupationLevel.OCCUPATION).values_list("code", flat=True))

    for name, meant in read_aliases().items():
        assert meant, name
        assert set(meant) <= codes, name
        assert len(set(meant)) == len(meant), name


def test_loading_again_writes_nothing_and_keeps_what_an_administrator_added():
    OccupationAlias.objects.create(occupation=Occupation.objects.get(code="4-10-08-01"), name="闪送员")

    assert load_classifications() == 0
    assert search_occupations("shansong")[0].name == "网约配送员"


def test_the_search_boxes_answer_json(client):
    occupations = client.get(reverse("occupation_search"), {"q": "外卖员"})
    industries = client.get(reverse("industry_search"), {"q": "餐饮"})

    assert set(occupations.json()[0]) == {"code", "name", "path", "matched_alias"}
    assert industries.json()[0] == {"code": "62", "name": "餐饮业", "path": "住宿和餐饮业"}
    assert "public" in occupations["Cache-Control"]
    assert client.get(reverse("occupation_search")).json() == []
    assert client.get(reverse("occupation_search"), {"q": "会" * 5000}).json() == []


def test_the_search_takes_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        search_occupations("qwer")


def test_scales_are_ordered():
    assert Education.BACHELOR > Education.JUNIOR_COLLEGE > Education.ANY == 0
    assert [level for level in SkillLevel if level.is_high_skilled][0] == SkillLevel.LEVEL_3
    assert not SkillLevel.LEVEL_4.is_high_skilled
