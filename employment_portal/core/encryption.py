"""Encrypted columns and keyed hashes for identity and account numbers (graded protection level 3).

A value is stored as ``<key id>:<base64 of nonce and AES-256-GCM ciphertext>``. ``FIELD_ENCRYPTION_KEYS`` lists
the keys newest first: the first encrypts, all decrypt, ``manage.py rotate_keys`` moves every row to the first.
An encrypted column cannot be searched; a ``keyed_hash`` column beside it finds the exact value.
"""

import base64
import binascii
import hashlib
import hmac
import os
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models

NONCE_BYTES = 12
KEY_BYTES = 32


class Key(NamedTuple):
    id: str
    cipher: AESGCM


class UnreadableValue(Exception):
    """A stored value was damaged, or its key is no longer in FIELD_ENCRYPTION_KEYS."""


def new_key() -> str:
    """A fresh key in the form that FIELD_ENCRYPTION_KEYS takes."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def parse_key(text: str) -> bytes:
    """The 32 bytes of a key written in base64. Raises ImproperlyConfigured."""
    try:
        raw = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise ImproperlyConfigured(
            "FIELD_ENCRYPTION_KEYS must hold keys of 32 bytes in base64; "
            "'manage.py rotate_keys --new-key' prints one."
        )
    return raw


def key_id(raw: bytes) -> str:
    """Eight hex digits that name a key without giving it away."""
    return hashlib.sha256(b"field encryption key id" + raw).hexdigest()[:8]


@lru_cache(maxsize=8)
def _key_ring(configured: tuple[str, ...], secret_key: str) -> dict[str, Key]:
    # Without a key (a trial on one machine) one is derived from SECRET_KEY; check --deploy refuses that. It stays
    # last in the ring so that the rows of the trial can be rotated to a real key.
    derived = HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"field encryption").derive(
        secret_key.encode()
    )
    raws = [*(parse_key(text) for text in configured), derived]
    return {key_id(raw): Key(key_id(raw), AESGCM(raw)) for raw in raws}


def key_ring() -> dict[str, Key]:
    """The keys by id, newest first."""
    return _key_ring(tuple(settings.FIELD_ENCRYPTION_KEYS), settings.SECRET_KEY)


def current_key_id() -> str:
    return next(iter(key_ring()))


def encrypt(text: str) -> str:
    """The stored form of ``text`` under the newest key. Equal texts give different values."""
    key = key_ring()[current_key_id()]
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + key.cipher.encrypt(nonce, text.encode(), None)
    return f"{key.id}:{base64.b64encode(sealed).decode()}"


def decrypt(stored: str) -> str:
    """The text behind a stored form. Raises UnreadableValue."""
    name, _, encoded = stored.partition(":")
    key = key_ring().get(name)
    if key is None:
        raise UnreadableValue(f"The value was encrypted with key {name[:8]!r}, which is not configured.")
    try:
        sealed = base64.b64decode(encoded, validate=True)
        return key.cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None).decode()
    except (binascii.Error, InvalidTag, ValueError) as error:
        raise UnreadableValue("The stored value is damaged.") from error


def keyed_hash(value: str, purpose: str) -> str:
    """HMAC-SHA256 in 64 hex digits of a normalised value; ``purpose`` keeps equal values of two columns apart.

    Finds a row by a number that is stored encrypted: ``filter(id_hash=keyed_hash(number, "resident_id"))``.
    """
    message = f"{purpose}\x00{value}".encode()
    return hmac.new(settings.FIELD_HASH_KEY.encode(), message, hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """Text that the database only ever sees encrypted. ``None`` and ``""`` are stored as they are.

    It can't be compared in a query (only ``isnull``): look up by a ``keyed_hash`` column instead.
    """

    def from_db_value(self, value, expression, connection):
        return decrypt(value) if value else value

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def get_lookup(self, lookup_name):
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: look it up by its keyed_hash column.")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name):
        raise FieldError(f"{self.name} is encrypted: look it up by its keyed_hash column.")
