from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate

from employment_portal.core import ownership


class Command(DjangoMigrate):
    help = f"{DjangoMigrate.help} As the owner of the tables where DATABASE_OWNER_URL names one."

    def handle(self, *args: Any, **options: Any) -> None:
        role = ownership.become_owner()
        super().handle(*args, **options)
        if role:
            ownership.grant(role)
