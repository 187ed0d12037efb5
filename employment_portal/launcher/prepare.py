"""Brings the database and the static files up to this version of the portal: ``python -m employment_portal.launcher.prepare``.

A process of its own, because it needs Django. Every step can be killed and done again: a migration is one
transaction, and so is the loading of the sample. Ends with status 3 after it has said what the matter is.
"""

import argparse
import io
import os
import sys
from datetime import datetime
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from employment_portal.launcher.fingerprints import Prepared
from employment_portal.launcher.messages import Problem, complain, problem_of, say
from employment_portal.launcher.places import portal_places, write_whole

EXPLAINED = 3
ADVISORY_LOCK = 5101_0001  # one preparation at a time, also from two machines


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", choices=["demo", "city", "none"], required=True)
    sample = parser.parse_args().sample
    django.setup()
    try:
        prepare(sample)
    except Problem as problem:
        complain(problem)
        return EXPLAINED
    except OSError as error:
        problem = problem_of(error)
        if problem is None:
            raise
        complain(problem)
        return EXPLAINED
    return 0


def prepare(sample: str) -> None:
    places = portal_places()
    prepared = Prepared(places)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        try:
            migrate(places.var / "backups")
        finally:
            if connection.connection and not connection.connection.closed:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
    say("loading_reference")
    call_command("load_reference", stdout=io.StringIO())
    if sample != "none" and "load_sample" in get_commands():
        say("loading_sample", size=sample)
        call_command("load_sample", size=sample)
    if not prepared.static_is_current(Path(settings.STATIC_ROOT)):
        say("collecting")
        call_command("collectstatic", interactive=False, verbosity=0, clear=False)
    write_whole(places.state / "accounts.txt", sample_accounts() if sample != "none" else "")
    prepared.keep(os.environ["DATABASE_URL"], sample=sample)


def migrate(backups: Path) -> None:
    """Applies what is pending, after a backup when the database has data.

    Raises Problem, and changes nothing, when the database comes from a newer version.
    """
    executor = MigrationExecutor(connection)
    applied = executor.loader.applied_migrations
    unknown = sorted(f"{app}.{name}" for app, name in unknown_migrations(executor))
    if unknown:
        shown = ", ".join(unknown[:3]) + (" …" if len(unknown) > 3 else "")
        raise Problem("newer_database", migrations=shown)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return
    if applied and has_data():
        file = backups / f"before-migration-{datetime.now():%Y%m%d-%H%M%S}.tar"
        say("backing_up", file=file)
        backups.mkdir(mode=0o700, exist_ok=True)
        call_command("backup", str(file), verbosity=0)
    say("migrating", count=len(plan))
    call_command("migrate", interactive=False, verbosity=0)


def unknown_migrations(executor: MigrationExecutor) -> set[tuple[str, str]]:
    """Those that the database has and this version of the portal has not."""
    loader = executor.loader
    replaced = {
        key
        for migration in loader.graph.nodes.values()
        if migration
        for key in getattr(migration, "replaces", [])
    }
    # An app that was taken out leaves its rows behind; only the apps that are here tell of a newer version.
    return {
        (app, name)
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps
        and (app, name) not in loader.disk_migrations
        and (app, name) not in replaced
    }


def has_data() -> bool:
    """Whether anybody is in the database: without a user there is nothing to save."""
    with connection.cursor() as cursor:
        table = get_user_model()._meta.db_table
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')
        return cursor.fetchone()[0]


def sample_accounts() -> str:
    """What ``manage.py sample_accounts`` prints, and where the simulated messages are."""
    if "sample_accounts" not in get_commands():
        return ""
    out = io.StringIO()
    call_command("sample_accounts", stdout=out)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
