"""Background tasks that ended in an error, and putting them into the queue again."""

import ast
import json
from typing import Any

from celery import current_app, states
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django_celery_results.models import TaskResult

from employment_portal.accounts.models import User
from employment_portal.audit.actions import record
from employment_portal.audit.models import AuditEntry
from employment_portal.core.errors import DomainError

RETRIED = "desk.retry_task"


class CannotRetry(DomainError):
    message = _(
        "This task cannot be queued again: the portal no longer has it, or its arguments were not kept."
    )


class AlreadyRetried(DomainError):
    message = _("This task was queued again already. Should it fail once more, it appears as a new row.")


def failed_tasks(*, name: str = "") -> QuerySet[TaskResult]:
    """Tasks that failed, the newest first, each with whether it was queued again (``retried``)."""
    rows = TaskResult.objects.filter(status=states.FAILURE)
    if name:
        rows = rows.filter(task_name=name)
    again = AuditEntry.objects.filter(
        action=RETRIED,
        subject_type=TaskResult._meta.label_lower,
        subject_id=Cast(OuterRef("pk"), CharField()),
    )
    return rows.annotate(retried=Exists(again)).order_by("-date_done", "-pk")


def arguments_of(result: TaskResult) -> dict[str, Any] | None:
    """The keyword arguments that the task ran with, or None when they cannot be read back."""
    text: Any = result.task_kwargs or "{}"
    for _layer in range(2):  # the result backend keeps the repr of a dict as a JSON string
        if isinstance(text, str):
            try:
                text = ast.literal_eval(text)
            except (ValueError, SyntaxError):
                return None
    return text if isinstance(text, dict) else None


def error_of(result: TaskResult) -> str:
    """The error as one line, ``OperationalError: connection refused``; as it was kept when it cannot be read."""
    kept = result.result or ""
    try:
        error = json.loads(kept)
    except ValueError:
        return kept
    if not isinstance(error, dict) or "exc_type" not in error:
        return kept
    message = error.get("exc_message", "")
    words = " ".join(str(part) for part in message) if isinstance(message, list) else str(message)
    return f"{error['exc_type']}: {words}" if words else str(error["exc_type"])


def may_retry(result: TaskResult) -> bool:
    """Every task of this portal may run twice; what is not one of them, or had places for arguments, stays."""
    positional = result.task_args in (None, "", "()", '"()"', "[]", '"[]"')
    return _known(result.task_name) and positional and arguments_of(result) is not None


def _known(name: str) -> bool:
    return name in _tasks()


def title_of(name: str) -> str:
    """What a task does, in words; its name when the portal has the task no more."""
    return str(getattr(_tasks().get(name), "title", name))


def _tasks() -> Any:
    current_app.loader.import_default_modules()  # a web process has no task until somebody asks for them
    return current_app.tasks


@transaction.atomic
def retry_task(*, result_id: int, by: User, request: Any = None) -> TaskResult:
    """Put a failed task into the queue again, once. Raises CannotRetry, AlreadyRetried."""
    result = TaskResult.objects.select_for_update().get(pk=result_id, status=states.FAILURE)
    if not may_retry(result):
        raise CannotRetry
    if failed_tasks().filter(pk=result.pk, retried=True).exists():
        raise AlreadyRetried
    record(action=RETRIED, by=by, subject=result, detail={"task": result.task_name}, request=request)
    task, kwargs = current_app.tasks[result.task_name], arguments_of(result)
    transaction.on_commit(lambda: task.apply_async(kwargs=kwargs))
    return result
