"""Pure decisions: what is still missing, why a posting matches, when silence ends an application."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

MONTH_DAYS = 30.44
PLACEHOLDERS = {"{name}": "name", "{姓名}": "name", "{job}": "job", "{岗位}": "job"}
STEPS = {
    "shortlist": _(
        "Hello {name}, we have put you on the shortlist for {job}. We will contact you about the next step."
    ),
    "invite": _("Hello {name}, we would like to meet you for {job}. Please answer this invitation."),
    "make_offer": _("Hello {name}, we are glad to offer you the post {job}. Please answer by the day shown."),
    "reject": _(
        "Hello {name}, thank you for applying for {job}. We have chosen other applicants this time and wish you "
        "success."
    ),
    "close": _(
        "Hello {name}, thank you for applying for {job}. Recruitment for this post has ended, so we cannot go on "
        "with your application. We wish you success."
    ),
}
FACT_LABELS = {
    "education": _("Education"),
    "experience": _("Experience"),
    "place": _("Place of work"),
    "occupation": _("Occupation"),
    "pay": _("Pay"),
    "skills": _("Skills"),
}


def fill(text: str, *, name: str, job: str) -> str:
    """The message to one person: the names in braces replaced, in either language."""
    values = {"name": name, "job": job}
    for placeholder, key in PLACEHOLDERS.items():
        text = text.replace(placeholder, values[key])
    return text


@dataclass(frozen=True)
class Wanted:
    """What a posting asks for and offers."""

    education: int = 0
    experience_months: int = 0
    region_path: str = ""
    occupation_code: str = ""
    monthly_max_fen: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Seeker:
    """What a person brings and expects."""

    education: int | None = None
    work: list[tuple[date, date | None]] = field(default_factory=list)
    region_paths: list[str] = field(default_factory=list)
    occupation_codes: list[str] = field(default_factory=list)
    pay_min_fen: int | None = None
    skills: list[str] = field(default_factory=list)


def months_worked(periods: Iterable[tuple[date, date | None]], *, today: date) -> int:
    """Months of work; jobs that overlap count once."""
    days, end = 0.0, date.min
    for start, until in sorted((start, until or today) for start, until in periods):
        begin = max(start, end)
        if until > begin:
            days += (until - begin).days
        end = max(end, until)
    return round(days / MONTH_DAYS)


def match_reasons(wanted: Wanted, seeker: Seeker, *, today: date) -> list[dict[str, Any]]:
    """Each comparable fact as ``{"fact", "met"}`` and what it rests on. What nobody stated is left out."""
    reasons: list[dict[str, Any]] = []
    if wanted.education and seeker.education is not None:
        reasons.append({"fact": "education", "met": seeker.education >= wanted.education})
    if wanted.experience_months and seeker.work:
        months = months_worked(seeker.work, today=today)
        reasons.append({"fact": "experience", "met": months >= wanted.experience_months, "months": months})
    if wanted.region_path and seeker.region_paths:
        met = any(
            wanted.region_path.startswith(path) or path.startswith(wanted.region_path)
            for path in seeker.region_paths
        )
        reasons.append({"fact": "place", "met": met})
    if wanted.occupation_code and seeker.occupation_codes:
        met = any(
            wanted.occupation_code == code or wanted.occupation_code.startswith(f"{code}-")
            for code in seeker.occupation_codes
        )
        reasons.append({"fact": "occupation", "met": met})
    if wanted.monthly_max_fen and seeker.pay_min_fen:
        reasons.append({"fact": "pay", "met": wanted.monthly_max_fen >= seeker.pay_min_fen})
    text = wanted.text.casefold()
    if named := [skill for skill in seeker.skills if skill.casefold() in text]:
        reasons.append({"fact": "skills", "met": True, "names": named[:8]})
    return reasons


def reasons_of(match: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Match reasons with the words that a page shows."""
    return [
        {**reason, "label": FACT_LABELS[reason["fact"]]} for reason in match if reason["fact"] in FACT_LABELS
    ]


def slot(first: datetime, number: int, *, minutes: int, pause: int) -> datetime:
    """When the interview with this number (from 0) begins, one after the other with ``pause`` minutes between."""
    return first + timedelta(minutes=(minutes + pause) * number)


def contract_end(starts_on: date, months: int | None) -> date | None:
    """The last day of a contract of whole months; None for an open-ended one."""
    if not months:
        return None
    year, month = divmod(starts_on.month - 1 + months, 12)
    year, month = starts_on.year + year, month + 1
    day = starts_on.day
    while True:
        try:
            return date(year, month, day) - timedelta(days=1)
        except ValueError:
            day -= 1


@dataclass(frozen=True)
class Missing:
    """A part of an application that is not ready, and why."""

    part: str
    sentence: Any


def missing_parts(
    *,
    resume_kind: str,
    has_resume: bool,
    has_upload: bool,
    open_questions: int,
    unchecked: int,
    hidden: bool = False,
) -> list[Missing]:
    """What keeps an application from being sent."""
    missing = []
    if not resume_kind:
        missing.append(Missing("resume", _("Choose the résumé that you want to send.")))
    elif resume_kind == "online" and hidden:
        missing.append(
            Missing(
                "resume",
                _(
                    "You let nobody see your résumé. Upload a file, or show the résumé to employers that you "
                    "apply to."
                ),
            )
        )
    elif resume_kind == "online" and not has_resume:
        missing.append(Missing("resume", _("Your résumé is still empty. Fill it in, or upload a file.")))
    elif resume_kind == "upload" and not has_upload:
        missing.append(Missing("resume", _("Upload the file with your résumé.")))
    if open_questions:
        missing.append(Missing("questions", _("Answer the employer's questions.")))
    elif unchecked:
        missing.append(Missing("questions", _("Check the answers taken from your last application.")))
    return missing
