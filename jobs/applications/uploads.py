"""Whether an uploaded résumé is what it says it is. The content decides, never the name."""

import zipfile
from typing import Any, BinaryIO

import docx
from django.utils.translation import gettext_lazy as _

from employment_portal.core import uploads
from employment_portal.core.errors import DomainError
from employment_portal.core.uploads import ActiveFile, DamagedFile, FileTooLarge, LockedFile, check_pdf

MAX_UNPACKED_BYTES = 30 * 1024 * 1024
MAX_ENTRIES = 2000
PDF, DOCX = "pdf", "docx"


class WrongFileType(DomainError):
    message = _("This is neither a PDF nor a Word file (.docx). Save your résumé as one of them.")


def check_upload(file: Any, *, size: int) -> str:
    """``pdf`` or ``docx`` for an acceptable file or upload of ``size`` bytes.

    Raises FileTooLarge, WrongFileType, DamagedFile, LockedFile, ActiveFile or TooManyPages, each with a sentence
    that says what to do.
    """
    if size > uploads.MAX_BYTES:
        raise FileTooLarge
    file.seek(0)
    head = file.read(8)
    if head.startswith(b"%PDF-"):
        check_pdf(file)
        kind = PDF
    elif head.startswith(b"PK\x03\x04"):
        _check_docx(file)
        kind = DOCX
    else:
        raise WrongFileType
    file.seek(0)
    return kind


def _check_docx(file: BinaryIO) -> None:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as package:
            entries = package.infolist()
            names = {entry.filename for entry in entries}
            if "word/document.xml" not in names or "[Content_Types].xml" not in names:
                raise WrongFileType
            if any(entry.flag_bits & 1 for entry in entries):
                raise LockedFile
            if any(name.lower().endswith("vbaproject.bin") or "/embeddings/" in name for name in names):
                raise ActiveFile
            # zipfile never unpacks an entry beyond the size that it declares
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
                raise DamagedFile
        file.seek(0)
        docx.Document(file)
    except DomainError:
        raise
    except Exception:  # a hostile file may raise anything from the parser
        raise DamagedFile from None
