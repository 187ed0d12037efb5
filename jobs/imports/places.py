"""Places as adverts write them (西安·高新技术产业开发区, 深圳-龙华新区, 昆山) into one region of the tree."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from employment_portal.regions.enums import RegionLevel
from jobs.imports.reasons import CannotRead

MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
REMOTE = frozenset({"远程", "远程办公", "居家办公", "在家办公", "remote"})
ANYWHERE = frozenset({"全国", "不限", "地点不限", "异地招聘", "多地", "境外", "国外"})

# What a functional zone is called differs from list to list; these endings mean the same kind of zone.
_ZONE_KINDS = (
    ("高新", re.compile(r"(?:国家)?高新(?:技术)?(?:产业)?(?:开发|园)?区$|高新园区$|高新技术产业园区$")),
    ("经开", re.compile(r"(?:国家级?)?经(?:济)?(?:技术)?开(?:发)?区$|^开发区$")),
    ("保税", re.compile(r"(?:综合)?保税(?:港)?区$")),
)
_ETHNIC = re.compile(
    r"(?:(?:藏|羌|彝|苗|侗|壮|傣|白|回|蒙古|满|土家|朝鲜|布依|哈尼|景颇|傈僳|瑶|畲|黎|仡佬|纳西|拉祜|佤|土|撒拉|东乡|保安|裕固"
    r"|鄂温克|鄂伦春|水|独龙|怒|普米|毛南|仫佬|布朗|各)族|蒙古|哈萨克|柯尔克孜|塔吉克|锡伯|维吾尔|达斡尔)+自治[州县旗区]$"
)
_ADMIN_SUFFIX = re.compile(r"(?:特别行政区|自治[州县旗区]|新区|地区|林区|[省市区县盟旗州])$")
_STREET_SUFFIX = re.compile(r"(?:街道办事处|街道|[镇乡])$")
_SEPARATORS = re.compile(r"[·•・\-—–/|>,，、\s]+")


class PlaceNotUnderstood(CannotRead):
    """The text names no place of the region tree."""

    code = "place"


@dataclass(frozen=True)
class PlaceEntry:
    """A region as the resolver needs it. ``names`` are its aliases and short forms beside ``name``."""

    id: int
    code: str
    name: str
    level: int
    path: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """What a place text means: a region, what of the text is finer than the region, or work from anywhere."""

    region: PlaceEntry | None
    detail: str = ""
    is_remote: bool = False


def short_name(name: str) -> str:
    """The name without its administrative ending, never shorter than two characters: 凉山彝族自治州 → 凉山."""
    for pattern in (_ETHNIC, _ADMIN_SUFFIX, _STREET_SUFFIX):
        short = pattern.sub("", name)
        if short != name and len(short) >= 2:
            return short
    return name


def zone_kind(name: str) -> str:
    """``高新``, ``经开`` or ``保税`` for a functional zone named in any of the usual ways, else empty."""
    for kind, pattern in _ZONE_KINDS:
        if pattern.search(name):
            return kind
    return ""


@dataclass
class _Names:
    """Names of the regions of one level inside one region; a name that two of them share maps to None."""

    by_name: dict[str, PlaceEntry | None] = field(default_factory=dict)
    by_short: dict[str, PlaceEntry | None] = field(default_factory=dict)
    zones: dict[str, list[PlaceEntry]] = field(default_factory=lambda: defaultdict(list))

    def add(self, entry: PlaceEntry) -> None:
        self.by_name[entry.name] = None if entry.name in self.by_name else entry
        for short in {short_name(entry.name), *entry.names} - {entry.name}:
            self.by_short[short] = _likelier(self.by_short[short], entry) if short in self.by_short else entry
        kind = zone_kind(entry.name)
        if kind:
            self.zones[kind].append(entry)

    def find(self, name: str) -> PlaceEntry | None:
        return self.by_name.get(name) or self.by_short.get(name) or self.by_short.get(short_name(name))


def _likelier(one: PlaceEntry | None, other: PlaceEntry) -> PlaceEntry | None:
    """Of two counties with one short name the county-level city, which is what 开平 or 昆山 alone means."""
    cities = [entry for entry in (one, other) if entry is not None and entry.name.endswith("市")]
    return cities[0] if len(cities) == 1 else None


class PlaceIndex:
    """Resolves place texts against one loaded region tree. Build once per import; look-ups are cached."""

    def __init__(self, entries: Iterable[PlaceEntry]):
        self._by_code: dict[str, PlaceEntry] = {}
        self._national: dict[int, _Names] = defaultdict(_Names)
        self._children: dict[tuple[str, int], list[PlaceEntry]] = defaultdict(list)
        self._names: dict[tuple[str, int], _Names] = {}
        self._cache: dict[str, Place | PlaceNotUnderstood] = {}
        for entry in sorted(entries, key=lambda entry: (entry.level, entry.code)):
            self._by_code[entry.code] = entry
            if entry.level <= RegionLevel.DISTRICT:
                self._national[entry.level].add(entry)
            for code in entry.path.rstrip("/").split("/")[:-1]:
                self._children[code, entry.level].append(entry)
        overrides = yaml.safe_load((Path(__file__).parent / "places.yaml").read_text("utf-8"))
        self._overrides = {
            name: self._by_code[code] for name, code in overrides.items() if code in self._by_code
        }

    def _inside(self, code: str, level: int) -> _Names:
        """The names of one level inside a region, gathered when they are first asked for: there are 40,000 streets."""
        names = self._names.get((code, level))
        if names is None:
            names = self._names[code, level] = _Names()
            for entry in self._children.get((code, level), ()):
                names.add(entry)
        return names

    def resolve(self, text: object) -> Place:
        """The region a text names, as fine as the tree goes. Raises PlaceNotUnderstood with a sentence."""
        written = unicodedata.normalize("NFKC", "" if text is None else str(text)[:200]).strip()
        if written not in self._cache:
            if len(self._cache) > 50_000:
                self._cache.clear()
            try:
                self._cache[written] = self._resolve(written)
            except PlaceNotUnderstood as error:
                self._cache[written] = error
        found = self._cache[written]
        if isinstance(found, PlaceNotUnderstood):
            raise found
        return found

    def _resolve(self, written: str) -> Place:
        if not written:
            raise PlaceNotUnderstood("place.none")
        if written.lower() in REMOTE:
            return Place(None, is_remote=True)
        if written in ANYWHERE:
            raise PlaceNotUnderstood("place.anywhere", text=written[:40])
        parts = [part for part in _SEPARATORS.split(written) if part]
        rest = parts
        region: PlaceEntry | None = None
        while rest:
            found, left = self._step(region, rest[0])
            if found is None:
                break
            region = found
            rest = ([left] if left else []) + rest[1:]
        if region is None:
            raise PlaceNotUnderstood(text=written[:40])
        detail = "·".join(rest) if rest else ""
        if not detail and parts[0] in self._overrides:
            detail = parts[0]
        return Place(region, detail)

    def _step(self, inside: PlaceEntry | None, part: str) -> tuple[PlaceEntry | None, str]:
        """One level down: the region that ``part`` names or begins with, and the rest of the text."""
        found = self._exact(inside, part)
        if found:
            return found, ""
        for length in range(len(part) - 1, 1, -1):
            # A prefix must carry its ending (深圳市南山区…), or 北京东路 would be a street of Beijing.
            head = part[:length]
            if _ADMIN_SUFFIX.search(head):
                found = self._exact(inside, head)
                if found:
                    return found, part[length:]
        return None, part

    def _exact(self, inside: PlaceEntry | None, part: str) -> PlaceEntry | None:
        if inside is None:
            return self._top(part)
        if inside.level >= RegionLevel.STREET:
            return None
        within = (
            inside.code[:2]
            if inside.code[:2] in MUNICIPALITIES and inside.level == RegionLevel.CITY
            else inside.code
        )
        if inside.level == RegionLevel.PROVINCE:
            city = self._inside(within, RegionLevel.CITY).find(part)
            if city:
                return city
        district = self._district(within, inside, part)
        if district:
            return district
        streets = self._inside(within, RegionLevel.STREET)
        if self._has_no_districts(inside):
            return streets.find(part)
        return streets.by_name.get(part)

    def _district(self, within: str, inside: PlaceEntry, part: str) -> PlaceEntry | None:
        districts = self._inside(within, RegionLevel.DISTRICT)
        found = districts.find(part)
        if found:
            return found
        city = short_name(inside.name)
        bare = part.removeprefix(city)
        found = (districts.find(bare) if len(bare) > 1 else None) or districts.by_name.get(city + part)
        if found:
            return found
        # 合肥·高新区 is the zone of the city itself, never the named one beside it (新站高新区).
        if _is_plain_zone(bare):
            own = [
                zone for zone in districts.zones[zone_kind(bare)] if _is_plain_zone(_after(city, zone.name))
            ]
            return own[0] if len(own) == 1 else None
        return None

    def _top(self, part: str) -> PlaceEntry | None:
        cities, provinces = self._national[RegionLevel.CITY], self._national[RegionLevel.PROVINCE]
        named = self._overrides.get(part) or cities.by_name.get(part) or provinces.by_name.get(part)
        if named:
            return named
        city, province = cities.find(part), provinces.find(part)
        if (
            city and province
        ):  # 吉林 is the city of that name; 海南 is the province, not the prefecture in Qinghai
            return city if city.name.endswith("市") else province
        return city or province or self._national[RegionLevel.DISTRICT].find(part)

    def _has_no_districts(self, region: PlaceEntry) -> bool:
        """东莞 and 中山 have streets directly: their one county is the city itself."""
        return (
            region.level == RegionLevel.DISTRICT
            or len(self._inside(region.code, RegionLevel.DISTRICT).by_name) <= 1
        )


def _after(city: str, name: str) -> str:
    """What follows the city in a zone's name: 河北衡水高新… → 高新…"""
    return name.rpartition(city)[2].removeprefix("市")


def _is_plain_zone(bare: str) -> bool:
    """Whether nothing stands before the kind of zone (高新区), as it does in 净月高新技术产业开发区."""
    return any(match.start() == 0 for _kind, pattern in _ZONE_KINDS if (match := pattern.search(bare)))
