"""Money is an integer number of fen (1 yuan = 100 fen). No float ever holds an amount."""

import re
import unicodedata
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from enum import Enum

from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError

FEN_PER_YUAN = 100
MAX_FEN = 2**63 - 1  # what a BIGINT column holds


class Rounding(Enum):
    """How a fraction of the unit becomes whole; a policy names the one it uses."""

    HALF_UP = ROUND_HALF_UP  # 四舍五入, the rule of the finance offices unless a policy says otherwise
    HALF_EVEN = ROUND_HALF_EVEN  # 四舍六入五成双
    DOWN = ROUND_DOWN  # 舍去尾数
    UP = ROUND_UP  # 见尾进一


class InvalidAmount(DomainError):
    message = _("Enter an amount in yuan, for example 1500 or 1500.50.")


def round_fen(amount: Decimal | int, rounding: Rounding = Rounding.HALF_UP, *, unit_fen: int = 1) -> int:
    """An exact amount in fen as a whole multiple of ``unit_fen`` (100 rounds to whole yuan)."""
    units = (Decimal(amount) / unit_fen).quantize(Decimal(1), rounding=rounding.value)
    return int(units) * unit_fen


def share_fen(
    amount_fen: int, numerator: int, denominator: int, rounding: Rounding = Rounding.HALF_UP
) -> int:
    """``amount_fen × numerator ÷ denominator`` (two thirds of what was paid) in whole fen, rounded once."""
    return round_fen(Decimal(amount_fen) * numerator / denominator, rounding)


def format_yuan(fen: int | None, decimals: int | None = None) -> str:
    """Fen as yuan with thousands separators and no currency sign: ``150050`` → ``1,500.50``.

    ``decimals=None`` drops ``.00``; 0 rounds half up to whole yuan; 2 always shows fen. ``None`` gives ``""``.
    """
    if fen is None:
        return ""
    yuan = Decimal(fen) / FEN_PER_YUAN
    if decimals is None:
        decimals = 2 if fen % FEN_PER_YUAN else 0
    return f"{yuan.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP):,}"


def yuan_to_fen(text: str | int | Decimal) -> int:
    """An amount as people write it (``1,500.50``, ``￥1500``, ``１５００元``, ``1.2万``) in fen.

    Raises InvalidAmount with a sentence for anything else: empty, negative, more than two decimals, too large.
    """
    written = unicodedata.normalize("NFKC", str(text)).strip()
    written = re.sub(r"^[¥￥]\s*|^(?:rmb|cny)\s*", "", written, flags=re.IGNORECASE)
    written = re.sub(r"\s*(?:元|块|圆|rmb|cny)$", "", written, flags=re.IGNORECASE)
    if not written:
        raise InvalidAmount(_("Enter an amount."))
    if written.startswith("-"):
        raise InvalidAmount(_("The amount must not be negative."))
    match = re.fullmatch(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d*)?\s*(万)?", written, flags=re.ASCII)
    if match is None:
        raise InvalidAmount
    whole, fraction, ten_thousands = match.groups()
    if len(whole) > 25:  # beyond any column, and Decimal would round
        raise InvalidAmount(_("The amount is too large."))
    fen = Decimal(whole.replace(",", "") + (fraction or "")) * FEN_PER_YUAN * (10_000 if ten_thousands else 1)
    if fen != fen.to_integral_value():
        raise InvalidAmount(_("Give at most two decimals: the smallest unit is one fen (0.01 yuan)."))
    if fen > MAX_FEN:
        raise InvalidAmount(_("The amount is too large."))
    return int(fen)
