import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.imports.places import PlaceEntry, PlaceIndex, PlaceNotUnderstood, short_name

TREE = [
    ("11", "北京市", 1),
    ("11/110105", "朝阳区", 3),
    ("21", "辽宁省", 1),
    ("21/2113", "朝阳市", 2),
    ("22", "吉林省", 1),
    ("22/2202", "吉林市", 2),
    ("32", "江苏省", 1),
    ("32/3201", "南京市", 2),
    ("32/3201/320106", "鼓楼区", 3),
    ("32/3203", "徐州市", 2),
    ("32/3203/320302", "鼓楼区", 3),
    ("32/3205", "苏州市", 2),
    ("32/3205/320583", "昆山市", 3),
    ("34", "安徽省", 1),
    ("34/3401", "合肥市", 2),
    ("34/3401/340176", "合肥高新技术产业开发区", 3),
    ("34/3401/340178", "合肥新站高新技术产业开发区", 3),
    ("44", "广东省", 1),
    ("44/4403", "深圳市", 2),
    ("44/4403/440305", "南山区", 3),
    ("44/4403/440309", "龙华区", 3),
    ("44/4403/440305/440305001", "南山街道", 4),
    ("44/4419", "东莞市", 2),
    ("44/4419/441900121", "虎门镇", 4),
    ("46", "海南省", 1),
    ("51", "四川省", 1),
    ("51/5101", "成都市", 2),
    ("51/5101/510107", "武侯区", 3),
    ("51/5101/5101GX", "成都高新技术产业开发区", 3),
    ("51/5134", "凉山彝族自治州", 2),
    ("63", "青海省", 1),
    ("63/6325", "海南藏族自治州", 2),
]


@pytest.fixture(scope="module")
def places():
    return PlaceIndex(
        PlaceEntry(number, path.split("/")[-1], name, level, f"{path}/")
        for number, (path, name, level) in enumerate(TREE)
    )


@pytest.mark.parametrize(
    ("text", "name", "detail"),
    [
        ("成都", "成都市", ""),
        ("成都·武侯区", "武侯区", ""),
        ("成都-武侯", "武侯区", ""),
        ("四川省成都市武侯区天府大道1号", "武侯区", "天府大道1号"),
        ("成都·高新区", "成都高新技术产业开发区", ""),
        ("成都·高新技术产业开发区", "成都高新技术产业开发区", ""),
        ("合肥·高新区", "合肥高新技术产业开发区", ""),
        ("合肥·滨湖新区", "合肥市", "滨湖新区"),
        ("深圳-龙华新区", "龙华区", ""),
        ("深圳-大鹏新区", "深圳市", "大鹏新区"),
        ("深圳市南山区科技园", "南山区", "科技园"),
        ("东莞·虎门镇", "虎门镇", ""),
        ("昆山", "昆山市", ""),
        ("北京·朝阳区", "朝阳区", ""),
        ("朝阳", "朝阳市", ""),
        ("吉林", "吉林市", ""),
        ("吉林省", "吉林省", ""),
        ("海南", "海南省", ""),
        ("凉山", "凉山彝族自治州", ""),
        ("凉山州", "凉山彝族自治州", ""),
        ("南京·鼓楼区", "鼓楼区", ""),
    ],
)
def test_a_place_is_found_as_fine_as_the_tree_goes(places, text, name, detail):
    place = places.resolve(text)

    assert (place.region.name, place.detail) == (name, detail)


def test_a_district_is_looked_for_inside_its_city(places):
    assert places.resolve("徐州·鼓楼区").region.code == "320302"


def test_work_from_anywhere_has_no_region(places):
    place = places.resolve("远程办公")

    assert place.is_remote
    assert place.region is None


@pytest.mark.parametrize("text", ["", None, "鼓楼区", "异地招聘", "北京东路", "火星", "全国"])
def test_what_is_no_single_known_place_is_refused_with_a_sentence(places, text):
    with pytest.raises(PlaceNotUnderstood) as refused:
        places.resolve(text)

    assert len(str(refused.value)) > 5


@given(text=st.text(max_size=60) | st.text(alphabet="成都市武侯区高新·-省南京 鼓楼", max_size=20))
@settings(deadline=None)
def test_any_text_is_a_place_or_a_sentence(places, text):
    try:
        place = places.resolve(text)
    except PlaceNotUnderstood:
        return

    assert place.is_remote or place.region.name


def test_short_names_keep_two_characters():
    names = {
        "凉山彝族自治州": "凉山",
        "陵水黎族自治县": "陵水",
        "博尔塔拉蒙古自治州": "博尔塔拉",
        "忠县": "忠县",
        "成都市": "成都",
    }

    assert {name: short_name(name) for name in names} == names
