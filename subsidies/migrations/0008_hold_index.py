from django.db import migrations, models


class Migration(migrations.Migration):
    """Searches ask for the holds of many holders, which the exclusion index answers one range at a time."""

    dependencies = [("subsidies", "0007_bulk_passes")]

    operations = [
        migrations.AddIndex(
            model_name="entitlementhold",
            index=models.Index(
                condition=models.Q(live=True), fields=["guard", "holder_id"], name="hold_by_holder"
            ),
        )
    ]
