"""Splits a text of the source into its exact blocks and sentences."""

import re

_LIST_MARK = re.compile(r"^\s*(?:\d+[.)]|[-*+])\s+")
_BEGINS_A_BLOCK = re.compile(r"\s*(?:#{1,6}\s|>|\||[•–—]\s)")
_ENDS_A_BLOCK = re.compile(r"\s*(?:#{1,6}\s|\|)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ0-9(”\"])")


def blocks(text: str) -> tuple[str, ...]:
    """The paragraphs and list items of ``text`` without list marks, each an exact slice of it.

    Lines of one paragraph that were only wrapped belong together.
    """
    spans: list[list[int]] = []
    at, goes_on = 0, False
    for line in text.split("\n"):
        if not line.strip():
            goes_on = False
        else:
            mark = _LIST_MARK.match(line)
            if mark or not goes_on or _BEGINS_A_BLOCK.match(line):
                spans.append([at + (mark.end() if mark else 0), 0])
            spans[-1][1] = at + len(line)
            goes_on = not _ENDS_A_BLOCK.match(line)
        at += len(line) + 1
    found = (text[start:end].strip() for start, end in spans)
    return tuple(block for block in found if block)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of ``text``, each an exact slice of it; blocks stay apart.

    A full stop ends a sentence only before a space and a capital, a digit or a quotation mark:
    "bl a", "t ex" and "28.5" stay whole.
    """
    return tuple(sentence for block in blocks(text) for sentence in _SENTENCE_END.split(block))
