"""Which step comes next, who stands in whose way, what is missing: pure decisions."""

import pytest

from subsidies.claims import rules
from subsidies.claims.rules import Standing, bar_of

CONTENT = {
    "steps": [
        {"name": "acceptance", "role": "street_clerk", "working_days": 5},
        {"name": "first_review", "role": "district_officer", "working_days": 10},
        {"name": "second_review", "role": "district_officer", "working_days": 10, "from_fen": 100_000},
        {"name": "city_review", "role": "city_officer", "working_days": 10, "from_fen": 1_000_000},
    ]
}


@pytest.mark.parametrize(
    ("amount", "names"),
    [
        (99_999, ["acceptance", "first_review"]),
        (100_000, ["acceptance", "first_review", "second_review"]),
        (999_999, ["acceptance", "first_review", "second_review"]),
        (1_000_000, ["acceptance", "first_review", "second_review", "city_review"]),
    ],
)
def test_the_amount_decides_how_many_steps_there_are(amount, names):
    assert [step.name for step in rules.steps_for(CONTENT, amount)] == names


def test_the_last_step_has_none_after_it():
    assert rules.next_step(CONTENT, 99_999, "first_review") is None
    assert rules.next_step(CONTENT, 100_000, "first_review").name == "second_review"


BANDS = {
    "steps": [
        {"name": "acceptance", "role": "street_clerk", "working_days": 5},
        {"name": "first_review", "role": "district_officer", "working_days": 10, "below_fen": 100_000},
        {"name": "first_review", "role": "city_officer", "working_days": 15, "from_fen": 100_000},
        {"name": "second_review", "role": "district_officer", "working_days": 9, "below_fen": 100_000},
        {"name": "city_review", "role": "city_officer", "working_days": 10, "from_fen": 100_000},
    ]
}


@pytest.mark.parametrize(
    ("amount", "way"),
    [
        (
            99_999,
            ["acceptance street_clerk", "first_review district_officer", "second_review district_officer"],
        ),
        (100_000, ["acceptance street_clerk", "first_review city_officer", "city_review city_officer"]),
    ],
)
def test_an_amount_goes_through_the_steps_of_its_band_each_once(amount, way):
    step, walked = rules.first_step(BANDS, amount), []
    while step is not None:
        walked.append(f"{step.name} {step.role}")
        assert rules.step_named(BANDS, amount, step.name) == step
        step = rules.next_step(BANDS, amount, step.name)

    assert walked == way
    assert rules.previous_step(BANDS, amount, way[2].split()[0]).role == way[1].split()[1]
    assert rules.longest_days(BANDS) == 30


@pytest.mark.parametrize(
    ("was", "now", "current", "missed"),
    [
        (1, 100_000, "acceptance", None),
        (1, 100_000, "first_review", "first_review city_officer"),
        (1, 100_000, "second_review", "first_review city_officer"),
        (100_000, 1, "city_review", "first_review district_officer"),
        (1, 2, "second_review", None),
        (100_000, 100_001, "city_review", None),
    ],
)
def test_an_amount_that_changes_between_steps_leads_back_to_the_first_step_it_missed(
    was, now, current, missed
):
    found = rules.missed_step(BANDS, was, now, current)

    assert (found and f"{found.name} {found.role}") == missed


def test_a_claim_whose_amount_no_longer_takes_its_step_goes_on_from_there():
    assert rules.step_named(BANDS, 100_000, "second_review").role == "district_officer"
    assert rules.next_step(BANDS, 100_000, "second_review").name == "city_review"
    assert rules.next_step(BANDS, 1, "city_review") is None


def test_a_step_that_the_amount_skips_is_skipped_on_the_way_back_too():
    content = {
        "steps": [
            {"name": "acceptance", "role": "street_clerk", "working_days": 5},
            {"name": "second_review", "role": "district_officer", "working_days": 5, "from_fen": 10},
            {"name": "city_review", "role": "city_officer", "working_days": 5},
        ]
    }

    before = rules.previous_step(content, 5, "city_review")

    assert before.name == "acceptance"


def test_the_first_step_has_none_before_it():
    assert rules.previous_step(CONTENT, 5, "acceptance") is None


@pytest.mark.parametrize(
    ("role", "level", "expected"),
    [
        ("street_clerk", 4, "street_clerk"),
        ("street_clerk", 5, "street_clerk"),
        ("street_clerk", 3, "district_officer"),
        ("street_clerk", 2, "city_officer"),
        ("district_officer", 2, "city_officer"),
        ("city_officer", 1, "city_officer"),
    ],
)
def test_a_claim_of_a_whole_district_is_accepted_by_the_district(role, level, expected):
    assert rules.role_in_charge(role, level) == expected


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        (Standing(1, is_claimant=True), "own"),
        (Standing(1, is_member=True), "member"),
        (Standing(1, has_declared_conflict=True), "declared"),
        (Standing(1, acted_as_claimant=True), "maker"),
        (Standing(1, decided_steps=frozenset({"acceptance"})), "earlier"),
        (Standing(1, overturned=True), "appealed"),
    ],
)
def test_each_tie_to_a_claim_bars_from_deciding_it(standing, code):
    assert bar_of(standing, step="first_review").code == code


def test_whoever_decided_this_very_step_before_may_decide_it_again_after_it_came_back():
    assert bar_of(Standing(1, decided_steps=frozenset({"first_review"})), step="first_review") is None


def test_somebody_without_a_tie_may_decide():
    assert bar_of(Standing(1), step="first_review") is None


def test_a_commitment_replaces_only_the_papers_that_allow_it():
    papers = [
        {"code": "contract", "required": True, "commitment_allowed": True},
        {"code": "card", "required": True, "commitment_allowed": False},
        {"code": "extra", "required": False, "commitment_allowed": False},
    ]

    missing = rules.missing_evidence(papers, handed_in=[], committed=True)

    assert [paper["code"] for paper in missing] == ["card"]


def test_every_part_that_is_open_is_named():
    missing = rules.missing_parts(entries=0, checked=False, papers_missing=1, has_account=False)

    assert [part.part for part in missing] == ["entries", "declare", "evidence", "account"]


@pytest.mark.parametrize(
    ("declared", "held", "same"),
    [
        ("36", 36, True),
        ("36.0", 36, True),
        ("37", 36, False),
        ("true", True, True),
        (False, True, False),
        ("2026-01-01", "2026-01-01", True),
        (["b", "a"], ["a", "b"], True),
        ("x", None, False),
        ("", "x", False),
    ],
)
def test_declared_and_held_values_are_compared_whatever_their_type(declared, held, same):
    assert rules.same_value(declared, held) is same


def test_the_fingerprint_does_not_depend_on_the_order_of_keys():
    assert rules.canonical_sha256({"a": 1, "b": [1, 2]}) == rules.canonical_sha256({"b": [1, 2], "a": 1})
    assert rules.canonical_sha256({"a": 1}) != rules.canonical_sha256({"a": 2})
