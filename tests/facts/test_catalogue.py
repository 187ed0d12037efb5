"""The catalogue as a whole: what is declared wrongly is refused, what is declared runs."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from employment_portal.facts import catalogue
from employment_portal.facts.catalogue import CatalogueError, FactType, Lookup

AGE = catalogue.fact("person.age")
FACTS = catalogue.facts()
SUBJECTS = catalogue.subjects()


def first_choices(fact: catalogue.Fact) -> dict[str, str]:
    """The first value of each argument; one that names what is not loaded here (an item) takes any word."""
    return {argument.name: (argument.choices() or [("none", "")])[0][0] for argument in fact.arguments}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, "taken"),
        ({"key": "person.new", "entity": "planet"}, "not known"),
        ({"key": "employer.new"}, "begins with its entity"),
        ({"key": "person.new", "sql": "42"}, "speak of {row}"),
        ({"key": "person.new", "sql": "{row}.x + %(months)s"}, "without declaring"),
        ({"key": "person.new", "sql": "{row}.name LIKE 'a%'"}, "written %%"),
        ({"key": "person.new", "type": FactType.CHOICE}, "choices exactly when"),
        ({"key": "person.new", "sql": "{row}.x + {found}.y"}, "when it has a lookup"),
        ({"key": "person.new", "lookup": Lookup("SELECT 1 AS of")}, "when it has a lookup"),
        (
            {"key": "person.new", "sql": "{found}.y", "lookup": Lookup("SELECT {row}.id AS of")},
            "stands for all rows",
        ),
    ],
)
def test_a_fact_that_contradicts_itself_is_refused(change, problem):
    with pytest.raises(CatalogueError, match=problem):
        catalogue.register_fact(replace(AGE, **change))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, "taken"),
        ({"key": "planet"}, "not known"),
        ({"key": "carrier2", "regions": {}}, "not known"),
    ],
)
def test_a_subject_that_contradicts_itself_is_refused(change, problem):
    with pytest.raises(CatalogueError, match=problem):
        catalogue.register_subject(replace(catalogue.subject("person"), **change))


def test_what_is_not_in_the_catalogue_has_a_name_of_its_own():
    with pytest.raises(catalogue.UnknownFact):
        catalogue.fact("person.shoe_size")
    with pytest.raises(catalogue.UnknownSubject):
        catalogue.subject("planet")


def test_a_placeholder_can_be_renamed_so_that_a_query_uses_a_fact_twice():
    sql = catalogue.fact("person.flexible_months").expression("p", {"months": "c7_months"})

    assert "%(c7_months)s" in sql
    assert "%(months)s" not in sql
    assert sql.endswith("::numeric")


@pytest.mark.django_db
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.key)
def test_every_fact_of_a_subject_runs_on_its_rows(subject):
    facts = catalogue.facts_for(subject.key)
    columns = ", ".join(fact.expression(subject.alias(fact.entity), {a.name: f"{i}_{a.name}" for a in fact.arguments}) for i, fact in enumerate(facts))  # fmt: skip
    bound = {f"{i}_{name}": value for i, fact in enumerate(facts) for name, value in first_choices(fact).items()}  # fmt: skip
    own = [subject.claimant_id, subject.name, *subject.regions.values()]
    own += [sql for sql in (subject.person_id, subject.organisation_id) if sql]

    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns}, {', '.join(own)} {subject.from_clause()} WHERE {subject.where}",
            {"on": date(2026, 11, 23), **bound},
        )

        assert cursor.fetchall() == []


@pytest.mark.django_db
@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.key)
def test_lists_of_choices_name_each_value_once(fact):
    lists = [argument.choices() for argument in fact.arguments]
    lists += [fact.choices()] if fact.choices else []

    for choices in lists:
        values = [value for value, _label in choices]
        assert len(values) == len(set(values))


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.key)
def test_every_fact_says_where_it_comes_from_and_what_one_can_do(fact):
    assert str(fact.label)
    assert str(fact.source)
    assert str(fact.how).endswith((".", "。"))
    assert fact.type not in {FactType.NUMBER} or fact.unit or fact.key == "person.graduation_year"


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.key)
def test_every_fact_that_a_person_can_answer_has_a_question_in_plain_words(fact):
    named = {argument.name for argument in fact.arguments}

    assert fact.question or ".benefits_" in fact.key
    assert set(catalogue.PLACEHOLDER.findall(str(fact.question))) in (named, set())
