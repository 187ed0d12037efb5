"""The self-check reads a policy as the engine does: over random people and random policies."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from subsidies.matching.judging import judge
from subsidies.policies.asking import Compiled
from subsidies.policies.compile import Compiler
from subsidies.policies.engine import asked, evaluate
from subsidies.policies.parsing import parse
from subsidies.policies.periods import UNBOUNDED
from tests.factories.accounts import UserFactory
from tests.factories.people import GroupFactory, PersonFactory, SpellFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_policies import (
    PolicyFactory,
    PolicyVersionFactory,
    SubsidyItemFactory,
    condition,
    content,
)

DAY = date(2026, 11, 23)


def some_condition(random: Random) -> dict[str, Any]:
    """A condition over any kind of fact."""
    number = random.randint(0, 60)
    return random.choice(
        [
            lambda: condition("person.age", random.choice(["eq", "ne", "lt", "le", "gt", "ge"]), number),
            lambda: condition("person.age", "between", [number, number + 20]),
            lambda: condition("person.months_unemployed", random.choice(["ge", "lt"]), number),
            lambda: condition("person.status", random.choice(["in", "not_in"]), ["unemployed", "flexible"]),
            lambda: condition("person.status", random.choice(["eq", "ne"]), "employed"),
            lambda: condition("person.education", random.choice(["known", "unknown"])),
            lambda: condition("person.hardship", "eq", random.random() < 0.5),
            lambda: condition(
                "person.groups", random.choice(["any_of", "all_of", "none_of"]), ["h_long_term", "graduate"]
            ),
            lambda: condition(
                "person.residence_region", random.choice(["within", "not_within"]), ["510108", "510104"]
            ),
            lambda: condition(
                "person.graduated_on", random.choice(["ge", "lt"]), f"20{number % 26:02d}-07-01"
            ),
            lambda: condition("person.months_since_graduation", "between", [0, number]),
        ]
    )()


def some_tree(random: Random, depth: int = 0) -> dict[str, Any]:
    parts = [
        some_condition(random) if depth == 2 or random.random() < 0.6 else some_tree(random, depth + 1)
        for _part in range(random.randint(1, 3))
    ]
    kind = "all" if depth == 0 else random.choice(["all", "any", "not"])
    return {"not": parts[0]} if kind == "not" else {kind: parts}


def some_amount(random: Random) -> dict[str, Any]:
    caps = {"cap_fen": random.choice([None, 2500]), "per_month_cap_fen": random.choice([None, 700])}
    return random.choice(
        [
            {"kind": "fixed", "fen": 150000},
            {"kind": "per_month", "fen": 1000, "months_fact": None, "cap_fen": caps["cap_fen"]},
            {
                "kind": "per_month",
                "fen": 100,
                "months_fact": {"fact": "person.months_unemployed", "args": {}},
            },
            {"kind": "rate", "fact": "person.age", "args": {}, "numerator": 200, "denominator": 3, **caps},
            {
                "kind": "rate",
                "fact": "person.age",
                "args": {},
                "numerator": 200,
                "denominator": 3,
                **caps,
                "monthly": True,
                "months_fact": {"fact": "person.months_unemployed", "args": {}},
            },
            {
                "kind": "table",
                "columns": [{"fact": "person.status", "args": {}}, {"fact": "person.age", "args": {}}],
                "rows": [["unemployed", {"from": 20, "to": 40}, 900], [None, {"from": 30}, 700]],
            },
        ]
    )


def some_limits(random: Random) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if random.random() < 0.4:
        limits["lifetime_months"] = random.choice([2, 3, 12])
    if random.random() < 0.2:
        limits["lifetime_unless"] = {**condition("person.age", "ge", 50)}
        limits.setdefault("lifetime_months", 2)
    if random.random() < 0.3:
        limits |= {"claim_within_months": 24, "from_fact": {"fact": "person.graduated_on", "args": {}}}
    return limits


def some_people(random: Random) -> list[Any]:
    districts = [RegionFactory(code=code) for code in ("510104", "510105", "510108", "500103")]
    people, clerk = [], UserFactory()
    for _number in range(40):
        person = PersonFactory(
            user=None,
            birth_date=date(random.randint(1955, 2014), random.randint(1, 12), random.randint(1, 28)),
            residence_region=random.choice([*districts, None]),
            household_region=random.choice(districts),
            education=random.choice([0, 40, 60]),
            graduated_on=random.choice([None, DAY - timedelta(days=random.randint(0, 1500))]),
        )
        if random.random() < 0.7:
            SpellFactory(
                person=person,
                region=districts[0],
                status=random.choice(["unemployed", "flexible", "employed"]),
                starts_on=DAY - timedelta(days=random.randint(1, 1000)),
            )
        if random.random() < 0.5:
            GroupFactory(
                person=person,
                certified=True,
                region=districts[0],
                applied_by=clerk,
                group=random.choice(["h_long_term", "graduate"]),
                starts_on=date(2026, 1, 1),
            )
        people.append(person)
    return people


def answers(version: Any, ids: list[int]) -> dict[int, dict[str, Any]]:
    """The facts of each, by one plain query: what they would answer if they knew everything."""
    compiler = Compiler(asked(version, DAY))
    compiler.params["ids"] = ids
    rows = Compiled(
        compiler.facts("person.id = ANY(%(ids)s::bigint[])", findable=True), compiler.params
    ).rows()
    return {
        row["subject_id"]: {
            "place": row["region_path"],
            "values": {ref.key: row[compiler.column[ref.key]] for ref in compiler.refs},
        }
        for row in rows
    }


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_answers_get_the_verdict_that_the_engine_gives(seed):
    random = Random(seed)
    ids = [person.pk for person in some_people(random)]
    met = 0
    for number in range(25):
        item = SubsidyItemFactory(
            code=f"random-{seed}-{number}", period_kind=random.choice(["once", "months", "year"])
        )
        limits = some_limits(random)
        if item.period_kind == "once" and "from_fact" not in limits:
            limits.pop("claim_within_months", None)
        wording = content(
            conditions=some_tree(random),
            region_basis=random.choice(["residence", "household"]),
            amount=some_amount(random),
            rounding=random.choice(["half_up", "half_even", "down", "up"]),
            limits=limits,
        )
        version = PolicyVersionFactory(published=True, policy=PolicyFactory(item=item), content=wording)
        if random.random() < 0.3:
            own = PolicyFactory(item=item, region=RegionFactory(code="510104"))
            PolicyVersionFactory(published=True, policy=own)
        question = asked(version, DAY)
        said = answers(version, ids)

        for row in evaluate(version, subject_ids=ids, on=DAY):
            here = judge(
                question.content,
                said[row.subject_id]["values"],
                place=said[row.subject_id]["place"],
                region_path=question.region_path,
                carved=question.carved,
                on=DAY,
                period=question.period,
            )
            assert here.qualifies == row.qualifies, (wording, row)
            assert [(r.path, r.verdict, r.found, r.blocks) for r in here.conditions] == [
                (r.path, r.verdict, r.found, r.blocks) for r in row.conditions
            ]
            assert here.calculation == row.calculation
            met += row.qualifies
    assert met > 20


def test_a_missing_answer_is_open_and_a_wrong_one_is_no():
    wording = content(conditions=[condition("person.age", "ge", 16), condition("person.age", "lt", 60)])
    key = ("person.age", ())
    how = {"region_path": "51/5101/", "carved": [], "on": DAY, "period": UNBOUNDED}

    def verdict(values, place="51/5101/510108/"):
        return judge(parse(wording), values, place=place, **how).verdict

    assert verdict({}) == "open"
    assert verdict({key: 70}) == "no"
    assert verdict({key: 30}) == "yes"
    assert verdict({key: 30}, None) == "open"
    assert verdict({key: 30}, "-") == "no"
