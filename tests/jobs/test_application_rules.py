from datetime import date

import pytest

from employment_portal.core.exports import safe_cell
from jobs.applications.rules import (
    Seeker,
    Wanted,
    contract_end,
    fill,
    match_reasons,
    missing_parts,
    months_worked,
)

TODAY = date(2026, 11, 20)


def test_jobs_that_overlap_count_once():
    periods = [(date(2020, 1, 1), date(2021, 1, 1)), (date(2020, 7, 1), date(2021, 7, 1))]

    assert months_worked(periods, today=TODAY) == 18


def test_a_job_without_an_end_runs_until_today():
    assert months_worked([(date(2025, 11, 20), None)], today=TODAY) == 12


def test_what_neither_side_stated_is_left_out():
    assert match_reasons(Wanted(), Seeker(), today=TODAY) == []


@pytest.mark.parametrize(("level", "met"), [(30, False), (40, True), (50, True)])
def test_education_fits_from_the_level_asked_for_on(level, met):
    reasons = match_reasons(Wanted(education=40), Seeker(education=level), today=TODAY)

    assert reasons == [{"fact": "education", "met": met}]


def test_a_place_fits_when_one_lies_in_the_other():
    seeker = Seeker(region_paths=["51/5101/"])

    assert match_reasons(Wanted(region_path="51/5101/510108/"), seeker, today=TODAY)[0]["met"]
    assert not match_reasons(Wanted(region_path="50/5001/"), seeker, today=TODAY)[0]["met"]


def test_an_occupation_fits_its_group_but_not_a_longer_number():
    assert match_reasons(
        Wanted(occupation_code="4-10-01-05"), Seeker(occupation_codes=["4-10"]), today=TODAY
    )[0]["met"]
    assert not match_reasons(Wanted(occupation_code="4-10"), Seeker(occupation_codes=["4-1"]), today=TODAY)[
        0
    ]["met"]


def test_skills_that_the_advert_names_are_listed():
    reasons = match_reasons(
        Wanted(text="会用 Excel 和数控车床"), Seeker(skills=["excel", "焊接"]), today=TODAY
    )

    assert reasons == [{"fact": "skills", "met": True, "names": ["excel"]}]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 8, 31), 6, date(2027, 2, 27)),
        (date(2026, 12, 15), 1, date(2027, 1, 14)),
        (date(2026, 1, 1), None, None),
    ],
)
def test_a_contract_of_whole_months_ends_the_day_before(start, months, end):
    assert contract_end(start, months) == end


def test_names_in_braces_are_replaced_in_both_languages_and_nothing_else_is():
    text = fill("{name} {姓名} {job} {岗位} {0} {name!r}", name="陈芳", job="护理员")

    assert text == "陈芳 陈芳 护理员 护理员 {0} {name!r}"


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"resume_kind": ""}, "resume"),
        ({"resume_kind": "online", "has_resume": False}, "resume"),
        ({"resume_kind": "upload", "has_upload": False}, "resume"),
        ({"open_questions": 1}, "questions"),
        ({"unchecked": 1}, "questions"),
    ],
)
def test_each_gap_names_its_part(given, part):
    whole = {
        "resume_kind": "online",
        "has_resume": True,
        "has_upload": True,
        "open_questions": 0,
        "unchecked": 0,
    }

    assert [missing.part for missing in missing_parts(**{**whole, **given})] == [part]
    assert missing_parts(**whole) == []


@pytest.mark.parametrize("value", ["=1+1", "+86138", "-2", "@SUM(A1)", "\tx", "\r=1"])
def test_no_cell_of_an_export_begins_a_formula(value):
    assert safe_cell(value) == f"'{value}"


def test_other_cells_stay_as_they_are():
    assert safe_cell("陈芳") == "陈芳"
    assert safe_cell(None) == ""
