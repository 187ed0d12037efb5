"""What a posting writes beside its transfers: less of it."""

from django.db import migrations

# A total moves within its page where there is room: an account opened by a posting moves in the same transaction.
# Nearly no transfer reverses another: the index holds those that do.
FORWARD = """
ALTER TABLE ledger_account SET (fillfactor = 50);
ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_reversed_once;
CREATE UNIQUE INDEX ledger_transfer_reversed_once ON ledger_transfer (reverses_id) WHERE reverses_id IS NOT NULL;
"""
BACKWARD = """
ALTER TABLE ledger_account SET (fillfactor = 70);
DROP INDEX ledger_transfer_reversed_once;
ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_transfer_reversed_once UNIQUE (reverses_id);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_uncovered")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
