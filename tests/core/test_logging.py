"""Log lines: parsable, tied to their request, without people's data."""

import json
import logging

import pytest
from django.test import RequestFactory

from employment_portal.core.logging import (
    JsonLines,
    PlainLines,
    RequestIdFilter,
    RequestLogMiddleware,
    redact,
    request_id,
)


def record(message: str, **extra) -> logging.LogRecord:
    made = logging.makeLogRecord({"name": "portal", "levelname": "INFO", "msg": message, **extra})
    RequestIdFilter().filter(made)
    return made


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Key (phone)=(13800001111) already exists.", "Key (phone)=([mobile]) already exists."),
        ("id 510104199001011239", "id [identity number]"),
        ("id 51010419900101123X.", "id [identity number]."),
        ("account 6222021001012345678", "account [number]"),
        ("from zhang.san@example.com.cn to", "from [e-mail] to"),
        ("posting 1234567 took 25 ms at 2026-11-22", "posting 1234567 took 25 ms at 2026-11-22"),
    ],
)
def test_numbers_and_addresses_of_people_are_taken_out(text, redacted):
    assert redact(text) == redacted


def test_a_json_line_has_its_fields_and_nothing_that_a_library_attached():
    line = JsonLines().format(record("done", status=200, data={"args": ["张三"]}, request="<Request>"))

    parsed = json.loads(line)
    assert parsed["message"] == "done"
    assert parsed["status"] == 200
    assert parsed["time"].endswith("Z")
    assert set(parsed) == {"time", "level", "logger", "message", "status"}


def test_an_exception_is_in_the_line_without_the_number_in_it():
    try:
        raise ValueError("no person with 13800001111")
    except ValueError:
        import sys

        line = JsonLines().format(record("failed", exc_info=sys.exc_info()))

    assert "no person with [mobile]" in json.loads(line)["exception"]
    assert "\n" not in line


def test_a_plain_line_ends_with_the_requests_id():
    token = request_id.set("abcdef0123456789")
    try:
        line = PlainLines().format(record("GET / 200"))
    finally:
        request_id.reset(token)

    assert line.endswith("GET / 200  [abcdef01]")


def respond(path: str, **headers: str):
    from django.http import HttpResponse

    seen = []

    def view(request):
        seen.append(request_id.get())
        return HttpResponse()

    response = RequestLogMiddleware(view)(RequestFactory().get(path, headers=headers))
    return response, seen[0]


def test_a_request_gets_an_id_and_the_answer_carries_it():
    response, inside = respond("/")

    assert len(inside) == 32
    assert response.headers["X-Request-ID"] == inside
    assert request_id.get() == ""


def test_a_proxys_id_is_kept():
    response, _ = respond("/", **{"X-Request-ID": "edge-12345678"})

    assert response.headers["X-Request-ID"] == "edge-12345678"


def test_an_id_that_could_forge_log_lines_is_not_taken():
    response, _ = respond("/", **{"X-Request-ID": "x\n2026 ERROR forged"})

    assert response.headers["X-Request-ID"].isalnum()


def test_the_access_line_leaves_out_the_query(caplog):
    with caplog.at_level(logging.INFO, "portal.access"):
        respond("/jobs/?name=张三&phone=13800001111")

    assert "GET /jobs/ 200" in caplog.text
    assert "张三" not in caplog.text
    assert "13800001111" not in caplog.text
