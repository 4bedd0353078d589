"""The vectors: one Chroma collection in one folder. The one module that knows Chroma."""

import weakref
from collections.abc import Sequence
from pathlib import Path

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.config import Settings
from chromadb.errors import ChromaError
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from index.entry import Entry
from index.private_copy import PrivateCopy

_COLLECTION = "entries"
_LARGEST_BATCH = 4_000  # Chroma refuses more than 5,461 at once


class StoreError(Exception):
    """The vector store cannot be written or read."""


class VectorStore:
    """Vectors of entries by key. Written once, in a folder of its own, then only read.

    Chroma is neither safe for several processes nor for updates in place, so a folder has one
    writer in its life, and a changed corpus gets a new folder. Closes itself when nobody holds it
    any more.
    """

    def __init__(
        self, folder: Path, embeddings: Embeddings, copy: PrivateCopy | None = None
    ) -> None:
        """A new store in ``folder``, to be written. ``copy``: removed when the store is closed."""
        try:
            self._client = chromadb.PersistentClient(
                str(folder), settings=Settings(anonymized_telemetry=False)
            )
            self._chroma = Chroma(
                client=self._client,
                collection_name=_COLLECTION,
                embedding_function=embeddings,
                collection_configuration={"hnsw": {"space": "cosine"}},
            )
        except (ChromaError, ValueError, OSError) as error:
            raise StoreError(f"cannot open the vector store in {folder}: {error}") from error
        self._close = weakref.finalize(self, _let_go, self._client, copy)

    @classmethod
    def reading(cls, folder: Path, embeddings: Embeddings) -> "VectorStore":
        """What was written in ``folder``, to be read: a private copy of it.

        Chroma writes to what it opens, even to read, so ``folder`` itself would not stay as it was
        checked, and a read-only one could not be opened at all.
        """
        try:
            copy = PrivateCopy(folder)
        except OSError as error:
            raise StoreError(
                f"the vector store cannot be copied to the temporary folder: {error}"
            ) from error
        try:
            return cls(copy.folder, embeddings, copy)
        except BaseException:
            copy.remove()
            raise

    def add(self, entries: Sequence[Entry]) -> None:
        """Embeds and keeps ``entries``."""
        try:
            for start in range(0, len(entries), _LARGEST_BATCH):
                batch = entries[start : start + _LARGEST_BATCH]
                self._chroma.add_texts(
                    texts=[entry.text for entry in batch],
                    metadatas=[{"document": e.document, "kind": e.kind} for e in batch],
                    ids=[entry.key for entry in batch],
                )
        except ChromaError as error:
            raise StoreError(f"the vector store cannot be written: {error}") from error

    def vectors(self, keys: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of ``keys``, shape (keys, dimension), in their order.

        Raises StoreError if one is missing: a store that has lost entries must not answer.
        """
        found: dict[str, NDArray[np.float32]] = {}
        try:
            for start in range(0, len(keys), _LARGEST_BATCH):
                batch = list(keys[start : start + _LARGEST_BATCH])
                kept = self._chroma.get(ids=batch, include=["embeddings"])
                found.update(zip(kept["ids"], kept["embeddings"], strict=True))
        except ChromaError as error:
            raise StoreError(f"the vector store cannot be read: {error}") from error
        missing = [key for key in keys if key not in found]
        if missing:
            raise StoreError(f"the vector store has lost {len(missing)} of {len(keys)} entries")
        return np.asarray([found[key] for key in keys], dtype=np.float32)

    def nearest(self, vector: Sequence[float], count: int) -> list[tuple[str, float]]:
        """The ``count`` nearest entries: (key, cosine), best first."""
        try:
            found = self._chroma.similarity_search_by_vector_with_relevance_scores(
                list(vector), k=count
            )
        except ChromaError as error:
            raise StoreError(f"the vector store cannot be searched: {error}") from error
        return [(str(near.id), 1.0 - distance) for near, distance in found]

    def close(self) -> None:
        """Lets go of the folder's files; no question may be under way."""
        self._close()


def _let_go(client: ClientAPI, copy: PrivateCopy | None) -> None:
    client.close()  # type: ignore[attr-defined]  # missing in the published types
    if copy:
        copy.remove()
