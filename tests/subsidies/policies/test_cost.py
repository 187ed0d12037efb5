"""What a policy costs this year: granted so far, one claim of each, the months left, all within the limits."""

from datetime import UTC, date, datetime

import pytest

from subsidies.claims.entitlement_models import Entitlement
from subsidies.policies.cost import count_and_cost
from subsidies.policies.parsing import parse
from tests.factories.people import PersonFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_policies import (
    PolicyFactory,
    PolicyVersionFactory,
    SubsidyItemFactory,
    content,
)
from tests.subsidies.policies.test_limits_agreement import Past

pytestmark = pytest.mark.django_db
PER_MONTH = {"kind": "per_month", "fen": 10_000, "months_fact": None}
PLACE = "51/5101/510108/"


def cost_on(day, *, kind="months", **said):
    policy = PolicyFactory(item=SubsidyItemFactory(code="cost", period_kind=kind))
    version = PolicyVersionFactory.build(policy=policy, content=content(**{"amount": PER_MONTH, **said}))
    return {row.path: row for row in count_and_cost(policy, parse(version.content), on=day)}


@pytest.mark.parametrize(
    ("day", "months", "limits", "expected"),
    [
        (date(2026, 11, 23), 3, {}, 3 + 2),
        (date(2026, 12, 1), 3, {}, 3 + 1),
        (date(2026, 1, 15), 3, {}, 3 + 12),
        (date(2026, 6, 1), 7, {}, 7 + 7),
        (date(2026, 6, 1), 5, {}, 5 + 7),
        (date(2026, 1, 15), 3, {"lifetime_months": 6}, 6),
        (date(2026, 1, 15), 3, {"yearly_count": 2}, 6),
        (date(2026, 1, 15), 3, {"lifetime_count": 1}, 3),
        (date(2026, 1, 15), 3, {"yearly_fen": 70_000}, 7),
    ],
)
def test_the_months_left_this_year_are_reckoned_within_the_limits(day, months, limits, expected):
    PersonFactory(user=None)

    [row] = cost_on(day, period_months=months, limits=limits).values()

    assert (row.count, row.fen, row.granted_fen) == (1, months * 10_000, 0)
    assert row.year_fen == expected * 10_000


def test_what_is_paid_once_is_counted_once():
    PersonFactory(user=None)

    [row] = cost_on(date(2026, 1, 15), kind="once", amount={"kind": "fixed", "fen": 500}).values()

    assert (row.fen, row.year_fen) == (500, 500)


def test_what_was_granted_this_year_is_part_of_the_year_and_of_what_each_has_used():
    person = PersonFactory(user=None)
    cost_on(date(2026, 1, 15))
    policy = PolicyFactory(item=SubsidyItemFactory(code="cost"))
    for number, year in enumerate((2025, 2026)):
        Entitlement.objects.create(
            opening=opening_row(policy, number), item=policy.item, region=RegionFactory(code="510108"),
            person=person, period=("2025-01-01", "2025-04-01"), months=3, amount_fen=30_000,
            granted_at=datetime(year, 5, 1, tzinfo=UTC),
        )  # fmt: skip

    row = cost_on(date(2026, 6, 1), limits={"lifetime_months": 10})[PLACE]

    assert (row.count, row.fen, row.granted_fen) == (1, 30_000, 30_000)
    assert row.year_fen == 30_000 + 40_000  # six of the ten months were used


def opening_row(policy, number):
    from random import Random

    from subsidies.opening.models import OpeningRow

    batch = Past(Random(number), "person", policy.region).batch
    return OpeningRow.objects.create(
        batch=batch,
        number=1,
        kind="benefit",
        source="旧系统",
        source_id=f"{number}",
        payload="{}",
        applied=True,
    )
