"""The vectors: one Chroma collection a generation. The one module that knows Chroma."""

import contextlib
import uuid
import weakref
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import chromadb
import httpx
import numpy as np
from chromadb.api import ClientAPI
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from index.entry import Entry
from index.private_copy import PrivateCopy
from index.server_address import Endpoint, ServerAddress

_COLLECTION = "entries"
_LARGEST_BATCH = 4_000  # Chroma refuses more than 5,461 at once
_SERVER_BATCH = 500  # its server refuses requests of more than 40 MB
_TIME_LIMIT = 10.0
_WRITING_TIME_LIMIT = 120.0


class StoreError(Exception):
    """The vector store cannot be written or read."""


class VectorStore:
    """Vectors of entries by key. Written once, in a folder of its own, then only read.

    Chroma is neither safe for several processes nor for updates in place, so a folder has one
    writer in its life, and a changed corpus gets a new folder. If a Chroma server keeps the
    vectors, the folder holds its address and the name of a collection that is written once.
    Closes itself when nobody holds it any more.
    """

    def __init__(
        self,
        folder: Path,
        embeddings: Embeddings,
        copy: PrivateCopy | None = None,
        create: bool = False,
    ) -> None:
        """What is in ``folder``. ``copy`` is removed when the store is closed."""
        address = _address_in(folder)
        self._batch = _SERVER_BATCH if address else _LARGEST_BATCH
        with _translated("cannot be opened"):
            limit = _WRITING_TIME_LIMIT if create else _TIME_LIMIT
            client = _connect(address.url, limit) if address else _open(folder)
            self._close = weakref.finalize(self, _let_go, client, copy)
            self._chroma = Chroma(
                client=client,
                collection_name=address.collection if address else _COLLECTION,
                embedding_function=embeddings,
                collection_configuration={"hnsw": {"space": "cosine"}},
                create_collection_if_not_exists=create,
            )

    @classmethod
    def create(cls, folder: Path, embeddings: Embeddings, server: str = "") -> "VectorStore":
        """An empty store, to be written: in ``folder`` itself or on the Chroma ``server``."""
        folder.mkdir(parents=True, exist_ok=True)
        if not server:
            return cls(folder, embeddings, create=True)
        # Before the collection is made: what a killed builder leaves can then be found again.
        ServerAddress(server, f"lardom-{uuid.uuid4().hex[:12]}").write(folder)
        try:
            return cls(folder, embeddings, create=True)
        except StoreError:
            ServerAddress.remove(folder)
            raise

    @classmethod
    def reading(cls, folder: Path, embeddings: Embeddings) -> "VectorStore":
        """What was written in ``folder``, to be read: a private copy of it.

        Chroma writes to what it opens, even to read, so ``folder`` itself would not stay as it was
        checked, and a read-only one could not be opened at all.
        """
        if _address_in(folder):
            return cls(folder, embeddings)
        try:
            copy = PrivateCopy(folder)
        except OSError as error:
            raise StoreError(
                f"the vector store cannot be copied to the temporary folder: {error}"
            ) from error
        return cls(copy.folder, embeddings, copy)

    def add(self, entries: Sequence[Entry]) -> None:
        """Embeds and keeps ``entries``."""
        with _translated("cannot be written"):
            for start in range(0, len(entries), self._batch):
                batch = entries[start : start + self._batch]
                self._chroma.add_texts(
                    texts=[entry.text for entry in batch],
                    metadatas=[{"document": e.document, "kind": e.kind} for e in batch],
                    ids=[entry.key for entry in batch],
                )

    def vectors(self, keys: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of ``keys``, shape (keys, dimension), in their order.

        Raises StoreError if one is missing: a store that has lost entries must not answer.
        """
        found: dict[str, NDArray[np.float32]] = {}
        with _translated("cannot be read"):
            for start in range(0, len(keys), self._batch):
                batch = list(keys[start : start + self._batch])
                kept = self._chroma.get(ids=batch, include=["embeddings"])
                vectors = np.asarray(kept["embeddings"], dtype=np.float32)
                found.update(zip(kept["ids"], vectors, strict=True))
        missing = [key for key in keys if key not in found]
        if missing:
            raise StoreError(f"the vector store has lost {len(missing)} of {len(keys)} entries")
        return np.asarray([found[key] for key in keys], dtype=np.float32)

    def nearest(self, vector: Sequence[float], count: int) -> list[tuple[str, float]]:
        """The ``count`` nearest entries: (key, cosine), best first."""
        with _translated("cannot be searched"):
            found = self._chroma.similarity_search_by_vector_with_relevance_scores(
                list(vector), k=count
            )
        return [(str(near.id), 1.0 - distance) for near, distance in found]

    def close(self) -> None:
        """Lets go of the folder's files; no question may be under way."""
        self._close()


def server_of(folder: Path) -> str:
    """The address of the server that keeps the vectors of ``folder``; empty if it does so itself.

    Raises StoreError if the folder does not tell.
    """
    address = _address_in(folder)
    return address.url if address else ""


def is_kept(folder: Path) -> bool:
    """Whether a server still has the vectors of ``folder``; what is in files is checked elsewhere.

    Raises StoreError if the server cannot be asked.
    """
    return _ask_server(folder, lambda client, name: client.get_collection(name)) is not False


def discard(folder: Path) -> bool:
    """Has a server forget the vectors of ``folder``; whether there is nothing left there."""
    try:
        _address_in(folder)
    except StoreError:
        return True  # no one can tell any more what there is to forget
    try:
        _ask_server(folder, lambda client, name: client.delete_collection(name))
    except StoreError:
        return False
    return True


def _ask_server(folder: Path, ask: Callable[[ClientAPI, str], object]) -> object:
    """What ``ask`` says of the collection; False if there is none, None if no server has it."""
    address = _address_in(folder)
    if address is None:
        return None
    with _translated("cannot be asked"):
        client = _connect(address.url, _TIME_LIMIT)
        try:
            return ask(client, address.collection)
        except NotFoundError:
            return False
        finally:
            _let_go(client, None)


@contextlib.contextmanager
def _translated(failure: str) -> Iterator[None]:
    """The one boundary where errors of Chroma and of its server become StoreError."""
    try:
        yield
    except (ChromaError, httpx.HTTPError) as error:
        raise StoreError(f"the vector store {failure}: {error}") from error
    except Exception as error:
        # What a proxy answers in the server's place arrives as nothing but an Exception.
        if type(error) is not Exception:
            raise
        raise StoreError(f"the vector store {failure}: {error}") from error


def _open(folder: Path) -> ClientAPI:
    try:
        return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    except (ValueError, OSError) as error:
        raise StoreError(f"cannot open the vector store in {folder}: {error}") from error


def _connect(url: str, limit: float) -> ClientAPI:
    """Chroma's own client waits for ever, so ours first asks whether anyone is there."""
    try:
        there = Endpoint.of(url)
        httpx.get(there.heartbeat, headers=there.headers, timeout=_TIME_LIMIT).raise_for_status()
        client = chromadb.HttpClient(
            there.host,
            there.port,
            ssl=there.encrypted,
            headers=there.headers,
            settings=Settings(anonymized_telemetry=False),
        )
    except ValueError as error:
        raise StoreError(f"the Chroma server cannot be used: {error}") from error
    client._server._session.timeout = httpx.Timeout(limit)  # type: ignore[attr-defined]
    return client


def _let_go(client: ClientAPI, copy: PrivateCopy | None) -> None:
    client.close()  # type: ignore[attr-defined]  # missing in the published types
    if copy:
        copy.remove()


def _address_in(folder: Path) -> ServerAddress | None:
    try:
        return ServerAddress.read(folder)
    except ValueError as error:
        raise StoreError(str(error)) from error
