"""Chinese text as keys: pinyin to sort and search by. The database has no Chinese collation."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Literal

import pypinyin
from pypinyin.contrib.tone_convert import to_normal
from pypinyin.core import Pinyin

Kind = Literal["text", "person", "place"]

# Names of places that the general dictionary misreads, as 《中华人民共和国政区大典》 reads them.
PLACE_WORDS = {
    "乐亭": "lao ting", "乐清": "yue qing", "乐陵": "lao ling", "会理": "hui li", "伽师": "jia shi",
    "六合区": "lu he qu", "单县": "shan xian", "南乐": "nan le", "吴堡": "wu bu", "大城县": "dai cheng xian",
    "宕昌": "tan chang", "民乐": "min le", "沌口": "zhuan kou", "泊头": "bo tou", "洪洞": "hong tong",
    "浒关": "xu guan", "浒墅关": "xu shu guan", "浚县": "xun xian", "涡阳": "guo yang", "漯河": "luo he",
    "珲春": "hun chun", "穆棱": "mu ling", "筠连": "jun lian", "繁峙": "fan shi", "荥经": "ying jing",
    "蔚州": "yu zhou", "蚌山": "beng shan", "覃塘": "qin tang", "解州": "hai zhou", "重庆": "chong qing",
    "长子县": "zhang zi xian", "闵行": "min hang", "阿勒泰": "a le tai", "朝阳": "chao yang",
}  # fmt: skip
# Characters with one reading in names of places, whatever they are elsewhere.
PLACE_CHARACTERS = {
    "都": "du", "长": "chang", "勒": "le", "什": "shi", "曾": "zeng", "仇": "qiu", "翟": "zhai",
}  # fmt: skip
# Surnames that read otherwise than the everyday word.
SURNAMES = {
    "万俟": "mo qi", "尉迟": "yu chi", "澹台": "tan tai", "长孙": "zhang sun",
    "乐": "yue", "仇": "qiu", "佴": "nai", "冼": "xian", "区": "ou", "华": "hua", "卜": "bu", "单": "shan",
    "召": "shao", "员": "yun", "折": "she", "曾": "zeng", "朴": "piao", "查": "zha", "洗": "xian", "盖": "ge",
    "祭": "zhai", "种": "chong", "秘": "bi", "繁": "po", "缪": "miao", "翟": "zhai", "覃": "qin", "解": "xie",
    "郇": "xun", "隗": "wei",
}  # fmt: skip

_normal = cache(to_normal)  # there are some four hundred syllables
_RUNS = re.compile(r"[a-z0-9]+|[^a-z0-9]+")
_PLACE_WORD = re.compile("(" + "|".join(sorted(PLACE_WORDS, key=len, reverse=True)) + ")")


def _is_han(character: str) -> bool:
    return bool(re.match(r"[\u3400-\u9fff\U00020000-\U0003ffff]", character))


def _read(text: str) -> list[str]:
    """A syllable for each Chinese character; anything else is dropped."""
    han = "".join(filter(_is_han, text))
    return [syllable for word in _words.seg(han) for syllable in _read_word(word)]


_words = Pinyin()  # cuts a text where its dictionary of readings does


@lru_cache(maxsize=50_000)
def _read_word(word: str) -> tuple[str, ...]:
    """Words recur (有限公司): read once, a list of names takes a quarter of the time."""
    return tuple(_normal(syllable) for syllable in pypinyin.lazy_pinyin(word, errors="ignore"))


def _read_place(text: str) -> list[str]:
    syllables: list[str] = []
    for part in _PLACE_WORD.split(text):
        if part in PLACE_WORDS:
            syllables += PLACE_WORDS[part].split()
        else:
            han = filter(_is_han, part)
            syllables += [
                PLACE_CHARACTERS.get(char, read) for char, read in zip(han, _read(part), strict=False)
            ]
    return syllables


def _read_person(text: str) -> list[str]:
    for length in (2, 1):
        if (surname := text[:length]) in SURNAMES:
            return SURNAMES[surname].split() + _read(text[length:])
    return _read(text)


def pinyin_syllables(text: str, kind: Kind = "text") -> list[str]:
    """Toneless syllables (``ü`` as ``v``) with runs of Latin letters and digits in lower case between them.

    ``kind`` says whose readings to prefer: of a person's surname, of a place's name.
    """
    reader = {"text": _read, "person": _read_person, "place": _read_place}[kind]
    syllables: list[str] = []
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).lower()):
        syllables += [run] if run[0].isascii() and run[0].isalnum() else reader(run)
    return syllables


def pinyin_key(text: str, kind: Kind = "text") -> str:
    """The key to sort and search by: ``重庆市`` → ``chongqingshi``."""
    return "".join(pinyin_syllables(text, kind))


def pinyin_initials(text: str, kind: Kind = "text") -> str:
    """First letters: ``重庆市`` → ``cqs``; Latin words and numbers stay whole (``Java开发`` → ``javakf``)."""
    words = _RUNS.findall(unicodedata.normalize("NFKC", text).lower())
    latin = {word for word in words if word[0].isascii() and word[0].isalnum()}
    return "".join(
        syllable if syllable in latin else syllable[0] for syllable in pinyin_syllables(text, kind)
    )
