import pytest
from django.urls import reverse

from employment_portal.regions.models import Region
from employment_portal.regions.queries import children_of, search_regions

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("锦江", "四川省成都市锦江区"),
        ("成都锦江", "四川省成都市锦江区"),
        ("成都 锦江", "四川省成都市锦江区"),
        ("四川省成都市锦江区", "四川省成都市锦江区"),
        ("新津县", "四川省成都市新津区"),
        ("天府新区", "四川省成都市天府新区"),
        ("高新区", "四川省成都市高新区"),
        ("蓉城", "四川省成都市"),
        ("jinjiang", "四川省成都市锦江区"),
        ("chongqing", "重庆市"),
        ("CQ", "重庆市"),
        ("510104", "四川省成都市锦江区"),
        ("春熙路", "四川省成都市锦江区春熙路街道"),
    ],
)
def test_a_place_is_found_by_what_people_type(typed, first):
    found = [region.full_name for region in search_regions(typed)]

    assert first in found[:2]


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "\\", "zzzzqqq", "没有这个地方", "(", "!!!"])
def test_nothing_is_found_for_what_is_no_place(typed):
    assert search_regions(typed) == []


def test_a_search_stays_within_a_region():
    chengdu = Region.objects.get(code="5101")

    found = search_regions("高新", within=chengdu)

    assert found
    assert all(chengdu.contains(region) for region in found)


def test_a_place_out_of_use_is_not_offered():
    Region.objects.filter(code="510104").update(is_active=False)

    assert "510104" not in [region.code for region in search_regions("锦江区")]
    assert "510104" not in [region.code for region in children_of(Region.objects.get(code="5101"))]


def test_the_picker_gets_provinces_then_children(client):
    provinces = client.get(reverse("region_children"))
    chengdu = client.get(reverse("region_children"), {"parent": "5101"})

    assert len(provinces.json()) == 34
    assert {"code": "51", "name": "四川省", "level": 1, "has_children": True} in provinces.json()
    assert chengdu.json()[0] == {"code": "510104", "name": "锦江区", "level": 3, "has_children": True}
    assert [row["code"] for row in chengdu.json()[-3:]] == ["5101DB", "5101GX", "5101TF"]
    assert "max-age=86400" in chengdu["Cache-Control"]
    assert "public" in chengdu["Cache-Control"]


def test_counties_of_a_municipality_stand_directly_below_it(client):
    assert {"code": "500103", "name": "渝中区", "level": 3, "has_children": True} in client.get(
        reverse("region_children"), {"parent": "50"}
    ).json()


@pytest.mark.parametrize("code", ["999999", "' OR 1=1", "5" * 500])
def test_an_unknown_parent_is_not_found(client, code):
    assert client.get(reverse("region_children"), {"parent": code}).status_code == 404
    assert client.get(reverse("region_search"), {"q": "锦江", "within": code}).status_code == 404


def test_the_search_box_answers_json(client):
    answer = client.get(reverse("region_search"), {"q": "锦江", "within": "5101"})

    assert answer.json()[0] == {
        "code": "510104",
        "name": "锦江区",
        "full_name": "四川省成都市锦江区",
        "level": 3,
        "path": "51/5101/510104/",
    }


def test_the_answers_take_few_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        client.get(reverse("region_children"), {"parent": "5101"})
    with django_assert_max_num_queries(5):
        client.get(reverse("region_search"), {"q": "成都锦江"})


def test_nothing_can_be_posted(client):
    assert client.post(reverse("region_children")).status_code == 405
