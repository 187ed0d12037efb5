"""Writing a posting: drafts, copies, templates."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.models import User
from employment_portal.audit.actions import record
from employment_portal.classifications.models import Occupation
from employment_portal.core.errors import DomainError
from employment_portal.regions.models import Region
from employment_portal.workflow.engine import TransitionNotAllowed
from jobs.postings import rules
from jobs.postings.actions.common import PostingChanged, locked
from jobs.postings.enums import PostingStatus
from jobs.postings.models import Posting, PostingQuestion, PostingTemplate
from jobs.postings.permissions import acts_for_employer, is_member

EDITABLE = frozenset({PostingStatus.DRAFT, PostingStatus.RETURNED})
CONTENT_FIELDS = [
    "title",
    "occupation",
    "region",
    "address",
    "headcount",
    "employment_type",
    "pay_unit",
    "pay_min_fen",
    "pay_max_fen",
    "pay_months",
    "pay_note",
    "education",
    "experience_months",
    "groups",
    "description",
    "requirements",
    "working_time",
    "contract_type",
    "contract_months",
    "trial_months",
    "insurances",
    "welfare",
    "keywords",
    "is_urgent",
    "contact_name",
    "contact_phone",
]
DATE_FIELDS = ["publish_on", "expires_on"]
VERSIONED_FIELDS = [*CONTENT_FIELDS, *DATE_FIELDS, "questions"]


class NotYourEmployer(DomainError):
    message = _("You do not act for this employer. Switch to it in the menu, then try again.")


class TemplateNameTaken(DomainError):
    message = _("There is a template named “%(name)s” already. Choose another name.")


@transaction.atomic
def create_draft(
    *, employer_id: int, by: User, now: datetime, values: Mapping[str, Any] | None = None
) -> Posting:
    """Open a draft, empty but for ``values``. Raises NotYourEmployer."""
    if not is_member(by, employer_id):
        raise NotYourEmployer
    posting = Posting(employer_id=employer_id, created_by=by, created_at=now, updated_at=now)
    fill(posting, values or {})
    posting.save()
    set_questions(posting, (values or {}).get("questions", []))
    record(action="posting.create", by=by, subject=posting)
    return posting


@transaction.atomic
def save_draft(
    *, posting_id: int, values: Mapping[str, Any], by: User, now: datetime, seen: str = ""
) -> Posting:
    """Keep the given fields of a draft or returned posting; the other fields stay as they are.

    ``seen`` is the version token of the page (``version_of``): raises PostingChanged when one of these fields was
    changed after it. Raises TransitionNotAllowed when the posting has been submitted meanwhile.
    """
    posting = locked(posting_id)
    if posting.status not in EDITABLE or not acts_for_employer(by, posting):
        raise TransitionNotAllowed
    require_version(posting, seen, values)
    fill(posting, values)
    posting.updated_at = now
    posting.save()
    if "questions" in values:
        set_questions(posting, values["questions"])
    return posting


@transaction.atomic
def copy_posting(
    *, posting_id: int, by: User, now: datetime, expires_on: date | None, publish_on: date | None = None
) -> Posting:
    """A new draft with the same content and new dates; any state can be copied, imported postings too."""
    source = Posting.objects.select_related("employer").get(pk=posting_id)
    values: dict[str, Any] = {name: getattr(source, name) for name in CONTENT_FIELDS}
    values |= {"publish_on": publish_on, "expires_on": expires_on, "questions": questions_of(source)}
    return create_draft(employer_id=source.employer_id, by=by, now=now, values=values)


@transaction.atomic
def save_as_template(*, posting_id: int, name: str, by: User, now: datetime) -> PostingTemplate:
    """Keep the content of a posting, without its dates, under a name. Raises TemplateNameTaken."""
    posting = Posting.objects.select_related("occupation", "region").get(pk=posting_id)
    if not acts_for_employer(by, posting):
        raise NotYourEmployer
    values: dict[str, Any] = {name_: getattr(posting, name_) for name_ in CONTENT_FIELDS}
    values["occupation"] = posting.occupation.code if posting.occupation else None
    values["region"] = posting.region.code if posting.region else None
    values["questions"] = questions_of(posting)
    try:
        with transaction.atomic():
            template = PostingTemplate.objects.create(
                employer_id=posting.employer_id, name=name, values=values, created_at=now, created_by=by
            )
    except IntegrityError as error:
        raise TemplateNameTaken(name=name) from error
    record(action="posting.save_template", by=by, subject=template)
    return template


@transaction.atomic
def create_from_template(*, template_id: int, by: User, now: datetime) -> Posting:
    """A draft with the content of a template. An occupation or place that is gone by now is left empty."""
    template = PostingTemplate.objects.get(pk=template_id)
    values = {key: value for key, value in template.values.items() if key in {*CONTENT_FIELDS, "questions"}}
    if "occupation" in values:
        values["occupation"] = Occupation.objects.filter(code=values["occupation"]).first()
    if "region" in values:
        values["region"] = Region.objects.active().filter(code=values["region"]).first()
    return create_draft(employer_id=template.employer_id, by=by, now=now, values=values)


@transaction.atomic
def delete_template(*, template_id: int, by: User) -> None:
    template = PostingTemplate.objects.get(pk=template_id)
    if not is_member(by, template.employer_id):
        raise NotYourEmployer
    record(action="posting.delete_template", by=by, subject=template)
    template.delete()


def version_of(posting: Posting, names: Iterable[str] = ()) -> str:
    """The token by which a page says what it showed: a short digest for each field (all when none is named)."""
    return "&".join(f"{name}={_digest(posting, name)}" for name in names or VERSIONED_FIELDS)


def require_version(posting: Posting, seen: str, values: Mapping[str, Any] | None = None) -> None:
    """Raise PostingChanged when a field changed after the page was made, unless ``values`` say the same now.

    Fields that the page did not show, or does not save, are nobody's conflict.
    """
    for name, digest in parse_qsl(seen):
        if name not in VERSIONED_FIELDS or digest == _digest(posting, name):
            continue
        if values is None or (name in values and values[name] != _stored(posting, name)):
            time = timezone.localtime(posting.updated_at).strftime("%H:%M:%S")
            raise PostingChanged(posting, time=time)


def _stored(posting: Posting, name: str) -> Any:
    return questions_of(posting) if name == "questions" else getattr(posting, name)


def _digest(posting: Posting, name: str) -> str:
    value = questions_of(posting) if name == "questions" else posting.serializable_value(name)
    return hashlib.sha256(json.dumps(value, default=str, sort_keys=True).encode()).hexdigest()[:10]


def fill(posting: Posting, values: Mapping[str, Any]) -> list[str]:
    """Set the fields that a form may set; the names of those that changed."""
    changed = []
    for name in [*CONTENT_FIELDS, *DATE_FIELDS]:
        if name in values and getattr(posting, name) != values[name]:
            setattr(posting, name, values[name])
            changed.append(name)
    posting.monthly_min_fen = rules.monthly_fen(posting.pay_unit, posting.pay_min_fen)
    posting.monthly_max_fen = rules.monthly_fen(posting.pay_unit, posting.pay_max_fen)
    return changed


def questions_of(posting: Posting) -> list[dict[str, Any]]:
    return [dict(row) for row in posting.questions.values("text", "kind", "required")]


def set_questions(posting: Posting, questions: Iterable[Mapping[str, Any]]) -> bool:
    """Replace the questions of a posting; whether anything changed.

    A question that stands again word for word, with the same kind of answer, keeps its row and thereby its answers,
    wherever it stands now. Any other is new, so that no answer ever stands under words it was not given to.
    Raises ProtectedError when a question that goes was answered.
    """
    wanted = [question for question in questions if question["text"]]
    if wanted == questions_of(posting):
        return False
    existing = list(posting.questions.all())
    for position, question in enumerate(wanted):
        row = next((row for row in existing if _is_same(row, question)), None)
        if row is None:
            row = PostingQuestion(posting=posting, text=question["text"], kind=question["kind"])
        else:
            existing.remove(row)
        row.position, row.required = position, question["required"]
        row.save()
    for row in existing:
        row.delete()
    return True


def _is_same(row: PostingQuestion, question: Mapping[str, Any]) -> bool:
    return (row.text, row.kind) == (question["text"], question["kind"])
