"""Puts the lines of a page together into paragraphs again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.importing.marks import begins_with_mark
from corpus.importing.source import Doubt, Paragraph

_SENTENCE_END = (".", "!", "?", ":", "”", '"')
_AFTER_HYPHEN = re.compile(r"(?:och|eller|samt|respektive|till)\b")
_MAY_BE_NUMBERED = re.compile(r"\d{1,3}\s+[A-ZÅÄÖ]")
_SLACK = 0.15
_LONGEST_WRAPPED = 120


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``apart``: a blank line or a gap stands before it."""

    text: str
    place: str
    indent: float = 0
    apart: bool = False
    heading: int = 0


def join_lines(
    lines: Sequence[Line], shortest: float = 40
) -> tuple[tuple[Paragraph, ...], tuple[Doubt, ...]]:
    """The paragraphs, and the words that were divided at a line's end and are whole again.

    Where the longest lines are shorter than ``shortest`` characters, or very long, a line that
    ends is taken to end on purpose.
    """
    width = _width(lines, shortest)
    paragraphs: list[Paragraph] = []
    doubts: list[Doubt] = []
    before: Line | None = None
    for line in lines:
        if before and _goes_on(before, line, width):
            last = paragraphs.pop()
            text, mended = _joined(last.text, line.text)
            paragraphs.append(Paragraph(text, last.place, last.indent, last.heading))
            if mended:
                doubts.append(Doubt(before.place, f"ordet ”{mended}” var avstavat"))
        else:
            paragraphs.append(Paragraph(line.text, line.place, line.indent, line.heading))
        before = line
    return tuple(paragraphs), tuple(doubts)


def _width(lines: Sequence[Line], shortest: float) -> float:
    """How long a line may be before it is broken; infinite where none are."""
    lengths = sorted(len(line.text) + line.indent for line in lines)
    if not lengths:
        return float("inf")
    longest = lengths[int(len(lengths) * 0.95)] if len(lengths) > 20 else lengths[-1]
    return longest if shortest <= longest <= _LONGEST_WRAPPED else float("inf")


def _goes_on(before: Line, line: Line, width: float) -> bool:
    """Whether ``line`` is the same paragraph as the line before it."""
    if line.apart or line.heading != before.heading or begins_with_mark(line.text):
        return False
    if line.heading or before.text.endswith(("-", "\u00ad")):
        return True
    if line.text[:1].islower() and not before.text.endswith(_SENTENCE_END):
        return True
    if _MAY_BE_NUMBERED.match(line.text):
        return False
    first_word = line.text.split(maxsplit=1)[0]
    return len(before.text) + before.indent + 1 + len(first_word) > width * (1 - _SLACK)


def _joined(before: str, after: str) -> tuple[str, str]:
    """Both as one text, and the word that was divided between them, if one was."""
    divided = before.endswith("\u00ad") or (
        before.endswith("-") and after[:1].islower() and not _AFTER_HYPHEN.match(after)
    )
    if not divided or not before[-2:-1].isalpha():
        return f"{before} {after}", ""
    beginning = before[:-1].rsplit(maxsplit=1)[-1]
    ending = after.split(maxsplit=1)[0].strip(".,;:!?”)")
    return before[:-1] + after, beginning + ending
