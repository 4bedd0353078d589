"""Divides a source into its summary and its lessons."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.importing.marks import Mark, begins_with_mark, marks_in
from corpus.importing.numbering import Numbering, find_numbering
from corpus.importing.source import Doubt, Paragraph, Source


@dataclass(frozen=True, slots=True)
class FoundLesson:
    """One lesson-to-be: its ``lines``, an empty one between paragraphs, and where it begins.

    ``headings`` are those that stand before it and part the lessons into groups.
    """

    number: int
    lines: tuple[str, ...]
    place: str
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a source holds: its summary, its lessons, and what is doubtful about them.

    ``way`` is how the lessons were found: by their ``numbers``, by ``headings``, one a
    ``paragraph``, or one a passage of ``speech``.
    """

    summary: tuple[Paragraph, ...]
    lessons: tuple[FoundLesson, ...]
    way: str
    doubts: tuple[Doubt, ...] = ()


def find_lessons(source: Source) -> Found:
    """The numbered lessons; where there are none, a lesson a section, paragraph or passage."""
    paragraphs = source.paragraphs
    numbering = find_numbering(marks_in(paragraphs), paragraphs)
    if numbering:
        return _numbered(paragraphs, numbering)
    if source.is_transcript:
        return Found((), _one_each(paragraphs), "speech")
    return _by_heading(paragraphs) or _by_paragraph(paragraphs)


def _numbered(paragraphs: tuple[Paragraph, ...], numbering: Numbering) -> Found:
    marks = numbering.marks
    summary = list(paragraphs[: marks[0].place])
    lessons: list[FoundLesson] = []
    doubts = list(numbering.doubts)
    headings: tuple[str, ...] = ()
    loose = _has_loose_paragraphs(paragraphs, marks)
    ends = [*(mark.place for mark in marks[1:]), len(paragraphs)]
    for order, (mark, end) in enumerate(zip(marks, ends, strict=True), start=1):
        number = order if numbering.own else mark.number
        first = paragraphs[mark.place]
        is_last = end == len(paragraphs)
        own, after = _divided(mark, paragraphs[mark.place + 1 : end], loose or not is_last)
        lessons += [
            _placeholder(missing, f"(Lärdom {missing} saknas i källan.)", first.place)
            for missing in range(len(lessons) + 1, number)
        ]
        lines = _lines([first.text if numbering.own else first.text[mark.length :]], own)
        if not lines:
            lines = (f"(Lärdom {number} är tom i källan.)",)
            doubts.append(Doubt(first.place, f"lärdom {number} är tom"))
        lessons.append(FoundLesson(number, lines, first.place, headings))
        headings = tuple(paragraph.text for paragraph in after if paragraph.heading)
        if any(not paragraph.heading for paragraph in after):
            summary += after
            doubts.append(_moved(after, number))
        if is_last and loose and own and mark.style.endswith("/0"):
            doubts.append(Doubt(own[0].place, f"texten lades till den sista lärdomen, {number}"))
    return Found(tuple(summary), tuple(lessons), "numbers", tuple(doubts))


def _divided(
    mark: Mark, following: Sequence[Paragraph], takes_all: bool
) -> tuple[list[Paragraph], list[Paragraph]]:
    """What belongs to the lesson that begins with ``mark``, and what stands after it.

    A heading of a lesson's own rank or above ends it. After the last lesson, where ``takes_all``
    is False, only what is indented belongs to it.
    """
    own: list[Paragraph] = []
    rank = int(mark.style.rsplit("/", 1)[1])
    for at, paragraph in enumerate(following):
        ends = paragraph.heading and (not rank or paragraph.heading <= rank)
        inside = takes_all or rank or _is_indented(paragraph, mark)
        if ends or not inside:
            return own, list(following[at:])
        own.append(paragraph)
    return own, []


def _has_loose_paragraphs(paragraphs: tuple[Paragraph, ...], marks: tuple[Mark, ...]) -> bool:
    """Whether any lesson but the last has a paragraph of its own that is not indented."""
    for mark, following in pairwise(marks):
        own, _ = _divided(mark, paragraphs[mark.place + 1 : following.place], takes_all=True)
        if any(not _is_indented(p, mark) and not begins_with_mark(p.text) for p in own):
            return True
    return False


def _is_indented(paragraph: Paragraph, mark: Mark) -> bool:
    return paragraph.indent > mark.indent + 0.9


def _moved(moved: Sequence[Paragraph], number: int) -> Doubt:
    span = moved[0].place if len(moved) == 1 else f"{moved[0].place} till {moved[-1].place}"
    return Doubt(span, f"texten efter lärdom {number} lades sist i sammanfattningen")


def _placeholder(number: int, text: str, place: str) -> FoundLesson:
    return FoundLesson(number, (text,), place)


def _lines(first: Sequence[str], own: Sequence[Paragraph]) -> tuple[str, ...]:
    """The lines of a lesson; an empty one before a paragraph, none before a list item."""
    lines = [line.strip() for text in first for line in text.split("\n") if line.strip()]
    for paragraph in own:
        texts = [line.strip() for line in paragraph.text.split("\n") if line.strip()]
        if lines and not begins_with_mark(paragraph.text):
            lines.append("")
        lines += texts
    return tuple(lines)


def _by_heading(paragraphs: tuple[Paragraph, ...]) -> Found | None:
    """A lesson a section: the highest heading that stands at least twice begins one."""
    levels = [paragraph.heading for paragraph in paragraphs if paragraph.heading]
    level = next((one for one in sorted(set(levels)) if levels.count(one) > 1), None)
    if level is None:
        return None
    starts = [at for at, paragraph in enumerate(paragraphs) if 0 < paragraph.heading <= level]
    first = next(at for at in starts if paragraphs[at].heading == level)
    summary = list(paragraphs[:first])
    lessons: list[FoundLesson] = []
    doubts: list[Doubt] = []
    headings: tuple[str, ...] = ()
    for start, end in zip(starts, [*starts[1:], len(paragraphs)], strict=True):
        heading, own = paragraphs[start], paragraphs[start + 1 : end]
        if start < first:
            continue
        if not own:
            headings = (*headings, heading.text)
            continue
        lines = _lines([heading.text], own)
        lessons.append(FoundLesson(len(lessons) + 1, lines, heading.place, headings))
        headings = ()
    if headings:
        doubts.append(Doubt(paragraphs[-1].place, f"rubriken ”{headings[-1]}” har ingen text"))
    if not lessons:
        return None
    return Found(tuple(summary), tuple(lessons), "headings", tuple(doubts))


def _by_paragraph(paragraphs: tuple[Paragraph, ...]) -> Found:
    """A lesson a paragraph, after the first one, which is the summary."""
    begins = 1 if len(paragraphs) > 1 else 0
    while begins < len(paragraphs) - 1 and paragraphs[begins - 1].heading:
        begins += 1
    return Found(paragraphs[:begins], _one_each(paragraphs[begins:]), "paragraphs")


def _one_each(paragraphs: Sequence[Paragraph]) -> tuple[FoundLesson, ...]:
    return tuple(
        FoundLesson(number, _lines([paragraph.text], ()), paragraph.place)
        for number, paragraph in enumerate(paragraphs, start=1)
    )
