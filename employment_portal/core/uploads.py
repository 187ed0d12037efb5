"""Whether an uploaded paper is what it says it is. The content decides, never the name (graded protection level 3)."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, BinaryIO

import pypdf
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from PIL import Image

from employment_portal.core.errors import DomainError

MAX_BYTES = 5 * 1024 * 1024
MAX_PAGES = 40
MAX_PIXELS = 50_000_000
CONTENT_TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}


class FileTooLarge(DomainError):
    message = _("The file is larger than 5 MB. Save it with smaller pictures, or as PDF.")


class WrongFileType(DomainError):
    message = _(
        "This is neither a PDF nor a picture (JPEG, PNG). Scan or photograph the paper and upload that."
    )


class DamagedFile(DomainError):
    message = _("The file is damaged and cannot be opened. Save it again and upload the new file.")


class LockedFile(DomainError):
    message = _("The file is protected by a password. Save it without one.")


class ActiveFile(DomainError):
    message = _("The file contains macros, scripts or attached files. Save it without them.")


class TooManyPages(DomainError):
    message = _("The file has more than %(pages)s pages. Upload only the pages that are asked for.")


@dataclass(frozen=True)
class Paper:
    """A checked upload: what it is, the name for people, and the fingerprint of its bytes."""

    kind: str
    display_name: str
    sha256: str

    @property
    def stored_name(self) -> str:
        """A random name to store it under: nothing of the sender's name reaches the disk."""
        return f"{secrets.token_hex(16)}.{self.kind}"


def display_name(filename: str, kind: str, fallback: str = "file") -> str:
    """The name for the people who download it: the sender's, without path, with the ending of the content."""
    stem = PurePath(filename.replace("\\", "/")).stem
    clean = "".join(
        character for character in stem if character.isprintable() and character not in '/\\:*?"<>|'
    )
    return f"{clean.strip()[:100] or fallback}.{kind}"


def check_paper(file: Any, *, name: str | None, size: int | None) -> Paper:
    """An upload or open file that is a scan or photograph: PDF, JPEG or PNG of at most 5 MB. Raises a DomainError that says what to do."""
    name, size = name or "", size or 0
    if size > MAX_BYTES:
        raise FileTooLarge
    file.seek(0)
    head = file.read(16)
    if head.startswith(b"%PDF-"):
        check_pdf(file)
        kind = "pdf"
    elif head.startswith(b"\xff\xd8\xff"):
        kind = _check_picture(file, "jpeg")
    elif head.startswith(b"\x89PNG\r\n\x1a\n"):
        kind = _check_picture(file, "png")
    else:
        raise WrongFileType
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return Paper(kind=kind, display_name=display_name(name, kind), sha256=digest)


def check_pdf(file: BinaryIO) -> None:
    """Raises DamagedFile, LockedFile, ActiveFile or TooManyPages."""
    file.seek(0)
    try:
        reader = pypdf.PdfReader(file)
        if reader.is_encrypted:
            raise LockedFile
        pages = len(reader.pages)
        reader.pages[0].mediabox  # noqa: B018 - reading it finds a broken page tree
        root = reader.trailer["/Root"]
        names = root.get("/Names", {})
        active = "/JavaScript" in names or "/EmbeddedFiles" in names or _runs(root.get("/OpenAction"))
    except DomainError:
        raise
    except Exception:  # a hostile file may raise anything from the parser
        raise DamagedFile from None
    if active:
        raise ActiveFile
    if pages > MAX_PAGES:
        raise TooManyPages(pages=MAX_PAGES)


def _runs(action: Any) -> bool:
    action = action.get_object() if hasattr(action, "get_object") else action
    return isinstance(action, dict) and action.get("/S") in {
        "/JavaScript",
        "/Launch",
        "/ImportData",
        "/SubmitForm",
    }


def _check_picture(file: BinaryIO, kind: str) -> str:
    file.seek(0)
    try:
        with Image.open(file, formats=[kind]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise FileTooLarge
            picture.load()
    except DomainError:
        raise
    except Exception:  # a hostile file may raise anything from the decoder
        raise DamagedFile from None
    return kind


def serve_paper(stored: Any, *, name: str) -> FileResponse:
    """A stored paper as an attachment that no browser runs. The caller has checked who asks."""
    kind = PurePath(name).suffix.lstrip(".")
    response = FileResponse(
        stored.open("rb"),
        as_attachment=True,
        filename=name,
        content_type=CONTENT_TYPES.get(kind, "application/octet-stream"),
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
