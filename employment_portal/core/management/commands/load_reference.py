import time

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, transaction


class Command(BaseCommand):
    help = (
        "Load the tables that ship with the portal: working days, regions, occupations, industries. "
        "Safe to repeat: rows that are there and right are left alone."
    )

    @transaction.atomic
    def handle(self, **options):
        with connection.cursor() as cursor:  # a second start waits, then finds everything there
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('load_reference'))")
        # An app joins by a load_reference method on its AppConfig that says how many rows it wrote.
        for config in apps.get_app_configs():
            load = getattr(config, "load_reference", None)
            if load is None:
                continue
            started = time.monotonic()
            written = load()
            self.stdout.write(f"{config.label}: {written} rows written in {time.monotonic() - started:.1f} s")
