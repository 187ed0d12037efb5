import csv
import gzip
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from employment_portal.regions import reference
from employment_portal.regions.enums import RegionKind
from employment_portal.regions.models import Region, RegionAlias
from employment_portal.regions.naming import short_name
from employment_portal.regions.queries import known_county_codes
from employment_portal.regions.reference import (
    CITIES_WITHOUT_COUNTIES,
    NOT_A_CITY,
    OTHER_PROVINCES,
    load_regions,
    read_rows,
)

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "regions.csv.gz"
HIGH_TECH_ZONE_STREETS = {
    "芳草街街道",
    "肖家河街道",
    "石羊街道",
    "桂溪街道",
    "中和街道",
    "合作街道",
    "西园街道",
}


def region(code):
    return Region.objects.get(code=code)


def test_the_shipped_table_holds_every_place_of_the_source():
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is not here to compare with")
    with gzip.open(SHARED, "rt", encoding="utf-8") as lines:
        source = {row["code"]: row["name"] for row in csv.DictReader(lines)}
    no_places = {code for code, name in source.items() if len(code) == 4 and name in NOT_A_CITY}

    shipped = {row["code"]: row["name"] for row in read_rows()}

    added = {code: name for code, name in shipped.items() if code not in source}
    assert {code: name for code, name in shipped.items() if code in source} == {
        code: name for code, name in source.items() if code not in no_places | CITIES_WITHOUT_COUNTIES
    }
    assert added == OTHER_PROVINCES | {
        "5101GX": "成都高新区",
        "5101TF": "四川天府新区",
        "5101DB": "成都东部新区",
    }


def test_every_row_hangs_below_its_parent():
    paths = {}
    for row in read_rows():
        assert row["path"] == paths.get(row["parent_code"], "") + row["code"] + "/"
        assert bool(row["parent_code"]) == (row["level"] != "1")
        paths[row["code"]] = row["path"]


def test_loading_again_writes_nothing_and_keeps_what_an_administrator_added():
    RegionAlias.objects.create(region=region("510104"), name="东门")

    written = load_regions(provinces={"50", "51"})

    assert written == 0
    assert RegionAlias.objects.filter(name="东门", pinyin="dongmen").exists()


def test_loading_puts_a_changed_row_right():
    Region.objects.filter(code="510104").update(name="写错了")

    assert load_regions(provinces={"51"}) == 1
    assert region("510104").name == "锦江区"


def test_a_subset_holds_all_provinces_and_cities():
    assert Region.objects.filter(kind=RegionKind.PROVINCE).count() == 34
    assert Region.objects.filter(code="4403", name="深圳市").exists()
    assert not Region.objects.filter(code__startswith="4403", level__gt=2).exists()


@pytest.mark.parametrize(
    ("code", "full_name", "path"),
    [
        ("510104", "四川省成都市锦江区", "51/5101/510104/"),
        ("500103", "重庆市渝中区", "50/500103/"),
        ("510107064", "四川省成都市高新区桂溪街道", "51/5101/5101GX/510107064/"),
        ("5132", "四川省阿坝藏族羌族自治州", "51/5132/"),
    ],
)
def test_a_place_has_its_full_name_and_path(code, full_name, path):
    assert (region(code).full_name, region(code).path) == (full_name, path)


def test_a_zone_holds_the_streets_that_it_runs_and_the_district_does_not():
    zone, district = region("5101GX"), region("510107")

    assert (
        set(Region.objects.under(zone).filter(level=4).values_list("name", flat=True))
        == HIGH_TECH_ZONE_STREETS
    )
    assert not Region.objects.under(district).filter(name="桂溪街道").exists()
    assert Region.objects.lying_in(district).filter(name="桂溪街道").exists()
    assert zone.is_functional_zone
    assert zone.gb_code == ""


def test_districts_and_zones_of_a_city_add_up_to_the_city():
    city = region("5101")

    below = [Region.objects.under(part).count() for part in city.children.all()]

    assert sum(below) == Region.objects.under(city).count() - 1


def test_ancestors_come_from_the_province_down():
    assert [each.name for each in region("510107064").ancestors()] == ["四川省", "成都市", "成都高新区"]
    assert region("5101").contains(region("510107064"))
    assert not region("510107").contains(region("510107064"))


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("锦江区", "锦江"),
        ("郫县", "郫县"),
        ("阿坝藏族羌族自治州", "阿坝"),
        ("彭水苗族土家族自治县", "彭水"),
        ("长白朝鲜族自治县", "长白"),
        ("东乡族自治县", "东乡"),
        ("新疆维吾尔自治区", "新疆"),
        ("内蒙古自治区", "内蒙古"),
        ("香港特别行政区", "香港"),
        ("长春高新技术产业开发区", "长春高新区"),
        ("于家务回族乡", "于家务"),
        ("春熙路街道", "春熙路"),
    ],
)
def test_a_short_name_is_what_people_write(name, short):
    assert short_name(name) == short


def test_known_counties_are_today_s():
    assert "510104" in known_county_codes()
    assert "510123" not in known_county_codes()


def test_the_database_refuses_a_province_below_something():
    with pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.filter(code="51").update(parent=region("50"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.filter(code="5101").update(level=4)


def test_all_of_china_loads_down_to_the_streets():
    load_regions()

    assert Region.objects.count() == sum(1 for _row in read_rows())
    assert Region.objects.get(code="441900103").full_name == "广东省东莞市茶山镇"
    assert Region.objects.get(code="659001").path == "65/659001/"
    assert not Region.objects.filter(level__gt=1, parent=None).exists()


def test_the_command_loads_every_table_and_can_be_repeated(capsys):
    call_command("load_reference")
    capsys.readouterr()

    call_command("load_reference")

    out = capsys.readouterr().out
    assert [line.split(" rows")[0] for line in out.splitlines()] == [
        "core: 0",
        "regions: 0",
        "classifications: 0",
        "subsidies: 0",
    ]


@pytest.fixture
def source(tmp_path, monkeypatch):
    """A folder like the one of the npm package, and a zone that runs one of its streets."""
    (tmp_path / "provinces.csv").write_text('code,name\n11,"北京市"\n51,"四川省"\n')
    (tmp_path / "cities.csv").write_text('code,name,provinceCode\n1101,"市辖区",11\n5101,"成都市",51\n')
    (tmp_path / "areas.csv").write_text(
        'code,name,cityCode,provinceCode\n110101,"东城区",1101,11\n510107,"武侯区",5101,51\n510171,"成都经济开发区",5101,51\n'
    )
    (tmp_path / "streets.csv").write_text(
        "code,name,areaCode,provinceCode,cityCode\n"
        '510107001,"浆洗街街道",510107,51,5101\n510107064,"桂溪街道",510107,51,5101\n510171001,"某街道",510171,51,5101\n'
    )
    zones = tmp_path / "zones.csv"
    zones.write_text("# note\n5101GX,成都高新区,高新区,5101,510107064\n")
    monkeypatch.setattr(reference, "ZONES_FILE", zones)
    return tmp_path


def test_the_table_is_built_from_its_source(source):
    rows = {row.code: row for row in reference.build_rows(source)}

    assert rows["110101"].path == "11/110101/"
    assert "1101" not in rows
    assert (rows["510107064"].parent_code, rows["510107064"].gb_code) == ("5101GX", "510107")
    assert rows["510107001"].parent_code == "510107"
    assert (rows["510171"].kind, rows["510171"].gb_code) == (RegionKind.FUNCTIONAL_ZONE, "")
    assert rows["510171"].full_name == "四川省成都市经济开发区"


def test_the_same_source_gives_the_same_file(source, capsys):
    for name in ("first", "second"):
        call_command("build_regions", str(source), "--output", str(source / name))

    assert (source / "first").read_bytes() == (source / "second").read_bytes()


def test_a_zone_with_a_street_that_the_source_lacks_is_refused(source):
    (source / "zones.csv").write_text("5101GX,成都高新区,高新区,5101,510107999\n")

    with pytest.raises(CommandError, match="510107999"):
        call_command("build_regions", str(source))
