"""Seeded people in any number, made by the database itself: records, status history, groups, registers, benefits.

``fill_people`` is for a database that is thrown away. Whoever has number ``g`` is the same in every run: each draw
is a hash of the number and of the name of what is drawn. Shares are rough ones of a Chinese city; identity numbers
are stand-ins of the stored length.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from employment_portal.accounts.models import User
from employment_portal.bench.frame import without_indexes
from employment_portal.core.encryption import encrypt
from employment_portal.regions.enums import RegionLevel
from employment_portal.regions.models import Region
from subsidies.policies.models import PolicyVersion

ON = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
TABLES = (
    "people_person",
    "people_statusspell",
    "people_groupmembership",
    "registers_civilrecord",
    "registers_socialinsurancemonth",
    "subsidies_claim",
    "subsidies_claimentry",
    "subsidies_entitlement",
    "subsidies_entitlementhold",
    "subsidies_offer",
)

# Between 0 and 1, by the number of a person and the name of what is drawn.
DRAW = """
CREATE OR REPLACE FUNCTION bench_draw(g bigint, what text) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (hashint8extended(g, hashtext(what)) & 1048575) / 1048576.0::double precision
$$
"""

PEOPLE = """
INSERT INTO people_person (id, public_id, name, name_key, document, id_number, id_number_hash, id_number_tail,
    real_name_status, real_name_checked_at, real_name_tries, sex, birth_date, retirement_category, phone, education,
    graduated_on, household_region_id, residence_region_id, work_region_id, insured_region_id, restricted_at,
    created_at)
SELECT g, 'b' || lpad(g::text, 9, '0'), '居民' || g, 'jumin' || g, 'resident', %(sealed)s, lpad(g::text, 64, '0'),
    lpad(mod(g, 10000)::text, 4, '0'), CASE WHEN bench_draw(g, 'real') < .93 THEN 'confirmed' ELSE 'unchecked' END,
    %(now)s, 0, CASE WHEN bench_draw(g, 'sex') < .02 THEN 0 WHEN bench_draw(g, 'sex') < .51 THEN 1 ELSE 2 END,
    CASE WHEN bench_draw(g, 'born') < .99 THEN date '1952-01-01' + (bench_draw(g, 'birth') * 20800)::int END,
    CASE WHEN bench_draw(g, 'sex') BETWEEN .02 AND .51 THEN CASE WHEN bench_draw(g, 'cat') < .5 THEN 'man_60' ELSE '' END
        WHEN bench_draw(g, 'cat') < .3 THEN 'woman_55' WHEN bench_draw(g, 'cat') < .9 THEN 'woman_50' ELSE '' END,
    '1390000' || lpad(mod(g, 10000)::text, 4, '0'), (ARRAY[10, 20, 30, 40])[1 + (bench_draw(g, 'school') * 3.99)::int],
    CASE WHEN bench_draw(g, 'graduate') < .3 THEN date '2004-06-30' + 365 * (bench_draw(g, 'year') * 22)::int END,
    region[1 + (bench_draw(g, 'household') * (many - 1))::int], region[1 + (bench_draw(g, 'residence') * (many - 1))::int],
    region[1 + (bench_draw(g, 'residence') * (many - 1))::int], region[1 + (bench_draw(g, 'insured') * (many - 1))::int],
    CASE WHEN bench_draw(g, 'restricted') < .001 THEN %(now)s END, %(now)s
FROM generate_series(1, %(rows)s) g,
    (SELECT %(regions)s::bigint[] AS region, cardinality(%(regions)s::bigint[]) AS many) AS place
"""

STATUS = """
CASE WHEN d < .50 THEN 'employed' WHEN d < .56 THEN 'self_employed' WHEN d < .70 THEN 'flexible'
    WHEN d < .705 THEN 'public_post' WHEN d < .78 THEN 'unemployed' ELSE 'out' END
"""

# One spell that mostly lasts, and for some the one before it; a few were entered in error.
SPELLS = f"""
INSERT INTO people_statusspell (public_id, person_id, status, period, region_id, employer_name, source, source_id,
    evidence, end_reason, recorded_at, contract_open_ended, voided_at, void_reason)
SELECT 'n' || lpad(id::text, 9, '0'), id, {STATUS},
    daterange(since, CASE WHEN bench_draw(id, 'ends') < .05 THEN since + 1 + (bench_draw(id, 'until') * 400)::int END),
    residence_region_id, '', 'bench', '', '', '', %(now)s, FALSE,
    CASE WHEN bench_draw(id, 'void') < .01 THEN %(now)s END, ''
FROM (SELECT id, residence_region_id, bench_draw(id, 'status') AS d,
        date %(on)s - (bench_draw(id, 'since') * 1500)::int AS since
    FROM people_person WHERE bench_draw(id, 'spell') < .95) AS person
UNION ALL
SELECT 'e' || lpad(id::text, 9, '0'), id, {STATUS}, daterange(since - 300, since), residence_region_id, '', 'bench', '',
    '', '', %(now)s, FALSE, NULL, ''
FROM (SELECT id, residence_region_id, bench_draw(id, 'earlier') AS d,
        date %(on)s - (bench_draw(id, 'since') * 1500)::int AS since
    FROM people_person WHERE bench_draw(id, 'before') < .25) AS person
"""

# Seven of a hundred in a category of hardship, nine in another group, a few in both.
GROUPS = """
INSERT INTO people_groupmembership (public_id, person_id, "group", basis, evidence, evidence_name, evidence_note, valid,
    state, region_id, applied_at, applied_by_id, decided_by_id, decided_at, decision_note, exit_reason)
SELECT prefix || lpad(id::text, 9, '0'), id, groups[1 + (bench_draw(id, prefix) * (cardinality(groups) - 1))::int], '…',
    '', '', '', daterange(since, since + 365 + (bench_draw(id, 'valid') * 1000)::int),
    CASE WHEN bench_draw(id, 'state') < .9 THEN 'certified' WHEN bench_draw(id, 'state') < .95 THEN 'applied'
        ELSE 'ended' END,
    residence_region_id, %(now)s, %(clerk)s, %(officer)s, %(now)s, '', '…'
FROM (SELECT id, residence_region_id, date %(on)s - (bench_draw(id, 'certified') * 1000)::int AS since
        FROM people_person) AS person
    JOIN (VALUES ('h', .07, ARRAY['h_older', 'h_disabled', 'h_low_income', 'h_zero_employment', 'h_long_term', 'h_other']),
            ('k', .09, ARRAY['graduate', 'youth', 'migrant', 'veteran', 'poverty'])) AS kind (prefix, share, groups)
        ON bench_draw(id, 'group ' || prefix) < share
WHERE residence_region_id IS NOT NULL
"""

CIVIL = """
INSERT INTO registers_civilrecord (source, source_id, person_id, kind, starts_on, ends_on)
SELECT 'bench', 'd' || id, id, 'deceased', date %(on)s - (bench_draw(id, 'died') * 900)::int, NULL::date
FROM people_person WHERE bench_draw(id, 'dead') < .006
UNION ALL
SELECT 'bench', 'l' || id, id, 'low_income', date %(on)s - (bench_draw(id, 'poor since') * 900)::int, NULL
FROM people_person WHERE bench_draw(id, 'poor') < .02
"""

# Who works flexibly pays alone, most of them for each of the last three months.
INSURANCE = """
INSERT INTO registers_socialinsurancemonth (source, source_id, person_id, month, flexible, employer_code, pension,
    medical, unemployment, base_fen, employer_fen, person_fen, unemployment_fen)
SELECT 'bench', spell.person_id || '-' || month, spell.person_id, month::date, TRUE, '', TRUE, TRUE, FALSE, 450000, 0,
    60000 + (bench_draw(spell.person_id, 'paid') * 60000)::int, 0
FROM people_statusspell spell, unnest(%(months)s::date[]) AS month
WHERE spell.status = 'flexible' AND upper_inf(spell.period) AND bench_draw(spell.person_id, 'pays' || month) < .9
"""

# Of those in a category of hardship some were granted the subsidy for this time or long ago, some have claimed it.
CLAIMED = """
CREATE TEMP TABLE bench_claimed AS
SELECT person_id AS id, residence_region_id AS region_id, min(bench_draw(person_id, 'claim')) AS d
FROM people_groupmembership JOIN people_person person ON person.id = person_id
WHERE left("group", 2) = 'h_' AND bench_draw(person_id, 'claim') < .3 GROUP BY 1, 2
"""
CLAIMS = """
INSERT INTO subsidies_claim (id, public_id, number, item_id, version_id, region_id, person_id, period, state, step, round,
    channel, declared, amount_fen, findings, clean, committed, correction_note, corrected_once, maker_id, created_at,
    submitted_at, decided_at)
SELECT id, 'c' || lpad(id::text, 9, '0'), 'B' || id, %(item)s, %(version)s, region_id, id, %(period)s,
    CASE WHEN d < .2 THEN 'archived' ELSE 'in_review' END, CASE WHEN d < .2 THEN '' ELSE 'acceptance' END, 1,
    CASE WHEN d < .2 THEN 'opening' ELSE 'online' END, '{}', 180000, '[]', TRUE, FALSE, '', FALSE, %(clerk)s, %(now)s,
    %(now)s, %(now)s
FROM bench_claimed
"""
ENTRIES = """
INSERT INTO subsidies_claimentry (id, claim_id, "row", item_id, subject_id, person_id, period, months, state, amount_fen,
    facts, reasons, calculation, "open")
SELECT id, id, 1, %(item)s, id, id, %(period)s, 3, 'included', 180000, '{}', '[]', '{}', d >= .2 FROM bench_claimed
"""
# The first half for the period asked for, the others 36 months, which is all that there is.
ENTITLEMENTS = """
INSERT INTO subsidies_entitlement (id, item_id, entry_id, claim_id, region_id, person_id, subject_id, period, months,
    amount_fen, live, granted_at)
SELECT id, %(item)s, id, id, region_id, id, id, CASE WHEN d < .1 THEN %(period)s ELSE %(earlier)s END,
    CASE WHEN d < .1 THEN 3 ELSE 36 END, 180000, TRUE, %(now)s
FROM bench_claimed WHERE d < .2
"""
HOLDS = """
INSERT INTO subsidies_entitlementhold (entitlement_id, guard_id, holder_id, period, live)
SELECT granted.id, guarded.guard_id, granted.person_id, granted.period, TRUE
FROM subsidies_entitlement granted JOIN subsidies_guard_items guarded ON guarded.subsidyitem_id = granted.item_id
"""
OFFERS = """
INSERT INTO subsidies_offer (public_id, version_id, item_id, subject_id, person_id, region_id, period, months, amount_fen,
    explanation, state, created_at, expires_on, decline_reason, lapse_reason, answered_at)
SELECT 'o' || lpad(spell.person_id::text, 9, '0'), %(version)s, %(item)s, spell.person_id, spell.person_id,
    spell.region_id, %(period)s, 3, 180000, '[]', 'declined', %(now)s, date %(on)s + 60, '', '', %(now)s
FROM people_statusspell spell WHERE spell.status = 'flexible' AND upper_inf(spell.period)
    AND bench_draw(spell.person_id, 'offer') < .02 AND spell.region_id IS NOT NULL
"""


def fill_people(
    rows: int, *, version: PolicyVersion, period: DateRange, officers: list[User], say: Callable[[str], None]
) -> None:
    """``rows`` people with all that a policy for flexible work asks for, as of ON; benefits under ``version``.

    Every row satisfies the constraints that the tables have: they are put back and checked at the end.
    """
    months = [date(2026, month, 1) for month in range(period.lower.month, period.upper.month)]
    params: dict[str, Any] = {
        "rows": rows,
        "on": ON.isoformat(),
        "now": NOW,
        "sealed": encrypt("510104199001011237"),
        "regions": _regions(),
        "clerk": officers[0].pk,
        "officer": officers[1].pk,
        "months": months,
        "item": version.policy.item_id,
        "version": version.pk,
        "period": period,
        "earlier": DateRange(date(2020, 1, 1), date(2023, 1, 1)),
    }
    with without_indexes(*TABLES), connection.cursor() as cursor:
        cursor.execute(DRAW)
        for statement in (PEOPLE, SPELLS, GROUPS, CIVIL, INSURANCE, CLAIMED, CLAIMS, ENTRIES):
            cursor.execute(statement, params)
        with transaction.atomic():  # an entitlement and its holds come together
            cursor.execute(ENTITLEMENTS, params)
            cursor.execute(HOLDS, params)
        cursor.execute(OFFERS, params)
        cursor.execute("DROP TABLE bench_claimed")
        say(f"{rows:,} people; indexing")


def _regions() -> list[int | None]:
    """Most people live in the city, some elsewhere, of some it is not known."""
    known = Region.objects.filter(level__in=[RegionLevel.DISTRICT, RegionLevel.STREET]).order_by("code")
    city = Region.objects.get(code=settings.CITY_REGION).path
    inside = list(known.filter(path__startswith=city).values_list("pk", flat=True))
    outside = list(known.exclude(path__startswith=city).values_list("pk", flat=True))
    every = max(len(outside) // max(len(inside) // 8, 1), 1)
    elsewhere = outside[::every][: max(len(inside) // 8, 1)]
    return [*inside, *elsewhere, *[None] * max(len(inside) // 100, 1)]
