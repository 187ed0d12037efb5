import pytest
from django.urls import reverse
from playwright.sync_api import expect

from jobs.imports import actions
from jobs.imports.models import ImportBatch
from jobs.imports.tasks import run_import
from jobs.postings.models import Posting
from tests.browser.scan import assert_accessible
from tests.factories.accounts import UserFactory
from tests.factories.imports import list_of
from tests.factories.regions import RegionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("wide", [True, False], ids=["1440", "390"])
def test_an_officer_imports_a_list_and_takes_it_back(page_as, tmp_path, monkeypatch, looks, words, wide):
    monkeypatch.setattr(actions, "_hand_to_worker", lambda batch_id: None)
    path = tmp_path / "adverts.csv"
    path.write_bytes(
        list_of(
            {},
            {"id": "A2", "title": "会计", "pay": "面议"},
            {"id": "A3", "title": "保安", "headcount": "很多"},
        )
    )
    page = page_as(UserFactory(city_officer=True, region=RegionFactory(code="5101")), wide=wide, **looks)

    unpaid = words("Pay is only “negotiable”. An advert must state the basic pay.")

    page.goto(reverse("jobs:imports:list"))
    assert_accessible(page)
    page.set_input_files("input[type=file]", str(path))
    page.get_by_role("button", name=words("Upload and check the columns")).click()
    expect(page.get_by_role("heading", name=words("The first rows as they will be read"))).to_be_visible()
    expect(page.get_by_text(unpaid).first).to_be_visible()
    assert_accessible(page)
    page.get_by_label(words("Source"), exact=False).first.fill("示例人才网")
    page.get_by_role("button", name=words("Start the import")).click()

    expect(page.get_by_text(words("Waiting to start"))).to_be_visible()
    run_import(batch_id=ImportBatch.objects.get().pk)
    expect(page.get_by_text(words("Finished")).first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name=words("Not imported")).first.click()
    expect(page.get_by_text(unpaid).first).to_be_visible()

    page.get_by_text(words("Undo this import"), exact=True).click()
    page.get_by_role("button", name=words("Undo the import")).click()
    expect(page.get_by_text(words("Undone")).first).to_be_visible()
    assert set(Posting.objects.filter(source="示例人才网").values_list("status", flat=True)) == {"withdrawn"}
