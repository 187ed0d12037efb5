from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from employment_portal.audit.models import AuditEntry
from employment_portal.people.consent.texts import TEXTS
from employment_portal.people.enums import DataRequestKind
from employment_portal.people.holdings import holdings
from employment_portal.people.models import DataRequest, Person
from employment_portal.people.records.queries import act_label

# What counts as having seen somebody's data.
LOOKS = (
    "people.view",
    "people.view_group",
    "people.reveal_number",
    "people.open_evidence",
    "people.export",
    "people.start_sitting",
    "people.open_resume",
    "application.reveal_phone",
    "application.download",
    "invitation.reveal_contact",
)


def about(person: Person) -> Q:
    """Audit entries about the person's record or about anything that hangs on it."""
    scope = Q(subject_type="people.person", subject_id=person.public_id)
    for holding in holdings():
        rows = holding.rows(person)
        if any(field.name == "public_id" for field in rows.model._meta.fields):
            ids = list(rows.values_list("public_id", flat=True))
            scope |= Q(subject_type=rows.model._meta.label_lower, subject_id__in=ids)
    return scope


def looks_at(person: Person, *, limit: int = 50) -> list[dict[str, Any]]:
    """Who saw the person's data, newest first: the agency or name, what, when, and the reason given."""
    entries = (
        AuditEntry.objects.filter(about(person), action__in=LOOKS)
        .exclude(actor=person.user_id)
        .select_related("actor")
        .prefetch_related("actor__posts__agency")[:limit]
    )
    return [
        {
            "at": entry.at,
            "label": act_label(entry.action),
            "who": entry.detail.get("employer") or _who(entry.actor),
            "note": entry.reason,
        }
        for entry in entries
    ]


def _who(actor: Any) -> str:
    posts = list(actor.posts.all()) if actor is not None else []
    return f"{posts[-1].agency.name} {actor}" if posts else str(actor or "")


def held_about(person: Person) -> list[dict[str, Any]]:
    """What is held, how much and what for."""
    return [
        {
            "label": holding.label,
            "purpose": holding.purpose,
            "count": holding.rows(person).count(),
            "retained": holding.retained,
        }
        for holding in holdings()
    ]


def must_be_kept(person: Person) -> list[Any]:
    """The labels of what the law requires to keep: with any of them a deletion becomes a restriction."""
    return [h.label for h in holdings() if h.retained and (h.kept or h.rows)(person).exists()]


def consents_of(person: Person) -> list[dict[str, Any]]:
    """Every purpose with its text, and the consent in force if there is one."""
    in_force = {c.purpose: c for c in person.consents.filter(withdrawn_at__isnull=True)}
    return [
        {"purpose": purpose, "label": purpose.label, "text": text, "given": in_force.get(purpose)}
        for purpose, text in TEXTS.items()
    ]


def requests_of(person: Person) -> Iterable[DataRequest]:
    return person.data_requests.select_related("decided_by").order_by("-created_at", "-pk")


def requests_visible_to(user: Any) -> QuerySet[DataRequest]:
    """Requests that staff answer: an export is made by itself, and is nobody's but its owner's."""
    return (
        DataRequest.objects.filter(person__in=Person.objects.visible_to_staff(user))
        .exclude(kind=DataRequestKind.EXPORT)
        .select_related("person__user")
    )
