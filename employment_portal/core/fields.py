"""Model fields that every app shares."""

import secrets

from django.db import models

PUBLIC_ID_LENGTH = 10
# No 0/o, 1/l/i: a public id is read out over the telephone and typed from paper.
PUBLIC_ID_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_public_id() -> str:
    """Ten random characters of an unambiguous alphabet (about 49 bits)."""
    return "".join(secrets.choice(PUBLIC_ID_ALPHABET) for _ in range(PUBLIC_ID_LENGTH))


class PublicIdField(models.CharField):
    """The id of a row in addresses: random, unique, never edited, says nothing about how many rows there are."""

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = PUBLIC_ID_LENGTH
        kwargs["unique"] = True
        kwargs["editable"] = False
        kwargs["default"] = new_public_id
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "unique", "editable", "default"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs
