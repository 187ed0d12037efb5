"""What is wrong with an ISO 20022 message by its schema, for the three messages that the portal writes or reads.

pain.001 is held against the XSD itself. For pain.002 and pacs.004 no package ships the XSD in the version that the
portal uses; ``pyiso20022`` has classes generated from it, each field with its place, how often it stands, its length,
pattern or list. ``problems`` walks those: unknown or misplaced elements, missing ones, and values out of bounds. What
the classes do not say is that of a choice only one may stand.
"""

import re
import types
import typing
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path

from lxml import etree

XSD = Path(__file__).parents[2] / "vendor" / "iso20022" / "pain.001.001.09.xsd"
CLASSES = {
    "pain.002.001.10": "pyiso20022.pain.pain_002_001_10",
    "pacs.004.001.09": "pyiso20022.pacs.pacs_004_001_09",
}


def schema_problems(content: bytes) -> list[str]:
    """Every violation of the message's schema, as a path and a sentence; empty when it is valid."""
    root = etree.fromstring(content)
    message = etree.QName(root).namespace.rpartition(":")[2]
    if message == "pain.001.001.09":
        schema = etree.XMLSchema(etree.parse(XSD))
        schema.validate(root)
        return [f"{error.path}: {error.message}" for error in schema.error_log]
    document = import_module(CLASSES[message]).Document
    return list(_of(root, document, etree.QName(root).localname))


@cache
def _elements(kind: type) -> dict[str, tuple[Field, typing.Any]]:
    """Name → field and type, in the order of the schema."""
    hints = typing.get_type_hints(kind)
    return {
        each.metadata.get("name", ""): (each, hints[each.name])
        for each in fields(kind)
        if each.metadata.get("type") == "Element"
    }


def _of(node: typing.Any, kind: type, path: str) -> typing.Iterator[str]:
    known = _elements(kind)
    places = {name: place for place, name in enumerate(known)}
    last, seen = 0, dict.fromkeys(known, 0)
    for child in node:
        name = etree.QName(child).localname
        if name not in known:
            yield f"{path}: {name} is not an element of {kind.__name__}"
            continue
        if places[name] < last:
            yield f"{path}: {name} stands after {list(known)[last]}"
        last = max(last, places[name])
        seen[name] += 1
        field, hint = known[name]
        inner, many = _inner(hint)
        if seen[name] > 1 and not many:
            yield f"{path}: {name} stands more than once"
        yield from _value(child, inner, field, f"{path}/{name}")
    for name, (field, hint) in known.items():
        least = field.metadata.get("min_occurs", 0) if _inner(hint)[1] else int(_required(field))
        if seen[name] < least:
            yield f"{path}: {name} is missing"


def _required(field: Field) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _inner(hint: typing.Any) -> tuple[typing.Any, bool]:
    """The class behind ``None | X`` or ``list[X]``, and whether it may stand many times."""
    if typing.get_origin(hint) is list:
        return typing.get_args(hint)[0], True
    if typing.get_origin(hint) in {types.UnionType, typing.Union}:
        return next(part for part in typing.get_args(hint) if part is not types.NoneType), False
    return hint, False


def _value(node: typing.Any, kind: typing.Any, field: Field, path: str) -> typing.Iterator[str]:
    if is_dataclass(kind):
        if _elements(kind):
            yield from _of(node, kind, path)
            return
        for each in fields(kind):  # a value with attributes: an amount and its currency
            if each.metadata.get("type") == "Attribute":
                yield from _simple(node.get(each.metadata["name"], ""), each, path)
            else:
                yield from _simple(node.text or "", each, path)
        return
    if len(node):
        yield f"{path}: holds elements where a value stands"
    text = node.text or ""
    if isinstance(kind, type) and issubclass(kind, Enum):
        if text not in {member.value for member in kind}:
            yield f"{path}: {text!r} is not in the list {kind.__name__}"
        return
    if kind.__name__ in {"XmlDate", "XmlDateTime"}:
        try:
            kind.from_string(text)
        except ValueError:
            yield f"{path}: {text!r} is no {kind.__name__}"
        return
    yield from _simple(text, field, path)


def _simple(text: str, field: Field, path: str) -> typing.Iterator[str]:
    rules = field.metadata
    if len(text) < rules.get("min_length", 0) or len(text) > rules.get("max_length", len(text)):
        yield f"{path}: {len(text)} characters in {text[:30]!r}"
    if (pattern := rules.get("pattern")) and not re.fullmatch(pattern, text):
        yield f"{path}: {text[:30]!r} does not match {pattern}"
    if "total_digits" in rules or "fraction_digits" in rules:
        try:
            number = Decimal(text)
        except InvalidOperation:
            yield f"{path}: {text[:30]!r} is no number"
            return
        digits = number.as_tuple()
        if -int(digits.exponent) > rules.get("fraction_digits", 99) or len(digits.digits) > rules.get(
            "total_digits", 99
        ):
            yield f"{path}: {text} has too many digits"
        if number < rules.get("min_inclusive", number):
            yield f"{path}: {text} is too small"
