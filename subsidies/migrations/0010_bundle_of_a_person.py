import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A bundle is a person's: no organisation ever made one."""

    dependencies = [("subsidies", "0009_narrow_indexes")]

    operations = [
        migrations.RemoveConstraint(model_name="bundle", name="bundle_of_one"),
        migrations.RemoveField(model_name="bundle", name="organisation"),
        migrations.AlterField(
            model_name="bundle",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="subsidy_bundles", to="people.person"
            ),
        ),
    ]
