"""Random policies over random people: the database's verdicts are those of a plain reading in Python."""

from random import Random
from typing import Any

import pytest

from employment_portal.facts.catalogue import subject
from subsidies.policies.cost import count_and_cost
from subsidies.policies.engine import evaluate, found, found_ids
from subsidies.policies.parsing import parse
from subsidies.policies.rules import calculate, written
from tests.factories.subsidies_policies import (
    PolicyFactory,
    PolicyVersionFactory,
    SubsidyItemFactory,
    content,
)
from tests.facts.worlds import ON, World, make_world
from tests.subsidies.policies.plain_reading import (
    plain_truth,
    plain_verdict,
    random_amount,
    random_tree,
    usable,
    value_of,
)

pytestmark = pytest.mark.django_db
SUBJECTS = ["person", "employment", "certificate", "venture", "employer", "carrier"]
POLICIES = 12


def by_place(answers: dict[int, Any], able: dict[int, int]) -> dict[str, tuple[int, int]]:
    """How many and how much, by the place one level below the city's."""
    folded: dict[str, tuple[int, int]] = {}
    for pk, fen in able.items():
        place = "".join(f"{code}/" for code in answers[pk].region_path.split("/")[:3])
        count, total = folded.get(place, (0, 0))
        folded[place] = (count + 1, total + fen)
    return folded


def really_there(subject_key: str, world: World) -> list[Any]:
    return world.rows.get(subject_key, [])


@pytest.mark.parametrize("subject_key", SUBJECTS)
@pytest.mark.parametrize("seed", [11, 12])
def test_engine_and_plain_python_agree(subject_key, seed):
    random = Random(f"{seed}{subject_key}")
    world = make_world(seed, people=8)
    rows = really_there(subject_key, world)
    known = usable(subject_key)
    item = SubsidyItemFactory(subject=subject_key)
    policy = PolicyFactory(item=item)
    basis = next(iter(subject(subject_key).regions))

    for _ in range(POLICIES):
        said = content(
            conditions=random_tree(random, known),
            amount=random_amount(random, known),
            region_basis=basis,
            rounding=random.choice(["half_up", "half_even", "down", "up"]),
        )
        version = PolicyVersionFactory.build(policy=policy, content=said)
        parsed = parse(said)
        answers = {e.subject_id: e for e in evaluate(version, subject_ids=[row.pk for row in rows], on=ON)}
        able = {row["subject_id"]: row["amount_fen"] for row in found(version, on=ON).rows()}
        few = found(version, on=ON, subject_ids=[row.pk for row in rows]).rows()
        assert {row["subject_id"]: row["amount_fen"] for row in few} == able
        assert found_ids(version, on=ON) == sorted(able)

        for row in rows:
            if row.pk not in answers:
                continue
            answer = answers[row.pk]
            values = {ref.key: value_of(ref, subject_key, row) for ref in parsed.refs()}
            expected = calculate(parsed, values, period_months=None).fen
            assert [result.verdict for result in answer.conditions] == [
                plain_verdict(leaf, values[leaf.ref.key]) for leaf in parsed.conditions.leaves()
            ], said
            assert answer.calculation.fen == expected, (said, written(parsed.refs()[0]))
            meets = plain_truth(parsed.conditions, subject_key, row) is True
            here = bool(answer.region_path and answer.region_path.startswith(policy.region.path))
            assert answer.qualifies == (meets and here and bool(expected)), (said, answer.reasons)
            # the whole query and the question about one give one answer
            assert (row.pk in able) == answer.qualifies
            assert able.get(row.pk, answer.amount_fen) == answer.amount_fen

        counts = count_and_cost(policy, parsed, on=ON)
        assert {count.path: (count.count, count.fen) for count in counts} == by_place(answers, able)
