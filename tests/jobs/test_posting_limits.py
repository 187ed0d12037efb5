from datetime import date

import pytest

from jobs.postings.limits import limits_in_force
from jobs.postings.models import PostingRule
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


def set_rule(name, value, *, region=None, valid_from="2026-01-01"):
    PostingRule.objects.create(name=name, value=value, region=region, valid_from=valid_from, source="test")


@pytest.mark.parametrize(
    ("on", "month_fen"),
    [(date(2024, 12, 31), None), (date(2025, 1, 1), 233_000)],
)
def test_the_minimum_wage_of_the_day_holds_in_the_districts_of_the_city(on, month_fen):
    assert limits_in_force(RegionFactory(), on).minimum_month_fen == month_fen


@pytest.mark.parametrize(
    ("code", "month_fen", "hour_fen"),
    [
        ("510108", 233_000, 2300),  # 成都，第一档
        ("510181", 220_000, 2200),  # 都江堰，第二档 within the same city
        ("510703", 220_000, 2200),  # 绵阳
        ("500103", 233_000, 2300),  # 重庆渝中，一类
        ("500229", 220_000, 2200),  # 重庆城口，二类
    ],
)
def test_the_tiers_of_sichuan_and_chongqing(code, month_fen, hour_fen):
    limits = limits_in_force(RegionFactory(code=code), TODAY)

    assert (limits.minimum_month_fen, limits.minimum_hour_fen) == (month_fen, hour_fen)


def test_another_city_has_no_minimum_wage_until_it_sets_one():
    far = RegionFactory(code="440103", name="荔湾区")

    assert limits_in_force(far, TODAY).minimum_month_fen is None
    set_rule("minimum_month_fen", 242_500, region=far.parent)
    assert limits_in_force(far, TODAY).minimum_month_fen == 242_500


def test_a_configured_limit_beats_the_shipped_one_and_the_nearest_region_wins():
    district = RegionFactory()
    set_rule("max_validity_days", 60)
    set_rule("max_validity_days", 45, region=district.parent)
    set_rule("max_validity_days", 30, region=district)
    set_rule("max_validity_days", 10, region=district, valid_from="2026-12-01")

    assert limits_in_force(None, TODAY).max_validity_days == 60
    assert limits_in_force(district.parent, TODAY).max_validity_days == 45
    assert limits_in_force(district, TODAY).max_validity_days == 30
    assert limits_in_force(district, date(2026, 12, 1)).max_validity_days == 10


def test_one_query_reads_them_all(django_assert_num_queries):
    district = RegionFactory()

    with django_assert_num_queries(1):
        limits_in_force(district, TODAY)
