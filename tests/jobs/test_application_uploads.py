import io
import zipfile

import docx
import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from employment_portal.core import uploads as core
from jobs.applications import uploads
from jobs.applications.uploads import check_upload


def pdf(pages=1, **kwargs):
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=200, height=200)
    if "javascript" in kwargs:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {
                NameObject("/S"): NameObject("/JavaScript"),
                NameObject("/JS"): TextStringObject(kwargs["javascript"]),
            }
        )
    if "attachment" in kwargs:
        writer.add_attachment("a.exe", kwargs["attachment"])
    if "password" in kwargs:
        writer.encrypt(kwargs["password"])
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def word():
    document = docx.Document()
    document.add_paragraph("陈芳 养老护理员")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def with_entry(content, name, data):
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, data)
    return file.getvalue()


def check(content):
    return check_upload(io.BytesIO(content), size=len(content))


def test_a_pdf_and_a_word_file_are_known_by_their_content():
    assert check(pdf()) == "pdf"
    assert check(word()) == "docx"


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + b"\0" * 200,
        b"\x7fELF" + b"\0" * 200,
        b"<html><script>alert(1)</script></html>",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"plain words",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    ],
    ids=["exe", "elf", "html", "doc", "text", "png"],
)
def test_anything_else_is_refused_whatever_its_name(content):
    with pytest.raises(uploads.WrongFileType):
        check(content)


def test_a_zip_that_is_no_word_file_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("a.exe", b"MZ")

    with pytest.raises(uploads.WrongFileType):
        check(file.getvalue())


def test_more_than_five_megabytes_are_refused_before_anything_is_read():
    class Unreadable(io.BytesIO):
        def read(self, *args):
            raise AssertionError("must not be read")

    with pytest.raises(core.FileTooLarge):
        check_upload(Unreadable(), size=core.MAX_BYTES + 1)


@pytest.mark.parametrize("content", [b"%PDF-1.7\n" + b"x" * 500, pdf()[:120], b"PK\x03\x04" + b"\0" * 300])
def test_a_damaged_file_is_refused_with_a_sentence(content):
    with pytest.raises(core.DamagedFile):
        check(content)


def test_a_word_file_that_unpacks_to_a_bomb_is_refused():
    bomb = with_entry(word(), "word/media/bomb.bin", b"\0" * (uploads.MAX_UNPACKED_BYTES + 1))
    assert len(bomb) < core.MAX_BYTES

    with pytest.raises(core.DamagedFile):
        check(bomb)


def test_macros_scripts_and_attached_files_are_refused():
    for content in (
        with_entry(word(), "word/vbaProject.bin", b"macro"),
        with_entry(word(), "word/embeddings/oleObject1.bin", b"object"),
        pdf(javascript="app.alert(1)"),
        pdf(attachment=b"MZ"),
    ):
        with pytest.raises(core.ActiveFile):
            check(content)


def test_a_file_with_a_password_is_refused():
    with pytest.raises(core.LockedFile):
        check(pdf(password="secret"))


def test_a_book_is_not_a_resume():
    with pytest.raises(core.TooManyPages):
        check(pdf(pages=core.MAX_PAGES + 1))
