"""Turns the bytes of a text file into text, whichever way it was saved."""

import codecs
from pathlib import Path

from corpus.error import CorpusError

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TWICE_ENCODED = ("Ã¥", "Ã¤", "Ã¶", "â€")


def decode(file: Path, content: bytes) -> str:
    """The text, with plain line ends. Raises CorpusError if it is none, or damaged."""
    text = _text(file, content)
    if any(sign in text for sign in _TWICE_ENCODED):
        raise CorpusError(file, None, "åäö är förstörda i filen (”Ã¤”); spara källan på nytt")
    if any(ord(sign) < 32 and sign not in "\t\n\r\f\v" for sign in text):
        raise CorpusError(file, None, "innehållet är inte text")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")


def _text(file: Path, content: bytes) -> str:
    try:
        if content.startswith(_UTF16):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\x00" in content:
            raise CorpusError(file, None, "innehållet är inte text") from None
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    if not any(letter in text for letter in "åäöÅÄÖ"):
        raise CorpusError(
            file, None, "teckenkodningen går inte att känna igen; spara filen som UTF-8"
        )
    return text
