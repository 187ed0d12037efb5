"""Conditions and amounts in the plain words of the reader's language."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from employment_portal.core.money import format_yuan
from employment_portal.facts.catalogue import Fact, FactType, UnknownFact, fact
from employment_portal.regions.models import Region
from subsidies.policies import content as c


def describe(condition: c.Condition) -> str:
    """``Age: at least 16 full years``; the policy's own words where it has some."""
    if condition.label:
        return condition.label
    try:
        known = fact(condition.ref.fact)
    except UnknownFact:
        return condition.ref.fact
    return _("%(fact)s: %(test)s") % {"fact": fact_words(condition.ref), "test": test_words(known, condition)}


def fact_words(ref: c.FactRef) -> str:
    """A fact with its details: ``Months insured in a period (pension, last 3 months)``."""
    details = argument_words(ref).values()
    label = str(fact(ref.fact).label)
    return (
        _("%(fact)s (%(details)s)") % {"fact": label, "details": _(", ").join(details)} if details else label
    )


def question_words(ref: c.FactRef) -> str:
    """A fact as a person is asked for it; its label where nobody wrote a question."""
    known = fact(ref.fact)
    if not known.question:
        return fact_words(ref)
    return str(known.question) % argument_words(ref, period=_("the months that you claim for"))


def argument_words(ref: c.FactRef, *, period: str = "") -> dict[str, str]:
    """What a policy filled in, by the argument's name; ``period`` are the words for the months claimed."""
    found = {}
    for argument in fact(ref.fact).arguments:
        value = ref.args.get(argument.name, "")
        if value == c.PERIOD:
            found[argument.name] = period or _("the months claimed")
        else:
            found[argument.name] = str(dict(argument.choices()).get(value, value))
    return found


def test_words(known: Fact, condition: c.Condition) -> str:
    op, value = condition.op, condition.value
    if op == c.KNOWN:
        return _("is on record")
    if op == c.UNKNOWN:
        return _("is not on record")
    if op == c.BETWEEN:
        low, high = (value_words(known, part) for part in value)
        return _("from %(low)s to %(high)s") % {"low": low, "high": high}
    if isinstance(value, list):
        words = _(" or ") if op != c.ALL_OF else _(" and ")
        listed = words.join(value_words(known, [part]) for part in value)
    else:
        listed = value_words(known, value)
    return OPERATOR_WORDS[op]() % {"value": listed}


OPERATOR_WORDS = {
    c.EQ: lambda: pgettext("condition", "%(value)s"),
    c.NE: lambda: pgettext("condition", "not %(value)s"),
    c.LT: lambda: pgettext("condition", "less than %(value)s"),
    c.LE: lambda: pgettext("condition", "at most %(value)s"),
    c.GT: lambda: pgettext("condition", "more than %(value)s"),
    c.GE: lambda: pgettext("condition", "at least %(value)s"),
    c.IN: lambda: pgettext("condition", "%(value)s"),
    c.NOT_IN: lambda: pgettext("condition", "none of: %(value)s"),
    c.ANY_OF: lambda: pgettext("condition", "%(value)s"),
    c.ALL_OF: lambda: pgettext("condition", "all of: %(value)s"),
    c.NONE_OF: lambda: pgettext("condition", "none of: %(value)s"),
    c.WITHIN: lambda: pgettext("condition", "in %(value)s"),
    c.NOT_WITHIN: lambda: pgettext("condition", "outside %(value)s"),
}


def operator_words(op: str) -> str:
    """A comparison as a select offers it."""
    return {
        c.EQ: lambda: pgettext("comparison", "is"),
        c.NE: lambda: pgettext("comparison", "is not"),
        c.LT: lambda: pgettext("comparison", "less than"),
        c.LE: lambda: pgettext("comparison", "at most"),
        c.GT: lambda: pgettext("comparison", "more than"),
        c.GE: lambda: pgettext("comparison", "at least"),
        c.BETWEEN: lambda: pgettext("comparison", "from … to …"),
        c.IN: lambda: pgettext("comparison", "is one of"),
        c.NOT_IN: lambda: pgettext("comparison", "is none of"),
        c.ANY_OF: lambda: pgettext("comparison", "holds at least one of"),
        c.ALL_OF: lambda: pgettext("comparison", "holds all of"),
        c.NONE_OF: lambda: pgettext("comparison", "holds none of"),
        c.WITHIN: lambda: pgettext("comparison", "lies in"),
        c.NOT_WITHIN: lambda: pgettext("comparison", "lies outside"),
        c.KNOWN: lambda: _("is on record"),
        c.UNKNOWN: lambda: _("is not on record"),
    }[op]()


# English alone has another word for one of them.
OF_ONE = {
    "months": "month", "full months": "full month", "months begun": "month begun", "full years": "full year",
    "people": "person", "ventures": "venture", "posts": "post", "certificates": "certificate", "times": "time",
}  # fmt: skip


def value_words(known: Fact, value: Any) -> str:
    """A value as JSON holds it, as people write it."""
    if value is None:
        return "—"
    if known.type == FactType.YES_NO:
        return _("yes") if value else _("no")
    if known.type == FactType.MONEY:
        return _("%(yuan)s yuan") % {"yuan": format_yuan(int(value))}
    if known.type == FactType.DATE:
        return date_format(date.fromisoformat(str(value)))
    if known.type == FactType.NUMBER:
        if not isinstance(value, list) and value in known.named:
            return str(known.named[value])
        unit = str(known.unit)
        return f"{value} {OF_ONE.get(unit, unit) if value == 1 else unit}".strip()
    if known.type == FactType.REGION:
        return region_words(value)
    labels = {str(key): str(label) for key, label in known.choices()} if known.choices else {}
    values = value if isinstance(value, list) else [value]
    return _(", ").join(labels.get(str(part), str(part)) for part in values) or _("none")


def region_words(value: Any) -> str:
    """Names of regions given by code (as policies do) or by path (as facts do)."""
    values = value if isinstance(value, list) else [value]
    codes = [str(part).rstrip("/").rsplit("/", 1)[-1] for part in values]
    names = dict(Region.objects.filter(code__in=codes).values_list("code", "name"))
    return _(", ").join(names.get(code, code) for code in codes)
