from django.db import migrations, models


class Migration(migrations.Migration):
    """A bank's line may say that a payment is still on its way."""

    dependencies = [("subsidies", "0014_guards_of_a_skill")]

    operations = [
        migrations.AlterField(
            "returnline",
            "outcome",
            models.CharField(
                max_length=10,
                choices=[
                    ("paid", "Paid"),
                    ("failed", "Failed"),
                    ("returned", "Returned after payment"),
                    ("interim", "On its way, no outcome yet"),
                    ("unclear", "Not understood"),
                ],
            ),
        ),
    ]
