"""Makes files as an editor gets them: Word with automatic numbers, PDF, a saved web page."""

from collections.abc import Sequence
from pathlib import Path

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    ListFlowable,
    ListItem,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
)

from corpus import Document

_LEVELS = "".join(
    f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
    f'<w:lvlText w:val="{text}"/></w:lvl>'
    for level, (kind, text) in enumerate((("decimal", "%1."), ("decimal", "%2."), ("bullet", "•")))
)
MENU = (
    '<nav><a href="/">Hem</a> <a href="/om">Om oss</a></nav>'
    '<div class="site-overlay">Site Overlay</div>'
)
SHARING = '<div class="sharedaddy"><h3>Dela gärna inlägget:</h3><a>Facebook</a></div>'


def numbered_items(document: Document) -> list[tuple[str, list[str]]]:
    """(text, nested list) of each lesson."""
    items = []
    for lesson in document.lessons:
        first, *nested = lesson.text.split("\n")
        items.append((first, [line.split(maxsplit=1)[1] for line in nested]))
    return items


def write_word(
    file: Path,
    summary: Sequence[str],
    items: Sequence[tuple[str, list[str]]],
    level_text: str = "%1.",
) -> Path:
    """Summary paragraphs, then a list with Word's automatic numbers, nested ones included."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = _LEVELS.replace('"%1."', f'"{level_text}"', 1)
    numbering.insert(
        0,
        parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'),
    )
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>',
        )
    )
    for text in summary:
        document.add_paragraph(text)
    for text, nested in items:
        _number(document.add_paragraph(text), 0)
        for inner in nested:
            _number(document.add_paragraph(inner), 1)
    document.save(str(file))
    return file


def _number(paragraph: docx.text.paragraph.Paragraph, level: int) -> None:
    paragraph._p.get_or_add_pPr().append(
        parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'
        )
    )


def write_pdf(
    file: Path, summary: Sequence[str], items: Sequence[tuple[str, list[str]]], password: str = ""
) -> Path:
    """Summary and a numbered list on pages with a number at the foot of each."""
    plain = getSampleStyleSheet()["Normal"]
    listed = [
        ListItem(
            [
                Paragraph(text, plain),
                *(
                    [ListFlowable([Paragraph(one, plain) for one in nested], bulletFormat="%s.")]
                    if nested
                    else []
                ),
            ]
        )
        for text, nested in items
    ]
    template = SimpleDocTemplate(str(file), pagesize=A4, encrypt=password or None)
    apart = plain.clone("apart", spaceAfter=10)
    story = [Paragraph(text, apart) for text in summary]
    numbered = ListFlowable(listed, bulletFormat="%s.", leftIndent=24)
    template.build([*story, numbered], onFirstPage=_page_number, onLaterPages=_page_number)
    return file


def write_columns(file: Path, paragraphs: Sequence[str]) -> Path:
    """A PDF in two narrow columns."""
    template = BaseDocTemplate(str(file), pagesize=A4)
    width = template.width / 2 - 10
    frames = [
        Frame(left, template.bottomMargin, width, template.height)
        for left in (template.leftMargin, template.leftMargin + width + 20)
    ]
    template.addPageTemplates(PageTemplate(frames=frames))
    plain = getSampleStyleSheet()["Normal"]
    template.build([Paragraph(text, plain) for text in paragraphs])
    return file


def _page_number(canvas: Canvas, page: SimpleDocTemplate) -> None:
    canvas.drawString(290, 30, str(page.page))


def write_web_page(
    file: Path, summary: Sequence[str], items: Sequence[tuple[str, list[str]]], script: str = ""
) -> Path:
    """A page with a menu, an overlay and sharing around its text."""
    listed = "".join(f"<li>{text}{_nested(nested)}</li>\n" for text, nested in items)
    paragraphs = "".join(f"<p>{text}</p>\n" for text in summary)
    file.write_text(
        f"<!DOCTYPE html><html><head><title>Sidan</title><style>p {{}}</style></head><body>{MENU}"
        f"<main><article>{paragraphs}<ol>{listed}</ol>{SHARING}{script}</article></main>"
        "<footer>© 2024 Föreningen</footer></body></html>",
        encoding="utf-8",
    )
    return file


def _nested(items: list[str]) -> str:
    return f"<ol>{''.join(f'<li>{one}</li>' for one in items)}</ol>" if items else ""
