from django.db import migrations, models


class Migration(migrations.Migration):
    """The hours of the training that led to a certificate: what training subsidies are graded by."""

    dependencies = [("registers", "0002_size_standards")]

    operations = [
        migrations.AddField(
            model_name="skillcertificate",
            name="training_hours",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="hours of training"),
        ),
    ]
