"""What adverts say of the employer: its name, kind of ownership and number of staff."""

import re
import unicodedata

from employment_portal.organisations.enums import OrganisationNature, OrganisationScale
from jobs.imports.reasons import CannotRead

NATURES = {
    OrganisationNature.PRIVATE: [
        "民营",
        "民营企业",
        "私营",
        "私营企业",
        "民企",
        "创业公司",
        "私营/民营企业",
        "股份制企业",
    ],
    OrganisationNature.STATE_OWNED: ["国企", "国有企业", "央企", "国有", "中央企业"],
    OrganisationNature.FOREIGN: [
        "外资",
        "外企",
        "外商独资",
        "外资(欧美)",
        "外资(非欧美)",
        "外企代表处",
        "港澳台公司",
        "港澳台企业",
        "外商投资企业",
    ],
    OrganisationNature.JOINT_VENTURE: ["合资", "中外合资", "合资企业"],
    OrganisationNature.LISTED: ["已上市", "上市公司"],
    OrganisationNature.PUBLIC_INSTITUTION: ["事业单位"],
    OrganisationNature.GOVERNMENT: ["政府机关", "国家机关", "机关", "政府"],
    OrganisationNature.NON_PROFIT: ["非营利组织", "社会团体", "社会组织", "民办非企业单位"],
    OrganisationNature.SOLE_PROPRIETOR: ["个体", "个体工商户", "个体经营"],
    OrganisationNature.OTHER: ["其它", "其他", "律师事务所", "会计师事务所"],
}
_NATURE_OF = {word: nature for nature, words in NATURES.items() for word in words}

NOTHING_SAID = frozenset({"", "无", "不限", "-", "--", "/", "未知", "保密", "null", "none", "nan", "n/a"})

_BANDS = [
    (OrganisationScale.UNDER_20, 1, 19),
    (OrganisationScale.FROM_20, 20, 99),
    (OrganisationScale.FROM_100, 100, 299),
    (OrganisationScale.FROM_300, 300, 499),
    (OrganisationScale.FROM_500, 500, 999),
    (OrganisationScale.FROM_1000, 1000, 9999),
    (OrganisationScale.OVER_10000, 10_000, 10**9),
]
_STAFF = re.compile(
    r"(?P<under>少于|不足|低于)?(?P<low>[0-9]{1,8})(?:-(?P<high>[0-9]{1,8}))?人?(?P<bound>以上|及以上|以下|及以下)?"
)
_EMPLOYER_NAME_LENGTH = 120


class EmployerNotUnderstood(CannotRead):
    code = "employer"


_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ue000-\uf8ff]")


def plain(text: object, limit: int = 200) -> str:
    """A cell as text: NFKC, no control characters, white space folded, ``nan`` and 无 as nothing."""
    folded = unicodedata.normalize("NFKC", "" if text is None else str(text)[: limit * 4])
    folded = " ".join(_UNPRINTABLE.sub(" ", folded).split())
    return "" if folded.lower() in NOTHING_SAID else folded[:limit]


def parse_nature(text: object) -> str:
    """The kind of ownership, empty when the advert says nothing. Raises EmployerNotUnderstood."""
    written = plain(text, 40).replace(" ", "")
    if not written:
        return ""
    try:
        return str(_NATURE_OF[written])
    except KeyError:
        raise EmployerNotUnderstood(text=written) from None


def parse_staff(text: object) -> tuple[int, int | None] | None:
    """Number of staff as the advert gives it, from–to (to is None when open); None when nothing is said."""
    written = re.sub(r"[~〜～—–−至到]", "-", plain(text, 40)).replace(" ", "").replace(",", "")
    if not written:
        return None
    match = _STAFF.fullmatch(written)
    if match is None:
        raise EmployerNotUnderstood(text=written)
    low, high, bound = int(match["low"]), match["high"], match["bound"] or ""
    if match["under"]:
        return 1, max(low - 1, 1)
    if bound in {"以下", "及以下"}:
        return 1, max(low, 1)
    if bound:
        return low, None
    if high is not None and int(high) < low:
        raise EmployerNotUnderstood(text=written)
    return low, int(high) if high is not None else low


def scale_of(staff: tuple[int, int | None] | None) -> str:
    """The band of our list that holds most of the advert's band; of two equal halves the lower one.

    Job boards cut the bands elsewhere (50-150 人): the band is approximate and the advert's own words stay with it.
    """
    if staff is None:
        return ""
    low, high = staff
    if high is None:
        return str(next(band for band, start, end in _BANDS if start <= max(low, 1) <= end))
    shares = [(max(0, min(high, end) - max(low, start) + 1), band) for band, start, end in _BANDS]
    return str(max(shares, key=lambda share: share[0])[1])


def employer_name(text: object) -> str:
    """The employer's name as shown: trimmed, folded brackets kept in the Chinese form."""
    name = plain(text, _EMPLOYER_NAME_LENGTH)
    return re.sub(r"\s*\(", "（", name).replace(")", "）") if re.search(r"[一-鿿]", name) else name


def employer_key(name: str) -> str:
    """Two spellings of one name give one key: width, case, spaces, brackets and punctuation do not matter."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).casefold()
