"""Which generation the replicas of a Chroma server answer from, and the documents it was made of.

An alias: one record, in one small collection, names the collections of the current generation and
of those just before it. It is replaced in one step, when all that it names is complete.
"""

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.manifest import SCHEMA, IndexStale, Manifest
from index.server_address import ServerAddress, StoreError
from index.store import ServerTexts

_ALIAS, _CURRENT = "lardom", "current"
_KEPT = 3  # generations: a replica that is still fetching one may be two behind
_FILE_NAME = re.compile(r"[^/\\:\x00]+\.(md|questions\.yaml)")


@dataclass(frozen=True, slots=True)
class Publication:
    """A generation on a server: the collection of its vectors, and what they were made from."""

    collection: str
    corpus: str
    fingerprint: str
    embedder: str
    schema: int
    built: str

    def check(self, fingerprint: str) -> None:
        """Raises IndexStale if this program or its model cannot answer from it."""
        if self.schema != SCHEMA:
            raise IndexStale(f"the server's index has schema {self.schema}, not {SCHEMA}")
        if self.fingerprint != fingerprint:
            raise IndexStale(
                f"the server's index was made with the model {self.embedder} "
                f"({self.fingerprint}), not with the one in use ({fingerprint})"
            )


def published(texts: ServerTexts) -> tuple[Publication, ...]:
    """The generations that the alias names, the current one first; none before the first build.

    Raises StoreError.
    """
    told = texts.read(_ALIAS).get(_CURRENT)
    try:
        return tuple(Publication(**fields) for fields in json.loads(told)) if told else ()
    except (ValueError, TypeError) as error:
        raise StoreError(f"the alias on the Chroma server cannot be read: {error}") from error


def publish(address: ServerAddress, manifest: Manifest, documents: Mapping[str, str]) -> None:
    """Makes a complete generation the one that replicas follow; removes those they have left.

    ``documents``: the text of each file by name. Raises StoreError; then nothing has changed.
    """
    new = Publication(
        address.collection,
        manifest.corpus,
        manifest.fingerprint,
        manifest.embedder,
        manifest.schema,
        manifest.built,
    )
    texts = ServerTexts(address.url)
    before = [each for each in published(texts) if each.collection != new.collection]
    texts.write(_documents_of(new.collection), documents)
    if texts.read(_documents_of(new.collection)) != dict(documents):
        raise StoreError("the Chroma server did not keep the documents as they are")
    kept = [new, *before][:_KEPT]
    alias = json.dumps([dataclasses.asdict(each) for each in kept], ensure_ascii=False)
    texts.write(_ALIAS, {_CURRENT: alias})
    for left in before[_KEPT - 1 :]:
        _forget(texts, left.collection)


def fetch_documents(texts: ServerTexts, publication: Publication, folder: Path) -> None:
    """Writes the files of a generation's documents into ``folder``. Raises StoreError."""
    found = texts.read(_documents_of(publication.collection))
    for name, text in found.items():
        if not _FILE_NAME.fullmatch(name):
            raise StoreError(f"the Chroma server has a document of the name {name!r}")
        (folder / name).write_bytes(text.encode())
    if not found:
        raise StoreError("the Chroma server has lost the documents")


def server_of(folder: Path) -> str:
    """The address of the server that keeps the vectors of ``folder``; empty if it does so itself.

    Raises StoreError if the folder does not tell.
    """
    address = ServerAddress.read(folder)
    return address.url if address else ""


def is_kept(folder: Path) -> bool:
    """Whether a server still has the vectors of ``folder``; what is in files is checked elsewhere.

    Raises StoreError if the server cannot be asked.
    """
    address = ServerAddress.read(folder)
    return address is None or address.collection in ServerTexts(address.url)


def discard(folder: Path) -> bool:
    """Has a server forget the vectors of ``folder``; whether there is nothing to be done there.

    What the alias names stays: other replicas answer from it.
    """
    try:
        address = ServerAddress.read(folder)
    except StoreError:
        return True  # no one can tell any more what there is to forget
    if address is None:
        return True
    try:
        texts = ServerTexts(address.url)
        if address.collection not in {each.collection for each in published(texts)}:
            _forget(texts, address.collection)
    except StoreError:
        return False
    return True


def _forget(texts: ServerTexts, collection: str) -> None:
    texts.forget(collection)
    texts.forget(_documents_of(collection))


def _documents_of(collection: str) -> str:
    return f"{collection}-documents"
