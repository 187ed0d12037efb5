"""Recovery: terms, plans and write-offs; what was issued or confirmed never changes. Opening: its runs."""

from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION subsidies_issued_order_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.issued_at IS NOT NULL AND (
        NEW.payable_id, NEW.amount_fen, NEW.cause, NEW.reasons, NEW.number, NEW.due_on, NEW.pay_to, NEW.issued_by_id,
        NEW.issued_at, NEW.proposed_by_id
    ) IS DISTINCT FROM (
        OLD.payable_id, OLD.amount_fen, OLD.cause, OLD.reasons, OLD.number, OLD.due_on, OLD.pay_to, OLD.issued_by_id,
        OLD.issued_at, OLD.proposed_by_id
    ) OR OLD.state IN ('recovered', 'written_off', 'dropped') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'recovery order %: what was issued never changes', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER recoveryorder_issued_stays BEFORE UPDATE OR DELETE ON subsidies_recoveryorder
    FOR EACH ROW EXECUTE FUNCTION subsidies_issued_order_stays();

CREATE FUNCTION subsidies_confirmed_receipt_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.confirmed_at IS NOT NULL THEN
        RAISE EXCEPTION 'receipt %: confirmed, it never changes', OLD.reference USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER receipt_confirmed_stays BEFORE UPDATE OR DELETE ON subsidies_receipt
    FOR EACH ROW EXECUTE FUNCTION subsidies_confirmed_receipt_stays();

CREATE FUNCTION subsidies_order_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint;
    ordered subsidies_recoveryorder;
BEGIN
    IF TG_TABLE_NAME = 'subsidies_recoveryorder' THEN
        wanted := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        wanted := OLD.order_id;
    ELSE
        wanted := NEW.order_id;
    END IF;
    SELECT * INTO ordered FROM subsidies_recoveryorder WHERE id = wanted;
    IF ordered.recovered_fen <> (
        SELECT coalesce(sum(amount_fen), 0) FROM subsidies_receipt
         WHERE order_id = wanted AND confirmed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'recovery order %: recovered is not the sum of its receipts', ordered.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recovery_receipts_add_up';
    END IF;
    IF EXISTS (SELECT FROM subsidies_instalment WHERE order_id = wanted) AND (
        ordered.amount_fen - ordered.planned_from_fen <> (
            SELECT sum(amount_fen) FROM subsidies_instalment WHERE order_id = wanted)
        OR EXISTS (SELECT FROM subsidies_instalment a JOIN subsidies_instalment b ON b.order_id = a.order_id
                    WHERE a.order_id = wanted AND a.sequence < b.sequence AND a.due_on >= b.due_on)) THEN
        RAISE EXCEPTION 'recovery order %: its instalments are no plan', ordered.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recovery_plan_adds_up';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER recovery_adds_up AFTER INSERT OR UPDATE ON subsidies_recoveryorder
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION subsidies_order_adds_up();
CREATE CONSTRAINT TRIGGER receipt_adds_up AFTER INSERT OR UPDATE OR DELETE ON subsidies_receipt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION subsidies_order_adds_up();
CREATE CONSTRAINT TRIGGER instalment_adds_up AFTER INSERT OR UPDATE OR DELETE ON subsidies_instalment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION subsidies_order_adds_up();
"""

UNDO = """
DROP TRIGGER instalment_adds_up ON subsidies_instalment;
DROP TRIGGER receipt_adds_up ON subsidies_receipt;
DROP TRIGGER recovery_adds_up ON subsidies_recoveryorder;
DROP FUNCTION subsidies_order_adds_up();
DROP TRIGGER receipt_confirmed_stays ON subsidies_receipt;
DROP FUNCTION subsidies_confirmed_receipt_stays();
DROP TRIGGER recoveryorder_issued_stays ON subsidies_recoveryorder;
DROP FUNCTION subsidies_issued_order_stays();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('regions', '0002_agency_parent_serves_region'),
        ('subsidies', '0004_rosters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='openingimport',
            name='openingimport_applied_by_someone',
        ),
        migrations.AddField(
            model_name='openingimport',
            name='done_count',
            field=models.PositiveIntegerField(default=0, help_text='rows worked through by the run that is on'),
        ),
        migrations.AddField(
            model_name='openingimport',
            name='error_count',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='openingimport',
            name='problem',
            field=models.CharField(blank=True, help_text='why it could not be taken over', max_length=300),
        ),
        migrations.AddField(
            model_name='openingimport',
            name='row_count',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='recoveryorder',
            name='pay_to',
            field=models.CharField(blank=True, max_length=300, verbose_name='how to pay'),
        ),
        migrations.AddField(
            model_name='recoveryorder',
            name='plan_agreed_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='recoveryorder',
            name='planned_from_fen',
            field=models.BigIntegerField(default=0, help_text='what had been recovered when the instalments were agreed: they cover the rest'),
        ),
        migrations.AddField(
            model_name='recoveryorder',
            name='qualified_until',
            field=models.DateField(blank=True, help_text='the last day that counts, where the cause is a time', null=True, verbose_name='qualified until'),
        ),
        migrations.AddField(
            model_name='recoveryorder',
            name='written_off_document',
            field=models.CharField(blank=True, max_length=80, verbose_name='document number'),
        ),
        migrations.AlterField(
            model_name='openingimport',
            name='state',
            field=models.CharField(choices=[('checking', 'Being checked'), ('checked', 'Checked, to be approved'), ('faulty', 'Has errors'), ('applying', 'Being taken over'), ('applied', 'Taken over'), ('discarded', 'Discarded')], max_length=9),
        ),
        migrations.AlterField(
            model_name='openingimport',
            name='totals',
            field=models.JSONField(default=dict, help_text='what it would make or made: counts and sums in fen'),
        ),
        migrations.AddConstraint(
            model_name='openingimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['applying', 'applied']), _negated=True), ('approved_by__isnull', False), _connector='OR'), name='openingimport_approved_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='openingimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('applied_at__isnull', False), ('state', 'applied')), models.Q(models.Q(('state', 'applied'), _negated=True), ('applied_at__isnull', True)), _connector='OR'), name='openingimport_applied_at'),
        ),
        migrations.AddConstraint(
            model_name='recoveryorder',
            constraint=models.CheckConstraint(condition=models.Q(('written_off_fen', 0), models.Q(('written_off_document', ''), _negated=True), _connector='OR'), name='recovery_written_off_by_document'),
        ),
        migrations.AddConstraint(
            model_name='recoveryorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cause', 'no_longer'), ('qualified_until__isnull', False)), models.Q(models.Q(('cause', 'no_longer'), _negated=True), ('qualified_until__isnull', True)), _connector='OR'), name='recovery_qualified_until'),
        ),
        migrations.RunSQL(GUARDS, UNDO),
    ]
