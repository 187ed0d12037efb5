from django.db import migrations, models

# Both registrations said so far: leave the last day empty for an open-ended contract.
SAID_SO = """
UPDATE people_statusspell SET contract_open_ended = true
 WHERE contract_until IS NULL AND source IN ('employer.hire', 'jobs.hire')
"""


class Migration(migrations.Migration):
    """An open-ended contract is known as one: so far its term counted as not known."""

    dependencies = [("people", "0003_fact_functions")]

    operations = [
        migrations.AddField(
            "statusspell",
            "contract_open_ended",
            models.BooleanField(default=False, verbose_name="open-ended contract"),
        ),
        migrations.AlterField(
            "statusspell",
            "contract_until",
            models.DateField(
                blank=True,
                help_text="null: open-ended, or nobody has said it",
                null=True,
                verbose_name="contract until",
            ),
        ),
        migrations.RunSQL(SAID_SO, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "statusspell",
            models.CheckConstraint(
                condition=models.Q(contract_open_ended=False) | models.Q(contract_until__isnull=True),
                name="spell_open_ended_has_no_last_day",
            ),
        ),
    ]
