import django.db.models.deletion
from django.db import migrations, models

# Where the work would be: the place of the change, else that of the posting.
FILL = """
UPDATE jobs_postingrevision r SET region_id = coalesce(
    (SELECT id FROM regions_region WHERE code = r.content->>'region'),
    (SELECT region_id FROM jobs_posting WHERE id = r.posting_id)
);
-- A waiting change that moves the work is decided where it would be.
UPDATE workflow_workitem w SET region_id = r.region_id FROM jobs_postingrevision r
WHERE w.subject_type = 'jobs.postingrevision' AND w.subject_id = r.id AND w.closed_at IS NULL
    AND w.region_id <> r.region_id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0009_invitations"),
        ("regions", "0001_initial"),
        ("workflow", "0003_delegation"),
    ]

    operations = [
        migrations.AddField(
            "postingrevision",
            "region",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
            ),
        ),
        migrations.RunSQL([FILL, "SET CONSTRAINTS ALL IMMEDIATE;"], migrations.RunSQL.noop),
        migrations.AlterField(
            "postingrevision",
            "region",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="regions.region"
            ),
        ),
    ]
