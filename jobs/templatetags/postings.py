"""``{% load postings %}``: the facts of a posting in words."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from employment_portal.core.money import format_yuan
from employment_portal.people.enums import Group
from jobs.postings.enums import FIVE_INSURANCES, Insurance, Welfare
from jobs.postings.models import Posting

register = template.Library()


@dataclass(frozen=True)
class Facts:
    """What a page says about a posting; a fact that is not stated is empty."""

    pay: str
    experience: str
    insurances: list[str]
    welfare: list[str]
    groups: list[str]
    contract: str
    trial: str


@register.simple_tag
def posting_facts(posting: Posting) -> Facts:
    return Facts(
        pay=posting_pay(posting),
        experience=experience(posting.experience_months),
        insurances=_insurances(posting),
        welfare=_labels(Welfare, posting.welfare),
        groups=_labels(Group, posting.groups),
        contract=_contract(posting),
        trial=months_long(posting.trial_months) if posting.trial_months else "",
    )


@register.simple_tag
def posting_pay(posting: Posting) -> str:
    """``¥4,800–6,500``; "" when the posting does not say."""
    low, high = posting.pay_min_fen, posting.pay_max_fen
    if low is None and high is None:
        return ""
    ends = list(dict.fromkeys(format_yuan(end) for end in (low, high) if end is not None))
    return "¥" + "–".join(ends)


@register.filter
def experience(months: int) -> str:
    """``36`` as "3 years' experience"."""
    if not months:
        return _("No experience needed")
    if months % 12:
        return ngettext("%(n)s month's experience", "%(n)s months' experience", months) % {"n": months}
    years = months // 12
    return ngettext("%(n)s year's experience", "%(n)s years' experience", years) % {"n": years}


def _labels(choices: Any, values: list[str]) -> list[str]:
    known = dict(choices.choices)
    return [str(known[value]) for value in values if value in known]


def _insurances(posting: Posting) -> list[str]:
    values = list(posting.insurances)
    if set(FIVE_INSURANCES) <= set(values):
        rest = [value for value in values if value not in FIVE_INSURANCES]
        return [_("Five insurances"), *_labels(Insurance, rest)]
    return _labels(Insurance, values)


def _contract(posting: Posting) -> str:
    if not posting.contract_type:
        return ""
    kind = str(posting.get_contract_type_display())
    return f"{kind} {months_long(posting.contract_months)}" if posting.contract_months else kind


@register.filter
def months_long(months: int) -> str:
    """``2 years``, ``18 months``; ``none`` for no month at all."""
    if not months:
        return pgettext("trial period", "none")
    if months % 12 == 0:
        return ngettext("%(n)s year", "%(n)s years", months // 12) % {"n": months // 12}
    return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}
