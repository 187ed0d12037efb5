"""``{% load seeking %}``: the facts of a posting as a job seeker reads them in a list."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from employment_portal.people.enums import HARDSHIP_GROUPS, Group
from employment_portal.regions.templatetags.places import short_place
from employment_portal.ui.components.display import facet_option
from jobs.postings.enums import FIVE_INSURANCES, Insurance, PayUnit, Welfare
from jobs.postings.models import Posting
from jobs.templatetags.postings import posting_pay

register = template.Library()


@register.filter
def pay_range(posting: Posting) -> str:
    """¥4,800–6,500, or that pay is to be agreed."""
    return posting_pay(posting) or _("Pay to be agreed")


@register.filter
def pay_unit(posting: Posting) -> str:
    """What the range counts, when it is not twelve plain months: a day, an hour, thirteen months."""
    if posting.pay_min_fen is None or not posting.pay_unit:
        return ""
    if posting.pay_unit != PayUnit.MONTH:
        return str(PayUnit(posting.pay_unit).label)
    if posting.pay_months > 12:
        return _("%(months)s months a year") % {"months": posting.pay_months}
    return ""


@register.filter
def place(posting: Posting) -> str:
    """Where the work is, in the city's own words."""
    return short_place(posting.region)


@register.filter
def insurance_words(posting: Posting) -> str:
    """五险一金, 五险, or the insurances by name."""
    held = set(posting.insurances)
    if held >= set(FIVE_INSURANCES):
        return (
            _("Five insurances and housing fund") if Insurance.HOUSING_FUND in held else _("Five insurances")
        )
    return _(", ").join(str(Insurance(value).label) for value in posting.insurances)


@register.filter
def welfare_labels(posting: Posting) -> list[Any]:
    return [Welfare(value).label for value in posting.welfare]


@register.filter
def group_labels(posting: Posting) -> list[Any]:
    """For whom the job is meant, in short; every hardship category is one group to a job seeker."""
    labels = [
        _("Hardship groups") if value in HARDSHIP_GROUPS else Group(value).label for value in posting.groups
    ]
    return list(dict.fromkeys(labels))


@register.simple_tag
def facet_values(values: Iterable[Any], *, name: str, type: str) -> SafeString:
    """The options of one facet in one go: a page shows more than a hundred of all facets."""
    return mark_safe(
        "".join(
            facet_option(
                each.label, name=name, value=each.value, count=each.count, checked=each.selected, type=type
            )
            for each in values
        )
    )
