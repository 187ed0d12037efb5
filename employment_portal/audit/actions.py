from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from employment_portal.audit.models import AuditEntry
from employment_portal.core.addresses import client_address


def record(
    *,
    action: str,
    by: Any,
    subject: Model | None = None,
    reason: str = "",
    detail: dict[str, Any] | None = None,
    request: HttpRequest | None = None,
) -> AuditEntry:
    """Write one audit entry in the caller's transaction.

    ``action`` is ``area.verb``, such as ``people.reveal_id_number``; ``by`` is None when the portal itself acts.
    ``detail`` holds ids and field names only: no personal data.
    """
    return AuditEntry.objects.create(
        at=timezone.now(),
        actor=by,
        action=action,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(getattr(subject, "public_id", subject.pk)) if subject is not None else "",
        reason=reason,
        detail=detail or {},
        ip_address=(client_address(request) or None) if request else None,
        request_id=getattr(request, "request_id", "") if request else "",
    )


def record_each(*, action: str, by: Any, entries: Iterable[tuple[Model, dict[str, Any]]]) -> None:
    """``record`` for many subjects, each with its detail, in one statement per thousands."""
    now = timezone.now()
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                at=now,
                actor=by,
                action=action,
                subject_type=subject._meta.label_lower,
                subject_id=str(getattr(subject, "public_id", subject.pk)),
                detail=detail,
            )
            for subject, detail in entries
        ],
        batch_size=5000,
    )
