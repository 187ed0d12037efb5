"""Loading the shipped tables of occupations and industries.

``data/occupations.csv``: 中华人民共和国职业分类大典（2022年版） with the occupations published since; L marks a green
occupation, S a digital one. ``data/industries.csv``: GB/T 4754-2017. ``data/occupation_aliases.csv``: what people
call an occupation, the usual meaning first; the search reads the same file for its synonyms.
"""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import transaction

from employment_portal.classifications.enums import OccupationLevel
from employment_portal.classifications.models import Industry, Occupation, OccupationAlias
from employment_portal.core.text import pinyin_initials, pinyin_key

DATA = Path(__file__).parent / "data"
OCCUPATIONS_FILE = DATA / "occupations.csv"
INDUSTRIES_FILE = DATA / "industries.csv"
ALIASES_FILE = DATA / "occupation_aliases.csv"

MAJOR_GROUPS = {
    "1": "党的机关、国家机关、群众团体和社会组织、企事业单位负责人",
    "2": "专业技术人员",
    "3": "办事人员和有关人员",
    "4": "社会生产服务和生活服务人员",
    "5": "农、林、牧、渔业生产及辅助人员",
    "6": "生产制造及有关人员",
    "7": "军队人员",
    "8": "不便分类的其他从业人员",
}

# What other packages do when occupations or industries (their ids) are renamed or moved; they add themselves from
# AppConfig.ready.
when_changed: list[Callable[[type[Occupation] | type[Industry], list[int]], None]] = []


def _lines(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8") as lines:
        yield from csv.DictReader(line for line in lines if line.strip() and not line.startswith("#"))


def read_aliases() -> dict[str, list[str]]:
    """Colloquial names with the codes of the occupations they mean, the usual one first."""
    return {row["name"]: row["codes"].split() for row in _lines(ALIASES_FILE)}


@transaction.atomic
def load_classifications() -> int:
    """Bring occupations, their other names and industries up to the shipped tables; how many rows were written.

    Nothing is deleted: postings and people point here. Does nothing the second time.
    """
    return _load_occupations() + _load_aliases() + _load_industries()


def _load_occupations() -> int:
    nodes: dict[str, dict] = {
        code: {"name": name, "level": OccupationLevel.MAJOR, "parent": ""}
        for code, name in MAJOR_GROUPS.items()
    }
    for row in _lines(OCCUPATIONS_FILE):
        above = row["major_code"]
        for level, code, name in (
            (OccupationLevel.MIDDLE, row["middle_code"], row["middle_name"]),
            (OccupationLevel.MINOR, row["minor_code"], row["minor_name"]),
        ):
            nodes.setdefault(code, {"name": name, "level": level, "parent": above})
            above = code
        name = row["name"].removesuffix("L/S").removesuffix("L").removesuffix("S")
        marks = row["name"].removeprefix(name)
        nodes[row["code"]] = {
            "name": name,
            "level": OccupationLevel.OCCUPATION,
            "parent": above,
            "is_green": "L" in marks,
            "is_digital": "S" in marks,
        }
    return _store(Occupation, nodes, extra=["is_green", "is_digital"])


def _load_industries() -> int:
    nodes = {
        row["code"]: {"name": row["name"], "level": int(row["level"]), "parent": row["parent_code"]}
        for row in _lines(INDUSTRIES_FILE)
    }
    return _store(Industry, nodes)


def _store(
    model: type[Occupation] | type[Industry], nodes: dict[str, dict], extra: list[str] | None = None
) -> int:
    known = {row.code: row for row in model.objects.all()}
    fields = ["name", "level", "path", "pinyin", "initials", "parent", *(extra or [])]
    written = 0
    for level in sorted({node["level"] for node in nodes.values()}):
        fresh: list = []
        changed: list = []
        for code, node in nodes.items():
            if node["level"] != level:
                continue
            parent = known.get(node["parent"])
            values = {
                **node,
                "parent": parent,
                "path": f"{parent.path if parent else ''}{code}/",
                "pinyin": pinyin_key(node["name"]),
                "initials": pinyin_initials(node["name"]),
            }
            row = known.setdefault(code, model(code=code))
            if row.pk and all(
                (row.parent_id == (parent and parent.pk)) if name == "parent" else getattr(row, name) == value
                for name, value in values.items()
            ):
                continue
            (changed if row.pk else fresh).append(row)
            for name, value in values.items():
                setattr(row, name, value)
        model.objects.bulk_create(fresh)
        model.objects.bulk_update(changed, fields, batch_size=500)
        written += len(fresh) + len(changed)
        for tell in when_changed if changed else ():
            tell(model, [row.pk for row in changed])
    return written


def _load_aliases() -> int:
    ids = dict(Occupation.objects.values_list("code", "id"))
    known = {
        (row.name, row.occupation.pk): row for row in OccupationAlias.objects.select_related("occupation")
    }
    fresh: list[OccupationAlias] = []
    changed: list[OccupationAlias] = []
    for name, codes in read_aliases().items():
        for rank, code in enumerate(codes, start=1):
            row = known.get((name, ids[code]))
            if row is None:
                fresh.append(
                    OccupationAlias(
                        occupation_id=ids[code],
                        name=name,
                        rank=rank,
                        pinyin=pinyin_key(name),
                        initials=pinyin_initials(name),
                    )
                )
            elif row.rank != rank:
                row.rank = rank
                changed.append(row)
    OccupationAlias.objects.bulk_create(fresh)
    OccupationAlias.objects.bulk_update(changed, ["rank"])
    return len(fresh) + len(changed)
