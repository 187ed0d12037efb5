"""Opening data, registers of other authorities and the facts, in Chromium."""

import pytest
from django.urls import reverse

from employment_portal.registers import tasks
from employment_portal.registers.models import RegisterBatch
from subsidies.opening.models import OpeningImport, OpeningKind
from tests.browser.acting import ask, press, said, scan, submit
from tests.browser.scan import assert_accessible
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.regions import RegionFactory
from tests.registers.test_importing import as_csv, certificate
from tests.subsidies.opening.test_opening import City

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
WIDTHS = pytest.mark.parametrize("wide", [True, False], ids=["wide", "phone"])


def _upload(desk, file, source="旧系统"):
    desk.goto(reverse("subsidies:openings"))
    desk.fill("[name=source]", source)
    desk.set_input_files("[name=workbook]", file)
    submit(desk)


@WIDTHS
def test_opening_data_are_checked_by_one_and_taken_over_by_another(page_as, looks, wide, tmp_path):
    city = City()
    maker, second = (page_as(user, wide=wide, **looks) for user in (city.maker, city.second))
    scan(maker, reverse("subsidies:openings"))
    submit(maker)
    maker.wait_for_selector(".error-summary")
    assert_accessible(maker)
    (tmp_path / "picture.xlsx").write_bytes(b"\x89PNG not a spreadsheet")
    _upload(maker, tmp_path / "picture.xlsx")
    maker.wait_for_selector(".error-summary")

    faulty = tmp_path / "有误.xlsx"
    city.rows[OpeningKind.BENEFIT][0]["amount"] = "一千"
    faulty.write_bytes(city.file())
    _upload(maker, faulty)
    maker.wait_for_url("**/staff/opening/*/")
    assert_accessible(maker)
    with maker.expect_download():
        maker.click("a[href$='/problems/']")
    ask(maker, "discard")
    assert_accessible(maker)
    press(maker, "#discard button[type=submit]")
    assert said(maker)

    right = tmp_path / "期初.xlsx"
    city.rows[OpeningKind.BENEFIT][0]["amount"] = "1500"
    right.write_bytes(city.file())
    _upload(maker, right)
    maker.wait_for_url("**/staff/opening/*/")
    assert maker.locator("#approve").count() == 0, "whoever brought it does not approve"
    batch = OpeningImport.objects.latest("pk")
    scan(second, reverse("subsidies:opening", args=[batch.public_id]))
    ask(second, "approve")
    assert_accessible(second)
    press(second, "#approve button[type=submit]")
    assert said(second)
    assert_accessible(second)
    batch.refresh_from_db()
    assert batch.state == "applied"
    _upload(maker, right)
    maker.wait_for_selector(".error-summary")
    scan(maker, reverse("subsidies:openings"))


@WIDTHS
def test_a_file_of_a_register_is_brought_in_and_taken_back(page_as, looks, wide, tmp_path):
    officer = UserFactory(city_officer=True, region=RegionFactory(code="5101"))
    person = PersonFactory(with_number=True, user=None)
    desk = page_as(officer, wide=wide, **looks)
    scan(desk, reverse("registers:list"))
    submit(desk)
    desk.wait_for_selector(".error-summary")
    assert_accessible(desk)
    file = tmp_path / "证书.csv"
    file.write_bytes(as_csv([certificate(person.id_number), certificate("1", 记录编号="C2")]).getvalue())

    desk.goto(reverse("registers:list"))
    desk.select_option("[name=register]", "certificates")
    desk.fill("[name=source]", "人社局")
    desk.set_input_files("input[type=file]", file)
    submit(desk)
    desk.wait_for_url("**/staff/registers/*/")
    assert_accessible(desk)
    batch = RegisterBatch.objects.get()
    tasks.run_import(batch_id=batch.pk)
    scan(desk, batch.get_absolute_url())
    with desk.expect_download():
        desk.click("a[href$='/report/']")
    ask(desk, "undo")
    assert_accessible(desk)
    press(desk, "#undo button[type=submit]")
    assert said(desk)
    assert_accessible(desk)
    scan(desk, reverse("registers:list") + "?register=certificates")
    scan(desk, *(f"{reverse('registers:facts')}?of={entity}" for entity in ("person", "employer", "venture")))
