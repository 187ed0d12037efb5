"""An entry is granted anew when an appeal against the revocation was upheld: one live entitlement, not one ever."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0011_exclusions")]

    operations = [
        migrations.AlterField(
            "entitlement",
            "entry",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entitlements",
                to="subsidies.claimentry",
            ),
        ),
        migrations.AddConstraint(
            "entitlement",
            models.UniqueConstraint(
                fields=["entry"], condition=models.Q(("live", True)), name="entitlement_entry_once"
            ),
        ),
    ]
