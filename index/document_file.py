"""The documents of a generation as they were read, in one file that is read back in a moment.

Parsing the Markdown and the editor's YAML anew would take a second of every start.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus import Document, document_name
from index.generation import DOCUMENTS_COPY, IndexMissing, current_generation
from index.manifest import IndexBroken, IndexStale, Manifest, checksum_of

_FILE = "documents.json"


def write_documents(folder: Path, documents: tuple[Document, ...]) -> None:
    """Writes ``documents`` into a generation."""
    (folder / _FILE).write_bytes(_adapter().dump_json(documents))


def read_documents(folder: Path) -> tuple[Document, ...]:
    """What ``write_documents`` wrote. Raises IndexBroken if it cannot be read."""
    try:
        return _adapter().validate_json((folder / _FILE).read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexBroken(f"the documents of the index cannot be read: {error}") from error


def corpus_checksums(corpus: Path) -> dict[str, str]:
    """Of every file of the folder ``corpus`` that is read, by its name."""
    files = sorted([*corpus.glob("*.md"), *corpus.glob("*.questions.yaml")])
    return {file.name: checksum_of(file) for file in files if file.is_file()}


def unchanged_documents(store: Path, checksums: Mapping[str, str]) -> dict[str, Document]:
    """By name those documents of the current generation whose files still have their checksums.

    ``checksums``: the ``corpus_checksums``.
    """
    documents, kept = _indexed(store)
    copies = {
        Path(name).name: told
        for name, told in kept.items()
        if name.startswith(f"{DOCUMENTS_COPY}/")
    }
    changed = {document_name(file) for file, _ in checksums.items() ^ copies.items()}
    return {document.name: document for document in documents if document.name not in changed}


def indexed_documents(store: Path) -> tuple[Document, ...]:
    """The documents as the current generation answers from them; none if they cannot be read."""
    return _indexed(store)[0]


def _indexed(store: Path) -> tuple[tuple[Document, ...], Mapping[str, str]]:
    """The current generation's documents if they are as they were written, and its checksums."""
    try:
        folder = current_generation(store)
        manifest = Manifest.read(folder)
        if checksum_of(folder / _FILE) == manifest.checksums.get(_FILE):
            return read_documents(folder), manifest.checksums
    except (IndexMissing, IndexStale, IndexBroken, OSError):
        pass
    return (), {}


@cache
def _adapter() -> TypeAdapter[tuple[Document, ...]]:
    return TypeAdapter(tuple[Document, ...])
