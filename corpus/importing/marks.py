"""Recognises the number that a lesson begins with: "3.", "3)", "Lärdom 3:", "Punkt 3"."""

import re
from dataclasses import dataclass

from corpus.importing.source import Paragraph

_LABELS = "lärdom|lardom|punkt|råd|tips|insikt|slutsats|rekommendation|lesson|nr|nummer"
_LABELLED = re.compile(
    rf"[*_#\s]*(?P<label>{_LABELS})\.?\s*(?:nr\.?\s*|nummer\s+|#\s*)?(?P<number>\d{{1,3}})\b"
    r"(?P<close>[*_]*\s*(?:[.:)]+|[–—-](?=\s)|$)[*_]*)\s*",
    re.IGNORECASE,
)
_LABELLED_HEADING = re.compile(
    rf"[*_\s]*(?P<label>{_LABELS})\.?\s*(?P<number>\d{{1,3}})(?P<close>\s+)", re.IGNORECASE
)
_PLAIN = re.compile(
    r"[*_]{0,2}\(?(?P<number>\d{1,3})(?P<close>[.)]:?)[*_]{0,2}(?:\s+|(?=[^\W\d_]{2})|$)"
)
_DASHED = re.compile(r"(?P<number>\d{1,3})(?P<close>\s*[–—:]|\s+-)\s+")
_BARE = re.compile(r"(?P<number>\d{1,3})(?P<close>\t|\s*$|\s+(?=[A-ZÅÄÖ]))")
_BULLET = re.compile(r"[-–•·*+◦▪●]\s+|[a-zåäö]\)\s+|\d{1,3}(?:\.\d{1,3})+\.?\s+")


@dataclass(frozen=True, slots=True)
class Mark:
    """The number that a paragraph begins with, and how it is written.

    ``style`` is the same for all numbers of one list: its punctuation or label, a slash, and the
    level of heading that it stands in (0 for none). ``place`` is the paragraph's place in its
    sequence, ``indent`` and ``end`` where the mark begins and ends on its line, ``length`` how
    many characters of the paragraph it takes.
    """

    place: int
    number: int
    style: str
    length: int
    indent: float
    end: float


def marks_in(paragraphs: tuple[Paragraph, ...]) -> tuple[Mark, ...]:
    """The marks of all paragraphs that begin with one, in order."""
    found = (_mark(place, paragraph) for place, paragraph in enumerate(paragraphs))
    return tuple(mark for mark in found if mark)


def begins_with_mark(text: str) -> bool:
    """Whether a line begins a new list item: a number, a label or a bullet."""
    return bool(_LABELLED.match(text) or _PLAIN.match(text) or _BULLET.match(text))


def begins_with_label(text: str) -> bool:
    """Whether a line begins as "Lärdom 3:" does."""
    return bool(_LABELLED.match(text))


def careless_mark(text: str, number: int) -> int:
    """How long the mark of that number is where it is carelessly written ("3 Bygg"), or 0."""
    found = re.match(rf"\(?{number}(?![\d,.]?\d)(?:[.):]+\s*|\s+|$)", text)
    return found.end() if found else 0


def _mark(place: int, paragraph: Paragraph) -> Mark | None:
    text = paragraph.text
    found = _LABELLED.match(text) or (_LABELLED_HEADING.match(text) if paragraph.heading else None)
    if found:
        style = found["label"].lower()
    elif found := _PLAIN.match(text):
        style = found["close"][0]
    elif found := _DASHED.match(text):
        style = found["close"].strip()
    elif found := _BARE.match(text):
        style = "bare"
    if not found or int(found["number"]) == 0:
        return None
    end = paragraph.indent + len(found.group().rstrip())
    style = f"{style}/{paragraph.heading}"
    return Mark(place, int(found["number"]), style, found.end(), paragraph.indent, end)
