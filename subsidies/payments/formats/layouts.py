"""Which adapter writes and reads what."""

from types import ModuleType

from subsidies.payments.enums import BankFormat
from subsidies.payments.formats import delimited, iso20022
from subsidies.payments.formats.records import MAX_BYTES, AnswerFile, Damaged, PaymentFile

WRITERS: dict[str, ModuleType] = {BankFormat.DELIMITED: delimited, BankFormat.PAIN001: iso20022}
ENDINGS: dict[str, str] = {BankFormat.DELIMITED: "txt", BankFormat.PAIN001: "xml"}
READERS = (delimited, iso20022)


def render(file: PaymentFile, format: str) -> bytes:
    """The bytes of a payment file in a layout: a pure function. Raises ValueError for a field that it cannot carry."""
    return WRITERS[format].render(file)


def read_payments(content: bytes, format: str) -> PaymentFile:
    return WRITERS[format].read_payments(content)


def read_answer(content: bytes) -> AnswerFile:
    """A bank's answer, its layout told by its content. Raises Damaged."""
    if not content.strip():
        raise Damaged("empty")
    if len(content) > MAX_BYTES:
        raise Damaged("too_large")
    for reader in READERS:
        if reader.looks_right(content):
            return reader.read(content)
    raise Damaged("layout")
