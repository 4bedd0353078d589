"""Reads .docx: paragraphs, Word's own numbers, headings and tables."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from corpus.error import CorpusError
from corpus.importing.source import Doubt, Paragraph, Source
from corpus.importing.word_numbering import WordNumbering

_LARGEST_UNPACKED = 300 << 20
_LARGEST_TEXT = 50 << 20
_HEADING = re.compile(r"(?:heading|rubrik)\s*(\d)", re.IGNORECASE)
_SKIPPED = {qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:p")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TWIPS_A_CHARACTER = 120


def read_word(file: Path, content: bytes) -> Source:
    """The paragraphs of a Word document. Raises CorpusError if it cannot be opened safely."""
    _refuse_bomb(file, content)
    try:
        document = docx.Document(io.BytesIO(content))
        paragraphs = tuple(_Reading(document).paragraphs())
    except (OpcError, etree.XMLSyntaxError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise CorpusError(file, None, "Word-filen är skadad och går inte att läsa") from error
    doubts = []
    if any(rel.reltype.endswith("/footnotes") for rel in document.part.rels.values()) and any(
        True for _ in document.element.body.iter(qn("w:footnoteReference"))
    ):
        doubts.append(Doubt("fotnoter", "dokumentet har fotnoter, som inte togs med"))
    return Source(
        _with_bold_headings(paragraphs, document),
        title=document.core_properties.title or "",
        doubts=tuple(doubts),
    )


def _refuse_bomb(file: Path, content: bytes) -> None:
    """A small file can unpack to more than the memory holds; its sizes are told beforehand."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            names = set(packed.namelist())
    except zipfile.BadZipFile as error:
        raise CorpusError(file, None, "Word-filen är skadad och går inte att läsa") from error
    if "word/document.xml" not in names:
        raise CorpusError(file, None, "innehållet är inte ett Word-dokument")
    texts = [part.file_size for part in parts if part.filename.endswith((".xml", ".rels"))]
    if sum(part.file_size for part in parts) > _LARGEST_UNPACKED or max(texts) > _LARGEST_TEXT:
        raise CorpusError(file, None, "Word-filen är orimligt stor uppackad och läses inte")


class _Reading:
    """One pass through a document, counting its numbers on the way."""

    def __init__(self, document: WordDocument) -> None:
        self._document = document
        self._numbering = WordNumbering(document)
        self._styles = {style.style_id: style for style in document.styles}
        self._count = 0

    def paragraphs(self) -> Iterator[Paragraph]:
        yield from self._blocks(self._document.element.body)

    def _blocks(self, element: Any) -> Iterator[Paragraph]:
        for child in element:
            if child.tag == qn("w:p"):
                yield from self._paragraph(child)
            elif child.tag == qn("w:tr") and len(child.findall(qn("w:tc"))) > 1:
                yield from self._row(child)
            elif child.tag not in (_FALLBACK, qn("w:del"), qn("w:moveFrom"), qn("w:sectPr")):
                yield from self._blocks(child)

    def _paragraph(self, element: Any) -> Iterator[Paragraph]:
        self._count += 1
        place = f"stycke {self._count}"
        style = self._style_names(element)
        text = _text_of(element).strip()
        if text and not any(name.startswith("toc") for name in style):
            indent, mark = self._mark(element)
            heading = self._heading(element, style)
            yield Paragraph(f"{mark} {text}".strip(), place, indent, heading)
        for inner in element.iter(qn("w:txbxContent")):
            if not any(above.tag == _FALLBACK for above in inner.iterancestors()):
                yield from self._blocks(inner)

    def _row(self, element: Any) -> Iterator[Paragraph]:
        cells = [
            "\n".join(paragraph.text for paragraph in self._blocks(cell))
            for cell in element.findall(qn("w:tc"))
        ]
        cells = [cell for cell in cells if cell]
        if not cells:
            return
        number, *rest = cells
        if rest and re.fullmatch(r"\d{1,3}[.)]?", number):
            cells = [f"{number.rstrip('.)')}. {rest[0]}", *rest[1:]]
        yield Paragraph("\n".join(cells), f"stycke {self._count}")

    def _chain(self, element: Any) -> Iterator[Any]:
        """The paragraph's own properties, then its style's, and those that it is based on."""
        properties = element.find(qn("w:pPr"))
        if properties is not None:
            yield properties
        for style in self._style_chain(element):
            if (properties := style.element.find(qn("w:pPr"))) is not None:
                yield properties

    def _style_chain(self, element: Any) -> Iterator[Any]:
        named = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        style = self._styles.get(named.get(qn("w:val"))) if named is not None else None
        for _ in range(10):  # a damaged file may be based on itself
            if style is None:
                return
            yield style
            style = getattr(style, "base_style", None)

    def _style_names(self, element: Any) -> list[str]:
        return [str(style.name).lower() for style in self._style_chain(element)]

    def _mark(self, element: Any) -> tuple[float, str]:
        """How far in the paragraph stands, and its list mark."""
        level, number, left = 0, None, None
        for properties in self._chain(element):
            if number is None:
                number = properties.find(f"{qn('w:numPr')}/{qn('w:numId')}")
                at = properties.find(f"{qn('w:numPr')}/{qn('w:ilvl')}")
                level = int(at.get(qn("w:val"))) if number is not None and at is not None else 0
            if left is None and (found := properties.find(qn("w:ind"))) is not None:
                left = found.get(qn("w:left")) or found.get(qn("w:start"))
        if number is not None and number.get(qn("w:val")) != "0":
            return 3 * level, self._numbering.next_mark(number.get(qn("w:val")), level)
        return float(left or 0) / _TWIPS_A_CHARACTER, ""

    def _heading(self, element: Any, style_names: list[str]) -> int:
        for properties in self._chain(element):
            if (outline := properties.find(qn("w:outlineLvl"))) is not None:
                level = int(outline.get(qn("w:val"))) + 1
                return level if level <= 9 else 0
        for name in style_names:
            if name in ("title", "rubrik"):
                return 1
            if found := _HEADING.match(name):
                return int(found[1])
        return 0


def _text_of(element: Any) -> str:
    """The text of a paragraph as it stands after all tracked changes."""
    parts = []
    for child in element:
        if child.tag == qn("w:t"):
            parts.append(child.text or "")
        elif child.tag == qn("w:tab"):
            parts.append("\t")
        elif child.tag in (qn("w:br"), qn("w:cr")):
            parts.append("\n")
        elif child.tag == qn("w:noBreakHyphen"):
            parts.append("-")
        elif child.tag not in _SKIPPED and child.tag != _FALLBACK:
            parts.append(_text_of(child))
    return "".join(parts)


def _with_bold_headings(
    paragraphs: tuple[Paragraph, ...], document: WordDocument
) -> tuple[Paragraph, ...]:
    """Short bold lines count as headings in a document that has no real ones."""
    if any(paragraph.heading for paragraph in paragraphs):
        return paragraphs
    bold = {
        _text_of(element).strip()
        for element in document.element.body.iter(qn("w:p"))
        if _is_bold(element)
    }
    return tuple(
        Paragraph(p.text, p.place, p.indent, 2)
        if p.text in bold and len(p.text) <= 80 and not p.text.endswith((".", ":", "!"))
        else p
        for p in paragraphs
    )


def _is_bold(element: Any) -> bool:
    runs = [run for run in element.iter(qn("w:r")) if any(t.text for t in run.iter(qn("w:t")))]
    marks = [run.find(f"{qn('w:rPr')}/{qn('w:b')}") for run in runs]
    return bool(runs) and all(
        mark is not None and mark.get(qn("w:val")) not in ("0", "false") for mark in marks
    )
