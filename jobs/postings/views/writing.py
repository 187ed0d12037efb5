"""What the pages that write a posting have in common."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from employment_portal.organisations.models import Organisation
from jobs.postings.check import check_words
from jobs.postings.forms import STEPS, PostingForm, field_label, initial_of
from jobs.postings.models import Posting
from jobs.postings.revisions.models import PostingRevision
from jobs.postings.rules import marked


def steps(posting: Posting) -> list[dict[str, Any]]:
    """The steps of the form with their addresses, the preview last."""
    steps = [
        {"key": key, "label": label, "url": reverse("jobs:edit_posting", args=[posting.public_id, key])}
        for key, (label, _names) in STEPS.items()
    ]
    preview_url = reverse("jobs:preview_posting", args=[posting.public_id])
    return [*steps, {"key": "preview", "label": _("Preview and submit"), "url": preview_url}]


def live_check(values: dict[str, Any], employer: Organisation, today: date) -> dict[str, Any]:
    """The words found in the fields of this page, each field's text cut at the marked places."""
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    if questions := values.get("questions"):
        texts["questions"] = "\n".join(question["text"] for question in questions)
    found = check_words(texts, employer, on=today)
    fields = []
    for name, text in texts.items():
        if remarks := found.of_field(name):
            rows = [{"remark": remark, "words": text[remark.start : remark.end]} for remark in remarks]
            fields.append({"label": field_label(name), "pieces": marked(text, remarks), "remarks": rows})
    return {"check": found, "check_fields": fields}


def differences(form: PostingForm, stored: Posting) -> list[dict[str, Any]]:
    """Where the two versions differ: yours in the form, theirs in the database."""
    theirs = initial_of(stored)
    rows = []
    for name, value in form.values().items():
        if name != "questions" and theirs.get(name) != value:
            rows.append(
                {
                    "label": field_label(name),
                    "yours": _words(form, name, value),
                    "theirs": _words(form, name, theirs.get(name)),
                }
            )
    return rows


def comments_of(revision: PostingRevision | None) -> list[dict[str, Any]]:
    """What the office wrote beside the fields of a returned change."""
    if revision is None:
        return []
    return [
        {"label": field_label(row.field), "text": row.text}
        for row in revision.comments.filter(resolved_at__isnull=True)
    ]


def _words(form: PostingForm, name: str, value: Any) -> Any:
    if value in (None, "", []):
        return "—"
    choices = dict(getattr(form.fields[name], "choices", []) or [])
    if choices:
        return "、".join(
            str(choices.get(each, each)) for each in (value if isinstance(value, list) else [value])
        )
    return form.fields[name].prepare_value(value) if isinstance(value, int | list) else value
