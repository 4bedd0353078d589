"""Puts a new document into a folder: whole and read back, or not at all."""

import datetime
import re
import shutil
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from corpus.document import Document
from corpus.error import CorpusError
from corpus.importing.lessons import Found, find_lessons
from corpus.importing.markdown import markdown_of, summary_of
from corpus.importing.particulars import Particulars, guess_particulars
from corpus.importing.reading import read_source
from corpus.importing.source import Doubt, Paragraph
from corpus.reader import read_document, read_text

_NOTHING = Particulars()
REPLACED = "ersatta"
"""The folder that keeps what was replaced, beside the documents."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A document that was added. ``way`` is how its lessons were found, "document" if it was a
    document already; ``kept`` where the one that it replaces is now."""

    file: Path
    document: Document
    way: str
    doubts: tuple[Doubt, ...] = ()
    removed: tuple[Paragraph, ...] = ()
    kept: Path | None = None


def add_document(
    file: Path, folder: Path, given: Particulars = _NOTHING, replace: bool = False
) -> Placed:
    """Makes a document of ``file`` and puts it into ``folder``; ``given`` is known beforehand.

    Raises CorpusError if the file cannot be read, if the document exists and ``replace`` is
    False, or if the result would not be read back as it was found; then nothing has changed.
    """
    target = folder / f"{document_name(file)}.md"
    if target.exists() and not replace:
        raise CorpusError(target, None, "finns redan; använd --replace för att ersätta det")
    try:
        return _put(_made(file, target.stem, given), target)
    except OSError as error:
        raise CorpusError(target, None, f"går inte att skriva: {error.strerror}") from error


def document_name(file: Path) -> str:
    """The document's name: the file's, in lower case, without signs that an address cannot have."""
    plain = unicodedata.normalize("NFKD", file.stem.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "dokument"


@dataclass(frozen=True, slots=True)
class _Made:
    """A document that is written but not yet in place; ``found`` is None if it was one already."""

    text: str
    found: Found | None
    particulars: Particulars
    doubts: tuple[Doubt, ...] = ()
    removed: tuple[Paragraph, ...] = ()


def _made(file: Path, name: str, given: Particulars) -> _Made:
    if (text := _document_already(file)) is not None:
        return _Made(text, None, given)
    source = read_source(file)
    found = find_lessons(source)
    particulars, guesses = guess_particulars(source, found.summary, name, given)
    doubts = (*guesses, *source.doubts, *found.doubts)
    if not found.summary:
        doubts += (Doubt("sammanfattning", "källan har ingen; rubriken står där i stället"),)
    text = markdown_of(found, particulars, file.name)
    return _Made(text, found, particulars, doubts, source.removed)


def _document_already(file: Path) -> str | None:
    """The text of a file that the reader can read as it is."""
    if file.suffix.lower() != ".md":
        return None
    try:
        read_document(file)
    except CorpusError:
        return None
    return read_text(file)


def _put(made: _Made, target: Path) -> Placed:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".utkast-", dir=target.parent) as drafts:
        draft = Path(drafts, target.name)
        draft.write_text(made.text, encoding="utf-8")
        questions = target.with_suffix(".questions.yaml")
        if questions.exists():
            shutil.copy(questions, drafts)
        document = _read_back(draft, target, made)
        kept = _keep(target) if target.exists() else None
        draft.replace(target)
    way = made.found.way if made.found else "document"
    return Placed(target, document, way, made.doubts, made.removed, kept)


def _read_back(draft: Path, target: Path, made: _Made) -> Document:
    """The document as its readers will see it; refused unless it holds exactly what was found."""
    try:
        document = read_document(draft)
    except CorpusError as error:
        where = target.with_name(error.file.name)
        raise CorpusError(where, error.line, f"passar inte: {error.problem}") from error
    if made.found is None:
        return document
    texts = ["\n".join(lesson.lines) for lesson in made.found.lessons]
    for lesson, text in zip(document.lessons, texts, strict=False):
        if lesson.text != text:
            raise CorpusError(target, None, f"lärdom {lesson.number} går inte att skriva ordagrant")
    summary = summary_of(made.found, made.particulars)
    same = document.summary.text.split() == summary.split() and len(document.lessons) == len(texts)
    if not same:
        raise CorpusError(target, None, "sammanfattningen går inte att skriva ordagrant")
    return document


def _keep(target: Path) -> Path:
    """Copies what is about to be replaced to a place of its own."""
    now = datetime.datetime.now().strftime("%Y-%m-%d %H.%M.%S")
    kept = target.parent / REPLACED / f"{target.stem} {now}.md"
    kept.parent.mkdir(exist_ok=True)
    shutil.copy2(target, kept)
    return kept
