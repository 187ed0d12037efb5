import pytest
from bs4 import BeautifulSoup
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from employment_portal.ui import widgets


def rendered(source: str, **context) -> BeautifulSoup:
    template = Template("{% load ui %}" + source)
    return BeautifulSoup(
        template.render(Context({"request": RequestFactory().get("/x/?q=a&page=3"), **context})),
        "html.parser",
    )


class Form(forms.Form):
    name = forms.CharField(help_text="as on the card")
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    day = forms.DateField(required=False, widget=widgets.DateInput)


def test_a_misspelt_argument_fails_instead_of_vanishing():
    with pytest.raises(TemplateSyntaxError, match="varient"):
        rendered('{% button "Save" varient="soft" %}')


def test_an_unknown_variant_names_those_that_exist():
    with pytest.raises(TemplateSyntaxError, match="'outline'"):
        rendered('{% button "Save" variant="pink" %}')


def test_a_button_writes_its_attributes_and_escapes_them():
    button = rendered(
        '{% button words name="act" value=3 hx_post="/x/" icon="check" %}', words="<b>Save</b>"
    ).button

    assert button["type"] == "submit"
    assert button["name"] == "act"
    assert button["value"] == "3"
    assert button["hx-post"] == "/x/"
    assert button.get_text(strip=True) == "<b>Save</b>"


def test_an_icon_without_words_still_has_a_name():
    button = rendered('{% button "Close" icon="x" icon_only=True closes=True %}').button

    assert button.get_text(strip=True) == "Close"
    assert button["type"] == "button"


def test_a_status_is_an_icon_words_and_a_colour():
    status = rendered('{% status "Approved" level="ok" %}').span

    assert "status--ok" in status["class"]
    assert status.svg is not None
    assert status.get_text(strip=True) == "Approved"


@pytest.mark.parametrize(
    ("fen", "shown"), [(583200, "¥5,832.00"), (0, "¥0.00"), (-150050, "¥-1,500.50"), (None, "—")]
)
def test_money_shows_two_decimals(fen, shown):
    assert rendered("{% money fen %}", fen=fen).get_text() == shown


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (480000, 650000, "¥4,800–6,500"),
        (500000, 500000, "¥5,000"),
        (500000, None, "¥5,000"),
        (None, None, "薪资面议"),
    ],
)
def test_pay_is_a_range_in_whole_yuan(low, high, shown):
    assert rendered("{% pay_range low high %}", low=low, high=high).get_text(strip=True) == shown


def test_a_refused_field_ties_its_hint_and_error_to_the_control():
    form = Form({})

    page = rendered("{% field form.name %}", form=form)

    described = page.input["aria-describedby"].split()
    assert page.input["aria-invalid"] == "true"
    assert [page.find(id=each).get_text(strip=True) for each in described] == [
        "as on the card",
        "请填写此项。",
    ]


def test_the_error_summary_links_each_error_to_its_control():
    form = Form({"day": "yesterday"})

    page = rendered("{% error_summary form %}{{ form.as_p }}", form=form)

    targets = [link["href"].removeprefix("#") for link in page.select(".error-summary")[0].select("a")]
    assert targets == ["id_name", "id_kind_0", "id_day"]
    assert all(page.find(id=target) for target in targets)


def test_a_form_without_errors_has_no_summary():
    assert rendered("{% error_summary form %}", form=Form()).select(".error-summary") == []


def test_radios_are_a_group_with_a_legend():
    group = rendered("{% field form.kind %}", form=Form()).fieldset

    assert group.legend.get_text(strip=True).startswith("Kind")
    assert len(group.select("input[type=radio]")) == 2


def test_a_field_that_is_not_there_is_reported():
    with pytest.raises(TemplateSyntaxError, match="is the name right"):
        rendered("{% field form.nmae %}", form=Form())


def test_pages_keep_the_other_parameters_of_the_address():
    page = Paginator(range(100), 10).get_page(3)

    links = [link["href"] for link in rendered("{% pager page %}", page=page).select("a")]

    assert links[0] == "?q=a&page=2"


def test_sorting_by_the_same_column_again_turns_the_order():
    first = rendered('{% sort_header "Name" "name" %}').a["href"]
    again = Template('{% load ui %}{% sort_header "Name" "name" %}').render(
        Context({"request": RequestFactory().get("/x/?sort=name")})
    )

    assert "sort=name" in first
    assert "page" not in first
    assert "sort=-name" in again


def test_a_histogram_has_a_sentence_and_a_table():
    bins = [{"label": "3000", "count": 1}, {"label": "4000", "count": 4}]

    page = rendered('{% histogram bins label="Most pay 4000." head="Pay" value_head="Jobs" %}', bins=bins)

    assert page.svg["aria-label"] == "Most pay 4000."
    assert [cell.get_text() for cell in page.select("tbody td")] == ["1", "4"]
    assert float(page.select("rect")[1]["height"]) == 4 * float(page.select("rect")[0]["height"])


def test_charts_of_nothing_are_drawn_without_an_error():
    page = rendered(
        '{% histogram none label="a" head="b" value_head="c" %}{% bars none caption="a" head="b" value_head="c" %}'
        '{% trend none label="a" head="b" value_head="c" %}',
        none=[],
    )

    assert len(page.select("svg")) == 2


def test_no_component_writes_an_inline_style_or_script():
    page = rendered(
        '{% progress 3 label="x" %}{% qr "https://example.org/" label="x" %}{% skeleton %}'
        '{% confirm "Go" action="/x/" id="c" title="t" yes="y" %}'
    )

    assert page.select("[style], script, style, [onclick]") == []
