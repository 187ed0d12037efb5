"""From a posting to its search row: the one place that says which words and filters a posting is found by."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.utils.html import strip_tags

from employment_portal.search.matching import TITLE_MARK
from employment_portal.search.text import body_tokens, normalise, title_tokens
from jobs.postings.enums import Welfare
from jobs.search.facets import (
    EXPERIENCE_BANDS,
    GROUP_BITS,
    INSURANCE_BITS,
    INSURANCE_CHOICES,
    WELFARE_BITS,
    bits_of,
    experience_band_of,
    pay_bands_of,
)

NEVER = date(9999, 12, 31)
# Classes of title length, shortest first: among equal matches the title that says little else is the better one.
LENGTH_CLASSES = ("length:short", "length:middle", "length:long")
SHORT_TITLE, MIDDLE_TITLE = 5, 8
# Postings of a fixed share of all, for estimates over very many hits: 1 in 16, and of these 1 in 16.
SAMPLES = {16: "sample:16", 256: "sample:256"}

# The benefits in the words that people search by; the page shows the labels of the enum.
WELFARE_WORDS = {
    Welfare.MEALS: "包吃 餐补 工作餐",
    Welfare.HOUSING: "包住 住宿 宿舍",
    Welfare.TWO_DAYS_OFF: "双休 周末双休",
    Welfare.PAID_LEAVE: "带薪年假 年休假",
    Welfare.YEAR_BONUS: "年终奖 年终奖金",
    Welfare.TRAVEL: "交通补贴 班车",
    Welfare.NIGHT_ALLOWANCE: "夜班补贴",
    Welfare.HEAT_ALLOWANCE: "高温补贴",
    Welfare.FREE_TRAINING: "培训 专业培训",
    Welfare.HEALTH_CHECK: "定期体检 体检",
    Welfare.FLEXIBLE_HOURS: "弹性工作",
    Welfare.HOLIDAY_GIFTS: "节日福利",
}

_FIRM_ENDING = re.compile(r"(?:股份|集团)?(?:有限)?(?:责任)?公司$")


class Source(NamedTuple):
    """The columns of a posting, and of what it refers to, that a search row is made from."""

    id: int
    title: str
    description: str
    requirements: str
    keywords: list[str]
    source_employer: str
    employer_name: str
    employer_public_id: str
    industry_name: str | None
    industry_text: str
    occupation_name: str | None
    occupation_path: str | None
    region_path: str | None
    published_at: datetime
    expires_on: date | None
    monthly_min_fen: int | None
    monthly_max_fen: int | None
    education: int
    experience_months: int
    employment_type: str
    insurances: list[str]
    welfare: list[str]
    groups: list[str]


# The same columns as look-ups from Posting, in the same order.
SOURCE_LOOKUPS = (
    "id",
    "title",
    "description",
    "requirements",
    "keywords",
    "source_employer",
    "employer__name",
    "employer__public_id",
    "employer__industry__name",
    "employer__industry_text",
    "occupation__name",
    "occupation__path",
    "region__path",
    "published_at",
    "expires_on",
    "monthly_min_fen",
    "monthly_max_fen",
    "education",
    "experience_months",
    "employment_type",
    "insurances",
    "welfare",
    "groups",
)


@dataclass(frozen=True, slots=True)
class SearchRow:
    """The values of one ``PostingSearch``; ``tokens`` as lexemes."""

    posting_id: int
    published_at: datetime
    monthly_min_fen: int
    monthly_max_fen: int
    expires_on: date
    insurances: int
    welfare: int
    groups: int
    education: int
    experience: int
    pay_low: int
    pay_high: int
    employment_type: str
    region_path: str
    tokens: tuple[str, ...]


def search_row(source: Source) -> SearchRow:
    """Pure: the search row of a posting."""
    low_fen = source.monthly_min_fen or source.monthly_max_fen or 0
    high_fen = source.monthly_max_fen or low_fen
    pay_low, pay_high = pay_bands_of(low_fen, high_fen)
    insurances = bits_of(source.insurances, INSURANCE_BITS)
    experience = experience_band_of(source.experience_months)
    tokens = {TITLE_MARK + token for token in title_tokens(source.title)}
    tokens |= body_tokens(_body(source, insurances))
    # Names of firms are no words of a dictionary: found by any two or three neighbouring characters.
    tokens |= {
        token
        for token in title_tokens(_FIRM_ENDING.sub("", source.source_employer or source.employer_name))
        if len(token) in (2, 3)
    }
    tokens |= set(_filter_tokens(source, insurances, experience))
    tokens.add(length_class(source.title))
    tokens |= set(sample_tokens(source.id))
    return SearchRow(
        posting_id=source.id,
        published_at=source.published_at,
        monthly_min_fen=low_fen,
        monthly_max_fen=high_fen,
        expires_on=source.expires_on or NEVER,
        insurances=insurances,
        welfare=bits_of(source.welfare, WELFARE_BITS),
        groups=bits_of(source.groups, GROUP_BITS),
        education=source.education,
        experience=experience,
        pay_low=pay_low,
        pay_high=pay_high,
        employment_type=source.employment_type,
        region_path=source.region_path or "",
        tokens=tuple(tokens),
    )


def _body(source: Source, insurances: int) -> Iterable[str]:
    """What is searched beside the title, most telling first: the number of words is limited."""
    yield " ".join(source.keywords)
    yield source.occupation_name or ""
    yield source.source_employer or source.employer_name
    yield source.industry_name or source.industry_text
    yield " ".join(WELFARE_WORDS[Welfare(value)] for value in source.welfare)
    if insurances & INSURANCE_CHOICES["five"] == INSURANCE_CHOICES["five"]:
        yield "五险 社保"
        if insurances & INSURANCE_CHOICES["housing_fund"]:
            yield "五险一金 公积金"
    yield strip_tags(source.description)
    yield strip_tags(source.requirements)


def _filter_tokens(source: Source, insurances: int, experience: int) -> Iterable[str]:
    yield from (f"region:{code}" for code in (source.region_path or "").split("/") if code)
    yield from (f"occupation:{code}" for code in (source.occupation_path or "").split("/") if code)
    yield f"employer:{source.employer_public_id}"
    yield f"education:{source.education}"
    yield f"experience:{EXPERIENCE_BANDS[experience]}"
    if source.employment_type:
        yield f"employment_type:{source.employment_type}"
    yield from (f"insurance:{name}" for name, bits in INSURANCE_CHOICES.items() if insurances & bits == bits)
    yield from (f"welfare:{value}" for value in source.welfare)
    yield from (f"groups:{value}" for value in source.groups)


def length_class(title: str) -> str:
    letters = sum(map(str.isalnum, normalise(title)))
    return LENGTH_CLASSES[(letters > SHORT_TITLE) + (letters > MIDDLE_TITLE)]


def sample_tokens(posting_id: int) -> Iterable[str]:
    """Which of the fixed samples a posting is in: by a hash of its id, so the same every time."""
    bucket = (posting_id * 2_654_435_761 % 2**32) >> 23
    return (token for share, token in SAMPLES.items() if bucket < 512 // share)
