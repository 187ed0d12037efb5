"""The secrets of one installation: made once, kept in ``var/keys.env`` for its owner alone, passed on by environment."""

import base64
import os
import secrets
from pathlib import Path

from employment_portal.launcher.messages import Problem
from employment_portal.launcher.places import Places, write_whole

NAMES = ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "FIELD_HASH_KEY", "LEDGER_SEAL_KEY")
HEADER = """\
# The secrets of this installation. Keep a copy apart from the backups: without FIELD_ENCRYPTION_KEYS and
# FIELD_HASH_KEY nobody can read the identity and account numbers in the database again. LEDGER_SEAL_KEY signs the
# ledger: whoever has it can forge seals.
"""


def installation_keys(places: Places, *, has_data: bool) -> dict[str, str]:
    """The secrets, read or made. Those already in the environment come first.

    Raises Problem when the file is gone although the database has data (``has_data``) encrypted with its keys.
    """
    given = {name: os.environ[name] for name in NAMES if os.environ.get(name)}
    if len(given) == len(NAMES):
        return given
    if not places.keys.exists():
        if has_data:
            raise Problem("keys_lost", file=places.keys)
        write_whole(places.keys, HEADER + "".join(f"{name}={value}\n" for name, value in _new_keys().items()))
    kept = read_keys(places.keys)
    if "LEDGER_SEAL_KEY" not in kept:  # the file of a version that had no ledger; nothing hangs on it yet
        with places.keys.open("a") as file:
            file.write(f"LEDGER_SEAL_KEY={secrets.token_urlsafe(50)}\n")
        kept = read_keys(places.keys)
    return kept | given


def read_keys(path: Path) -> dict[str, str]:
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def _new_keys() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "FIELD_HASH_KEY": secrets.token_urlsafe(32),
        "LEDGER_SEAL_KEY": secrets.token_urlsafe(50),
    }
