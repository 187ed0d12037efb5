"""An account is found by comparing numbers, and one that a posting opens is not locked by it."""

from django.db import migrations, models

# The identity begins with what tells an account from the others.
FORWARD = """
ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_identity;
ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_identity UNIQUE (line, holder, kind, book);
"""
BACKWARD = """
ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_identity;
ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_identity UNIQUE (book, line, kind, holder);
"""

# Accounts are locked in id order before any total moves, so two postings wait for each other and never deadlock. One
# that never moved was opened by this very posting, and nobody else sees it yet.
POST = """
CREATE OR REPLACE FUNCTION ledger_post() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bad text;
BEGIN
    EXECUTE 'SELECT count(*) FROM (SELECT FROM ledger_account a
              WHERE a.id IN (SELECT debit_id FROM posted UNION SELECT credit_id FROM posted)
                AND (a.debits <> 0 OR a.credits <> 0)
              ORDER BY a.id FOR NO KEY UPDATE) locked';

    EXECUTE 'SELECT p.idempotency_key
               FROM posted p
               LEFT JOIN ledger_account d ON d.id = p.debit_id
               LEFT JOIN ledger_account c ON c.id = p.credit_id
               LEFT JOIN ledger_rule r
                 ON r.book = d.book AND r.kind = p.kind AND r.debit_kind = d.kind AND r.credit_kind = c.kind
               LEFT JOIN ledger_transfer o ON o.id = p.reverses_id
              WHERE (c.book = d.book AND c.line = d.line
                     AND (c.holder = d.holder OR c.holder = 0 OR d.holder = 0)
                     AND (r.book IS NOT NULL
                          OR (o.debit_id = p.credit_id AND o.credit_id = p.debit_id
                              AND o.amount_fen = p.amount_fen AND o.reverses_id IS NULL))
                     AND p.xid = pg_current_xact_id() AND p.posted_at = transaction_timestamp()) IS NOT TRUE
              LIMIT 1' INTO bad;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'the transfer % does not fit its accounts', bad
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transfer_fits';
    END IF;

    EXECUTE 'UPDATE ledger_account a
                SET debits = a.debits + moved.debits, credits = a.credits + moved.credits
               FROM (SELECT id, sum(debits)::bigint AS debits, sum(credits)::bigint AS credits
                       FROM (SELECT debit_id AS id, amount_fen AS debits, 0 AS credits FROM posted
                             UNION ALL SELECT credit_id, 0, amount_fen FROM posted) legs
                      GROUP BY id) moved
              WHERE a.id = moved.id';
    RETURN NULL;
END $$;
"""
POST_BEFORE = POST.replace("                AND (a.debits <> 0 OR a.credits <> 0)\n", "")

STATE = [
    migrations.RemoveConstraint("account", "ledger_account_identity"),
    migrations.AddConstraint(
        "account",
        models.UniqueConstraint(fields=["line", "holder", "kind", "book"], name="ledger_account_identity"),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_narrow_writes")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD, state_operations=STATE),
        migrations.RunSQL(POST, POST_BEFORE),
    ]
