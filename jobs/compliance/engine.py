"""Finds in the text of a job advert what the law forbids or leaves open, and says which law. No database."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

HERE = Path(__file__).parent
Severity = Literal["must_fix", "check"]

_CLAUSE_END = "\n,，。;；!！?？、"
_NEGATION = re.compile(
    r"(?:不|无需|无须|无任何|免|零|没有|严禁|禁止|杜绝|拒绝|谢绝|非|勿|切勿|未曾|反对|抵制|谨防|警惕)[一-鿿0-9]{0,6}$"
)
_EXCERPT_AROUND = 12


@dataclass(frozen=True)
class Article:
    """One article of one law; without a number the law as a whole."""

    law: str
    number: int | None = None

    def __str__(self) -> str:
        names = _laws()[self.law]
        if (get_language() or "zh").startswith("zh"):
            return f"《{names['zh']}》" + (f"第{chinese_number(self.number)}条" if self.number else "")
        return names["en"] + (f", Art. {self.number}" if self.number else "")


@dataclass(frozen=True)
class Finding:
    """One place in one field. ``start`` and ``end`` count characters of the text as it was given.

    A missing field has ``start == end == 0`` and an empty excerpt.
    """

    rule_id: str
    severity: Severity
    field: str
    start: int
    end: int
    excerpt: str
    message_id: str
    articles: tuple[Article, ...]

    @property
    def message(self) -> str:
        return _(self.message_id)

    @property
    def article(self) -> str:
        """The articles as the page shows them, the nearest first."""
        return "；".join(str(article) for article in self.articles)

    @property
    def must_fix(self) -> bool:
        return self.severity == "must_fix"

    def as_dict(self) -> dict[str, Any]:
        """What is stored beside a posting: enough to show it again in either language."""
        return {
            "rule": self.rule_id,
            "severity": self.severity,
            "field": self.field,
            "start": self.start,
            "end": self.end,
            "excerpt": self.excerpt,
        }


@dataclass(frozen=True)
class Rule:
    id: str
    severity: Severity
    message: str
    articles: tuple[Article, ...]
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    excused_by: re.Pattern[str] | None
    negatable: bool
    natures: frozenset[str]


@dataclass(frozen=True)
class RuleSet:
    """The rules in force from one day on. ``version`` is that day, stored with every check."""

    version: str
    rules: tuple[Rule, ...]
    required: tuple[tuple[str, str], ...]
    required_articles: tuple[Article, ...]

    def rule(self, rule_id: str) -> Rule:
        return next(rule for rule in self.rules if rule.id == rule_id)


def rules_in_force(on: date) -> RuleSet:
    """The newest set whose date is not after ``on``; the oldest one before that."""
    versions = _versions()
    current = [version for version in versions if version <= on.isoformat()] or versions[:1]
    return _load(current[-1])


def check_text(
    fields: Mapping[str, str], *, on: date, nature: str = "", severities: Mapping[str, Severity] | None = None
) -> list[Finding]:
    """What the rules find in the named texts of one advert, in the order of fields and places.

    ``nature`` is the employer's OrganisationNature; ``severities`` replaces the severity of single rules by id
    (default: settings.COMPLIANCE_SEVERITIES), so that a city can make an age limit a must_fix.
    """
    ruleset = rules_in_force(on)
    changed = severities if severities is not None else getattr(settings, "COMPLIANCE_SEVERITIES", {})
    folded = {name: Folded(text) for name, text in fields.items() if text}
    whole = "\n".join(text.plain for text in folded.values())
    findings: list[Finding] = []
    for rule in ruleset.rules:
        if rule.natures and nature not in rule.natures or not rule.pattern.search(whole):
            continue
        severity = changed.get(rule.id, rule.severity)
        if severity == "must_fix" and rule.excused_by and rule.excused_by.search(whole):
            severity = "check"
        for name, text in folded.items():
            for start, end in _matches(rule, text.plain):
                findings.append(_finding(rule, severity, name, text, start, end))
    order = {name: place for place, name in enumerate(fields)}
    return sorted(
        findings, key=lambda finding: (order[finding.field], finding.start, finding.severity != "must_fix")
    )


def missing_content(values: Mapping[str, object], *, on: date) -> list[Finding]:
    """One must_fix finding per content that the law asks of every advert and ``values`` leaves empty.

    Keys: employer, headcount, requirements, duties, place, pay, valid_until.
    """
    ruleset = rules_in_force(on)
    return [
        Finding("missing-content", "must_fix", field, 0, 0, "", message, ruleset.required_articles)
        for field, message in ruleset.required
        if values.get(field) in (None, "", 0, False)
    ]


def finding_from_dict(stored: Mapping[str, Any], *, version: str) -> Finding | None:
    """A stored finding in the words of the rules that made it; None when that rule is gone."""
    ruleset = _load(version)
    if stored["rule"] == "missing-content":
        message = dict(ruleset.required).get(stored["field"])
        articles = ruleset.required_articles
    else:
        rule = next((rule for rule in ruleset.rules if rule.id == stored["rule"]), None)
        message, articles = (rule.message, rule.articles) if rule else (None, ())
    if message is None:
        return None
    return Finding(
        stored["rule"],
        stored["severity"],
        stored["field"],
        stored["start"],
        stored["end"],
        stored["excerpt"],
        message,
        articles,
    )


class Folded:
    """A text folded for matching (half width, lower case, no spaces beside Chinese), with the way back.

    ``origin[i]`` is the place in the original text of character ``i`` of ``plain``.
    """

    def __init__(self, text: str):
        folded = [_fold(char) for char in text]
        self.text = text
        plain = "".join(folded)
        if len(plain) == len(text) and all(len(chars) == 1 for chars in folded):
            origin: Sequence[int] = range(len(text))
        else:
            origin = [place for place, chars in enumerate(folded) for _char in chars]
        if " " in plain:
            kept = [
                index for index, char in enumerate(plain) if char != " " or _separates_words(plain, index)
            ]
            plain, origin = "".join(plain[index] for index in kept), [origin[index] for index in kept]
        self.plain, self.origin = plain, origin

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.origin[start], self.origin[end - 1] + 1


@cache
def _fold(char: str) -> str:
    """One character in half width and lower case; nothing for the invisible ones that hide phrases from filters."""
    if unicodedata.category(char) in {"Cf", "Mn"}:
        return ""
    folded = unicodedata.normalize("NFKC", char).lower()
    return "".join("\n" if c in "\r\n\u2028\u2029" else " " if c.isspace() else c for c in folded)


def _separates_words(plain: str, index: int) -> bool:
    """Whether the space stands between two Latin letters: elsewhere it separates nothing."""
    before, after = plain[:index].rstrip(" ")[-1:], plain[index:].lstrip(" ")[:1]
    return before.isascii() and before.isalpha() and after.isascii() and after.isalpha()


def _matches(rule: Rule, plain: str) -> list[tuple[int, int]]:
    matches = list(rule.pattern.finditer(plain))
    if not matches:
        return []
    allowed = [match.span() for match in rule.unless.finditer(plain)] if rule.unless else []
    found: list[tuple[int, int]] = []
    for match in matches:
        start, end = _trim(plain, *match.span())
        if start >= end or any(start < stop and begin < end for begin, stop in allowed):
            continue
        if rule.negatable and _is_negated(plain, start):
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _trim(plain: str, start: int, end: int) -> tuple[int, int]:
    """Without the punctuation that only anchored the match."""
    edge = _CLAUSE_END + " :：.)]】(（["
    while start < end and plain[start] in edge:
        start += 1
    while end > start and plain[end - 1] in edge:
        end -= 1
    return start, end


def _is_negated(plain: str, start: int) -> bool:
    clause = plain[max(0, start - 10) : start]
    for index in range(len(clause) - 1, -1, -1):
        if clause[index] in _CLAUSE_END:
            clause = clause[index + 1 :]
            break
    return bool(_NEGATION.search(clause))


def _finding(rule: Rule, severity: Severity, name: str, text: Folded, start: int, end: int) -> Finding:
    begin, stop = text.span(start, end)
    around = text.text[max(0, begin - _EXCERPT_AROUND) : stop + _EXCERPT_AROUND]
    return Finding(
        rule.id, severity, name, begin, stop, " ".join(around.split()), rule.message, rule.articles
    )


@cache
def _laws() -> dict[str, dict[str, str]]:
    return yaml.safe_load((HERE / "laws.yaml").read_text("utf-8"))


@cache
def _versions() -> list[str]:
    return sorted(path.stem for path in (HERE / "rules").glob("*.yaml"))


@cache
def _load(version: str) -> RuleSet:
    data = yaml.safe_load((HERE / "rules" / f"{version}.yaml").read_text("utf-8"))
    return RuleSet(
        version=version,
        rules=tuple(_rule(entry) for entry in data["rules"]),
        required=tuple((entry["field"], entry["message"]) for entry in data["required"]),
        required_articles=_articles(data["required_articles"]),
    )


def _rule(entry: dict[str, Any]) -> Rule:
    return Rule(
        id=entry["id"],
        severity=entry["severity"],
        message=entry["message"],
        articles=_articles(entry["articles"]),
        pattern=_any_of(entry["patterns"]),
        unless=_any_of(entry["unless"]) if entry.get("unless") else None,
        excused_by=_any_of(entry["excused_by"]) if entry.get("excused_by") else None,
        negatable=entry.get("negatable", False),
        natures=frozenset(entry.get("natures", ())),
    )


def _articles(entries: list[list[Any]]) -> tuple[Article, ...]:
    laws = _laws()
    return tuple(Article(law, *number) for law, *number in entries if law in laws or _unknown_law(law))


def _unknown_law(law: str) -> bool:
    raise ValueError(f"laws.yaml has no law {law!r}")


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def chinese_number(number: int) -> str:
    """1–999 in Chinese numerals, as articles are numbered: 43 → 四十三."""
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (digits[ones] if ones else "")
