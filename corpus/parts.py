"""Splits a long lesson or chapter into parts that can be quoted, each an exact slice."""

import re
from dataclasses import dataclass

from corpus.sentences import sentences

LONG = 600
"""A lesson of more characters than this is quoted in parts; a shorter one is never shortened."""
_BETWEEN_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True)
class Part:
    """An exact slice of a lesson; ``paragraph`` is the number of the paragraph that it is in.

    ``paragraph`` is None in a lesson that has only one.
    """

    text: str
    paragraph: int | None


def parts(text: str) -> tuple[Part, ...]:
    """A short ``text`` whole; a long one by paragraph, a long paragraph in runs of sentences."""
    if len(text) <= LONG:
        return (Part(text, None),)
    paragraphs = _BETWEEN_PARAGRAPHS.split(text)
    several = len(paragraphs) > 1
    return tuple(
        Part(piece, number if several else None)
        for number, paragraph in enumerate(paragraphs, start=1)
        for piece in _pieces(paragraph)
    )


def _pieces(paragraph: str) -> list[str]:
    """The paragraph, or runs of its sentences that are no longer than LONG where it can be."""
    if len(paragraph) <= LONG:
        return [paragraph]
    spans: list[tuple[int, int]] = []
    at = 0
    for sentence in sentences(paragraph):
        start = paragraph.index(sentence, at)
        at = start + len(sentence)
        if spans and at - spans[-1][0] <= LONG:
            spans[-1] = (spans[-1][0], at)
        else:
            spans.append((start, at))
    return [paragraph[start:end] for start, end in spans]
