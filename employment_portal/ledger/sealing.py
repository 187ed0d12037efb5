"""What a seal is: the text of a transfer that is hashed, the statement that is signed, and who may have signed it."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import connection

from employment_portal.ledger.models import Seal

SHORT = 8  # bytes of a row's hash that a seal keeps, to name the row that changed
CHUNK = 5000

# A column that can hold a "|" would let two rows have one text; no key, kind or book can (CHECK constraints).
ROWS = """
SELECT t.number, t.xid::text, concat_ws('|', t.number, t.xid, t.id, t.kind,
       d.id, d.book, d.line, d.kind, d.holder, c.id, c.book, c.line, c.kind, c.holder,
       t.amount_fen, t.idempotency_key, encode(t.payload_sha256, 'hex'), coalesce(t.reverses_id::text, '-'),
       (extract(epoch FROM t.posted_at) * 1000000)::bigint)
  FROM ledger_transfer t
  LEFT JOIN ledger_account d ON d.id = t.debit_id
  LEFT JOIN ledger_account c ON c.id = t.credit_id
"""
COVERED = "t.number >= %(first)s AND t.number < %(end)s AND t.xid >= %(from)s::xid8 AND t.xid < %(to)s::xid8"
# What a closing seal takes: rows that no seal of the epoch covered. Beyond the last sealed number there may be rows
# of another server's transaction ids, which start anew after a restore.
UNCOVERED = (
    "t.number >= %(first)s AND t.number < %(end)s AND (t.xid >= %(from)s::xid8 OR t.number > %(last)s)"
)


@dataclass
class Digest:
    """The hash of rows in a fixed order, and enough to find the one that differs."""

    count: int = 0
    last_number: int = 0
    highest_xid: int = 0
    short: bytearray = field(default_factory=bytearray)
    whole: Any = field(default_factory=hashlib.sha256)

    def add(self, number: int, xid: int, text: str) -> bytes:
        row = hashlib.sha256(text.encode()).digest()
        self.whole.update(row)
        self.short += row[:SHORT]
        self.count += 1
        self.last_number = max(self.last_number, number)
        self.highest_xid = max(self.highest_xid, xid)
        return row[:SHORT]


def rows(condition: str, params: dict[str, Any]) -> Iterator[tuple[int, int, str]]:
    """(number, xid, text) of the transfers, in the order in which seals hash them, read through a cursor."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"{ROWS} WHERE {condition} ORDER BY t.xid, t.number", params)
        while chunk := cursor.fetchmany(CHUNK):
            for number, xid, text in chunk:
                yield number, int(xid), text


def digest(found: Iterable[tuple[int, int, str]]) -> Digest:
    result = Digest()
    for number, xid, text in found:
        result.add(number, xid, text)
    return result


def statement(seal: Seal) -> bytes:
    """What is signed: every column of a seal except the signature, as JSON with sorted keys."""
    return json.dumps(
        {
            "epoch": seal.epoch,
            "first_number": seal.first_number,
            "closing": seal.closing,
            "from_xid": seal.from_xid,
            "up_to_xid": seal.up_to_xid,
            "last_number": seal.last_number,
            "transfers": seal.transfers,
            "digest": bytes(seal.digest).hex(),
            "row_hashes": hashlib.sha256(seal.row_hashes).hexdigest(),
            "previous": bytes(seal.previous).hex(),
            "cluster": seal.cluster,
            "reason": seal.reason,
            "sealed_at": seal.sealed_at.timestamp(),
            "public_key": bytes(seal.public_key).hex(),
        },
        sort_keys=True,
    ).encode()


def fingerprint(seal: Seal) -> bytes:
    """The hash by which the next seal holds on to this one; the log keeps it outside the database."""
    return hashlib.sha256(statement(seal) + bytes(seal.signature)).digest()


def private_key() -> Ed25519PrivateKey:
    """The key of LEDGER_SEAL_KEY, which may be any long random text."""
    seed = HKDF(hashes.SHA256(), 32, salt=None, info=b"ledger seal").derive(settings.LEDGER_SEAL_KEY.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def sign(seal: Seal) -> None:
    key = private_key()
    seal.public_key = public_bytes(key)
    seal.signature = key.sign(statement(seal))


def trusted_keys() -> set[bytes]:
    """Public keys that may have signed: the current one, and those of LEDGER_SEAL_PUBLIC_KEYS."""
    return {public_bytes(private_key()), *(bytes.fromhex(text) for text in settings.LEDGER_SEAL_PUBLIC_KEYS)}


def is_signed(seal: Seal, trusted: set[bytes]) -> bool:
    if bytes(seal.public_key) not in trusted:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes(seal.public_key)).verify(
            bytes(seal.signature), statement(seal)
        )
    except InvalidSignature:
        return False
    return True


def cluster_id() -> str:
    """Names the database server whose transaction ids these are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier::text FROM pg_control_system()")
        return cursor.fetchone()[0]


def horizon() -> int:
    """Every transaction with a lower id has ended. One that runs long, in any database of the server, holds it back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        return int(cursor.fetchone()[0])
