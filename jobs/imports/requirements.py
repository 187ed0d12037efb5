"""Education, experience and headcount as adverts write them."""

import re

from employment_portal.classifications.enums import Education
from jobs.imports.employers import plain
from jobs.imports.reasons import CannotRead

MAX_HEADCOUNT = 10_000

EDUCATION_WORDS = {
    Education.ANY: ["学历不限", "无要求", "无学历要求", "无"],
    Education.JUNIOR_MIDDLE: ["小学", "初中", "初中及以下"],
    Education.SENIOR_MIDDLE: [
        "高中",
        "中专",
        "中技",
        "职高",
        "技校",
        "高职高中",
        "中专/中技",
        "高中/中专",
        "高中及以下",
    ],
    Education.JUNIOR_COLLEGE: ["大专", "专科", "高职", "高职专科"],
    Education.BACHELOR: ["本科", "学士", "大学本科", "统招本科"],
    Education.MASTER: ["硕士", "研究生", "硕士研究生", "MBA", "mba", "emba"],
    Education.DOCTOR: ["博士", "博士研究生", "博士后"],
}
_EDUCATION_OF = {word: level for level, words in EDUCATION_WORDS.items() for word in words}
# 中技 and 技校 stand with 中专; a posting "大专及以上" asks for 大专.
_EDUCATION_TAIL = re.compile(r"(?:及以上|以上|及以上学历|以上学历|或以上|学历|文凭)+$")

_EXPERIENCE = re.compile(
    r"(?:工作)?(?:经验)?(?P<low>[0-9]{1,2})(?:\.[0-9])?(?:-(?P<high>[0-9]{1,2}))?年(?P<bound>及?以上|及?以下|以内)?(?:工作)?(?:经验)?"
)
_NO_EXPERIENCE = frozenset(
    {
        "无经验",
        "无需经验",
        "经验不限",
        "应届",
        "应届生",
        "应届毕业生",
        "在校生",
        "在校/应届",
        "无经验/应届",
        "无工作经验",
        "在读学生",
        "实习",
    }
)
_HEADCOUNT = re.compile(r"(?:招聘?)?(?P<low>[0-9]{1,6})(?:-(?P<high>[0-9]{1,6}))?[人名位个]?")
_UNSTATED_HEADCOUNT = frozenset({"若干", "若干人", "招若干人", "若干名", "数名"})


class RequirementNotUnderstood(CannotRead):
    pass


def parse_education(text: object) -> Education | None:
    """The least education asked for; ``Education.ANY`` for 不限, None when nothing is said."""
    raw = re.sub(r"\s+", "", str(text or ""))[:40]
    if raw in {"不限", "学历不限", "无学历要求"}:
        return Education.ANY
    written = plain(text, 40).replace(" ", "")
    if not written:
        return None
    for candidate in (written, _EDUCATION_TAIL.sub("", written)):
        if candidate in _EDUCATION_OF:
            return _EDUCATION_OF[candidate]
    raise RequirementNotUnderstood("education", text=written)


def parse_experience(text: object) -> tuple[int, int | None] | None:
    """Years of work asked for, from–to (to is None when open); (0, None) for 不限, None when nothing is said."""
    raw = re.sub(r"\s+", "", str(text or ""))[:40]
    if raw in {"不限", "经验不限"}:
        return 0, None
    written = re.sub(r"[~〜～—–−至到]", "-", plain(text, 40)).replace(" ", "")
    if not written:
        return None
    if written in _NO_EXPERIENCE:
        return 0, None
    match = _EXPERIENCE.fullmatch(written)
    if match is None or (match["high"] and int(match["high"]) < int(match["low"])):
        raise RequirementNotUnderstood("experience", text=written)
    low = int(match["low"])
    if match["bound"] in {"以下", "及以下", "以内"}:
        return 0, low
    return low, int(match["high"]) if match["high"] else None


def parse_headcount(text: object) -> int | None:
    """Number of people wanted (the upper end of a range); None when the advert leaves it open."""
    written = re.sub(r"[~〜～—–−至到]", "-", plain(text, 40)).replace(" ", "")
    if not written or written in _UNSTATED_HEADCOUNT:
        return None
    match = _HEADCOUNT.fullmatch(re.sub(r"\.0+$", "", written))
    if match is None:
        raise RequirementNotUnderstood("headcount", text=written)
    wanted = int(match["high"] or match["low"])
    if not 1 <= wanted <= MAX_HEADCOUNT:
        raise RequirementNotUnderstood("headcount.range", text=written, most=MAX_HEADCOUNT)
    return wanted
