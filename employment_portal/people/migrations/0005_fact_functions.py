import importlib

from django.db import migrations

before = importlib.import_module("employment_portal.people.migrations.0003_fact_functions")

# The same as before in expressions that PostgreSQL puts into the query that calls them, with whole numbers.
MONTHS = """
CREATE OR REPLACE FUNCTION portal_months_between(since date, until date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (date_part('year', until)::integer - date_part('year', since)::integer) * 12
        + date_part('month', until)::integer - date_part('month', since)::integer
        - (date_part('day', until) < date_part('day', since))::integer
$$
"""
DELAY = """CASE WHEN (date_part('year', birth)::integer - {first}) * 12 + date_part('month', birth)::integer - 1 < 0
            THEN 0 ELSE least({most}, ((date_part('year', birth)::integer - {first}) * 12
                + date_part('month', birth)::integer - 1) / {step} + 1) END"""
RETIREMENT = f"""
CREATE OR REPLACE FUNCTION portal_retirement_on(birth date, category text) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (birth + make_interval(months => CASE category
        WHEN 'man_60' THEN 720 + {DELAY.format(first=1965, most=36, step=4)}
        WHEN 'woman_55' THEN 660 + {DELAY.format(first=1970, most=36, step=4)}
        WHEN 'woman_50' THEN 600 + {DELAY.format(first=1975, most=60, step=2)}
    END))::date
$$
"""


class Migration(migrations.Migration):
    """Functions about dates that cost a search over everybody no call each."""

    dependencies = [("people", "0004_open_ended_contracts")]

    operations = [
        migrations.RunSQL(MONTHS, before.MONTHS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")),
        migrations.RunSQL(
            RETIREMENT, before.RETIREMENT.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
        ),
    ]
