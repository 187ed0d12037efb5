"""The letter of a decision as the claimant reads it."""

import io

import pytest
from django.conf import settings
from django.urls import reverse
from pypdf import PdfReader

from subsidies.letters.letter import entry_part
from tests.factories.regions import AgencyFactory
from tests.factories.subsidies_claims import approved, policy_version, submitted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("zh-hans", "期间内参保月数（养老保险、近3个月）"),
        ("en", "Months insured in a period (pension, last 3 months)"),
    ],
)
def test_a_letter_names_its_facts_in_words(client, language, label):
    insured = {"fact": "person.insurance_months", "args": {"kind": "pension", "months": "3"}}
    version = policy_version(conditions={"all": [{**insured, "op": "ge", "value": 0, "article": "第一条"}]})
    claim = approved(submitted(version=version))
    client.force_login(claim.person.user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    decision = claim.decisions.get()

    page = client.get(reverse("subsidies:own_letter", args=[decision.public_id])).content.decode()
    file = client.get(reverse("subsidies:own_letter_pdf", args=[decision.public_id]))

    text = "".join(part.extract_text() for part in PdfReader(io.BytesIO(file.content)).pages)
    assert label in page
    assert label.replace(" ", "") in text.replace(" ", "").replace("\n", "")
    assert "kind=" not in page + text


def test_a_letter_is_signed_by_the_office_of_the_district_not_of_the_street(client):
    claim = submitted()
    district = AgencyFactory(region=claim.region.parent, name="成华区就业服务中心")
    AgencyFactory(region=claim.region, kind="street", name="猛追湾街道便民服务中心")
    AgencyFactory(region=claim.region.parent, kind="finance", name="成华区财政局")
    claim = approved(claim)
    client.force_login(claim.person.user)

    page = client.get(
        reverse("subsidies:own_letter", args=[claim.decisions.get().public_id])
    ).content.decode()

    assert f"<p>{district.name}<br>" in page


def test_a_fact_that_the_amount_rests_on_is_said_once():
    row = {
        "row": 1, "name": "", "state": "included", "amount_fen": 150_000, "reasons": [],
        "facts": {"person.insurance_months(kind=pension, months=3)": 2},
        "calculation": {"inputs": {"person.insurance_months(kind=pension, months=3)": 2, "months": 1}},
    }  # fmt: skip

    part = entry_part(row, single=True)

    assert [line.value for line in part.facts] == ["2 months"]
    assert [line.value for line in part.calculation] == ["1", "1,500 yuan"]
