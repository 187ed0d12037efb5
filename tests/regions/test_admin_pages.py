import pytest
from django.urls import reverse

from employment_portal.classifications.models import Occupation, OccupationAlias
from employment_portal.regions.models import Region, RegionAlias
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    client.force_login(UserFactory(superuser=True))
    return client


@pytest.mark.parametrize(
    "page",
    [
        "regions_region",
        "regions_agency",
        "classifications_occupation",
        "classifications_industry",
        "core_calendarday",
    ],
)
def test_an_administrator_finds_rows(administrator, page):
    assert administrator.get(reverse(f"admin:{page}_changelist"), {"q": "1"}).status_code == 200


@pytest.mark.parametrize(
    ("row", "prefix", "other_name"),
    [(("regions", Region, "510104"), "aliases", RegionAlias), (("classifications", Occupation, "4-10-08-01"), "aliases", OccupationAlias)],
)  # fmt: skip
def test_an_administrator_adds_another_name(administrator, row, prefix, other_name):
    label, model, code = row
    target = model.objects.get(code=code)
    existing = list(target.aliases.all())
    form = {
        f"{prefix}-TOTAL_FORMS": len(existing) + 1,
        f"{prefix}-INITIAL_FORMS": len(existing),
        f"{prefix}-{len(existing)}-name": "新叫法",
        f"{prefix}-{len(existing)}-rank": 1,
        "is_active": "on",
    }
    for number, alias in enumerate(existing):
        form |= {
            f"{prefix}-{number}-id": alias.pk,
            f"{prefix}-{number}-name": alias.name,
            f"{prefix}-{number}-rank": 1,
        }

    answer = administrator.post(
        reverse(f"admin:{label}_{model._meta.model_name}_change", args=[target.pk]), form
    )

    assert answer.status_code == 302, answer.context["errors"]
    assert other_name.objects.get(name="新叫法").pinyin == "xinjiaofa"


def test_the_shipped_tables_cannot_be_added_to_or_deleted_from(administrator):
    region = Region.objects.get(code="510104")

    assert administrator.get(reverse("admin:regions_region_add")).status_code == 403
    assert administrator.post(reverse("admin:regions_region_delete", args=[region.pk])).status_code == 403
