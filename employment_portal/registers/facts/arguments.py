"""What a policy fills in: how many months to look back, which insurance, which year."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.facts.catalogue import Argument, Choices


def months() -> Choices:
    return [
        ("1", _("this month")),
        ("3", _("last 3 months")),
        ("6", _("last 6 months")),
        ("12", _("last 12 months")),
        ("24", _("last 24 months")),
        ("36", _("last 36 months")),
    ]


def kinds() -> Choices:
    return [
        ("all", _("pension, medical and unemployment")),
        ("pension", pgettext_lazy("insurance", "pension")),
        ("medical", pgettext_lazy("insurance", "medical")),
        ("unemployment", pgettext_lazy("insurance", "unemployment")),
    ]


def years() -> Choices:
    return [("0", _("this year")), ("1", _("last year")), ("2", _("the year before last"))]


MONTHS = Argument("months", _("Period up to and including the month of the day"), months)
KIND = Argument("kind", _("Insurance"), kinds)
YEAR = Argument("year", _("Year"), years)

# The months of the period: MONTHS of them, the last one that of the reference date.
IN_PERIOD = (
    "paid.month > (date_trunc('month', %(on)s::date) - make_interval(months => %(months)s::int))::date"
    " AND paid.month <= %(on)s::date"
)
OF_KIND = (
    "(CASE %(kind)s::text WHEN 'pension' THEN paid.pension WHEN 'medical' THEN paid.medical"
    " WHEN 'unemployment' THEN paid.unemployment"
    " ELSE paid.pension AND paid.medical AND paid.unemployment END)"
)
