from django.core.management.base import BaseCommand, CommandError

from employment_portal.core import encryption
from employment_portal.core.key_rotation import KeyUse, encrypted_columns, key_use, rotate_column


class Command(BaseCommand):
    help = (
        "Encrypt every identity and account number and every second factor again under the first of FIELD_ENCRYPTION_KEYS. "
        "Can be stopped and started again at any moment, while the portal runs."
    )

    def add_arguments(self, parser):
        parser.add_argument("--batch", type=int, default=500, help="rows per transaction")
        parser.add_argument("--check", action="store_true", help="only report which keys are in use")
        parser.add_argument("--new-key", action="store_true", help="print a fresh key and stop")

    def handle(self, *, batch: int, check: bool, new_key: bool, **options):
        if new_key:
            self.stdout.write(encryption.new_key())
            return
        if batch < 1:
            raise CommandError("--batch must be at least 1.")
        columns = encrypted_columns()
        if not check:
            for column in columns:
                for done, total in rotate_column(column, batch=batch):
                    self.stdout.write(f"{column}: {done} of {total}")
        self.report(key_use(columns))

    def report(self, use: KeyUse):
        self.stdout.write(f"Current key: {use.current}")
        for column, counts in use.by_column.items():
            listed = ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "no values"
            self.stdout.write(f"  {column}: {listed}")
        if use.unknown:
            raise CommandError(
                f"{use.unknown} values are under keys that are not configured. "
                "Put the old keys back into FIELD_ENCRYPTION_KEYS and run this again."
            )
        if use.outstanding:
            raise CommandError(
                f"{use.outstanding} values are still under an older key: keep it and run this again. "
                "If the number does not fall, a process still runs with the old settings."
            )
        for name in use.droppable:
            self.stdout.write(
                f"Key {name} is in no value: remove it from FIELD_ENCRYPTION_KEYS once every process "
                "has been restarted with the new key first, and this report has been repeated."
            )
