"""Reads a folder of documents: those that can be read, and what is wrong with the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from corpus.document import Document
from corpus.error import CorpusError
from corpus.reader import read_document

_QUESTIONS = ".questions.yaml"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a folder holds: its readable documents by name, and one error for each of the others."""

    documents: tuple[Document, ...]
    broken: tuple[CorpusError, ...]


def read_folder(folder: Path, known: Mapping[str, Document] = MappingProxyType({})) -> Reading:
    """Every document in ``folder``, sorted by name; one that cannot be read costs no other.

    ``known``: documents by name whose files have not changed since they were read. Raises
    CorpusError if the folder holds no document at all.
    """
    files = sorted(folder.glob("*.md"))
    if not files:
        raise CorpusError(
            folder, None, "inga dokument (*.md) här; lägg hit ett eller ange en annan mapp"
        )
    documents: list[Document] = []
    broken: list[CorpusError] = []
    for file in files:
        try:
            documents.append(known.get(file.stem) or read_document(file))
        except CorpusError as error:
            broken.append(error)
    names = {file.stem for file in files}
    for questions in sorted(folder.glob(f"*{_QUESTIONS}")):
        if document_name(questions.name) not in names:
            broken.append(
                CorpusError(questions, None, "hör inte till något dokument; döp om filen")
            )
    return Reading(tuple(documents), tuple(broken))


def read_corpus(folder: Path) -> tuple[Document, ...]:
    """Every document in ``folder``, sorted by name.

    Raises CorpusError if the folder holds none, or if any of them cannot be read.
    """
    reading = read_folder(folder)
    if reading.broken:
        raise reading.broken[0]
    return reading.documents


def document_name(file: str) -> str:
    """The name of the document that a file of that name, its own or its editor's, belongs to."""
    return file.removesuffix(_QUESTIONS) if file.endswith(_QUESTIONS) else file.removesuffix(".md")
