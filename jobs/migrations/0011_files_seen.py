from django.db import migrations, models

# The downloads so far, of which only the audit trail knew.
FILL = """
INSERT INTO jobs_contactview (application_id, by_id, at, kind)
SELECT a.id, e.actor_id, e.at, 'file' FROM audit_auditentry e
JOIN jobs_application a ON a.public_id = e.subject_id
WHERE e.action = 'application.download' AND e.subject_type = 'jobs.application' AND e.actor_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_append_only"),
        ("jobs", "0010_revision_region"),
    ]

    operations = [
        migrations.AddField(
            "contactview",
            "kind",
            models.CharField(
                choices=[("phone", "saw the phone number"), ("file", "downloaded the file")],
                default="phone",
                max_length=5,
            ),
        ),
        migrations.RunSQL([FILL, "SET CONSTRAINTS ALL IMMEDIATE;"], migrations.RunSQL.noop),
    ]
