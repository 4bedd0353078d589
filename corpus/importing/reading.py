"""Opens a file of any format that can be imported, and refuses what cannot be, in a sentence."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from corpus.error import CorpusError
from corpus.importing.marks import begins_with_mark
from corpus.importing.source import Paragraph, Source

_LARGEST = 50 << 20
_WORD, _PDF, _WEB, _TEXT, _SPEECH = "Word", "PDF", "webbsida", "text", "undertexter"
_KINDS = {
    ".docx": _WORD,
    ".pdf": _PDF,
    ".html": _WEB,
    ".htm": _WEB,
    ".txt": _TEXT,
    ".md": _TEXT,
    ".vtt": _SPEECH,
    ".srt": _SPEECH,
}
ENDINGS = tuple(_KINDS)
"""The endings of files that can be read."""
_SIGNATURES = (
    (b"%PDF-", _PDF),
    (b"PK\x03\x04", _WORD),
    (b"\xd0\xcf\x11\xe0", "låst eller gammal Word"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "bild"),
    (b"\xff\xd8\xff", "bild"),
    (b"GIF8", "bild"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)
_SPACES = re.compile(r"[^\S\n]+")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\x0b\x0c"))


def read_source(file: Path) -> Source:
    """The paragraphs of ``file``, whatever its format.

    Raises CorpusError with what is wrong: too large, empty, locked, damaged, of another kind than
    its ending says, or of one that cannot be read.
    """
    kind = _KINDS.get(file.suffix.lower())
    if kind is None:
        known = ", ".join(ENDINGS)
        raise CorpusError(file, None, f"formatet kan inte läsas; spara filen som {known}")
    content = _content(file)
    _check_kind(file, content, kind)
    source = _reader(kind)(file, content)
    paragraphs = tuple(part for whole in source.paragraphs for part in _parts(_cleaned(whole)))
    if not any(re.search(r"[^\W\d_]{2}", paragraph.text) for paragraph in paragraphs):
        raise CorpusError(file, None, "filen har ingen text")
    return replace(source, paragraphs=paragraphs)


def _content(file: Path) -> bytes:
    try:
        if not file.is_file():
            raise CorpusError(file, None, "filen finns inte")
        size = file.stat().st_size
        if size > _LARGEST:
            raise CorpusError(
                file,
                None,
                f"filen är för stor ({size >> 20} MB); högst {_LARGEST >> 20} MB läses",
            )
        content = file.read_bytes()
    except OSError as error:
        raise CorpusError(file, None, f"går inte att läsa: {error.strerror}") from error
    if not content.strip():
        raise CorpusError(file, None, "filen är tom")
    return content


def _check_kind(file: Path, content: bytes, kind: str) -> None:
    """Believes the content more than the ending."""
    found = next((name for start, name in _SIGNATURES if content.startswith(start)), None)
    if found is None and b"%PDF-" in content[:1024]:
        found = _PDF
    if found == "låst eller gammal Word":
        raise CorpusError(
            file, None, "filen är låst med lösenord eller i ett gammalt format; spara om som .docx"
        )
    if found not in (kind, None):
        raise CorpusError(file, None, f"innehållet är {found}, inte det som ändelsen säger")
    if found is None and kind in (_PDF, _WORD):
        raise CorpusError(file, None, f"innehållet är inte {kind}, som ändelsen säger")
    if kind == _WEB and b"\x00" in content[:4096]:
        raise CorpusError(file, None, "innehållet är inte en webbsida")


def _reader(kind: str) -> Callable[[Path, bytes], Source]:
    """The reader of a kind; its library is imported only when a file needs it."""
    if kind == _WORD:
        from corpus.importing.word import read_word

        return read_word
    if kind == _PDF:
        from corpus.importing.pdf import read_pdf

        return read_pdf
    if kind == _WEB:
        from corpus.importing.web_page import read_web_page

        return read_web_page
    if kind == _SPEECH:
        from corpus.importing.transcript import read_transcript

        return read_transcript
    from corpus.importing.plain_text import read_plain_text

    return read_plain_text


def _cleaned(paragraph: Paragraph) -> Paragraph:
    """The same words in composed letters (Macs take å apart), with plain spaces between them."""
    text = unicodedata.normalize("NFC", paragraph.text).translate(_INVISIBLE)
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return replace(paragraph, text="\n".join(line for line in lines if line))


def _parts(paragraph: Paragraph) -> Iterator[Paragraph]:
    """The paragraph, divided where a line break in it begins a new numbered item."""
    lines: list[str] = []
    for line in paragraph.text.split("\n"):
        if lines and begins_with_mark(line):
            yield replace(paragraph, text="\n".join(lines))
            lines = []
        lines.append(line)
    if text := "\n".join(lines):
        yield replace(paragraph, text=text)
