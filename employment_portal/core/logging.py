"""Log lines: JSON for machines, plain text for a terminal; each carries its request's id and nobody's data."""

import logging
import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

from celery.signals import before_task_publish, task_postrun, task_prerun
from django.http import HttpRequest, HttpResponse
from pythonjsonlogger.json import JsonFormatter

REQUEST_ID_HEADER = "X-Request-ID"
ACCEPTED_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
# The only fields besides time, level, logger and message. Whatever else a library attaches (requests, task
# arguments) is left out, because it may hold what people typed.
FIELDS = ("method", "path", "status", "duration_ms", "task", "task_id")
PRIVATE = (
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])"), "[identity number]"),
    (re.compile(r"(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)"), "[mobile]"),
    (re.compile(r"(?<!\d)\d{12,30}(?!\d)"), "[number]"),
)

request_id: ContextVar[str] = ContextVar("request_id", default="")
access_log = logging.getLogger("portal.access")


def redact(text: str) -> str:
    """The text without e-mail addresses, mobile, identity and account numbers."""
    for pattern, replacement in PRIVATE:
        text = pattern.sub(replacement, text)
    return text


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class JsonLines(JsonFormatter):
    """One JSON object per line: time (UTC), level, logger, message, request_id, FIELDS, exception."""

    converter = time.gmtime

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        log_data["time"] = (
            time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"
        )
        log_data["level"] = record.levelname
        log_data["logger"] = record.name
        log_data["message"] = redact(record.getMessage())
        if identifier := getattr(record, "request_id", ""):
            log_data["request_id"] = identifier
        for name in FIELDS:
            if (value := getattr(record, name, None)) is not None:
                log_data[name] = value
        if record.exc_info:
            log_data["exception"] = redact(self.formatException(record.exc_info))


class PlainLines(logging.Formatter):
    """The same for a person: time, level, message, and the request's id when there is one."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        line = redact(super().format(record))
        identifier = getattr(record, "request_id", "")
        if not identifier:
            return line
        first, *rest = line.split("\n", 1)
        return "\n".join([f"{first}  [{identifier[:8]}]", *rest])


def configuration(*, style: str, level: str) -> dict[str, Any]:
    """The LOGGING setting. ``style`` is ``json`` or ``text``. Everything goes to standard error, as one stream."""
    quiet = {"handlers": [], "level": "WARNING", "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": RequestIdFilter}},
        "formatters": {"json": {"()": JsonLines}, "text": {"()": PlainLines}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "text" if style == "text" else "json",
                "filters": ["request_id"],
            },
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.request": {
                "handlers": [],
                "level": "ERROR",
                "propagate": True,
            },  # the access line tells the rest
            "celery.app.trace": quiet,  # at INFO it writes what a task returned
            "fontTools": quiet,
        },
    }


class RequestLogMiddleware:
    """Gives each request an id, its own or the proxy's, answers with it, and logs one line per request.

    The line has the path without its query: a query can hold names and numbers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(REQUEST_ID_HEADER, "")
        identifier = given if ACCEPTED_REQUEST_ID.fullmatch(given) else uuid4().hex
        token = request_id.set(identifier)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers[REQUEST_ID_HEADER] = identifier
            self._log(request, response.status_code, began)
            return response
        finally:
            request_id.reset(token)

    @staticmethod
    def _log(request: HttpRequest, status: int, began: float) -> None:
        milliseconds = round((time.perf_counter() - began) * 1000)
        quiet = request.path.startswith(("/health/", "/static/")) and status < 500
        access_log.log(
            logging.DEBUG if quiet else logging.INFO,
            "%s %s %s %s ms", request.method, request.path, status, milliseconds,
            extra={"method": request.method, "path": redact(request.path), "status": status, "duration_ms": milliseconds},
        )  # fmt: skip


# --- a task's lines carry the id of the request that sent it -----------------------------------------------


@before_task_publish.connect
def _send_request_id(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None and request_id.get():
        headers["portal_request_id"] = request_id.get()


@task_prerun.connect
def _take_request_id(task: Any = None, **_: Any) -> None:
    request_id.set(getattr(task.request, "portal_request_id", None) or "")


@task_postrun.connect
def _drop_request_id(**_: Any) -> None:
    request_id.set("")
