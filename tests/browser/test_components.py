"""The parts with behaviour, tried in the gallery as a person would."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GALLERY = "/ui/components/"


def test_an_occupation_is_chosen_from_the_list_with_the_keyboard(page_as, looks):
    page = page_as(**looks)
    page.goto(GALLERY)
    box = page.locator("#id_plain-occupation")

    box.fill("护理")
    expect(page.locator("#id_plain-occupation_list [role=option]").first).to_be_visible()
    box.press("ArrowDown")
    active = page.locator("#id_plain-occupation_list [aria-selected=true] span").text_content()
    box.press("Enter")

    assert box.input_value() == active
    assert page.locator("[name=plain-occupation_code]").input_value()
    expect(box).to_have_attribute("aria-expanded", "false")


def test_escape_closes_the_list_and_keeps_the_words(page_as, looks):
    page = page_as(**looks)
    page.goto(GALLERY)
    box = page.locator("#id_plain-occupation")
    box.fill("护理")
    expect(page.locator("#id_plain-occupation_list [role=option]").first).to_be_visible()

    box.press("Escape")

    expect(page.locator("#id_plain-occupation_list")).to_be_hidden()
    assert box.input_value() == "护理"


def test_a_place_is_chosen_column_by_column_on_a_wide_screen(page_as, looks):
    page = page_as(**looks)
    page.goto(GALLERY)
    cascade = page.locator("region-select").first

    for name in ("四川省", "成都市", "成华区"):
        cascade.get_by_role("button", name=name, exact=True).click()

    expect(cascade.locator(".region__chosen")).to_contain_text("四川省 / 成都市 / 成华区")
    assert page.locator("[name=plain-region]").input_value() == "510108"


def test_a_place_is_chosen_by_select_boxes_on_a_phone(page_as, looks):
    page = page_as(wide=False, **looks)
    page.goto(GALLERY)
    cascade = page.locator("region-select").first

    for level, name in enumerate(("四川省", "成都市", "成华区")):
        cascade.locator("select").nth(level).select_option(label=name)

    expect(cascade.locator(".region__chosen")).to_contain_text("成华区")
    assert page.locator("[name=plain-region]").input_value() == "510108"


def test_a_place_is_found_by_its_pinyin(page_as, looks):
    page = page_as(**looks)
    page.goto(GALLERY)
    cascade = page.locator("region-select").first

    cascade.get_by_role("combobox").fill("chenghua")
    cascade.get_by_role("option", name="成华区").first.click()

    assert page.locator("[name=plain-region]").input_value() == "510108"


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(page_as, looks):
    page = page_as(**looks)
    page.goto(GALLERY)

    expect(page.locator("[data-focus]")).to_be_focused()
    page.locator(".error-summary a").first.click()

    expect(page.locator("#id_refused-name")).to_be_focused()


def test_rows_are_ticked_by_keyboard_and_in_ranges(page_as, looks):
    page = page_as(**looks)
    page.goto(GALLERY)
    table = page.locator("bulk-table")
    boxes = table.locator("tbody [type=checkbox]")
    table.locator("tr.is-current a").focus()

    page.keyboard.press("j")
    expect(table.locator("tbody tr").nth(1)).to_have_class("is-selected is-current")
    page.keyboard.press("x")
    expect(boxes.nth(1)).not_to_be_checked()
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])

    expect(page.locator(".bulkbar [data-n]")).to_have_text("3")
    expect(table.locator("[data-all]")).to_be_checked()


def test_keys_rest_while_someone_types(page_as, looks):
    page = page_as(**looks)
    page.goto(GALLERY)
    before = page.locator("bulk-table tr.is-current a").text_content()

    page.locator("#id_plain-name").fill("")
    page.locator("#id_plain-name").press_sequentially("jjx")

    assert page.locator("#id_plain-name").input_value() == "jjx"
    assert page.locator("bulk-table tr.is-current a").text_content() == before


def test_theme_and_size_change_at_once_and_stay(page_as, looks, words):
    page = page_as(**looks)
    page.goto("/help/")
    tools = page.locator(".preferences--header")

    with page.expect_response("**/preferences/"):
        tools.get_by_role("button", name=words("Dark")).click()
    with page.expect_response("**/preferences/"):
        tools.get_by_role("button", name=words("Large type")).click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/privacy/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("data-size", "large")


def test_language_theme_and_size_work_without_javascript(page_as):
    page = page_as(javascript=False)
    page.goto("/help/")

    page.get_by_role("button", name="English").first.click()
    page.get_by_role("button", name="Dark").first.click()

    assert page.url.endswith("/help/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_question_is_asked_again_without_javascript(page_as, looks):
    page = page_as(javascript=False, **looks)
    page.goto(GALLERY)

    page.locator("[data-confirm] > summary").click()

    expect(page.locator("#sample-confirm button[type=submit]")).to_be_visible()


def test_the_skip_link_comes_first_and_leads_to_the_content(page_as, looks):
    page = page_as(**looks)
    page.goto("/help/")

    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()


def test_the_menu_of_a_phone_opens_and_closes(page_as, looks, words):
    page = page_as(wide=False, **looks)
    page.goto("/help/")

    page.get_by_role("button", name=words("Open the menu")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_chosen_file_is_listed_and_can_be_taken_back(page_as, looks, words):
    page = page_as(**looks)
    page.goto(GALLERY)
    upload = page.locator("file-upload").first

    upload.locator("input").set_input_files(
        {"name": "执照.pdf", "mimeType": "application/pdf", "buffer": b"x" * 2048}
    )
    expect(upload.locator(".file")).to_contain_text("执照.pdf")
    upload.get_by_role("button", name=f"{words('Remove')} 执照.pdf").click()

    expect(upload.locator(".file")).to_have_count(0)
    assert upload.locator("input").evaluate("input => input.files.length") == 0
