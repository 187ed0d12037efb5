from datetime import date

from django.db import migrations

# 统计上大中小微型企业划分办法（2017）, 国统字〔2017〕213号: staff alone. Industries that the standard tells apart by turnover
# or assets only (agriculture, building, real estate) fall under "others".
SINCE = date(2017, 12, 28)
STANDARDS = {
    "": (10, 100, 300),
    "B/": (20, 300, 1000),
    "C/": (20, 300, 1000),
    "D/": (20, 300, 1000),
    "F/51/": (5, 20, 200),
    "F/52/": (10, 50, 300),
    "G/": (20, 300, 1000),
    "G/59/": (20, 100, 200),
    "H/": (10, 100, 300),
    "I/63/": (10, 100, 2000),
    "I/64/": (10, 100, 2000),
    "I/65/": (10, 100, 300),
    "K/": (100, 300, 1000),
    "L/": (10, 100, 300),
}

# The last month before that of a day for which the register of social insurance holds anything: the month that is
# running is never complete.
INSURANCE_MONTH = """
CREATE FUNCTION portal_insurance_month(on_day date) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT max(month) FROM registers_socialinsurancemonth WHERE month < date_trunc('month', on_day)::date
$$
"""

# How many people an employer has insured in a month.
HEADCOUNT = """
CREATE FUNCTION portal_insured_headcount(organisation bigint, of_month date) RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT count(*)::integer FROM registers_socialinsurancemonth
    WHERE employer_id = organisation AND month = of_month
$$
"""


def load(apps, schema_editor):
    apps.get_model("registers", "SizeStandard").objects.bulk_create(
        apps.get_model("registers", "SizeStandard")(
            industry=industry, since=SINCE, small_from=small, medium_from=medium, large_from=large
        )
        for industry, (small, medium, large) in STANDARDS.items()
    )


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_registers")]

    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunSQL(INSURANCE_MONTH, "DROP FUNCTION portal_insurance_month(date)"),
        migrations.RunSQL(HEADCOUNT, "DROP FUNCTION portal_insured_headcount(bigint, date)"),
    ]
