import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# Room on each page for a batch's moves: a row whose indexed columns stay is changed beside itself, without its indexes.
# The dropped indexes are for LIKE on identifiers, which nothing asks.
FORWARD = """
ALTER TABLE subsidies_payable SET (fillfactor = 50);
ALTER TABLE subsidies_paymentattempt SET (fillfactor = 50);
DROP INDEX IF EXISTS subsidies_payable_public_id_b7c387a8_like;
DROP INDEX IF EXISTS subsidies_paymentattempt_reference_5b7f9986_like;
"""
BACKWARD = """
ALTER TABLE subsidies_payable RESET (fillfactor);
ALTER TABLE subsidies_paymentattempt RESET (fillfactor);
"""


class Migration(migrations.Migration):
    """Indexes of payables and attempts no longer name the state, which a batch changes for each of them."""

    dependencies = [("subsidies", "0008_hold_index")]

    operations = [
        migrations.RemoveConstraint(model_name="paymentattempt", name="attempt_one_live"),
        migrations.RemoveIndex(model_name="payable", name="subsidies_p_state_c5f5a8_idx"),
        migrations.RemoveIndex(model_name="payable", name="subsidies_p_line_id_b6c357_idx"),
        migrations.AddField(
            model_name="payable",
            name="settled",
            field=models.GeneratedField(
                db_persist=True,
                expression=Q(state__in=["paid", "cancelled"]),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddField(
            model_name="paymentattempt",
            name="live",
            field=models.GeneratedField(
                db_persist=True,
                expression=Q(state__in=["queued", "exported", "unknown", "paid"]),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AlterField(
            model_name="paymentattempt",
            name="batch",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attempts",
                to="subsidies.batch",
            ),
        ),
        migrations.AddIndex(
            model_name="payable",
            index=models.Index(
                condition=Q(settled=False), fields=["region", "id"], name="payable_unsettled"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.UniqueConstraint(
                condition=Q(live=True), fields=["payable"], name="attempt_one_live"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
