import pytest

from employment_portal.search.suggest import replace_suggestions, suggestions

pytestmark = pytest.mark.django_db

ENTRIES = [
    ("occupation", "会计专业人员", "2-06-03-00", 5),
    ("title", "会计", "", 90),
    ("title", "客服专员", "", 60),
    ("title", "Java开发", "", 40),
    ("employer", "成都锦和养老服务有限公司", "abc", 3),
    ("alias", "100%提成", "x", 1),
]


@pytest.fixture(autouse=True)
def _suggestions():
    replace_suggestions("example", ENTRIES)


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("会", ["会计", "会计专业人员"]),
        ("會計", ["会计", "会计专业人员"]),
        ("kuaij", ["会计", "会计专业人员"]),
        ("kj", ["会计", "会计专业人员"]),
        ("kfzy", ["客服专员"]),
        ("JAVA", ["Java开发"]),
        ("cdjh", ["成都锦和养老服务有限公司"]),
        ("%", []),
        ("_", []),
        ("100%", ["100%提成"]),
        ("'; --", []),
        ("", []),
    ],
)
def test_texts_are_suggested_by_beginning_pinyin_and_initials_the_commonest_first(typed, texts):
    assert [found.text for found in suggestions(typed, corpus="example")] == texts


def test_a_suggestion_says_what_it_is_and_where_it_leads():
    found = suggestions("会计专", corpus="example")[0]

    assert (found.kind, found.ref) == ("occupation", "2-06-03-00")


def test_new_suggestions_replace_the_old_ones():
    replace_suggestions("example", [("title", "保洁", "", 1)])

    assert suggestions("会", corpus="example") == []
    assert suggestions("baojie", corpus="example")[0].text == "保洁"
