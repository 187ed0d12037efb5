import pytest
from django import forms

from employment_portal.classifications.models import Occupation, OccupationAlias
from employment_portal.regions.models import Region
from employment_portal.ui.fields import OccupationField, RegionField

pytestmark = pytest.mark.django_db


class Form(forms.Form):
    occupation = OccupationField(required=False)
    region = RegionField(required=False, at_least=3)


def cleaned(**data):
    form = Form(data)
    form.is_valid()
    return form


def test_an_occupation_is_taken_by_the_code_behind_its_name():
    nurse = Occupation.objects.filter(level=4).first()

    form = cleaned(occupation=nurse.name, occupation_code=nurse.code)

    assert form.cleaned_data["occupation"] == nurse


def test_an_occupation_can_be_typed_without_javascript():
    nurse = Occupation.objects.filter(level=4).first()

    assert cleaned(occupation=nurse.name).cleaned_data["occupation"] == nurse
    assert cleaned(occupation=nurse.code).cleaned_data["occupation"] == nurse


def test_a_colloquial_name_that_means_one_occupation_is_understood():
    occupation = Occupation.objects.filter(level=4).first()
    OccupationAlias.objects.create(occupation=occupation, name="跑腿小哥甲", pinyin="x", initials="x")

    assert cleaned(occupation="跑腿小哥甲").cleaned_data["occupation"] == occupation


def test_a_colloquial_name_with_several_meanings_asks_which():
    for occupation in Occupation.objects.filter(level=4)[:2]:
        OccupationAlias.objects.create(occupation=occupation, name="跑腿小哥乙", pinyin="x", initials="x")

    assert "对应多个职业" in cleaned(occupation="跑腿小哥乙").errors["occupation"][0]


def test_an_unknown_occupation_says_what_to_do():
    assert "请换个说法" in cleaned(occupation="太空牛仔").errors["occupation"][0]


def test_a_code_does_not_override_another_typed_name():
    first, second = Occupation.objects.filter(level=4).exclude(name="")[:2]

    assert cleaned(occupation=second.name, occupation_code=first.code).cleaned_data["occupation"] == second


def test_an_unchanged_initial_value_is_shown_and_taken_back():
    nurse = Occupation.objects.filter(level=4).first()
    place = Region.objects.get(code="510108")
    form = Form(initial={"occupation": nurse, "region": place.pk})

    assert form["occupation"].value() == {"text": nurse.name, "code": nurse.code}
    assert f'value="{place.full_name}"' in str(form["region"])
    again = cleaned(occupation=nurse.name, occupation_code=nurse.code, region=place.full_name)
    assert again.cleaned_data == {"occupation": nurse, "region": place}


@pytest.mark.parametrize("written", ["510108", "成华区", "成都市成华区"])
def test_a_place_can_be_a_code_or_a_name(written):
    assert cleaned(region=written).cleaned_data["region"].code == "510108"


def test_a_name_that_several_places_have_asks_which():
    assert (
        "有多个地方" in cleaned(region="城关镇").errors["region"][0]
        or Region.objects.filter(name="城关镇").count() < 2
    )


def test_a_place_that_is_too_coarse_is_refused():
    assert (
        "请选择到"
        in cleaned(region="510100" if Region.objects.filter(code="510100").exists() else "5101").errors[
            "region"
        ][0]
    )


@pytest.mark.parametrize("written", ["'; drop table", "\x00", "火星市", "9" * 500])
def test_nonsense_is_answered_by_a_sentence(written):
    form = cleaned(region=written, occupation=written)

    assert form.errors
