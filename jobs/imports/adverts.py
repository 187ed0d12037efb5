"""One row of a list as an advert: read, checked, with every value in the portal's own terms. No database."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from employment_portal.classifications.enums import Education
from jobs.compliance.engine import Finding, check_text
from jobs.imports.employers import (
    EmployerNotUnderstood,
    employer_name,
    parse_nature,
    parse_staff,
    plain,
    scale_of,
)
from jobs.imports.mapping import ColumnMapping, words_of
from jobs.imports.pay import PayNotUnderstood, PayRange, parse_pay
from jobs.imports.places import Place, PlaceEntry, PlaceIndex, PlaceNotUnderstood
from jobs.imports.reasons import CannotRead, Reason
from jobs.imports.requirements import (
    RequirementNotUnderstood,
    parse_education,
    parse_experience,
    parse_headcount,
)
from jobs.postings.enums import EmploymentType, Insurance, Welfare

VALID_DAYS = 30  # how long an advert stays up when its source names no last day
MAX_VALID_DAYS = 180
MAX_KEYWORDS = 20
# Parts of an address that say how somebody came to it, not which vacancy it is; they differ in every list.
TRACKING = re.compile(
    r"(?:utm_\w+|spm|scm|from|ka|lid|securityid|sessionid|traceid|pvid|bd_vid|gclid|fbclid|timestamp|_t)=",
    re.IGNORECASE,
)


class RowRejected(CannotRead):
    """The row cannot become a posting."""


@dataclass(frozen=True)
class Repeated:
    """A row that says the same as an earlier row of the list."""

    source_id: str
    first: int


@dataclass(frozen=True)
class Advert:
    """A row in the portal's terms. ``notes`` are values that were not understood and left out."""

    title: str
    employer: str
    place: Place
    pay: PayRange
    pay_text: str
    source_id: str
    source_url: str = ""
    address: str = ""
    headcount: int | None = None
    education: int = Education.ANY
    experience_months: int = 0
    duties: str = ""
    requirements: str = ""
    tags: tuple[str, ...] = ()
    nature: str = ""
    scale: str = ""
    industry_text: str = ""
    employment_type: str = EmploymentType.FULL_TIME
    insurances: tuple[str, ...] = ()
    welfare: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    is_urgent: bool = False
    expires_on: date | None = None
    findings: tuple[Finding, ...] = ()
    notes: tuple[Reason, ...] = field(default=(), compare=False)

    @property
    def region(self) -> PlaceEntry:
        """Where the work is; a row that names no place never becomes an advert."""
        assert self.place.region is not None
        return self.place.region

    @property
    def must_fix(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.must_fix]


def read_advert(
    values: Mapping[str, str], *, mapping: ColumnMapping, places: PlaceIndex, today: date, source_id: str = ""
) -> Advert:
    """Read one row. Raises RowRejected, with a sentence, when it lacks what every advert must have."""
    notes: list[Reason] = []

    def pick(name: str, limit: int = 200) -> str:
        return plain(mapping.pick(values, name), limit)

    def lenient(parse: Any, name: str, nothing: Any = None) -> Any:
        text = mapping.pick(values, name)
        try:
            return parse(text)
        except (EmployerNotUnderstood, RequirementNotUnderstood) as error:
            notes.append(replace(error.reason, field=name))
            return nothing

    title = pick("title", 300)
    if not title:
        raise RowRejected("no_title")
    employer = employer_name(mapping.pick(values, "employer"))
    if not employer:
        raise RowRejected("no_employer")
    pay_text = pick("pay")
    pay = _pay(pay_text)
    place = _place(mapping.pick(values, "place"), places)
    tags = _tags(mapping.pick(values, "tags"))
    duties = _text(mapping.pick(values, "duties"), 5000)
    requirements = _text(mapping.pick(values, "requirements"), 3000)
    nature = lenient(parse_nature, "nature", "")
    experience = lenient(parse_experience, "experience")
    insurances, welfare, used = _benefits(tags)
    texts = {"title": title, "description": duties, "requirements": requirements, "keywords": "，".join(tags)}
    return Advert(
        title=title if len(title) <= 80 else title[:79] + "…",
        employer=employer,
        place=place,
        pay=pay,
        pay_text=pay_text,
        source_id=source_id or source_id_of(values, mapping),
        source_url=_url(mapping.pick(values, "url")),
        address=(pick("address") or place.detail)[:200],
        headcount=lenient(parse_headcount, "headcount"),
        education=lenient(parse_education, "education") or Education.ANY,
        experience_months=min(experience[0] * 12, 480) if experience else 0,
        duties=duties,
        requirements=requirements,
        tags=tuple(tags),
        nature=nature,
        scale=scale_of(lenient(parse_staff, "staff")),
        industry_text=pick("industry", 60),
        employment_type=_employment_type(title, tags, pay),
        insurances=insurances,
        welfare=welfare,
        keywords=tuple([tag[:40] for tag in tags if tag not in used][:MAX_KEYWORDS]),
        is_urgent=bool(re.search(r"急聘|急招|急招聘|加急", title)),
        expires_on=_expires_on(pick("valid_until", 40), today, notes),
        findings=tuple(check_text(texts, on=today, nature=nature)),
        notes=tuple(notes),
    )


def _pay(text: str) -> PayRange:
    if not text:
        raise RowRejected("no_pay")
    try:
        pay = parse_pay(text)
    except PayNotUnderstood as error:
        raise RowRejected(error.reason.code, **error.reason.params) from error
    if pay.is_negotiable:
        raise RowRejected("pay_negotiable")
    if pay.unit == "piece":
        raise RowRejected("pay_piece")
    return pay


def _place(text: str, places: PlaceIndex) -> Place:
    if not plain(text):
        raise RowRejected("no_place")
    try:
        place = places.resolve(text)
    except PlaceNotUnderstood as error:
        raise RowRejected(error.reason.code, **error.reason.params) from error
    if place.is_remote:
        raise RowRejected("remote")
    return place


def source_id_of(values: Mapping[str, str], mapping: ColumnMapping) -> str:
    """The source's own number (of an address its last part), else a hash of what makes the vacancy what it is.

    Tags and what is said of the firm do not count: lists repeat one vacancy with other tags.
    """
    own = _number_in(plain(mapping.pick(values, "id"), 1000))
    if own:
        return own if len(own) <= 120 else _hash(own)
    said = (
        mapping.pick(values, name) for name in ("title", "employer", "place", "pay", "duties", "requirements")
    )
    content = "\x1f".join("".join(unicodedata.normalize("NFKC", text).split()).casefold() for text in said)
    return _hash(content)


def _number_in(given: str) -> str:
    """The last part of an address with its query, which may be all that tells two vacancies apart."""
    address, _mark, query = given.partition("?")
    last = re.sub(r"\.html?$", "", address.rstrip("/").rsplit("/", 1)[-1])
    kept = [pair for pair in query.split("#")[0].split("&") if pair and not TRACKING.match(pair)]
    return f"{last}?{'&'.join(kept)}" if kept else last


def _hash(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:40]


def _url(text: str) -> str:
    url = text.strip()
    return url if re.fullmatch(r"https?://[^\s<>\"'\\\x00-\x1f]{3,290}", url) else ""


def _text(value: str, limit: int) -> str:
    """Running text: numbered points on lines of their own, no tags, no runs of white space."""
    text = re.sub(r"<br\s*/?>|</p>|</li>", "\n", value, flags=re.IGNORECASE)
    text = re.sub(r"<[^<>]{0,200}>", " ", text)
    lines = [plain(line, limit) for line in re.split(r"[\r\n\u2028\u2029]+", text)]
    text = "\n".join(line for line in lines if line)
    text = re.sub(r"[ ]+(?=\(?[0-9一二三四五六七八九十]{1,2}[、.)）](?![0-9]))", "\n", text)
    return text[:limit].strip()


def _tags(value: str) -> list[str]:
    text = plain(value, 2000)
    parts = re.split(r"[,，;；|、]+" if re.search(r"[,，;；|、]", text) else r"\s+", text)
    return list(dict.fromkeys(part.strip()[:60] for part in parts if part.strip()))


_INSURANCE_ORDER = {value: place for place, value in enumerate(Insurance.values)}
_WELFARE_ORDER = {value: place for place, value in enumerate(Welfare.values)}


@lru_cache(maxsize=20_000)
def _meaning(tag: str) -> tuple[frozenset[str], frozenset[str]]:
    """Insurance and benefits that one tag names."""
    if re.search(r"(?:不|无|没)(?:交|买|缴)?(?:五险|社保)", tag):
        return frozenset(), frozenset()
    insurances = {name for word, names in words_of("insurances").items() if word in tag for name in names}
    return frozenset(insurances), frozenset(name for word, name in words_of("welfare").items() if word in tag)


def _benefits(tags: list[str]) -> tuple[tuple[str, ...], tuple[str, ...], set[str]]:
    """Insurance and benefits that the tags name, in the portal's order, and the tags that said so."""
    insurances: set[str] = set()
    welfare: set[str] = set()
    used: set[str] = set()
    for tag in tags:
        paid, given = _meaning(tag)
        if paid or given:
            insurances |= paid
            welfare |= given
            used.add(tag)
    return (
        tuple(sorted(insurances, key=_INSURANCE_ORDER.__getitem__)),
        tuple(sorted(welfare, key=_WELFARE_ORDER.__getitem__)),
        used,
    )


def _employment_type(title: str, tags: list[str], pay: PayRange) -> str:
    if "实习" in title:
        return EmploymentType.INTERNSHIP
    if "兼职" in title and "全职" not in title:
        return EmploymentType.PART_TIME
    if re.search(r"临时工|短期工|暑假工|寒假工|小时工|日结", title):
        return EmploymentType.TEMPORARY
    if pay.unit == "hour":
        return EmploymentType.PART_TIME
    return EmploymentType.FULL_TIME


def _expires_on(text: str, today: date, notes: list[Reason]) -> date:
    default = today + timedelta(days=VALID_DAYS)
    if not text:
        return default
    match = re.search(r"(20[0-9]{2})\D{1,2}([0-9]{1,2})\D{1,2}([0-9]{1,2})", text)
    try:
        last = date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        last = None
    if last is None:
        notes.append(Reason("date", {"text": text, "days": VALID_DAYS}))
        return default
    if last < today:
        raise RowRejected("expired", day=last.isoformat())
    return min(last, today + timedelta(days=MAX_VALID_DAYS))
