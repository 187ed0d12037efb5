"""PDF files with an embedded Chinese font (fonts/VENDOR.md)."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate

FONT = "PortalSans"
FONT_FILE = Path(__file__).parent / "fonts" / "NotoSansSC-subset.ttf"
INK = HexColor("#073943")
GREY = HexColor("#4a5a5e")


@cache
def register_font() -> str:
    pdfmetrics.registerFont(TTFont(FONT, FONT_FILE))
    return FONT


@cache
def styles() -> dict[str, ParagraphStyle]:
    font = register_font()
    body = ParagraphStyle("body", fontName=font, fontSize=10.5, leading=17, wordWrap="CJK")
    return {
        "body": body,
        "name": ParagraphStyle("name", parent=body, fontSize=20, leading=28, textColor=INK),
        "line": ParagraphStyle("line", parent=body, textColor=GREY),
        "heading": ParagraphStyle(
            "heading", parent=body, fontSize=13, leading=20, textColor=INK, spaceBefore=10
        ),
        "row": ParagraphStyle("row", parent=body, spaceBefore=5),
    }


def paragraph(text: Any, style: str = "body") -> Paragraph:
    return Paragraph(escape(str(text)).replace("\n", "<br/>"), styles()[style])


def document(story: list[Any], *, title: str) -> bytes:
    """An A4 document with page numbers."""
    buffer = BytesIO()

    def number(canvas: Any, page: Any) -> None:
        canvas.setFont(register_font(), 8)
        canvas.setFillColor(GREY)
        canvas.drawRightString(A4[0] - 18 * mm, 12 * mm, str(page.page))

    SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=18 * mm, rightMargin=18 * mm, topMargin=18 * mm, bottomMargin=20 * mm,
        title=title, author="",
    ).build(story, onFirstPage=number, onLaterPages=number)  # fmt: skip
    return buffer.getvalue()
