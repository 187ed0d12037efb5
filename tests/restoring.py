"""A database per worker, with the reference data in it, put back from a pristine copy after tests that commit.

Django would empty the tables with TRUNCATE, which the append-only tables refuse, and which would take the
reference data along. Copying a database of some megabytes takes PostgreSQL about as long as emptying it.
"""

from typing import Any

import psycopg2
import pytest
from django.db import connections
from django.test import TransactionTestCase
from psycopg2 import sql

SICHUAN, CHONGQING = "51", "50"


def _administer(*statements: sql.Composable) -> None:
    """Run statements from beside the test database: nobody else may be connected to it."""
    settings = connections["default"].settings_dict
    place = {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"]}
    connections.close_all()
    server = psycopg2.connect(
        dbname="postgres",
        password=settings["PASSWORD"] or None,
        **{key: value for key, value in place.items() if value},
    )
    server.autocommit = True
    with server.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    server.close()


def _replace(target: str, template: str) -> None:
    if not target.startswith("test_"):
        raise RuntimeError(f"{target} is no test database: mark the tests that use it with django_db")
    names = {"target": sql.Identifier(target), "template": sql.Identifier(template)}
    _administer(
        sql.SQL("DROP DATABASE IF EXISTS {target} WITH (FORCE)").format(**names),
        sql.SQL("CREATE DATABASE {target} TEMPLATE {template} STRATEGY file_copy").format(**names),
    )


def _restore_pristine(_self: Any) -> None:
    name = connections["default"].settings_dict["NAME"]
    _replace(name, f"{name}_pristine")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The migrated test database with the reference data (places of Sichuan and Chongqing), and its pristine copy."""
    from employment_portal.classifications.reference import load_classifications
    from employment_portal.core.calendar import load_calendar
    from employment_portal.regions.reference import load_regions

    with django_db_blocker.unblock():
        load_calendar()
        load_regions(provinces={SICHUAN, CHONGQING})
        load_classifications()
        name = connections["default"].settings_dict["NAME"]
        _replace(f"{name}_pristine", name)
    TransactionTestCase._fixture_teardown = _restore_pristine
