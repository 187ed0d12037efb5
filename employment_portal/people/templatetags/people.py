"""What the templates of people need beside the components."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from employment_portal.core.masking import mask_identity, mask_mobile
from employment_portal.people.enums import WantedEmployment
from employment_portal.people.resumes.pdf import period as period_of

register = template.Library()

PART_TITLES = {
    "about": gettext_lazy("About me"),
    "work": gettext_lazy("Work"),
    "education": gettext_lazy("Schools and degrees"),
    "skills": gettext_lazy("Skills"),
    "certificates": gettext_lazy("Certificates"),
    "expectation": gettext_lazy("Looking for"),
}
PART_LABELS = {
    "work": gettext_lazy("Add work"),
    "education": gettext_lazy("Add education"),
    "skills": gettext_lazy("Add a skill"),
    "certificates": gettext_lazy("Add a certificate"),
}


@register.filter
def words(text: str) -> list[str]:
    return text.split()


@register.simple_tag
def masked_number(person: Any) -> str:
    """``5101**********1234``; the number itself shows only after an audited reveal."""
    return mask_identity(person.id_number) if person.id_number else ""


@register.simple_tag
def masked_phone(person: Any) -> str:
    return mask_mobile(person.phone)


@register.simple_tag
def part_title(part: str) -> Any:
    return PART_TITLES[part]


@register.simple_tag
def part_edit_label(part: str) -> Any:
    return PART_LABELS.get(part) or _("Change")


@register.simple_tag
def part_edit_url(part: str) -> str:
    if part in {"about", "expectation"}:
        return reverse(f"people:resume_{part}")
    return reverse("people:resume_row_new", args=[part])


@register.simple_tag
def part_rows(resume: Any, part: str) -> list[Any]:
    """The entries of a part; the related managers carry the parts' names."""
    return list(getattr(resume, part).all()) if resume else []


@register.filter
def has_part(resume: Any, part: str) -> bool:
    if not resume:
        return False
    if part == "about":
        return bool(resume.headline or resume.summary or resume.email or resume.available_from)
    if part == "expectation":
        return getattr(resume, "expectation", None) is not None
    return bool(getattr(resume, part).all())


@register.simple_tag
def period(row: Any) -> str:
    return period_of(row)


@register.filter
def names(rows: Iterable[Any]) -> str:
    return _("; ").join(row.name for row in rows)


@register.filter
def full_names(rows: Iterable[Any]) -> str:
    return _("; ").join(row.full_name for row in rows)


@register.filter
def wanted(values: Iterable[str]) -> str:
    """The kinds of employment in words."""
    labels = dict(WantedEmployment.choices)
    return _("; ").join(str(labels[value]) for value in values if value in labels)


@register.filter
def group_level(membership: Any) -> str:
    """The level of ``{% status %}`` for a group membership."""
    return {"applied": "info", "certified": "ok", "refused": "bad"}.get(membership.state, "neutral")


@register.simple_tag
def period_words(period: Any) -> str:
    """``2026-01-01 – 2026-12-31``; a date range whose upper bound is the day after the last."""
    start = period.lower.isoformat()
    if period.upper is None:
        return _("from %(day)s") % {"day": start}
    return f"{start} – {(period.upper - timedelta(days=1)).isoformat()}"


REQUESTS = {
    "people.correct": gettext_lazy("Correction of name or number"),
    "people.merge": gettext_lazy("Merge of two records"),
    "people.unmerge": gettext_lazy("Undo of a merge"),
}


@register.simple_tag
def request_label(request: Any) -> Any:
    """A four-eyes request in words."""
    return REQUESTS.get(request.kind, request.kind)
