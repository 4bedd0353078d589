"""Reads the text of a PDF: lines with their places on the page, headings by their size."""

import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, PyPdfError

from corpus.error import CorpusError
from corpus.importing.lines import Line, join_lines
from corpus.importing.source import Paragraph, Source

_MOST_PAGES = 2000
_LONGEST_MARK = 10
_COLUMN_APART = 120  # points; a nested list stands less far in
_LEAST_LETTERS_A_PAGE = 20
_FURNITURE = re.compile(
    r"(?:sida|page|sid\.?)?\s*\d{1,4}(?:\s*(?:/|av|of|\()\s*\d{1,4}\)?)?|(?:https?|file)://\S+.*"
    r"|\d{1,2}/\d{1,2}/\d{2,4}, \d{1,2}:\d\d.*|\d{4}-\d\d-\d\d \d\d:\d\d.*",
    re.IGNORECASE,
)
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"})


@dataclass(slots=True)
class _Printed:
    """A line as it is printed: where it begins and how large it is, in points."""

    page: int
    x: float
    y: float
    size: float
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.parts)).strip().translate(_LIGATURES)


def read_pdf(file: Path, content: bytes) -> Source:
    """The paragraphs of a PDF. Raises CorpusError if it is locked, damaged or only pictures."""
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it complains of what it then reads well
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise CorpusError(file, None, "PDF-filen är låst med lösenord")
        if len(reader.pages) > _MOST_PAGES:
            raise CorpusError(file, None, f"PDF-filen har fler än {_MOST_PAGES} sidor")
        printed = [
            line
            for number, page in enumerate(reader.pages, start=1)
            for line in _lines_of(page, number)
        ]
        title = str((reader.metadata and reader.metadata.title) or "")
        page_count = len(reader.pages)
    except DependencyError as error:
        raise CorpusError(file, None, "PDF-filen är låst med lösenord") from error
    # Of a damaged file pypdf makes any of these.
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise CorpusError(file, None, "PDF-filen är skadad och går inte att läsa") from error
    except RecursionError as error:
        raise CorpusError(file, None, "PDF-filen är orimligt invecklad och läses inte") from error
    if sum(len(line.text) for line in printed) < _LEAST_LETTERS_A_PAGE * min(page_count, 5):
        raise CorpusError(
            file,
            None,
            "PDF-filen har bara bilder och ingen text; den måste textigenkännas (OCR) först",
        )
    kept, removed = _without_furniture(printed, page_count)
    paragraphs, doubts = join_lines(_as_lines(kept), shortest=20)
    return Source(paragraphs, title=title, removed=removed, doubts=doubts)


def _lines_of(page: PageObject, number: int) -> list[_Printed]:
    lines: list[_Printed] = []

    def visit(text: str, user: Any, place: Any, font: Any, size: float) -> None:
        for part in re.split(r"(\n)", text):
            if part == "\n":
                if lines and lines[-1].text:
                    lines.append(_Printed(number, 0, 0, 0))
            elif part.strip() or (part and lines and lines[-1].parts):
                if not lines or not lines[-1].text:
                    x = user[0] * place[4] + user[2] * place[5] + user[4]
                    y = user[1] * place[4] + user[3] * place[5] + user[5]
                    height = abs(size * user[3] * place[3]) or abs(size)
                    lines[len(lines) - 1 :] = [_Printed(number, x, y, round(height, 1))]
                lines[-1].parts.append(part)

    page.extract_text(visitor_text=visit)
    return _side_by_side([line for line in lines if line.text])


def _side_by_side(lines: Sequence[_Printed]) -> list[_Printed]:
    """The same lines; a number that is printed beside its text is put together with it."""
    together: list[_Printed] = []
    for line in lines:
        before = together[-1] if together else None
        beside = (
            before
            and len(before.text) <= _LONGEST_MARK
            and line.x > before.x
            and abs(line.y - before.y) < 0.5 * line.size
        )
        if before and beside:
            parts = [before.text, " ", line.text]
            together[-1] = _Printed(line.page, before.x, line.y, line.size, parts)
        else:
            together.append(line)
    return together


def _without_furniture(
    printed: Sequence[_Printed], page_count: int
) -> tuple[list[_Printed], tuple[Paragraph, ...]]:
    """The lines without page numbers and what is repeated at the edge of most pages."""
    edges: Counter[str] = Counter()
    at_edge: set[int] = set()
    for page in range(1, page_count + 1):
        own = sorted((line for line in printed if line.page == page), key=lambda one: one.y)
        outermost = [*own[:2], *own[-2:]]
        at_edge |= {id(line) for line in outermost}
        edges.update({_without_digits(line.text) for line in outermost})
    kept, removed = [], []
    for line in printed:
        repeated = page_count > 2 and edges[_without_digits(line.text)] > page_count / 2
        if id(line) in at_edge and (repeated or _FURNITURE.fullmatch(line.text)):
            removed.append(Paragraph(line.text, f"sida {line.page}"))
        else:
            kept.append(line)
    return kept, tuple(removed)


def _without_digits(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _as_lines(printed: Sequence[_Printed]) -> list[Line]:
    if not printed:
        return []
    body = _common_size(printed)
    larger = sorted({line.size for line in printed if line.size > 1.12 * body}, reverse=True)
    spacing = _usual_spacing(printed)
    edges = _left_edges(printed, spacing)
    lines = []
    before: _Printed | None = None
    counts: Counter[int] = Counter()
    for line, edge in zip(printed, edges, strict=True):
        counts[line.page] += 1
        level = min(larger.index(line.size) + 1, 6) if line.size in larger else 0
        apart = before is None or _is_apart(before, line, spacing)
        place = f"sida {line.page} rad {counts[line.page]}"
        lines.append(Line(line.text, place, (line.x - edge) / (0.5 * body), apart, level))
        before = line
    return lines


def _is_apart(before: _Printed, line: _Printed, spacing: float) -> bool:
    """Whether a paragraph ends between two lines: at a gap, or with the page or column."""
    if before.page != line.page or before.y < line.y:
        return before.text.endswith((".", "!", "?", ":"))
    return before.y - line.y > 1.35 * max(spacing, 1.1 * line.size)


def _left_edges(printed: Sequence[_Printed], spacing: float) -> list[float]:
    """For each line, where its column begins."""
    columns: list[list[_Printed]] = []
    for line in printed:
        last = columns[-1][-1] if columns else None
        if last is None or line.page != last.page or line.y > last.y + spacing:
            columns.append([])
        columns[-1].append(line)
    leftmost = min(line.x for line in printed)
    edges: list[float] = []
    for column in columns:
        edge = min(line.x for line in column)
        edges += [edge if edge - leftmost > _COLUMN_APART else leftmost] * len(column)
    return edges


def _common_size(printed: Sequence[_Printed]) -> float:
    """The size that most of the text is set in."""
    sizes: Counter[float] = Counter()
    for line in printed:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] or 1.0


def _usual_spacing(printed: Sequence[_Printed]) -> float:
    gaps = [
        before.y - line.y
        for before, line in pairwise(printed)
        if before.page == line.page and before.y > line.y
    ]
    return median(gaps) if gaps else 0.0
