"""The far side: where payment files go and return files come from.

A city's bank places a machine (前置机) beside the portal that takes files from one folder and leaves its answers in
another; ``DirectoryBank`` is that. ``BANK_ADAPTER`` names the class, ``BANK_SPOOL`` the folder.
"""

import os
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class BankRefused(Exception):
    """The bank certainly does not have the file: it may be sent again."""


class BankUnclear(Exception):
    """Nobody knows whether the bank has the file. Never send it again before that is known."""


class Arrival(Enum):
    """What the bank says of a file when asked."""

    RECEIVED = "received"
    NOT_RECEIVED = "not_received"
    UNCLEAR = "unclear"


class Bank(Protocol):
    def send(self, name: str, content: bytes) -> str:
        """Hand a file over and return the bank's reference. Raises BankRefused, BankUnclear."""

    def ask(self, name: str) -> Arrival:
        """Whether a file of this name has arrived."""

    def answers(self) -> Iterator[tuple[str, bytes]]:
        """Return files that wait to be fetched."""

    def fetched(self, name: str) -> None:
        """The portal has stored this answer."""


class DirectoryBank:
    """Files in ``outgoing``, taken by the bank's machine into ``taken``; its answers in ``incoming``."""

    def __init__(self, folder: Path | None = None):
        self.folder = Path(folder or settings.BANK_SPOOL)
        for name in ("outgoing", "taken", "incoming", "fetched"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    def send(self, name: str, content: bytes) -> str:
        arrived = self._find(name)
        if arrived is not None:
            if arrived.read_bytes() != content:
                raise BankRefused("another file of this name is there")
            return name
        try:
            write_whole(self.folder / "outgoing" / name, content)
        except OSError as error:
            raise BankRefused(type(error).__name__) from error
        return name

    def ask(self, name: str) -> Arrival:
        try:
            return Arrival.RECEIVED if self._find(name) else Arrival.NOT_RECEIVED
        except OSError:
            return Arrival.UNCLEAR

    def answers(self) -> Iterator[tuple[str, bytes]]:
        for path in sorted((self.folder / "incoming").iterdir()):
            if path.is_file() and not path.name.startswith("."):
                yield path.name, path.read_bytes()

    def fetched(self, name: str) -> None:
        waiting = self.folder / "incoming" / name
        if waiting.exists():
            waiting.replace(self.folder / "fetched" / name)

    def _find(self, name: str) -> Path | None:
        places = (self.folder / place / name for place in ("outgoing", "taken"))
        return next((path for path in places if path.exists()), None)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that nobody ever sees half: under another name first, on the disk, then renamed."""
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def bank() -> Bank:
    """The bank of this installation."""
    return import_string(settings.BANK_ADAPTER)()
