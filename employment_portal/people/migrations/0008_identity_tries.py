from django.db import migrations, models
from django.db.models import Q


def begin_anew(apps, schema_editor):
    """Tries ended after 30 quarters of an hour: who was given up in an outage is asked about again."""
    apps.get_model("people", "Person").objects.filter(real_name_status="check_later").update(real_name_tries=0)


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0007_restriction"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="real_name_next_try_at",
            field=models.DateTimeField(
                blank=True, help_text="not asked again before then, after no answer", null=True
            ),
        ),
        migrations.RunPython(begin_anew, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=Q(real_name_status="check_later"),
                fields=["real_name_next_try_at"],
                name="person_check_later",
            ),
        ),
    ]
