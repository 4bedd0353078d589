"""Splits a text of the source into its exact sentences."""

import re

_LIST_MARK = re.compile(r"^\s*(?:\d+[.)]|[-*+])\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ0-9(”\"])")


def blocks(text: str) -> tuple[str, ...]:
    """The lines of ``text`` without list marks, each an exact slice of it."""
    lines = (_LIST_MARK.sub("", line).strip() for line in text.split("\n"))
    return tuple(line for line in lines if line)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of ``text``, each an exact slice of it; lines and list items stay apart.

    A full stop ends a sentence only before a space and a capital, a digit or a quotation mark:
    "bl a", "t ex" and "28.5" stay whole.
    """
    return tuple(sentence for block in blocks(text) for sentence in _SENTENCE_END.split(block))
