"""The SQL of every fact says what plain Python says, in random cities and on days where months and years turn."""

from datetime import date
from itertools import product

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from employment_portal.core.retirement import RetirementCategory, retirement_age
from employment_portal.facts import catalogue
from tests.facts.readers import read
from tests.facts.reading import READERS, months_between
from tests.facts.worlds import ON, make_world

pytestmark = pytest.mark.django_db
DAYS = [ON, date(2026, 2, 28), date(2025, 12, 31)]
# What subsidies adds (earlier benefits) is tested where it stands.
OWN = [fact for fact in catalogue.facts() if "subsidies_" not in fact.sql]
CATEGORIES = {
    "man_60": RetirementCategory.MEN_60,
    "woman_55": RetirementCategory.WOMEN_55,
    "woman_50": RetirementCategory.WOMEN_50,
}


def values(fact, on, arguments, *, joined=False):
    """The fact for every row of its entity's subject, by primary key; by scalar subqueries or by a join."""
    subject = catalogue.subject(fact.entity)
    value, beside = fact.expression(subject.row), ""
    if joined:
        value, beside = fact.joined(subject.row, "found"), fact.lookup.join(subject.row, "found")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {subject.row}.id, {value} FROM {subject.table} {subject.row} {beside}",
            {"on": on, **arguments},
        )
        rows = cursor.fetchall()
    assert len(dict(rows)) == len(rows), f"{fact.key}: its lookup has two rows for one"
    return dict(rows)


def combinations(fact):
    lists = [[value for value, _label in argument.choices()] for argument in fact.arguments]
    names = [argument.name for argument in fact.arguments]
    return [dict(zip(names, chosen, strict=True)) for chosen in product(*lists)]


def test_every_fact_has_a_reader():
    own = {fact.key for fact in OWN}

    assert own <= set(READERS)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_sql_and_python_agree_on_every_fact(seed):
    world = make_world(seed, people=9)

    wrong = []
    for fact in OWN:
        for on in DAYS:
            for arguments in combinations(fact):
                found = values(fact, on, arguments)
                if fact.lookup is not None and values(fact, on, arguments, joined=True) != found:
                    wrong.append((fact.key, on, arguments, "joined"))
                for row in world.rows[fact.entity]:
                    expected = read(fact.key, row, on, arguments)
                    if found[row.pk] != expected:
                        wrong.append((fact.key, on, arguments, row.pk, found[row.pk], expected))

    assert wrong[:5] == []


@settings(max_examples=60, deadline=None)
@given(birth=st.dates(date(1955, 1, 1), date(2010, 12, 31)), category=st.sampled_from(sorted(CATEGORIES)))
def test_the_day_of_retirement_is_that_of_the_rule(birth, category):
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_retirement_on(%s, %s)", [birth, category])
        found = cursor.fetchone()[0]

    assert found == retirement_age(birth, CATEGORIES[category]).reached_on


@settings(max_examples=60, deadline=None)
@given(since=st.dates(date(1990, 1, 1), date(2030, 1, 1)), until=st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_months_are_counted_alike(since, until):
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_months_between(%s, %s)", [since, until])
        found = cursor.fetchone()[0]

    assert found == months_between(since, until)
