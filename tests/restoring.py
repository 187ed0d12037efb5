"""A database per worker, copied from one with the reference data in it, and copied again after tests that commit.

Django would empty the tables with TRUNCATE, which the append-only tables refuse, and which would take the
reference data along. Copying a database of some megabytes takes PostgreSQL about as long as emptying it.
"""

import fcntl
from typing import Any

import psycopg2
import pytest
from django.db import connections
from django.test import TransactionTestCase
from django.test.utils import setup_databases
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
    names = {"target": sql.Identifier(target), "template": sql.Identifier(template)}
    _administer(
        sql.SQL("DROP DATABASE IF EXISTS {target} WITH (FORCE)").format(**names),
        sql.SQL("CREATE DATABASE {target} TEMPLATE {template} STRATEGY file_copy").format(**names),
    )


@pytest.fixture(scope="session")
def django_db_setup(
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
) -> None:
    """A database of this worker: a copy of the one that the first worker of the run migrates and fills.

    It holds the places of Sichuan and Chongqing, occupations, industries and the calendar.
    """
    name = connections["default"].creation._get_test_db_name()
    suffix = getattr(request.config, "workerinput", {}).get("workerid")
    pristine = f"{name.removesuffix(f'_{suffix}')}_pristine"
    # The temporary folders of the workers of one run lie in one folder.
    shared = tmp_path_factory.getbasetemp()
    made = (shared.parent if suffix else shared) / pristine
    with django_db_blocker.unblock(), made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(pristine)
            made.touch()
        _replace(name, pristine)
        connections["default"].settings_dict["NAME"] = name
    TransactionTestCase._fixture_teardown = lambda _self: _replace(name, pristine)


def _make(name: str) -> None:
    from employment_portal.classifications.reference import load_classifications
    from employment_portal.core.calendar import load_calendar
    from employment_portal.regions.reference import load_regions

    _administer(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
    connections["default"].settings_dict["TEST"]["NAME"] = name
    setup_databases(verbosity=0, interactive=False)
    load_calendar()
    load_regions(provinces={SICHUAN, CHONGQING})
    load_classifications()
