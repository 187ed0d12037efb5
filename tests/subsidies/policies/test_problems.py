"""Every mistake that a policy's content can hold is named at its place; nothing raises, whatever the JSON."""

from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsidies.policies.checking import problems
from subsidies.policies.parsing import MAX_DEPTH, MAX_PARTS, ContentError, parse
from tests.factories.subsidies_policies import SubsidyItemFactory, condition, content

AGE = condition("person.age", "ge", 16)
STEP = {"name": "acceptance", "role": "street_clerk", "working_days": 5}
REVIEW = {"name": "first_review", "role": "district_officer", "working_days": 10}
PAPER = {"code": "contract", "label": "劳动合同"}
RATE = {
    "kind": "rate",
    "fact": "person.flexible_paid",
    "args": {"months": "3"},
    "numerator": 1,
    "denominator": 2,
}
TABLE = {"kind": "table", "columns": [{"fact": "person.age"}], "rows": [[{"to": 30}, 100], [None, 200]]}
RATE_TABLE = {
    "kind": "rate_table",
    "columns": [{"fact": "person.age"}],
    "rows": [[None, 1, 2]],
    "fact": "person.flexible_paid",
    "args": {"months": "3"},
}
UNLESS = condition("person.hardship", "eq", True)


def nested(depth: int) -> dict[str, Any]:
    return {"any": [nested(depth - 1)]} if depth else AGE


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in content().items() if key != name}


def changed(data: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**deepcopy(data), **changes}


MISTAKES_OF_FORM = {
    "no mapping": (["nothing"], "content"),
    "nothing": (None, "content"),
    "an unknown entry": (content(colour="red"), "colour"),
    "no conditions": (without("conditions"), "conditions"),
    "conditions that are none": (content(conditions={"all": ["age"]}), "conditions.all.0"),
    "two kinds of group at once": (content(conditions={"all": [AGE], "any": [AGE]}), "conditions"),
    "too deep": (content(conditions=nested(MAX_DEPTH + 1)), f"conditions.{'any.0.' * MAX_DEPTH}"[:-1]),
    "an empty group": (content(conditions={"all": [{"any": []}]}), "conditions.all.0"),
    "a group that is no list": (content(conditions={"any": AGE}), "conditions"),
    "too many parts": (content(conditions=[AGE] * (MAX_PARTS + 1)), "conditions"),
    "a condition without a fact": (content(conditions=[{"op": "ge"}]), "conditions.all.0"),
    "a fact that is a number": (content(conditions=[changed(AGE, fact=7)]), "conditions.all.0"),
    "details without names": (content(conditions=[changed(AGE, args=["3"])]), "conditions.all.0"),
    "an unknown part of a condition": (content(conditions=[changed(AGE, why="…")]), "conditions.all.0.why"),
    "a condition without an operator": (content(conditions=[changed(AGE, op="")]), "conditions.all.0.op"),
    "an article that is a number": (content(conditions=[changed(AGE, article=3)]), "conditions.all.0.article"),
    "a label that is too long": (content(conditions=[changed(AGE, label="长" * 301)]), "conditions.all.0.label"),
    "no region basis": (without("region_basis"), "region_basis"),
    "no amount": (without("amount"), "amount"),
    "an unknown kind of amount": (content(amount={"kind": "gift"}), "amount"),
    "an amount of zero": (content(amount={"kind": "fixed", "fen": 0}), "amount.fen"),
    "an amount below zero": (content(amount={"kind": "fixed", "fen": -1}), "amount.fen"),
    "an amount with a fraction": (content(amount={"kind": "fixed", "fen": 0.5}), "amount.fen"),
    "an amount that is true": (content(amount={"kind": "fixed", "fen": True}), "amount.fen"),
    "an amount beyond all money": (content(amount={"kind": "fixed", "fen": 10**18}), "amount.fen"),
    "a months fact that is none": (
        content(amount={"kind": "per_month", "fen": 1, "months_fact": {}}),
        "amount.months_fact",
    ),
    "a cap of months of zero": (content(amount={"kind": "per_month", "fen": 1, "cap_fen": 0}), "amount.cap_fen"),
    "a rate of nothing": (content(amount=changed(RATE, fact="")), "amount"),
    "a numerator of zero": (content(amount=changed(RATE, numerator=0)), "amount.numerator"),
    "a denominator of zero": (content(amount=changed(RATE, denominator=0)), "amount.denominator"),
    "a cap of zero": (content(amount=changed(RATE, cap_fen=0)), "amount.cap_fen"),
    "a monthly cap of zero": (content(amount=changed(RATE, per_month_cap_fen=0)), "amount.per_month_cap_fen"),
    "monthly that is no yes or no": (content(amount=changed(RATE, monthly="yes")), "amount.monthly"),
    "an unknown part of an amount": (content(amount=changed(RATE, bonus=1)), "amount.bonus"),
    "columns that are no list": (content(amount=changed(TABLE, columns="age")), "amount.columns"),
    "a table without columns": (content(amount=changed(TABLE, columns=[], rows=[[1]])), "amount.columns"),
    "a table without rows": (content(amount=changed(TABLE, rows=[])), "amount.rows"),
    "a row that is too short": (content(amount=changed(TABLE, rows=[[100]])), "amount.rows.0"),
    "a row that is no list": (content(amount=changed(TABLE, rows=[7])), "amount.rows.0"),
    "a row without a result": (content(amount=changed(TABLE, rows=[[None, 0]])), "amount.rows.0"),
    "a column that is no fact": (content(amount=changed(TABLE, columns=[{}])), "amount.columns.0"),
    "a rate row with one end": (content(amount=changed(RATE_TABLE, rows=[[None, 1]])), "amount.rows.0"),
    "a rate table of nothing": (content(amount=changed(RATE_TABLE, fact=None)), "amount"),
    "an unknown rounding": (content(rounding="away"), "rounding"),
    "an unknown unit": (content(rounding_unit_fen=10), "rounding_unit_fen"),
    "a unit that is true": (content(rounding_unit_fen=True), "rounding_unit_fen"),
    "limits that are a list": (content(limits=[]), "limits"),
    "an unknown limit": (content(limits={"weekly": 1}), "limits.weekly"),
    "a shared count that is no list": (content(limits={"yearly_with": "all"}), "limits.yearly_with"),
    "a shared count of numbers": (content(limits={"yearly_with": [1]}), "limits.yearly_with"),
    "lifetime months of zero": (content(limits={"lifetime_months": 0}), "limits.lifetime_months"),
    "a lifetime count of text": (content(limits={"lifetime_count": "3"}), "limits.lifetime_count"),
    "a yearly count that is too high": (content(limits={"yearly_count": 1201}), "limits.yearly_count"),
    "a yearly amount of zero": (content(limits={"yearly_fen": 0}), "limits.yearly_fen"),
    "a time to claim of zero": (content(limits={"claim_within_months": 0}), "limits.claim_within_months"),
    "a day that is no fact": (content(limits={"from_fact": "hire"}), "limits.from_fact"),
    "an exemption that is no condition": (content(limits={"lifetime_unless": True}), "limits.lifetime_unless"),
    "an exemption without a fact": (content(limits={"lifetime_unless": {"op": "eq"}}), "limits.lifetime_unless"),
    "evidence that is no list": (content(evidence={}), "evidence"),
    "a paper that is text": (content(evidence=["contract"]), "evidence.0"),
    "a paper without a code": (content(evidence=[changed(PAPER, code=" ")]), "evidence.0.code"),
    "a paper without a label": (content(evidence=[changed(PAPER, label="")]), "evidence.0.label"),
    "a paper required perhaps": (content(evidence=[changed(PAPER, required="?")]), "evidence.0.required"),
    "an unknown part of a paper": (content(evidence=[changed(PAPER, size=1)]), "evidence.0.size"),
    "steps that are no list": (content(steps="all"), "steps"),
    "more steps than anybody reads": (content(steps=[STEP] * 501), "steps"),
    "a step without a name": (content(steps=[changed(STEP, name=""), REVIEW]), "steps.0.name"),
    "a step without a role": (content(steps=[changed(STEP, role=None), REVIEW]), "steps.0.role"),
    "a step without days": (content(steps=[changed(STEP, working_days=0), REVIEW]), "steps.0.working_days"),
    "a threshold of text": (content(steps=[changed(STEP, from_fen="1"), REVIEW]), "steps.0.from_fen"),
    "no days to correct": (content(correction_working_days=0), "correction_working_days"),
    "a notice of 300 days": (content(notice_working_days=300), "notice_working_days"),
    "no days to pay": (without("payment_working_days"), "payment_working_days"),
    "without application perhaps": (content(without_application=1), "without_application"),
    "no fund": (content(fund="  "), "fund"),
    "thirteen months": (content(period_months=13), "period_months"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "place"), MISTAKES_OF_FORM.values(), ids=MISTAKES_OF_FORM)
def test_a_mistake_of_form_is_named_at_its_place(data, place):
    with pytest.raises(ContentError) as raised:
        parse(data)

    assert place in [problem.path for problem in raised.value.problems]
    assert all(problem.message for problem in raised.value.problems)
    assert place in str(raised.value)


def test_several_mistakes_are_named_at_once():
    with pytest.raises(ContentError) as raised:
        parse(content(fund="", rounding="away", steps=[{}]))

    places = {problem.path for problem in raised.value.problems}
    assert {"fund", "rounding", "steps.0.name", "steps.0.role", "steps.0.working_days"} <= places


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=8), parts, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(sorted(content())), value=JSON)
def test_any_json_is_read_or_refused(name, value):
    with suppress(ContentError):
        parse({**content(), name: value})


def test_what_is_read_is_written_back_in_one_form():
    for amount in (RATE, TABLE, RATE_TABLE, {"kind": "per_month", "fen": 5, "months_fact": None}):
        read = parse(content(amount=amount, evidence=[PAPER], limits={"lifetime_unless": UNLESS}))

        assert parse(read.as_json()) == read


def where(*conditions: dict[str, Any]) -> dict[str, Any]:
    return content(conditions=list(conditions))


MISTAKES_OF_SENSE = {
    "a fact of another subject": (where(condition("venture.open", "eq", True)), "conditions.all.0"),
    "a fact that does not exist": (where(condition("person.height", "ge", 1)), "conditions.all.0"),
    "a detail that the fact has not": (
        where(condition("person.age", "ge", 1, months="3")),
        "conditions.all.0.args.months",
    ),
    "a detail left out": (where(condition("person.flexible_months", "ge", 1)), "conditions.all.0.args.months"),
    "a detail that is not in the list": (
        where(condition("person.flexible_months", "ge", 1, months="5")),
        "conditions.all.0.args.months",
    ),
    "the period of what is paid once": (
        where(condition("person.flexible_months", "ge", 1, months="period")),
        "conditions.all.0.args.months",
    ),
    "no article": (where(changed(AGE, article="")), "conditions.all.0.article"),
    "an operator of another type": (where(condition("person.age", "any_of", ["1"])), "conditions.all.0.op"),
    "an operator that does not exist": (where(condition("person.age", "like", "1")), "conditions.all.0.op"),
    "a value where none is taken": (where(condition("person.age", "known", 1)), "conditions.all.0.value"),
    "between one value": (where(condition("person.age", "between", 1)), "conditions.all.0.value"),
    "between text": (where(condition("person.age", "between", ["a", 2])), "conditions.all.0.value"),
    "between in the wrong order": (where(condition("person.age", "between", [9, 2])), "conditions.all.0.value"),
    "one of nothing": (where(condition("person.status", "in", [])), "conditions.all.0.value"),
    "one of numbers": (where(condition("person.status", "in", [1])), "conditions.all.0.value"),
    "one of what is not listed": (where(condition("person.status", "in", ["rich"])), "conditions.all.0.value"),
    "a region that does not exist": (
        where(condition("person.work_region", "within", ["000000"])),
        "conditions.all.0.value",
    ),
    "a number that is none": (where(condition("person.age", "ge", "many")), "conditions.all.0.value"),
    "a number that never ends": (where(condition("person.age", "ge", "Infinity")), "conditions.all.0.value"),
    "money below zero": (where(condition("person.benefits_fen_this_year", "ge", -1)), "conditions.all.0.value"),
    "yes or no in words": (where(condition("person.employed", "eq", "yes")), "conditions.all.0.value"),
    "a date that is none": (where(condition("person.graduated_on", "ge", "2026-02-30")), "conditions.all.0.value"),
    "a date that is a number": (where(condition("person.graduated_on", "ge", 2026)), "conditions.all.0.value"),
    "a value that is not listed": (where(condition("person.sex", "eq", "9")), "conditions.all.0.value"),
    "the seat of a person": (content(region_basis="seat"), "region_basis"),
    "months of what is paid once": (content(amount={"kind": "per_month", "fen": 1}), "amount"),
    "months told by a date": (
        content(amount={"kind": "per_month", "fen": 1, "months_fact": {"fact": "person.graduated_on"}}),
        "amount.months_fact",
    ),
    "months that nothing is multiplied by": (
        content(amount=changed(RATE, months_fact={"fact": "person.age"})),
        "amount.months_fact",
    ),
    "a shared count of nothing": (content(limits={"yearly_with": ["?"]}), "limits.yearly_count"),
    "a count with what nobody grants": (
        content(limits={"yearly_count": 1, "yearly_with": ["?"]}),
        "limits.yearly_with",
    ),
    "a share of a date": (content(amount=changed(RATE, fact="person.graduated_on", args={})), "amount"),
    "a monthly share of what is paid once": (content(amount=changed(RATE, monthly=True)), "amount"),
    "a monthly cap of what is paid once": (content(amount=changed(RATE, per_month_cap_fen=1)), "amount"),
    "more than the whole": (content(amount=changed(RATE, numerator=3)), "amount"),
    "a column of several values": (
        content(amount=changed(TABLE, columns=[{"fact": "person.groups"}], rows=[["youth", 1]])),
        "amount.columns.0",
    ),
    "a column that does not exist": (
        content(amount=changed(TABLE, columns=[{"fact": "person.height"}])),
        "amount.columns.0",
    ),
    "a band of a choice": (
        content(amount=changed(TABLE, columns=[{"fact": "person.sex"}], rows=[[{"to": 1}, 1]])),
        "amount.rows.0",
    ),
    "a band without ends": (content(amount=changed(TABLE, rows=[[{}, 1]])), "amount.rows.0"),
    "a band with another end": (content(amount=changed(TABLE, rows=[[{"until": 3}, 1]])), "amount.rows.0"),
    "a band in the wrong order": (content(amount=changed(TABLE, rows=[[{"from": 9, "to": 1}, 1]])), "amount.rows.0"),
    "a band that ends in text": (content(amount=changed(TABLE, rows=[[{"to": "b"}, 1]])), "amount.rows.0"),
    "a cell with an unknown region": (
        content(amount=changed(TABLE, columns=[{"fact": "person.work_region"}], rows=[["000000", 1]])),
        "amount.rows.0",
    ),
    "a cell with an unknown value": (
        content(amount=changed(TABLE, columns=[{"fact": "person.sex"}], rows=[["9", 1]])),
        "amount.rows.0",
    ),
    "a row that is never reached": (content(amount=changed(TABLE, rows=[[None, 1], [3, 2]])), "amount.rows.1"),
    "a band within another": (
        content(amount=changed(TABLE, rows=[[{"from": 1, "to": 9}, 1], [{"from": 2, "to": 9}, 2]])),
        "amount.rows.1",
    ),
    "a row with more than the whole": (content(amount=changed(RATE_TABLE, rows=[[None, 3, 2]])), "amount.rows.0"),
    "a rate table of a date": (content(amount=changed(RATE_TABLE, fact="person.graduated_on", args={})), "amount"),
    "an exemption from nothing": (content(limits={"lifetime_unless": UNLESS}), "limits.lifetime_months"),
    "an exemption that makes no sense": (
        content(limits={"lifetime_months": 3, "lifetime_unless": condition("person.hardship", "ge", 1)}),
        "limits.lifetime_unless.op",
    ),
    "a day that is a number": (
        content(limits={"claim_within_months": 3, "from_fact": {"fact": "person.age"}}),
        "limits.from_fact",
    ),
    "a day without months": (
        content(limits={"from_fact": {"fact": "person.graduated_on"}}),
        "limits.claim_within_months",
    ),
    "months without a day": (content(limits={"claim_within_months": 3}), "limits.from_fact"),
    "a paper that nothing replaces": (content(evidence=[PAPER]), "without_application"),
    "two papers of one code": (
        content(evidence=[changed(PAPER, required=False), changed(PAPER, required=False)]),
        "evidence.1.code",
    ),
    "no steps": (content(steps=[]), "steps"),
    "a step by a visitor": (content(steps=[changed(STEP, role="visitor"), REVIEW]), "steps.0.role"),
    "one person decides alone": (content(steps=[STEP]), "steps"),
    "one step at two places": (
        content(steps=[STEP, changed(REVIEW, below_fen=50), changed(STEP, name="x"), changed(REVIEW, from_fen=50)]),
        "steps.3.name",
    ),
    "one person decides small amounts": (content(steps=[STEP, changed(REVIEW, from_fen=100)]), "steps"),
    "thresholds the wrong way": (
        content(steps=[STEP, REVIEW, changed(STEP, name="x", from_fen=9, below_fen=9)]),
        "steps.2.below_fen",
    ),
    "thresholds that overlap": (
        content(steps=[STEP, changed(REVIEW, below_fen=50), changed(REVIEW, from_fen=40)]),
        "steps.2.from_fen",
    ),
    "thresholds with a gap": (
        content(steps=[STEP, changed(REVIEW, below_fen=50), changed(REVIEW, from_fen=60)]),
        "steps.2.from_fen",
    ),
    "thresholds that end": (
        content(steps=[STEP, changed(REVIEW, below_fen=50), changed(REVIEW, from_fen=50, below_fen=90)]),
        "steps.2.below_fen",
    ),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("data", "place"), MISTAKES_OF_SENSE.values(), ids=MISTAKES_OF_SENSE)
def test_a_mistake_of_sense_is_named_at_its_place(data, place):
    found = problems(data, SubsidyItemFactory.build(subject="person"))

    assert place in [problem.path for problem in found], found


@pytest.mark.django_db
def test_a_policy_that_makes_sense_has_no_problems():
    assert problems(content(), SubsidyItemFactory.build(subject="person")) == []


def test_an_item_that_pays_for_the_unknown_is_named():
    [problem] = problems(content(), SubsidyItemFactory.build(subject="planet"))

    assert "planet" in problem.message
