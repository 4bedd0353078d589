"""Reads .txt and .md: lines, blank lines, indentation, and the headings that Markdown has."""

import re
from pathlib import Path

from corpus.importing.encoding import decode
from corpus.importing.lines import Line, join_lines
from corpus.importing.source import Source
from corpus.importing.web_chrome import without_chrome

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,}|_{3,}|\*{3,})$")
_CAPITALS = re.compile(r"[A-ZÅÄÖ][A-ZÅÄÖ\d\s,:&/–-]{3,70}$")
_FRONT_MATTER = re.compile(r"---\n.*?\n---\n", re.DOTALL)


def read_plain_text(file: Path, content: bytes) -> Source:
    """The paragraphs of a text. Raises CorpusError if it is none."""
    text = decode(file, content)
    skipped = _FRONT_MATTER.match(text)
    lines = _lines(text, skipped.end() if skipped else 0)
    kept, removed = without_chrome(lines)
    paragraphs, doubts = join_lines(kept)
    return Source(paragraphs, removed=removed, doubts=doubts)


def _lines(text: str, start: int) -> list[Line]:
    first = text.count("\n", 0, start) + 1
    lines: list[Line] = []
    apart = False
    for number, raw in enumerate(text[start:].expandtabs(4).split("\n"), start=first):
        content = raw.strip().strip("\ufeff\f")
        if not content or _UNDERLINE.fullmatch(content):
            if content and lines and not apart and content[0] in "=-":
                last = lines.pop()
                level = 1 if content[0] == "=" else 2
                lines.append(Line(last.text, last.place, last.indent, True, level))
            apart = True
            continue
        indent = len(raw) - len(raw.lstrip())
        level = 0
        if found := _HEADING.match(content):
            level, content = len(found[1]), found[2]
        elif apart and _CAPITALS.fullmatch(content):
            level = 2
        lines.append(Line(content, f"rad {number}", indent, apart or bool(level), level))
        apart = bool(level)
    return lines
