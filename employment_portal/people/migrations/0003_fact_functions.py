from django.db import migrations

# Full months from one date to another, rounded down; the months of a contract count with the day after its last.
MONTHS = """
CREATE FUNCTION portal_months_between(since date, until date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ((extract(year FROM until) - extract(year FROM since)) * 12
        + extract(month FROM until) - extract(month FROM since)
        - CASE WHEN extract(day FROM until) < extract(day FROM since) THEN 1 ELSE 0 END)::integer
$$
"""

# The day of statutory retirement, as employment_portal.core.retirement has it.
RETIREMENT = """
CREATE FUNCTION portal_retirement_on(birth date, category text) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (birth + make_interval(months => schedule.years * 12 + CASE
            WHEN born.months < 0 THEN 0
            ELSE least(schedule.most, born.months / schedule.births_per_month + 1)
        END))::date
    FROM (VALUES ('man_60', 60, 1965, 4, 36), ('woman_55', 55, 1970, 4, 36), ('woman_50', 50, 1975, 2, 60))
            AS schedule (category, years, first_year, births_per_month, most),
        LATERAL (SELECT ((extract(year FROM birth) - schedule.first_year) * 12
            + extract(month FROM birth) - 1)::integer AS months) AS born
    WHERE schedule.category = portal_retirement_on.category
$$
"""


class Migration(migrations.Migration):
    """Functions that the facts about people are written with."""

    dependencies = [("people", "0002_foundation")]

    operations = [
        migrations.RunSQL(MONTHS, "DROP FUNCTION portal_months_between(date, date)"),
        migrations.RunSQL(RETIREMENT, "DROP FUNCTION portal_retirement_on(date, text)"),
    ]
