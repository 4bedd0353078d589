"""The documents of a generation as they were read, in one file that is read back in a moment.

Parsing the Markdown and the editor's YAML anew would take a second of every start.
"""

from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus import Document
from index.manifest import IndexBroken

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


@cache
def _adapter() -> TypeAdapter[tuple[Document, ...]]:
    return TypeAdapter(tuple[Document, ...])
