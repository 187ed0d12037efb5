from datetime import date, timedelta

import pytest

from jobs.postings import rules
from jobs.postings.enums import ContractType, EmploymentType, PayUnit, ReviewMode
from jobs.postings.rules import EmployerRecord, Limits, Remark

TODAY = date(2026, 11, 20)
CHENGDU = Limits(
    max_validity_days=90,
    review_working_days=1,
    trusted_clean_reviews=5,
    clean_record_days=183,
    sample_one_in=10,
    remind_days_before=3,
    minimum_month_fen=233_000,
    minimum_hour_fen=2_300,
)
COMPLETE = {
    "title": "养老护理员",
    "occupation": object(),
    "region": object(),
    "headcount": 3,
    "employment_type": EmploymentType.FULL_TIME,
    "pay_unit": PayUnit.MONTH,
    "pay_min_fen": 480_000,
    "pay_max_fen": 650_000,
    "description": "照护老人",
    "requirements": "有耐心",
    "expires_on": TODAY + timedelta(days=30),
}
TRUSTED = EmployerRecord(
    is_verified=True, verified_until=TODAY + timedelta(days=90), clean_reviews=5, upheld_reports=0
)


def test_a_complete_posting_misses_nothing():
    assert rules.missing_fields(COMPLETE) == []


@pytest.mark.parametrize("field", sorted(COMPLETE))
def test_each_lawful_field_is_missed_when_it_is_empty(field):
    found = rules.missing_fields({**COMPLETE, field: None})

    assert [remark.field for remark in found] == [field]
    assert found[0].must_fix
    assert found[0].article


@pytest.mark.parametrize(
    ("unit", "fen", "monthly"),
    [
        (PayUnit.MONTH, 480_000, 480_000),
        (PayUnit.PIECE, 480_000, 480_000),
        (PayUnit.DAY, 20_000, 435_000),
        (PayUnit.HOUR, 2_500, 435_000),
        (PayUnit.YEAR, 12_000_000, 1_000_000),
        (PayUnit.MONTH, None, None),
    ],
)
def test_pay_is_normalised_to_a_month(unit, fen, monthly):
    assert rules.monthly_fen(unit, fen) == monthly


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"pay_min_fen": 233_000}, []),
        ({"pay_min_fen": 232_999, "pay_max_fen": 300_000}, [("minimum-wage-month", "must_fix")]),
        ({"pay_unit": PayUnit.HOUR, "pay_min_fen": 2_300, "pay_max_fen": 3_000}, []),
        (
            {"pay_unit": PayUnit.HOUR, "pay_min_fen": 2_299, "pay_max_fen": 3_000},
            [("minimum-wage-hour", "must_fix")],
        ),
        (
            {"pay_unit": PayUnit.DAY, "pay_min_fen": 10_000, "pay_max_fen": 12_000},
            [("minimum-wage-month", "must_fix")],
        ),
        (
            {"employment_type": EmploymentType.INTERNSHIP, "pay_min_fen": 150_000, "pay_max_fen": 200_000},
            [("minimum-wage-month", "check")],
        ),
        ({"employment_type": EmploymentType.PART_TIME, "pay_min_fen": 150_000, "pay_max_fen": 200_000}, []),
        ({"pay_min_fen": 300_000, "pay_max_fen": 1_000_000}, [("pay-range-wide", "check")]),
        ({"pay_min_fen": None}, []),
    ],
)
def test_pay_is_held_against_the_local_minimum_wage(changes, expected):
    found = rules.pay_remarks({**COMPLETE, **changes}, CHENGDU)

    assert [(remark.rule_id, remark.severity) for remark in found] == expected


def test_where_no_minimum_wage_is_known_pay_is_not_compared():
    limits = Limits(90, 1, 5, 183, 10, 3)

    assert rules.pay_remarks({**COMPLETE, "pay_min_fen": 100_000, "pay_max_fen": 200_000}, limits) == []


@pytest.mark.parametrize(
    ("contract", "months", "longest"),
    [
        (ContractType.FIXED, 2, 0),
        (ContractType.FIXED, 3, 1),
        (ContractType.FIXED, 11, 1),
        (ContractType.FIXED, 12, 2),
        (ContractType.FIXED, 35, 2),
        (ContractType.FIXED, 36, 6),
        (ContractType.LABOUR_DISPATCH, 24, 2),
        (ContractType.OPEN, None, 6),
        (ContractType.TASK, None, 0),
        (ContractType.SERVICE, 12, None),
        (ContractType.FIXED, None, None),
        ("", 12, None),
    ],
)
def test_the_length_of_the_contract_limits_the_trial_period(contract, months, longest):
    assert rules.longest_trial_months(contract, months) == longest


def test_a_trial_period_that_is_too_long_must_be_fixed():
    found = rules.contract_remarks(
        {"contract_type": ContractType.FIXED, "contract_months": 12, "trial_months": 3}
    )

    assert [(remark.field, remark.must_fix) for remark in found] == [("trial_months", True)]


@pytest.mark.parametrize(
    ("publish_in", "expires_in", "is_fine"),
    [
        (None, 0, True),
        (None, 89, True),
        (None, 90, False),
        (None, -1, False),
        (10, 99, True),
        (10, 100, False),
        (10, 9, False),
    ],
)
def test_validity_runs_from_the_day_of_publication(publish_in, expires_in, is_fine):
    values = {
        "publish_on": None if publish_in is None else TODAY + timedelta(days=publish_in),
        "expires_on": TODAY + timedelta(days=expires_in),
    }

    assert (rules.validity_remarks(values, CHENGDU, today=TODAY) == []) is is_fine


def test_a_verified_employer_with_a_clean_record_publishes_at_once():
    assert rules.reasons_for_review(TRUSTED, CHENGDU, [], today=TODAY) == []


@pytest.mark.parametrize(
    "record",
    [
        EmployerRecord(False, TODAY + timedelta(days=90), 5, 0),
        EmployerRecord(True, TODAY - timedelta(days=1), 5, 0),
        EmployerRecord(True, None, 5, 0),
        EmployerRecord(True, TODAY, 4, 0),
        EmployerRecord(True, TODAY, 5, 1),
    ],
)
def test_every_gap_in_the_record_is_a_reason_for_review(record):
    assert len(rules.reasons_for_review(record, CHENGDU, [], today=TODAY)) == 1


def test_marked_words_are_a_reason_for_review():
    remark = Remark("sex", "description", "check", "…")

    assert len(rules.reasons_for_review(TRUSTED, CHENGDU, [remark], today=TODAY)) == 1


def test_about_one_in_ten_is_sampled_and_always_the_same_ones():
    ids = [f"posting{number}" for number in range(2_000)]

    first = [rules.is_sampled(each, 10) for each in ids]

    assert first == [rules.is_sampled(each, 10) for each in ids]
    assert 150 < sum(first) < 250


@pytest.mark.parametrize(
    ("reasons", "one_in", "mode"),
    [(["…"], 1, ReviewMode.BEFORE), ([], 1, ReviewMode.SAMPLED), ([], 10**9, ReviewMode.TRUSTED)],
)
def test_the_review_mode_follows_from_reasons_and_sampling(reasons, one_in, mode):
    limits = Limits(90, 1, 5, 183, one_in, 3)

    assert rules.review_mode(reasons, "abcdefghjk", limits) == mode


@pytest.mark.parametrize(
    ("changed", "is_material"),
    [
        (["headcount"], False),
        (["contact_phone", "expires_on", "address"], False),
        (["headcount", "title"], True),
        (["pay_min_fen"], True),
        (["questions"], True),
        ([], False),
    ],
)
def test_only_what_people_decide_by_is_material(changed, is_material):
    assert rules.is_material(changed) is is_material


def test_text_is_cut_at_its_marks_and_put_together_again():
    remarks = [
        Remark("a", "description", "check", "…", start=2, end=4),
        Remark("b", "description", "must_fix", "…", start=3, end=5),
        Remark("c", "description", "must_fix", "…", start=6, end=8),
    ]

    pieces = rules.marked("0123456789", remarks)

    assert "".join(piece.text for piece in pieces) == "0123456789"
    assert [piece.text for piece in pieces if piece.remark] == ["23", "67"]
