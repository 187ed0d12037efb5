"""What the pages of invitations need beside the components: a résumé in words that lead to nobody."""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from employment_portal.classifications.enums import Education
from jobs.invitations.queries import DAYS_A_YEAR

register = template.Library()


@register.simple_tag
def resume_title(resume: Any) -> str:
    """The headline, else the first occupation looked for; of a résumé that is gone only what its owner is."""
    if resume is None:
        return _("Job seeker")
    if resume.headline:
        return str(resume.headline)
    expectation = getattr(resume, "expectation", None)
    wanted = expectation.occupations.all()[:1] if expectation is not None else []
    return wanted[0].name if wanted else _("Job seeker")


@register.simple_tag
def schooling(resume: Any) -> str:
    """The highest education that the record or the résumé names."""
    levels = [row.level for row in resume.education.all()]
    highest = max([*levels, resume.person.education or 0])
    return str(Education(highest).label) if highest else _("Education not given")


@register.simple_tag
def years_of_work(days: int) -> str:
    years = days // DAYS_A_YEAR
    if not years:
        return _("less than a year of work") if days else _("no work yet")
    return ngettext("%(n)s year of work", "%(n)s years of work", years) % {"n": years}
