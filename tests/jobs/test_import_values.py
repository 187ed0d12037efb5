"""Education, experience, headcount, ownership, size and names as adverts write them."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employment_portal.classifications.enums import Education
from employment_portal.core.errors import DomainError
from jobs.imports.adverts import source_id_of
from jobs.imports.employers import employer_key, employer_name, parse_nature, parse_staff, plain, scale_of
from jobs.imports.mapping import mapping_named
from jobs.imports.requirements import parse_education, parse_experience, parse_headcount
from jobs.imports.titles import OccupationGuesser


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("不限", Education.ANY),
        ("大专", Education.JUNIOR_COLLEGE),
        ("本科及以上", Education.BACHELOR),
        ("中技", Education.SENIOR_MIDDLE),
        ("博士", Education.DOCTOR),
        ("", None),
    ],
)
def test_education(text, level):
    assert parse_education(text) == level


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("1-3年", (1, 3)),
        ("10年以上", (10, None)),
        ("1年以下", (0, 1)),
        ("无经验", (0, None)),
        ("应届毕业生", (0, None)),
        ("经验不限", (0, None)),
        ("", None),
    ],
)
def test_experience(text, years):
    assert parse_experience(text) == years


@pytest.mark.parametrize(
    ("text", "wanted"), [("3人", 3), ("招5名", 5), ("2-4人", 4), ("若干", None), ("", None), ("12.0", 12)]
)
def test_headcount(text, wanted):
    assert parse_headcount(text) == wanted


@pytest.mark.parametrize(
    ("text", "nature"),
    [
        ("民营", "private"),
        ("国企", "state_owned"),
        ("外资（欧美）", "foreign"),
        ("已上市", "listed"),
        ("国家机关", "government"),
        ("无", ""),
    ],
)
def test_ownership(text, nature):
    assert parse_nature(text) == nature


@pytest.mark.parametrize(
    ("text", "staff", "scale"),
    [
        ("50-150人", (50, 150), "100_299"),
        ("100-499人", (100, 499), "100_299"),
        ("20-99人", (20, 99), "20_99"),
        ("少于50人", (1, 49), "20_99"),
        ("20人以下", (1, 20), "under_20"),
        ("1000-5000人", (1000, 5000), "1000_9999"),
        ("10000人以上", (10_000, None), "10000_plus"),
        ("无", None, ""),
    ],
)
def test_staff_goes_to_the_band_that_holds_most_of_it(text, staff, scale):
    assert parse_staff(text) == staff
    assert scale_of(staff) == scale


@given(st.text(max_size=50) | st.text(alphabet="0123456789-年人名以上下不限大专本科经验 ", max_size=16))
def test_any_text_is_a_value_or_a_sentence(text):
    for parse in (parse_education, parse_experience, parse_headcount, parse_nature, parse_staff):
        with contextlib.suppress(DomainError):
            parse(text)


def test_one_firm_written_in_two_ways_has_one_key():
    names = ["四川 示例(集团)有限公司", "四川示例（集团）有限公司", "四川示例（集团）有限公司 "]

    assert len({employer_key(employer_name(name)) for name in names}) == 1


def test_cells_lose_control_characters_and_words_for_nothing():
    assert [plain(cell) for cell in ["a\x00b\r\n c", "无", "NaN", None, "ＡＢＣ"]] == [
        "a b c",
        "",
        "",
        "",
        "ABC",
    ]


@pytest.fixture(scope="module")
def occupations():
    return OccupationGuesser(
        [("Java", 1), ("Java开发", 1), ("软件工程师", 2), ("嵌入式", 3), ("客服", 4), ("电话客服", 5), ("会计", 6), ("教师", 7),
         ("销售", 8), ("AI", 9), ("大数据", 10)]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("title", "occupation"),
    [
        ("高级Java开发工程师（双休）", 1),
        ("嵌入式软件工程师", 3),
        ("电话客服专员", 5),
        ("教师", 7),
        ("会计教师", None),
        ("客服销售", None),
        ("mainframe维护", None),
        ("Java大数据开发", None),
        ("诚聘", None),
    ],
)
def test_a_title_names_an_occupation_only_when_it_is_plain(occupations, title, occupation):
    assert occupations.guess(title) == occupation


def test_education_from_a_date_cell_is_refused_not_crashed():
    with pytest.raises(DomainError):
        parse_education(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("A1", "A1"),
        ("https://example.com/job/123.html", "123"),
        ("https://example.com/job?id=1", "job?id=1"),
        ("https://example.com/job?id=2#top", "job?id=2"),
        ("https://example.com/job/123.html?utm_source=a&spm=1.2&lid=x", "123"),
        ("https://example.com/job?id=1&utm_source=a", "job?id=1"),
    ],
)
def test_an_address_tells_vacancies_apart_by_what_is_no_tracking(cell, number):
    assert source_id_of({"岗位编号": cell}, mapping_named("standard")) == number


def test_a_long_address_is_told_apart_by_all_of_it():
    first, second = (
        source_id_of({"岗位编号": f"https://example.com/job?x={'a' * 200}&id={n}"}, mapping_named("standard"))
        for n in (1, 2)
    )

    assert first != second
    assert len(first) <= 120
