"""Money that the bank paid out and no line bears: paid twice, or for nothing that is known."""

from django.db import migrations

from employment_portal.ledger.books import DeclareBook, Kind


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_subsidies")]
    operations = [
        DeclareBook(
            "subsidies",
            [Kind("uncovered", source=True)],
            [
                ("pay_out", "uncovered", "cash_source"),
                ("overpay", "uncovered", "overpaid_receivable"),
                ("cover", "recovered", "uncovered"),
                ("cover", "cash_source", "uncovered"),
                ("cover", "available", "uncovered"),
            ],
        )
    ]
