"""Payments that are explained to the last fen: who pays, cash without a batch, money paid twice or sent back late.

Opening data lie in the region of whoever brought them.
"""

import os
from typing import Any

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

import employment_portal.core.fields

SETTLED = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"

GUARDS = """
CREATE FUNCTION subsidies_confirmed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.confirmed_at IS NOT NULL THEN
        RAISE EXCEPTION '% of %: confirmed, it never changes', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER payer_confirmed_stays BEFORE UPDATE OR DELETE ON subsidies_payer
    FOR EACH ROW EXECUTE FUNCTION subsidies_confirmed_stays();
CREATE TRIGGER cash_confirmed_stays BEFORE UPDATE OR DELETE ON subsidies_cashmovement
    FOR EACH ROW EXECUTE FUNCTION subsidies_confirmed_stays();

CREATE FUNCTION subsidies_batch_has_payer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM subsidies_payer WHERE id = NEW.payer_id AND confirmed_at IS NULL) THEN
        RAISE EXCEPTION 'batch %: nobody has confirmed its payer', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER batch_payer_is_confirmed BEFORE INSERT ON subsidies_batch
    FOR EACH ROW EXECUTE FUNCTION subsidies_batch_has_payer();

-- What the bytes of a bank file are made of.
CREATE TRIGGER batch_as_made BEFORE UPDATE OF number, run_key, region_id, year, item_id, payer_id, format, count,
    total_fen, content_sha256, made_by_id, made_at OR DELETE ON subsidies_batch
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER payeeaccount_as_given BEFORE UPDATE OF holder, bank_name, bank_code, tail OR DELETE
    ON subsidies_payeeaccount FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
DROP TRIGGER attempt_as_the_bank_was_told ON subsidies_paymentattempt;
CREATE TRIGGER attempt_as_the_bank_was_told BEFORE UPDATE OF payable_id, batch_id, sequence, reference, account_id,
    amount_fen, purpose ON subsidies_paymentattempt FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
"""

UNDO = """
DROP TRIGGER attempt_as_the_bank_was_told ON subsidies_paymentattempt;
CREATE TRIGGER attempt_as_the_bank_was_told BEFORE UPDATE OF payable_id, batch_id, sequence, reference, account_id,
    amount_fen ON subsidies_paymentattempt FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
DROP TRIGGER payeeaccount_as_given ON subsidies_payeeaccount;
DROP TRIGGER batch_as_made ON subsidies_batch;
DROP TRIGGER batch_payer_is_confirmed ON subsidies_batch;
DROP FUNCTION subsidies_batch_has_payer();
DROP TRIGGER cash_confirmed_stays ON subsidies_cashmovement;
DROP TRIGGER payer_confirmed_stays ON subsidies_payer;
DROP FUNCTION subsidies_confirmed_stays();
"""

ORDER_STAYS = """
CREATE OR REPLACE FUNCTION subsidies_issued_order_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.attempt_id IS DISTINCT FROM OLD.attempt_id OR OLD.issued_at IS NOT NULL AND (
        NEW.payable_id, NEW.amount_fen, NEW.cause, NEW.reasons, NEW.number, NEW.due_on, NEW.pay_to, NEW.issued_by_id,
        NEW.issued_at, NEW.proposed_by_id
    ) IS DISTINCT FROM (
        OLD.payable_id, OLD.amount_fen, OLD.cause, OLD.reasons, OLD.number, OLD.due_on, OLD.pay_to, OLD.issued_by_id,
        OLD.issued_at, OLD.proposed_by_id
    ) OR OLD.state IN ('recovered', 'returned', 'written_off', 'dropped') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'recovery order %: what was issued never changes', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

PURPOSES = """
UPDATE subsidies_paymentattempt a SET purpose = i.notice_name
  FROM subsidies_payable p JOIN subsidies_budgetline l ON l.id = p.line_id JOIN subsidies_subsidyitem i ON i.id = l.item_id
 WHERE p.id = a.payable_id
"""


def city_of_imports(apps: Any, schema_editor: Any) -> None:
    """What came before belonged to the whole city."""
    imports = apps.get_model("subsidies", "OpeningImport").objects.filter(region__isnull=True)
    if imports.exists():
        imports.update(region=apps.get_model("regions", "Region").objects.get(code=settings.CITY_REGION))


def payer_of_batches(apps: Any, schema_editor: Any) -> None:
    """Batches were paid from the account that stood in the settings: they keep it, with the day of the first."""
    Batch = apps.get_model("subsidies", "Batch")
    first = Batch.objects.order_by("made_at").first()
    if first is None:
        return
    payer = apps.get_model("subsidies", "Payer").objects.create(
        region=apps.get_model("regions", "Region").objects.get(code=settings.CITY_REGION),
        name=os.environ.get("PAYER_NAME", f"{settings.CITY_NAME}就业补助资金专户"),
        account=os.environ.get("PAYER_ACCOUNT", "5100000000000000000" if settings.USE_SIMULATORS else ""),
        effective_from=timezone.localdate(first.made_at),
        document="PAYER_NAME, PAYER_ACCOUNT",
        made_at=timezone.now(),
        confirmed_at=timezone.now(),
    )
    Batch.objects.update(payer=payer)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_uncovered"),
        ("regions", "0002_agency_parent_serves_region"),
        ("subsidies", "0005_recovery_and_opening"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CashMovement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", employment_portal.core.fields.PublicIdField()),
                (
                    "direction",
                    models.CharField(
                        choices=[("in", "Came in"), ("out", "Went out")],
                        max_length=3,
                        verbose_name="direction",
                    ),
                ),
                ("amount_fen", models.BigIntegerField(verbose_name="amount")),
                ("moved_on", models.DateField(verbose_name="day on the statement")),
                ("reference", models.CharField(max_length=80, unique=True, verbose_name="bank reference")),
                ("counterparty", models.CharField(blank=True, max_length=120, verbose_name="the other side")),
                (
                    "note",
                    models.CharField(blank=True, max_length=300, verbose_name="what the statement says"),
                ),
                ("recorded_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Payer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", employment_portal.core.fields.PublicIdField()),
                ("name", models.CharField(max_length=120, verbose_name="account holder")),
                ("account", models.CharField(max_length=40, verbose_name="account number")),
                ("bank_name", models.CharField(blank=True, max_length=80, verbose_name="bank")),
                ("bank_code", models.CharField(blank=True, max_length=14, verbose_name="bank code (CNAPS)")),
                ("effective_from", models.DateField(verbose_name="effective from")),
                ("document", models.CharField(blank=True, max_length=80, verbose_name="document number")),
                ("made_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="paymentattempt",
            name="attempt_paid_with_date",
        ),
        migrations.RemoveConstraint(
            model_name="recoveryorder",
            name="recovery_not_more_than_asked",
        ),
        migrations.RemoveConstraint(
            model_name="recoveryorder",
            name="recovery_ended_at_zero",
        ),
        migrations.RemoveConstraint(
            model_name="recoveryorder",
            name="recovery_one_open",
        ),
        migrations.AddField(
            model_name="openingimport",
            name="region",
            field=models.ForeignKey(
                help_text="what whoever brought it serves: every row lies within",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
            ),
        ),
        migrations.AddField(
            model_name="payable",
            name="reduced_fen",
            field=models.BigIntegerField(
                default=0, help_text="asked back and settled by the bank's return: not to be paid again"
            ),
        ),
        migrations.AddField(
            model_name="paymentattempt",
            name="purpose",
            field=models.CharField(default="", max_length=80),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="recoveryorder",
            name="attempt",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recoveries",
                to="subsidies.paymentattempt",
            ),
        ),
        migrations.AddField(
            model_name="recoveryorder",
            name="returned_fen",
            field=models.BigIntegerField(
                default=0, help_text="outstanding when the bank sent the payment back"
            ),
        ),
        migrations.AlterField(
            model_name="exceptioncase",
            name="kind",
            field=models.CharField(
                choices=[
                    ("unknown_send", "Unknown whether the bank received the file"),
                    ("unknown_reference", "Reference that no batch has"),
                    ("wrong_amount", "Amount differs"),
                    ("wrong_payee", "Payee differs"),
                    ("paid_after_return", "Paid after it was returned"),
                    ("unreadable", "Line not understood"),
                    ("quarantine", "Return file quarantined"),
                    ("unexplained_cash", "Cash that nobody can place"),
                    ("cash_out", "Payment by the bank that nobody can place"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="paymentattempt",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "Queued"),
                    ("exported", "In a bank file"),
                    ("unknown", "Unknown whether the bank has it"),
                    ("paid", "Paid"),
                    ("failed", "Refused by the bank"),
                    ("returned", "Returned after payment"),
                    ("paid_twice", "Paid a second time, asked back"),
                    ("dropped", "Taken out before sending"),
                ],
                default="queued",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="recoveryorder",
            name="state",
            field=models.CharField(
                choices=[
                    ("proposed", "Proposed"),
                    ("issued", "Issued"),
                    ("referred", "Referred for enforcement"),
                    ("recovered", "Recovered"),
                    ("returned", "Ended: the bank sent the money back"),
                    ("written_off", "Written off"),
                    ("dropped", "Dropped"),
                ],
                default="proposed",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="payable",
            constraint=models.CheckConstraint(
                condition=models.Q(("reduced_fen__gte", 0), ("reduced_fen__lte", models.F("amount_fen"))),
                name="payable_reduced",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["paid", "paid_twice"]), _negated=True),
                    ("settled_on__isnull", False),
                    _connector="OR",
                ),
                name="attempt_paid_with_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recovered_fen__gte", 0),
                    ("returned_fen__gte", 0),
                    ("written_off_fen__gte", 0),
                    (
                        "amount_fen__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("recovered_fen"), "+", models.F("written_off_fen")
                            ),
                            "+",
                            models.F("returned_fen"),
                        ),
                    ),
                ),
                name="recovery_not_more_than_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["recovered", "written_off", "returned"]), _negated=True),
                    (
                        "amount_fen",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("recovered_fen"), "+", models.F("written_off_fen")
                            ),
                            "+",
                            models.F("returned_fen"),
                        ),
                    ),
                    _connector="OR",
                ),
                name="recovery_ended_at_zero",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryorder",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("attempt__isnull", True), ("state__in", ["proposed", "issued", "referred"])
                ),
                fields=("payable",),
                name="recovery_one_open",
            ),
        ),
        migrations.AddField(
            model_name="cashmovement",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="cashmovement",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="subsidies.budgetline"
            ),
        ),
        migrations.AddField(
            model_name="cashmovement",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="exceptioncase",
            name="cash",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="case",
                to="subsidies.cashmovement",
            ),
        ),
        migrations.AddField(
            model_name="payer",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="payer",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="payer",
            name="region",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="regions.region"
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="payer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="batches",
                to="subsidies.payer",
            ),
        ),
        migrations.AddConstraint(
            model_name="cashmovement",
            constraint=models.CheckConstraint(condition=models.Q(("amount_fen__gt", 0)), name="cash_amount"),
        ),
        migrations.AddConstraint(
            model_name="cashmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by__isnull", True),
                    models.Q(("confirmed_by", models.F("recorded_by")), _negated=True),
                    _connector="OR",
                ),
                name="cash_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="cashmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                    models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                    _connector="OR",
                ),
                name="cash_confirmed_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="payer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by__isnull", True),
                    models.Q(("confirmed_by", models.F("made_by")), _negated=True),
                    _connector="OR",
                ),
                name="payer_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="payer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        models.Q(("confirmed_by__isnull", False), ("made_by__isnull", True), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="payer_confirmed_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="payer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("confirmed_at__isnull", False)),
                fields=("region", "effective_from"),
                name="payer_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryorder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["proposed", "issued", "referred"])),
                fields=("attempt",),
                name="recovery_second_payment_once",
            ),
        ),
        migrations.RunPython(city_of_imports, migrations.RunPython.noop),
        migrations.RunPython(payer_of_batches, migrations.RunPython.noop),
        migrations.RunSQL(PURPOSES, migrations.RunSQL.noop),
        migrations.RunSQL(SETTLED, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="openingimport",
            name="region",
            field=models.ForeignKey(
                help_text="what whoever brought it serves: every row lies within",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
            ),
        ),
        migrations.AlterField(
            model_name="batch",
            name="payer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="batches", to="subsidies.payer"
            ),
        ),
        migrations.RunSQL(GUARDS, UNDO),
        migrations.RunSQL(ORDER_STAYS, migrations.RunSQL.noop),
    ]
