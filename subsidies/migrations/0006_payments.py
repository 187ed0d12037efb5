"""Opening data lie in the region of whoever brought them."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def city(apps: Any, schema_editor: Any) -> None:
    """What came before belonged to the whole city."""
    imports = apps.get_model("subsidies", "OpeningImport").objects.filter(region__isnull=True)
    if imports.exists():
        imports.update(region=apps.get_model("regions", "Region").objects.get(code=settings.CITY_REGION))


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0005_recovery_and_opening")]

    operations = [
        migrations.AddField(
            "openingimport",
            "region",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
                help_text="what whoever brought it serves: every row lies within",
            ),
        ),
        migrations.RunPython(city, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", ""),
        migrations.AlterField(
            "openingimport",
            "region",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
                help_text="what whoever brought it serves: every row lies within",
            ),
        ),
    ]
