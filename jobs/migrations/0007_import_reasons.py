from django.db import migrations, models

KEEP_SENTENCES = """
    UPDATE jobs_importrow
       SET reasons = jsonb_build_array(jsonb_build_object('code', 'text', 'params', jsonb_build_object('text', reason)))
     WHERE reason <> ''
"""


class Migration(migrations.Migration):
    """Reasons as codes with parameters, for every reader's language; older rows keep the sentence they have."""

    dependencies = [("jobs", "0006_application_resume_kind")]

    operations = [
        migrations.AddField(
            "importrow",
            "reasons",
            models.JSONField(default=list, help_text="reasons.Reason as dicts", verbose_name="reason"),
        ),
        migrations.RunSQL(KEEP_SENTENCES, migrations.RunSQL.noop),
        migrations.RemoveConstraint("importrow", "importrow_rejected_with_reason"),
        migrations.RemoveField("importrow", "reason"),
        migrations.AddConstraint(
            "importrow",
            models.CheckConstraint(
                condition=~models.Q(outcome="rejected") | ~models.Q(reasons=[]),
                name="importrow_rejected_with_reason",
            ),
        ),
    ]
