from django.db import migrations, models


class Migration(migrations.Migration):
    """A guard may hold for a person's occupation and level, whichever certificate shows them."""

    dependencies = [("subsidies", "0013_one_step_per_person")]

    operations = [
        migrations.AlterField(
            model_name="guard",
            name="scope",
            field=models.CharField(
                choices=[
                    ("person", "Person"),
                    ("organisation", "Organisation"),
                    ("venture", "Venture"),
                    ("certificate", "Certificate"),
                    ("skill", "Person, occupation and level"),
                    ("employment", "Employment"),
                ],
                max_length=12,
                verbose_name="scope",
            ),
        ),
    ]
