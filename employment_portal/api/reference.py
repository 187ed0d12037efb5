"""The reference part of the documentation page, read out of the OpenAPI document."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

EXAMPLES = Path(__file__).parent / "examples"
SAMPLES = {"posting": "7k2m9xq4ht", "reason": "已找到其他工作", "reply": "周三下午可以到"}
_CHOICE = re.compile(r"^\* `(?P<code>[^`]+)` - (?P<label>.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Value:
    """A parameter, or a field of a body or an answer; ``results[].pay.min_fen`` names one inside another."""

    name: str
    kind: str
    text: str
    required: bool
    choices: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    parameters: list[Value]
    body: list[Value]
    answer: list[Value]
    statuses: list[tuple[str, str]]
    curl: str


@dataclass(frozen=True)
class Example:
    name: str
    title: str
    text: str


def examples() -> list[Example]:
    """The programs of the page and of docs/api.md; the tests run them."""
    titles = {
        "search.sh": _("Search with curl"),
        "apply.sh": _("Apply with curl"),
        "client.py": _("A client in Python"),
    }
    return [Example(name, title, (EXAMPLES / name).read_text()) for name, title in titles.items()]


def operations(document: dict[str, Any]) -> list[Operation]:
    return [
        _operation(document, path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _operation(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Operation:
    body = _json_schema(operation.get("requestBody", {}))
    good = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=str(operation.get("summary", "")),
        description=str(operation.get("description", "")),
        scope=operation.get("x-scope", ""),
        parameters=[
            _value(
                document,
                each["name"],
                each["schema"],
                each.get("required", False),
                each.get("description", ""),
            )
            for each in operation.get("parameters", [])
            if each["in"] == "query"
        ],
        body=list(_fields(document, body)),
        answer=list(_fields(document, _json_schema(good))),
        statuses=[
            (status, str(answer.get("description", "")))
            for status, answer in operation["responses"].items()
            if not status.startswith("2")
        ],
        curl=_curl(document, path, method.upper(), operation, body),
    )


def _json_schema(part: dict[str, Any]) -> dict[str, Any]:
    return part.get("content", {}).get("application/json", {}).get("schema", {})


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself behind a reference; what stands beside the reference is kept."""
    reference = schema.get("$ref") or next(
        (each["$ref"] for each in schema.get("allOf", []) if "$ref" in each), ""
    )
    if not reference:
        return schema
    found = document["components"]["schemas"][reference.rsplit("/", 1)[1]]
    return {**found, **{key: value for key, value in schema.items() if key not in {"$ref", "allOf"}}}


def _fields(document: dict[str, Any], schema: dict[str, Any], prefix: str = "") -> Iterator[Value]:
    schema = _resolved(document, schema)
    if schema.get("type") == "array":
        yield from _fields(document, schema["items"], f"{prefix}[]")
        return
    required = schema.get("required", [])
    for name, part in schema.get("properties", {}).items():
        path = f"{prefix}.{name}".lstrip(".")
        part = _resolved(document, part)
        yield _value(document, path, part, name in required, part.get("description", ""))
        yield from _fields(document, part, path)


def _value(document: dict[str, Any], name: str, schema: dict[str, Any], required: bool, text: Any) -> Value:
    schema = _resolved(document, schema)
    inner = _resolved(document, schema.get("items", {}))
    described = "\n".join(map(str, (text, inner.get("description", ""))))
    choices = [(found["code"], found["label"]) for found in _CHOICE.finditer(described)]
    if all(code == label for code, label in choices):
        choices = [(code, "") for code, _label in choices]
    return Value(
        name=name,
        kind=_kind(schema, inner),
        text=_CHOICE.sub("", str(text)).strip(),
        required=required,
        choices=choices,
    )


def _kind(schema: dict[str, Any], inner: dict[str, Any]) -> str:
    kinds = {
        "string": pgettext("kind of value", "text"),
        "integer": pgettext("kind of value", "whole number"),
        "number": pgettext("kind of value", "number"),
        "boolean": pgettext("kind of value", "true or false"),
        "object": pgettext("kind of value", "object"),
    }
    if schema.get("type") == "array":
        return pgettext("kind of value", "list of %(kind)s") % {
            "kind": kinds.get(inner.get("type", "object"), "")
        }
    formats = {
        "date": pgettext("kind of value", "date"),
        "date-time": pgettext("kind of value", "date and time"),
        "uri": pgettext("kind of value", "address"),
    }
    return formats.get(schema.get("format", "")) or kinds.get(schema.get("type", "object"), "")


def _curl(
    document: dict[str, Any], path: str, method: str, operation: dict[str, Any], body: dict[str, Any]
) -> str:
    lines = [f'curl -sS "$PORTAL{path.replace("{public_id}", "$ID")}"']
    required = [
        each for each in operation.get("parameters", []) if each["in"] == "query" and each.get("required")
    ]
    if required:
        lines[0] = lines[0].replace("curl -sS", "curl -sS --get")
        lines += [f'--data-urlencode "{each["name"]}=会计"' for each in required]
    if operation.get("security"):
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if method != "GET":
        lines.append('-H "Content-Type: application/json"')
        lines.append(f"-d '{json.dumps(_sample(document, body), ensure_ascii=False)}'")
    return " \\\n  ".join(lines)


def _sample(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """What has to be sent, with a value for each."""
    schema = _resolved(document, schema)
    sample = {}
    for name in schema.get("required", []):
        part = _resolved(document, schema["properties"][name])
        sample[name] = (
            True if part.get("type") == "boolean" else part.get("enum", [SAMPLES.get(name, "…")])[0]
        )
    return sample
