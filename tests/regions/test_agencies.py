import pytest
from django.db import IntegrityError, transaction

from employment_portal.regions.enums import AgencyKind
from employment_portal.regions.models import Agency, Region
from tests.factories.regions import AgencyFactory

pytestmark = pytest.mark.django_db


def agency(code, **kwargs):
    return AgencyFactory(region=Region.objects.get(code=code), **kwargs)


def test_a_post_sees_the_agencies_of_its_region_and_below():
    city, district, elsewhere = agency("5101"), agency("510104"), agency("500103")

    visible = Agency.objects.visible_in(Region.objects.get(code="5101"))

    assert set(visible) == {city, district}
    assert elsewhere not in visible


def test_a_person_is_served_by_the_nearest_agency_first():
    city, district = agency("5101"), agency("510104")
    street = Region.objects.filter(parent__code="510104").first()

    assert list(Agency.objects.serving(street)) == [district, city]


def test_a_parent_serves_the_same_region_or_one_above():
    city = agency("5101")

    district = agency("510104", parent=city)
    finance = agency("5101", kind=AgencyKind.FINANCE, name="成都市财政局", parent=city)

    assert {district, finance} == set(city.children.all())


@pytest.mark.parametrize("parent_code", ["510105", "500103", "510104"])
def test_the_database_refuses_a_parent_elsewhere_or_below(parent_code):
    parent = agency(parent_code)

    with (
        pytest.raises(IntegrityError, match="agency_parent_serves_region|serves neither"),
        transaction.atomic(),
    ):
        agency("5101", parent=parent)


def test_an_agency_cannot_leave_its_children_behind():
    city = agency("5101")
    agency("510104", parent=city)

    with pytest.raises(IntegrityError, match="outside its new region"), transaction.atomic():
        Agency.objects.filter(pk=city.pk).update(region=Region.objects.get(code="5107"))


def test_an_agency_is_not_its_own_parent():
    city = agency("5101")

    with pytest.raises(IntegrityError), transaction.atomic():
        Agency.objects.filter(pk=city.pk).update(parent=city)
