"""A résumé as a PDF file."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from reportlab.lib.units import mm
from reportlab.platypus import HRFlowable, KeepTogether, Spacer

from employment_portal.core.masking import mask_mobile
from employment_portal.ui.documents.pdf import INK, document, paragraph


def period(row: Any) -> str:
    """``2019-09 – 2023-06``; an open end is today."""
    start = f"{row.starts_on:%Y-%m}" if row.starts_on else ""
    end = f"{row.ends_on:%Y-%m}" if row.ends_on else (_("today") if start else "")
    return f"{start} – {end}" if start else end


def resume_pdf(shown: dict[str, Any], *, own: bool) -> bytes:
    """The résumé of ``queries.shown_to_employers``; with ``own`` the phone number is written out."""
    person, resume, expectation = shown["person"], shown["resume"], shown["expectation"]
    story: list[Any] = [paragraph(person.name, "name")]
    if resume and resume.headline:
        story.append(paragraph(resume.headline))
    years = shown["age"]
    age = (
        ngettext("%(age)s year old", "%(age)s years old", years) % {"age": years} if years is not None else ""
    )
    place = person.residence_region.full_name if person.residence_region else ""
    education = person.get_education_display() if person.education else ""
    facts = [person.get_sex_display() if person.sex in {1, 2} else "", age, education, place]
    phone = person.phone if own else mask_mobile(person.phone)
    contact = [phone, resume.email if resume else ""]
    for line in (facts, contact):
        if any(line):
            story.append(paragraph("  |  ".join(filter(None, map(str, line))), "line"))
    if resume and resume.available_from:
        story.append(
            paragraph(_("Can start on %(day)s") % {"day": resume.available_from.isoformat()}, "line")
        )

    def block(title: str, rows: list[list[Any]]) -> None:
        if not rows:
            return
        head = [paragraph(title, "heading"), HRFlowable(width="100%", thickness=1.2, color=INK, spaceAfter=2)]
        story.append(KeepTogether([*head, *rows[0]]))
        for row in rows[1:]:
            story.append(KeepTogether(row))

    if expectation:
        wanted = [
            [_("Occupations"), _("; ").join(o.name for o in expectation.occupations.all())],
            [_("Places"), _("; ").join(r.full_name for r in expectation.regions.all())],
            [
                _("Least monthly pay"),
                f"¥{expectation.pay_min_fen // 100:,}" if expectation.pay_min_fen else "",
            ],
        ]
        lines = [paragraph(f"{label}{_(': ')}{value}") for label, value in wanted if value]
        block(_("Looking for"), [[line] for line in lines])
    if resume is not None:
        if resume.summary:
            block(_("About me"), [[paragraph(resume.summary)]])
        block(
            _("Work"),
            [
                [
                    paragraph(f"{row.title}  {row.employer}", "row"),
                    paragraph(period(row), "line"),
                    *([paragraph(row.description)] if row.description else []),
                ]
                for row in resume.work.all()
            ],
        )
        block(
            _("Schools and degrees"),
            [
                [
                    paragraph(
                        "  ".join(filter(None, [row.school, row.get_level_display(), row.major])), "row"
                    ),
                    *([paragraph(period(row), "line")] if period(row) else []),
                ]
                for row in resume.education.all()
            ],
        )
        block(
            _("Skills"),
            [[paragraph(_("; ").join(skill_line(row) for row in resume.skills.all()))]]
            if resume.skills.all()
            else [],
        )
        block(_("Certificates"), [[paragraph(certificate_line(row))] for row in resume.certificates.all()])
    story.append(Spacer(1, 2 * mm))
    return document(story, title=_("Résumé of %(name)s") % {"name": person.name})


def skill_line(row: Any) -> str:
    if not row.years:
        return row.name
    years = ngettext("%(years)s year", "%(years)s years", row.years) % {"years": row.years}
    return f"{row.name} {years}"


def certificate_line(row: Any) -> str:
    level = row.get_level_display() if row.level else ""
    issued = f"{row.issued_on:%Y-%m}" if row.issued_on else ""
    return "  ".join(filter(None, [row.name, str(level), row.number, issued]))
