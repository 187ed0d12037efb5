"""Random policies, and a policy read as its words say, once more without the engine."""

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from employment_portal.facts.catalogue import Fact, FactType, facts_for
from subsidies.policies import content as c
from subsidies.policies.parsing import number
from tests.facts.readers import read
from tests.facts.worlds import ON


def usable(subject_key: str) -> list[Fact]:
    """Facts whose arguments can be chosen without items."""
    return [f for f in facts_for(subject_key) if all(argument.choices() for argument in f.arguments)]


def random_ref(random: Random, fact: Fact) -> dict[str, Any]:
    args = {argument.name: random.choice(argument.choices())[0] for argument in fact.arguments}
    return {"fact": fact.key, "args": args}


def random_condition(random: Random, facts: list[Fact]) -> dict[str, Any]:
    fact = random.choice(facts)
    ref = {**random_ref(random, fact), "article": "Article 1"}
    if random.random() < 0.1:
        return {**ref, "op": random.choice([c.KNOWN, c.UNKNOWN]), "value": None}
    if fact.type in (FactType.NUMBER, FactType.MONEY):
        value = random.choice([0, 1, 3, 12, 25, 60, 2000, 100000])
        if random.random() < 0.2:
            return {**ref, "op": c.BETWEEN, "value": [value, value * 2]}
        return {**ref, "op": random.choice([c.EQ, c.NE, c.LT, c.LE, c.GT, c.GE]), "value": value}
    if fact.type == FactType.DATE:
        op = random.choice([c.LT, c.LE, c.GT, c.GE])
        return {**ref, "op": op, "value": random.choice(["2025-06-30", "2026-01-01", "2030-01-01"])}
    if fact.type == FactType.YES_NO:
        return {**ref, "op": c.EQ, "value": random.random() < 0.5}
    if fact.type == FactType.REGION:
        return {**ref, "op": random.choice([c.WITHIN, c.NOT_WITHIN]), "value": ["510104", "510108"]}
    keys = [str(key) for key, _label in fact.choices()]
    chosen = random.sample(keys, min(len(keys), random.randrange(1, 4)))
    if fact.type == FactType.CHOICE:
        return {**ref, "op": random.choice([c.IN, c.NOT_IN]), "value": chosen}
    return {**ref, "op": random.choice([c.ANY_OF, c.ALL_OF, c.NONE_OF]), "value": chosen}


def random_tree(random: Random, facts: list[Fact], depth: int = 0) -> dict[str, Any]:
    if depth == 2 or (depth and random.random() < 0.6):
        return random_condition(random, facts)
    kind = random.choice([c.ALL, c.ANY]) if depth else c.ALL
    if depth and random.random() < 0.2:
        return {c.NOT: random_tree(random, facts, depth + 1)}
    return {kind: [random_tree(random, facts, depth + 1) for _ in range(random.randrange(1, 4))]}


def random_amount(random: Random, facts: list[Fact]) -> dict[str, Any]:
    figures = [fact for fact in facts if fact.type in (FactType.NUMBER, FactType.MONEY)]
    kind = random.choice(["fixed", "per_month", "rate", "table", "rate_table"] if figures else ["fixed"])
    if kind == "fixed":
        return {"kind": "fixed", "fen": random.randrange(1, 10**6)}
    ref = random_ref(random, random.choice(figures))
    months = random_ref(random, random.choice([fact for fact in figures if fact.type == FactType.NUMBER]))
    caps = {"cap_fen": random.choice([None, 5_000]), "per_month_cap_fen": random.choice([None, 70])}
    if kind == "per_month":
        return {"kind": kind, "fen": 333, "months_fact": months, "cap_fen": caps["cap_fen"]}
    counted = {"months_fact": random.choice([None, months])}
    monthly = {"monthly": random.random() < 0.5}
    if kind == "rate":
        share = {"numerator": random.randrange(1, 9), "denominator": random.randrange(1, 9)}
        return {"kind": kind, **ref, **share, **caps, **counted, **monthly}
    rows = [[{"to": 12}, 100], [{"from": 13, "to": 40}, 200], [{"from": 5_000}, 300]]
    if kind == "rate_table":
        of = random_ref(random, random.choice(figures))
        return {"kind": kind, "columns": [ref], "rows": [[*row, 7] for row in rows], **of, **caps, **counted}
    return {"kind": kind, "columns": [ref], "rows": rows, **counted, **monthly}


def row_of(entity: str, subject_key: str, row: Any) -> Any:
    """The entity's row that belongs to a subject's row, as the joins of the catalogue find it."""
    if entity == subject_key:
        return row
    if entity == "person":
        return row.founder if subject_key == "venture" else row.person
    if subject_key == "carrier":
        return row
    return row.organisation if subject_key == "venture" else row.employer


def value_of(ref: c.FactRef, subject_key: str, row: Any, on: date = ON) -> Any:
    entity = ref.fact.split(".")[0]
    holder = row_of(entity, subject_key, row)
    return None if holder is None else read(ref.fact, holder, on, dict(ref.args))


def plain_verdict(leaf: c.Condition, value: Any) -> bool | None:
    """A condition read as its words say."""
    op, wanted = leaf.op, leaf.value
    if op in (c.KNOWN, c.UNKNOWN):
        return (value is not None) == (op == c.KNOWN)
    if value is None:
        return None
    if op in (c.IN, c.NOT_IN):
        return (value in wanted) == (op == c.IN)
    if op in (c.WITHIN, c.NOT_WITHIN):
        return any(code in value.split("/") for code in wanted) == (op == c.WITHIN)
    if op in (c.ANY_OF, c.NONE_OF):
        return any(part in wanted for part in value) == (op == c.ANY_OF)
    if op == c.ALL_OF:
        return all(part in value for part in wanted)
    if isinstance(value, bool):
        return value == wanted
    low, high = wanted if op == c.BETWEEN else (wanted, wanted)
    if hasattr(value, "isoformat"):
        value = value.isoformat()
    else:
        value, low, high = Decimal(value), number(low), number(high)
    return {
        c.EQ: value == low,
        c.NE: value != low,
        c.LT: value < low,
        c.LE: value <= low,
        c.GT: value > low,
        c.GE: value >= low,
        c.BETWEEN: low <= value <= high,
    }[op]


def plain_truth(node: c.Condition | c.Group, subject_key: str, row: Any, on: date = ON) -> bool | None:
    """Kleene's three values, said once more without the engine."""
    if isinstance(node, c.Condition):
        return plain_verdict(node, value_of(node.ref, subject_key, row, on))
    parts = [plain_truth(part, subject_key, row, on) for part in node.parts]
    if node.kind == c.NOT:
        return None if parts[0] is None else not parts[0]
    if node.kind == c.ALL:
        return False if False in parts else (None if None in parts else True)
    return True if True in parts else (None if None in parts else False)
