"""A change field by field, before and after, in the words of the form."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from employment_portal.core.money import format_yuan
from jobs.postings.enums import QuestionKind
from jobs.postings.models import Posting
from jobs.postings.revisions.content import CODED
from jobs.postings.revisions.models import PostingRevision
from jobs.templatetags.postings import experience

TEXTS = frozenset({"title", "description", "requirements", "working_time", "pay_note"})
CLAUSE = re.compile(r"[^，。；、,;.\n]*[，。；、,;.\n]*")


@dataclass(frozen=True)
class Part:
    """A stretch of text, and whether the other side lacks it."""

    text: str
    differs: bool = False


@dataclass(frozen=True)
class Difference:
    name: str
    label: Any
    before: list[Part]
    after: list[Part]


def differences(revision: PostingRevision, label_of: Any) -> list[Difference]:
    """One row per changed field, in the order of the model; ``label_of(name)`` gives what people call it."""
    order = [field.name for field in Posting._meta.concrete_fields]
    names = sorted(revision.fields, key=lambda name: order.index(name) if name in order else len(order))
    rows = []
    for name in names:
        old, new = revision.before.get(name), revision.content.get(name)
        if name in TEXTS:
            before, after = compare(old or "", new or "")
        else:
            before, after = [Part(in_words(name, old))], [Part(in_words(name, new))]
        rows.append(Difference(name, _label(name, label_of), before or [Part("—")], after or [Part("—")]))
    return rows


def compare(old: str, new: str) -> tuple[list[Part], list[Part]]:
    """Two texts cut into clauses, those marked that only one of them has."""
    olds, news = _clauses(old), _clauses(new)
    before: list[Part] = []
    after: list[Part] = []
    for what, start, end, new_start, new_end in SequenceMatcher(
        None, olds, news, autojunk=False
    ).get_opcodes():
        before += _part(olds[start:end], differs=what != "equal")
        after += _part(news[new_start:new_end], differs=what != "equal")
    return before, after


def in_words(name: str, value: Any) -> str:
    """A stored value as the pages write it; a dash for nothing."""
    if value in (None, "", []):
        return "—"
    if name == "questions":
        return "\n".join(_question(number, row) for number, row in enumerate(value, start=1))
    if name in CODED:
        found = CODED[name].objects.filter(code=value).first()
        return str(getattr(found, "full_name", found) if found else value)
    if name.endswith("_fen"):
        return f"¥{format_yuan(value)}"
    if name == "experience_months":
        return experience(value)
    field = Posting._meta.get_field(name)
    choices = dict(getattr(getattr(field, "base_field", field), "flatchoices", None) or [])
    if isinstance(value, list):
        return str(_(", ")).join(str(choices.get(each, each)) for each in value)
    return str(choices.get(value, value))


def _label(name: str, label_of: Any) -> Any:
    # the form calls both ends of the pay by the name of the field, remarks call the lower one "Pay"
    return {"pay_min_fen": _("Lowest pay, yuan")}.get(name) or label_of(name)


def _question(number: int, row: dict[str, Any]) -> str:
    kind = dict(QuestionKind.choices).get(row["kind"], row["kind"])
    tail = "" if row["required"] else pgettext("of a question", "may be left out")
    return f"{number}. {row['text']} ({', '.join(filter(None, [str(kind), str(tail)]))})"


def _clauses(text: str) -> list[str]:
    return [clause for clause in CLAUSE.findall(text) if clause]


def _part(clauses: Iterable[str], *, differs: bool) -> list[Part]:
    text = "".join(clauses)
    return [Part(text, differs)] if text else []
