"""The book of subsidies. ``ledger/kinds.py`` names the same for Python; a test holds both together."""

from django.db import migrations

from employment_portal.ledger.books import DeclareBook, Kind

KINDS = [
    Kind("appropriation", source=True),
    Kind("available"),
    Kind("committed"),
    Kind("payable", held=True),
    Kind("in_transit", held=True),
    Kind("paid", held=True),
    Kind("returned_hold", held=True),
    Kind("overpaid_receivable", held=True),
    Kind("recovered", held=True),
    Kind("treasury_surrendered"),
    Kind("suspense"),
    Kind("written_off", held=True),
    Kind("cash_source", source=True),
]
RULES = [
    ("allot", "appropriation", "available"),
    ("cut", "available", "appropriation"),
    ("commit", "available", "committed"),
    ("release", "committed", "available"),
    ("confirm", "committed", "payable"),
    ("dispatch", "payable", "in_transit"),
    ("settle", "in_transit", "paid"),
    ("fail", "in_transit", "returned_hold"),
    ("return", "paid", "returned_hold"),
    ("reissue", "returned_hold", "payable"),
    ("cancel", "returned_hold", "available"),
    ("overpay", "paid", "overpaid_receivable"),
    ("recover", "overpaid_receivable", "recovered"),
    ("reuse", "recovered", "available"),
    ("surrender_recovered", "recovered", "treasury_surrendered"),
    ("surrender_unused", "available", "treasury_surrendered"),
    ("write_off", "overpaid_receivable", "written_off"),
    ("suspend", "cash_source", "suspense"),
    ("explain", "suspense", "cash_source"),
    ("explain", "suspense", "available"),
    ("explain", "suspense", "treasury_surrendered"),
    ("carry_out", "committed", "appropriation"),
    ("carry_in", "appropriation", "committed"),
]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [DeclareBook("subsidies", KINDS, RULES)]
