"""Pay as adverts write it (7千-1.4万, 1-1.5万·13薪, 6001-8000, 15-20万/年, 200元/天) into amounts in fen."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from jobs.imports.reasons import CannotRead

MAX_YUAN = Decimal(100_000_000)
# Below this a monthly figure is a slip or another unit (a day's, an hour's): nobody is paid 300 yuan a month.
MIN_MONTHLY_YUAN = Decimal(300)
# A bare number below this next to 千 or 万 counts in that unit (1-1.5万); above it, it is yuan (8000-1.2万).
BARE_YUAN_FROM = Decimal(100)

MULTIPLIERS = {"千": Decimal(1000), "k": Decimal(1000), "万": Decimal(10_000), "w": Decimal(10_000)}
UNITS = {
    "年": "year",
    "月": "month",
    "个月": "month",
    "天": "day",
    "日": "day",
    "小时": "hour",
    "时": "hour",
    "h": "hour",
    "件": "piece",
    "单": "piece",
    "个": "piece",
    "次": "piece",
}
PREFIXES = {"年薪": "year", "月薪": "month", "日薪": "day", "时薪": "hour", "计件": "piece"}
NEGOTIABLE = frozenset(
    {"面议", "薪资面议", "工资面议", "待遇面议", "薪酬面议", "面谈", "薪资面谈", "工资面谈", "negotiable"}
)


def _amount(name: str) -> str:
    return rf"(?P<{name}>[0-9]{{1,12}}(?:\.[0-9]{{1,6}})?)(?P<{name}_unit>[千kw万])?元?"


_SHAPE = re.compile(
    rf"""
    (?P<prefix>年薪|月薪|日薪|时薪|计件)?
    (?:每(?P<each>年|月|天|日|小时|件|单))?
    (?:底薪|基本工资|薪资|工资)?:?
    {_amount("low")}
    (?:(?:-+|至|到){_amount("high")})?
    (?P<bound>及以下|以下|以内|及以上|以上|起|\+)?
    (?:(?:/|每)(?P<unit>年|个月|月|天|日|小时|时|h|件|单|个|次))?
    (?:[·*x/,]*(?P<months>[0-9]{{1,2}})薪)?
    """,
    re.VERBOSE,
)


class PayNotUnderstood(CannotRead):
    """The text holds no pay that can be read without guessing."""

    code = "pay"


@dataclass(frozen=True)
class PayRange:
    """Pay of one advert. An end that the advert leaves open (3千以下, 5万以上) is None; both are when negotiable.

    ``unit`` is month, day, hour, year or piece; ``months_per_year`` is 13 for 13薪 and 12 when nothing is said.
    """

    min_fen: int | None
    max_fen: int | None
    unit: str = "month"
    months_per_year: int = 12

    @property
    def is_negotiable(self) -> bool:
        return self.min_fen is None and self.max_fen is None


def parse_pay(text: object) -> PayRange:
    """Read one pay text. Raises PayNotUnderstood, with a sentence, for anything that would need a guess."""
    written = "" if text is None else str(text)
    shown = written.strip()[:40]
    plain = _plain(written)
    if not plain:
        raise PayNotUnderstood("pay.none")
    if plain in NEGOTIABLE:
        return PayRange(None, None)
    match = _SHAPE.fullmatch(plain)
    if match is None:
        raise PayNotUnderstood(text=shown)

    unit = _unit_of(match, shown)
    low, high = _amounts(match, shown=shown)
    for amount in (low, high):
        if amount is not None and not 0 < amount <= MAX_YUAN:
            raise PayNotUnderstood("pay.outside", text=shown)
    if low is not None and high is not None and low > high:
        raise PayNotUnderstood("pay.ends", text=shown)
    if unit == "month" and (high or low or 0) < MIN_MONTHLY_YUAN:
        raise PayNotUnderstood("pay.too_little", text=shown)
    months = int(match["months"] or 12)
    if not 12 <= months <= 24:
        raise PayNotUnderstood("pay.months", text=shown)
    return PayRange(_fen(low), _fen(high), unit, months)


def _plain(written: str) -> str:
    plain = unicodedata.normalize("NFKC", written[:200]).strip().lower()
    plain = re.sub(r"[~〜～—–−―]", "-", plain)
    plain = re.sub(r"[•・‧]", "·", plain)
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)
    plain = re.sub(r"[¥￥]|rmb|人民币|\s|左右", "", plain)
    return re.sub(r"(?:\+|加)(?:提成|绩效|奖金|补贴|全勤|餐补)+$", "+", plain)


def _unit_of(match: re.Match[str], shown: str) -> str:
    named = {
        unit
        for unit in (
            PREFIXES.get(match["prefix"] or ""),
            UNITS.get(match["each"] or ""),
            UNITS.get(match["unit"] or ""),
        )
        if unit
    }
    if len(named) > 1:
        raise PayNotUnderstood("pay.units", text=shown)
    return named.pop() if named else "month"


def _amounts(match: re.Match[str], *, shown: str) -> tuple[Decimal | None, Decimal | None]:
    low, high = Decimal(match["low"]), Decimal(match["high"]) if match["high"] else None
    low_unit, high_unit = match["low_unit"], match["high_unit"]
    if high is None:
        low = low * MULTIPLIERS.get(low_unit or "", Decimal(1))
    else:
        if low_unit is None and high_unit is not None and low < BARE_YUAN_FROM:
            low_unit = high_unit
        if high_unit is None and low_unit is not None and high < BARE_YUAN_FROM:
            high_unit = low_unit
        low *= MULTIPLIERS.get(low_unit or "", Decimal(1))
        high *= MULTIPLIERS.get(high_unit or "", Decimal(1))
    bound = match["bound"] or ""
    if bound in {"及以下", "以下", "以内"}:
        if high is not None:
            raise PayNotUnderstood(text=shown)
        return None, low
    if bound and high is None:
        return low, None
    return low, low if high is None else high


def _fen(yuan: Decimal | None) -> int | None:
    return None if yuan is None else int(yuan * 100)
