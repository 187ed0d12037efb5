"""What a query says beside its words: 成都 本科 会计 5000以上 双休 is a place, an education, pay and a benefit.

Each thing understood becomes a filter, shown as a chip that can be taken away (the stretch is then words again).
Places are looked up in the region tree, longest name first, and only where a word may begin and end; the rest are
patterns, so that this needs no database beyond the list of places.
"""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.db.models import Q

from employment_portal.classifications.enums import Education
from employment_portal.regions.enums import RegionLevel
from employment_portal.regions.models import Region, RegionAlias
from employment_portal.search.text import cut_boundaries, normalise
from jobs.postings.enums import EmploymentType, Welfare
from jobs.search.facets import EXPERIENCE_BANDS, experience_band_of
from jobs.search.filters import MAX_PAY_YUAN, SearchFilters

PLACES_KEPT_SECONDS = 600
MAX_PLACE_CHARS = 14


@dataclass(frozen=True)
class Chip:
    """One thing that was read out of the query: the filter it became and the stretch of text it came from."""

    name: str
    values: tuple[object, ...]
    text: str


@dataclass(frozen=True)
class Understanding:
    """A query taken apart: the words left to look for, the filters read out of it, and the chips that show them.

    ``hints`` are the stretches that also say what is looked for (实习生, 双休): adverts that use the words rank
    higher. ``ambiguous`` holds places that a stretch may mean when it is left as a word for want of knowing which.
    """

    words: str
    filters: SearchFilters
    chips: tuple[Chip, ...] = ()
    hints: tuple[str, ...] = ()
    ambiguous: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class _Place:
    code: str
    path: str
    level: int
    is_formal: bool = True


@dataclass
class _Reading:
    """The query while it is read: understood stretches are blanked out, so that nothing is read twice."""

    text: str
    filters: SearchFilters
    literal: list[tuple[int, int]]
    chips: list[Chip] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)

    def free(self, start: int, end: int) -> bool:
        return all(end <= low or start >= high for low, high in self.literal)

    def take(
        self, start: int, end: int, name: str, values: tuple[object, ...], *, hint: bool = False
    ) -> None:
        stretch = self.text[start:end].strip()
        for value in values:
            self.filters = self.filters.adding(name, value)
        self.chips.append(Chip(name=name, values=values, text=stretch))
        if hint:
            self.hints.append(stretch)
        self.text = self.text[:start] + " " * (end - start) + self.text[end:]


def understand(filters: SearchFilters) -> Understanding:
    """Read the query of a search; filters that were set on the page stay and win over what the words say."""
    text = normalise(filters.q)
    reading = _Reading(text=text, filters=filters, literal=list(_stretches(text, filters.literal)))
    if filters.pay_from is None and filters.pay_to is None:
        _read_pay(reading)
    for name, pattern, values, hint in _PATTERNS:
        if not getattr(filters, name):
            _read_pattern(reading, name, pattern, values, hint=hint)
    ambiguous = [] if filters.region else _read_places(reading)
    words = " ".join(reading.text.split())
    return Understanding(
        words=words,
        filters=replace(reading.filters, q=filters.q),
        chips=tuple(reading.chips),
        hints=tuple(reading.hints),
        ambiguous=tuple(ambiguous),
    )


def _stretches(text: str, literal: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    for stretch in map(normalise, literal):
        for match in re.finditer(re.escape(stretch), text) if stretch else ():
            yield match.span()


# --- pay ------------------------------------------------------------------------------------------------------

_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_AMOUNT = r"(?:[0-9]{1,6}(?:\.[0-9]{1,2})?|[一二两三四五六七八九十])"
_UNIT = r"[千万kw]"
_EACH = r"(?:元|块钱?)?(?:每个?月|[/一]个?月)?"
_PAY = re.compile(
    rf"(?P<lead>(?:年薪|月薪|工资|薪资|薪水|月入|底薪)\s*(?:在|达)?)?(?<![0-9a-z.])"
    rf"(?P<low>{_AMOUNT})(?P<low_unit>{_UNIT})?(?P<yuan>元|块)?"
    rf"(?:\s*(?:-|~|到|至)\s*(?P<high>{_AMOUNT})(?P<high_unit>{_UNIT})?)?"
    rf"(?P<each>{_EACH})(?P<bound>及?以上|起|\+|及?以下|以内|左右)?(?![0-9a-z年个人岁天小时件号])"
)
LEAST_BARE_PAY, MOST_BARE_PAY = 1_000, 200_000


def _read_pay(reading: _Reading) -> None:
    for match in _PAY.finditer(reading.text):
        asked = _pay_of(match)
        if asked and reading.free(*match.span()):
            low, high = asked
            start, end = match.span()
            stretch = reading.text[start:end].strip()
            reading.filters = replace(reading.filters, pay_from=low, pay_to=high)
            reading.chips.append(Chip(name="pay", values=(low, high), text=stretch))
            reading.text = reading.text[:start] + " " * (end - start) + reading.text[end:]
            return


def _pay_of(match: re.Match[str]) -> tuple[int | None, int | None] | None:
    """Yuan a month from and to, or None when the number is something else."""
    low_unit, high_unit = match["low_unit"], match["high_unit"]
    written_in_words = match["low"] in _DIGITS
    if written_in_words and not (low_unit or high_unit):
        return None
    low = _yuan(
        match["low"], low_unit or (high_unit if match["high"] and _number(match["low"]) < 100 else None)
    )
    high = _yuan(match["high"], high_unit or low_unit) if match["high"] else None
    if (match["lead"] or "").startswith("年薪"):
        low, high = low // 12, high // 12 if high else None
    bound = match["bound"] or ""
    says_pay = bool(match["lead"] or low_unit or high_unit or match["yuan"] or match["each"] or bound or high)
    says_pay = says_pay or _is_a_plain_sum(match)
    in_range = all(LEAST_BARE_PAY <= amount <= MOST_BARE_PAY for amount in (low, high) if amount is not None)
    if not says_pay or not in_range or (high is not None and high <= low):
        return None
    if "以下" in bound or bound == "以内":
        return (None, low) if high is None else (low, high)
    return min(low, MAX_PAY_YUAN), high


def _is_a_plain_sum(match: re.Match[str]) -> bool:
    """A round number by itself (会计 5000), which no year is."""
    text, (start, end) = match.string, match.span()
    alone = not text[:start].strip(" ")[-1:].isalnum() or text[start - 1 : start] == " "
    alone = alone and text[end : end + 1] in ("", " ")
    return alone and float(match["low"]) % 500 == 0 and not 1_900 <= float(match["low"]) <= 2_100


def _number(text: str) -> float:
    return _DIGITS[text] if text in _DIGITS else float(text)


def _yuan(text: str, unit: str | None) -> int:
    factor = {"千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000}.get(unit or "", 1)
    return round(_number(text) * factor)


# --- patterns -------------------------------------------------------------------------------------------------

_AND_UP = r"(?:及?以上)?(?:学历|文凭)?"
_ALONE = r"(?:(?<=\s)|^)", r"(?=\s|$)"


def _education(words: str) -> str:
    return f"(?:{words}){_AND_UP}"


def _pattern(name: str, pattern: str, *values: object, hint: bool = False):
    return name, re.compile(pattern), values, hint


# A posting that asks for no education is open to whoever holds one, and most adverts do not say.
_ANY = Education.ANY.value
_PATTERNS: list[tuple[str, re.Pattern[str], tuple[object, ...], bool]] = [
    _pattern("education", r"学历不限|不限学历|无学历要求", _ANY),
    _pattern("education", _education("博士(?:研究生)?(?!后)"), Education.DOCTOR.value, _ANY, hint=True),
    _pattern("education", _education("硕士(?:研究生)?|研究生"), Education.MASTER.value, _ANY, hint=True),
    _pattern("education", _education("(?:统招|大学)?本科(?:生)?"), Education.BACHELOR.value, _ANY, hint=True),
    _pattern(
        "education",
        _education("大专(?:生)?|专科(?!医|护|门诊)|高职"),
        Education.JUNIOR_COLLEGE.value,
        _ANY,
        hint=True,
    ),
    _pattern(
        "education",
        f"{_ALONE[0]}{_education('中专|高中|中技|职高|技校')}{_ALONE[1]}|(?:中专|高中|职高|技校)(?:及?以上)?(?:学历|文凭)",
        Education.SENIOR_MIDDLE.value,
        _ANY,
        hint=True,
    ),
    _pattern(
        "education",
        f"{_ALONE[0]}{_education('初中|小学')}{_ALONE[1]}|(?:初中|小学)(?:及?以上)?(?:学历|文凭)",
        Education.JUNIOR_MIDDLE.value,
        _ANY,
        hint=True,
    ),
    _pattern(
        "experience",
        r"(?:工作)?经验不限|不限(?:工作)?经验|无需(?:工作)?经验|无(?:工作)?经验|不要求?经验|零经验",
        "none",
        hint=True,
    ),
    _pattern("experience", r"应届(?:毕业)?生?", "none", "to1", hint=True),
    _pattern("experience", r"(?:1|一)年(?:以内|以下)(?:工作)?(?:经验)?", "none", "to1"),
    _pattern("experience", r"1-3年(?:工作)?(?:经验)?", "1to3"),
    _pattern("experience", r"3-5年(?:工作)?(?:经验)?", "3to5"),
    _pattern("experience", r"5-10年(?:工作)?(?:经验)?", "5to10"),
    _pattern("experience", r"(?:10|十)年以上(?:工作)?(?:经验)?", "over10"),
    _pattern("employment_type", r"兼职|小时工", EmploymentType.PART_TIME.value, hint=True),
    _pattern("employment_type", r"实习(?:生|岗位?)?", EmploymentType.INTERNSHIP.value, hint=True),
    _pattern("employment_type", r"全职", EmploymentType.FULL_TIME.value),
    _pattern("employment_type", r"临时工|日结工?", EmploymentType.TEMPORARY.value, hint=True),
    _pattern("employment_type", r"公益性?岗位?", EmploymentType.PUBLIC_POST.value, hint=True),
    _pattern("insurance", r"[五六]险[一二]金", "five", "housing_fund", hint=True),
    _pattern("insurance", r"五险|(?:缴纳?|交|有)社保", "five", hint=True),
    _pattern("insurance", r"住房公积金|公积金(?!管理)", "housing_fund", hint=True),
    _pattern("welfare", r"包吃住|包食宿", Welfare.MEALS.value, Welfare.HOUSING.value, hint=True),
    _pattern("welfare", r"包吃|管饭", Welfare.MEALS.value, hint=True),
    _pattern("welfare", r"包住|提供住宿", Welfare.HOUSING.value, hint=True),
    _pattern("welfare", r"(?:周末)?(?<!单)双休", Welfare.TWO_DAYS_OFF.value, hint=True),
    _pattern("welfare", r"年终奖金?", Welfare.YEAR_BONUS.value, hint=True),
    _pattern("welfare", r"带薪年?休?假", Welfare.PAID_LEAVE.value, hint=True),
    _pattern("within", r"(?:今天|今日)(?:发布|新增)?|24小时内", 1),
    _pattern("within", r"(?:最近|近)(?:3|三)天(?:发布)?", 3),
    _pattern("within", r"(?:最近|近)(?:一周|7天|七天)(?:发布)?|本周(?:发布|新增)", 7),
]
for _years, _words in enumerate(["1一", "2[二两]", "3三", "4四", "5五", "6六", "7七", "8八", "9九"], start=1):
    _digit = f"(?<![0-9])[{_words.replace('[', '').replace(']', '')}]"
    _band = experience_band_of(_years * 12)
    _PATTERNS += [
        _pattern("experience", rf"{_digit}年(?:及?以上)(?:工作)?(?:经验)?", *EXPERIENCE_BANDS[_band + 1 :]),
        _pattern("experience", rf"{_digit}年(?:的)?(?:工作)?经验", EXPERIENCE_BANDS[_band]),
    ]
_SINGLE = {"within"}


def _read_pattern(
    reading: _Reading, name: str, pattern: re.Pattern[str], values: tuple[object, ...], *, hint: bool
) -> None:
    if name in _SINGLE and getattr(reading.filters, name):
        return
    match = pattern.search(reading.text)
    if match and reading.free(*match.span()):
        reading.take(*match.span(), name, values, hint=hint)


# --- places ---------------------------------------------------------------------------------------------------


class _PlaceNames:
    """Names of provinces, cities and districts of the tree, and of the streets of the city that runs the portal."""

    def __init__(self) -> None:
        self.by_name: dict[str, list[_Place]] = defaultdict(list)
        columns = ("code", "path", "level", "name", "full_name", "short_name")
        large = Q(level__lte=RegionLevel.DISTRICT)
        of_home = Q(level=RegionLevel.STREET, path__contains=f"/{settings.CITY_REGION}/")
        regions = Region.objects.active().filter(large | of_home).order_by("path")
        for code, path, level, name, full_name, short_name in regions.values_list(*columns):
            self._add(_Place(code, path, level), name, full_name)
            if level <= RegionLevel.DISTRICT:
                self._add(_Place(code, path, level, is_formal=short_name == name), short_name)
        aliases = RegionAlias.objects.filter(region__level__lte=RegionLevel.DISTRICT, region__is_active=True)
        for name, *place in aliases.values_list("name", "region__code", "region__path", "region__level"):
            self._add(_Place(*place, is_formal=False), name)

    def _add(self, place: _Place, *names: str) -> None:
        for name in map(normalise, names):
            if all(held.code != place.code for held in self.by_name[name]):
                self.by_name[name].append(place)


def _cached(build: Callable[[], _PlaceNames]) -> Callable[[], _PlaceNames]:
    held: dict[str, tuple[float, _PlaceNames]] = {}

    def get() -> _PlaceNames:
        """Regions change with a yearly import: a process looks at them every ten minutes."""
        built = held.get("names")
        if built is None or built[0] < time.monotonic():
            built = held["names"] = (time.monotonic() + PLACES_KEPT_SECONDS, build())
        return built[1]

    get.forget = held.clear  # type: ignore[attr-defined]
    return get


place_names = _cached(_PlaceNames)


def _read_places(reading: _Reading) -> list[tuple[str, tuple[str, ...]]]:
    """Take the finest place named. A place inside another (成都 武侯区) stands for both; two apart stay words."""
    candidates = list(_named_places(reading))
    if not candidates:
        return []
    chosen: list[tuple[int, int, _Place]] = []
    ambiguous: list[tuple[str, tuple[str, ...]]] = []
    for start, end, places in candidates:
        within = [place for _, _, held in chosen for place in places if place.path.startswith(held.path)]
        meant = _meant(within or places, [others for low, _, others in candidates if low != start])
        if meant is None:
            ambiguous.append((reading.text[start:end], tuple(place.code for place in places)))
        elif all(_on_one_path(meant, held) for _, _, held in chosen):
            chosen.append((start, end, meant))
    if chosen:
        finest = max(chosen, key=lambda item: item[2].level)[2]
        texts = [reading.text[start:end] for start, end, _ in chosen]
        reading.filters = replace(reading.filters, region=finest.code)
        reading.chips.append(Chip(name="region", values=(finest.code,), text=" ".join(texts)))
        for start, end, _ in chosen:
            reading.text = reading.text[:start] + " " * (end - start) + reading.text[end:]
    return ambiguous


def _named_places(reading: _Reading) -> Iterator[tuple[int, int, list[_Place]]]:
    """Stretches that are names of places, longest first at each point, where words may begin and end."""
    names, text = place_names().by_name, reading.text
    edges = cut_boundaries(text)
    start = 0
    while start < len(text):
        ends = range(min(len(text), start + MAX_PLACE_CHARS), start + 1, -1)
        end = next(
            (
                end
                for end in ends
                if text[start:end] in names and end in edges and start in edges and reading.free(start, end)
            ),
            None,
        )
        if end is None:
            start += 1
        else:
            yield start, end, names[text[start:end]]
            start = end


def _meant(places: list[_Place], others: list[list[_Place]]) -> _Place | None:
    """The place that a name means: inside another place named, then of this city, then the highest; else unknown.

    The short name of a far district is left alone: 和平, 新华 and 东方 are words and companies before they are places.
    """
    near = [
        place
        for place in places
        if any(
            place.path != other.path and place.path.startswith(other.path)
            for group in others
            for other in group
        )
    ]
    home = f"/{settings.CITY_REGION}/"
    local = [place for place in places if home in f"/{place.path}"]
    known = [place for place in places if place.level <= RegionLevel.CITY or place.is_formal]
    for group in (near, local, known):
        if group:
            top = min(place.level for place in group)
            highest = [place for place in group if place.level == top]
            # 吉林 and 海南 are provinces and cities: the wider one holds both. 北京 is its own only city.
            return highest[0] if len(highest) == 1 else None
    return None


def _on_one_path(one: _Place, other: _Place) -> bool:
    return one.path.startswith(other.path) or other.path.startswith(one.path)
