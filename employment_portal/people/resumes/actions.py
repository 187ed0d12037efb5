"""Writing a résumé. Every change is audited under whoever made it: the person, or a clerk in a sitting."""

from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.people.models import BlockedEmployer, Expectation, Resume
from employment_portal.people.records.actions import lock_open

MAX_ROWS = 30


class TooManyRows(DomainError):
    message = _("There is room for %(most)s entries. Delete one first.")


def open_resume(person_id: int) -> Resume:
    """The résumé for update, made when there is none yet. Raises RecordClosed."""
    person = lock_open(person_id)
    resume, _created = Resume.objects.get_or_create(person=person, defaults={"updated_at": timezone.now()})
    return resume


def touch(resume: Resume, by: Any, part: str) -> None:
    resume.updated_at = timezone.now()
    resume.save(update_fields=["updated_at"])
    record(action="people.edit_resume", by=by, subject=resume.person, detail={"part": part})


@transaction.atomic
def save_about(*, person_id: int, by: Any, **fields: Any) -> Resume:
    """Headline, summary, e-mail address and first possible day."""
    resume = open_resume(person_id)
    for name, value in fields.items():
        setattr(resume, name, value)
    resume.save(update_fields=list(fields))
    touch(resume, by, "about")
    return resume


@transaction.atomic
def save_row(*, person_id: int, row: models.Model, part: str, by: Any) -> models.Model:
    """Add or change one entry of education, work, skills or certificates. Raises TooManyRows."""
    resume = open_resume(person_id)
    if row.pk is None and type(row).objects.filter(resume=resume).count() >= MAX_ROWS:  # type: ignore[attr-defined]
        raise TooManyRows(most=MAX_ROWS)
    row.resume = resume  # type: ignore[attr-defined]
    row.save()
    touch(resume, by, part)
    return row


@transaction.atomic
def delete_row(*, person_id: int, row: models.Model, part: str, by: Any) -> None:
    resume = open_resume(person_id)
    type(row).objects.filter(pk=row.pk, resume=resume).delete()  # type: ignore[attr-defined]
    touch(resume, by, part)


@transaction.atomic
def save_expectation(
    *,
    person_id: int,
    occupations: list[Any],
    regions: list[Any],
    employment_types: list[str],
    pay_min_fen: int | None,
    by: Any,
) -> Expectation:
    resume = open_resume(person_id)
    expectation, _created = Expectation.objects.update_or_create(
        resume=resume, defaults={"employment_types": employment_types, "pay_min_fen": pay_min_fen}
    )
    expectation.occupations.set(occupations)
    expectation.regions.set(regions)
    touch(resume, by, "expectation")
    return expectation


@transaction.atomic
def block_employer(*, person_id: int, organisation_id: int, by: Any) -> BlockedEmployer:
    """Keep the résumé from an employer; blocking twice is harmless."""
    resume = open_resume(person_id)
    blocked, _created = BlockedEmployer.objects.get_or_create(resume=resume, organisation_id=organisation_id)
    touch(resume, by, "blocked_employers")
    return blocked


@transaction.atomic
def unblock_employer(*, person_id: int, organisation_id: int, by: Any) -> None:
    resume = open_resume(person_id)
    BlockedEmployer.objects.filter(resume=resume, organisation_id=organisation_id).delete()
    touch(resume, by, "blocked_employers")
