"""Reads a document without numbered lessons: what stands under each heading is a passage."""

from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from corpus.document import Lesson


@dataclass(frozen=True, slots=True)
class Sections:
    """The text before the first passage, and the passages, numbered in their order."""

    summary: str
    lessons: tuple[Lesson, ...]


def read_sections(name: str, lines: Sequence[str], tokens: Sequence[Token]) -> Sections:
    """The passages of document ``name``, one for each heading with a text of its own under it.

    The summary is what stands before the first heading, or else under a heading that stands first
    and above all the others, as the title of a chapter does. It may be empty.
    """
    headings = [
        (token, tokens[place + 1].content.strip())
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0
    ]
    starts = [_span(token) for token, _ in headings]
    begins = tokens[0].map[1] if tokens and tokens[0].map else 0
    if not headings:
        return Sections("\n".join(lines[begins:]).strip(), ())
    ends = [start for start, _ in starts[1:]] + [len(lines)]
    found = [
        (heading, "\n".join(lines[body:end]).strip())
        for (_, heading), (_, body), end in zip(headings, starts, ends, strict=True)
    ]
    summary = "\n".join(lines[begins : starts[0][0]]).strip()
    levels = [token.tag for token, _ in headings]
    if not summary and len(levels) > 1 and levels[0] < min(levels[1:]):
        summary = found.pop(0)[1]
    lessons = [(heading, text) for heading, text in found if text]
    return Sections(
        summary,
        tuple(
            Lesson(name, number, text, heading)
            for number, (heading, text) in enumerate(lessons, start=1)
        ),
    )


def _span(heading: Token) -> tuple[int, int]:
    assert heading.map is not None  # the parser gives every heading its lines
    return heading.map[0], heading.map[1]
