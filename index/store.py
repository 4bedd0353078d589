"""The vectors: one Chroma collection a generation. The one module that knows Chroma."""

import contextlib
import shutil
import threading
import uuid
import weakref
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import chromadb
import chromadb.api.fastapi
import httpx
import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings, System
from chromadb.errors import ChromaError, NotFoundError
from numpy.typing import NDArray

from index.private_copy import PrivateCopy
from index.server_address import Endpoint, ServerAddress, StoreError

_COLLECTION = "entries"
_LARGEST_BATCH = 4_000  # Chroma refuses more than 5,461 at once
_SERVER_BATCH = 500  # its server refuses requests of more than 40 MB
_TIME_LIMIT = 10.0
_WRITING_TIME_LIMIT = 120.0
_connecting = threading.Lock()
_Cosines = NDArray[np.float64]


class ServerUnreachable(StoreError):
    """The Chroma server does not answer; it may be back in a moment."""


class VectorStore:
    """Vectors by key, and no texts: Chroma would index those letter by letter, which took three
    quarters of the time to build and of the room on disk, and nothing asked for it.

    Chroma is neither safe for several processes nor for updates in place, so a folder has one
    writer in its life, and a changed corpus gets a new folder. If a Chroma server keeps the
    vectors, the folder holds its address and the name of a collection that is written once.
    Closes itself when nobody holds it any more.
    """

    def __init__(
        self, folder: Path, copy: PrivateCopy | None = None, writing: bool = False
    ) -> None:
        """What is in ``folder``. ``copy`` is removed when the store is closed."""
        address = ServerAddress.read(folder)
        self._batch = _SERVER_BATCH if address else _LARGEST_BATCH
        name = address.collection if address else _COLLECTION
        with _translated("cannot be opened"):
            limit = _WRITING_TIME_LIMIT if writing else _TIME_LIMIT
            client = _connect(address.url, limit) if address else _open(folder)
            self._close = weakref.finalize(self, _let_go, client, copy)
            if writing:
                self._vectors = client.get_or_create_collection(
                    name, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
                )
            else:
                self._vectors = client.get_collection(name, embedding_function=None)

    @classmethod
    def create(cls, folder: Path, server: str = "") -> "VectorStore":
        """An empty store, to be written: in ``folder`` itself or on the Chroma ``server``."""
        folder.mkdir(parents=True, exist_ok=True)
        if not server:
            return cls(folder, writing=True)
        # Before the collection is made: what a killed builder leaves can then be found again.
        ServerAddress(server, f"lardom-{uuid.uuid4().hex[:12]}").write(folder)
        try:
            return cls(folder, writing=True)
        except StoreError:
            ServerAddress.remove(folder)
            raise

    @classmethod
    def continuing(cls, before: Path, folder: Path) -> "VectorStore":
        """A copy in ``folder`` of what is in the folder ``before``, to be written further."""
        shutil.copytree(before, folder, copy_function=shutil.copyfile)
        return cls(folder, writing=True)

    @classmethod
    def reading(cls, folder: Path) -> "VectorStore":
        """What was written in ``folder``, to be read: a private copy of it.

        Chroma writes to what it opens, even to read, so ``folder`` itself would not stay as it was
        checked, and a read-only one could not be opened at all.
        """
        if ServerAddress.read(folder):
            return cls(folder)
        try:
            copy = PrivateCopy(folder)
        except OSError as error:
            raise StoreError(f"cannot copy the vectors to the temporary folder: {error}") from error
        return cls(copy.folder, copy)

    def add(self, keys: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Keeps ``vectors``, shape (keys, dimension), under ``keys`` that it has not yet."""
        with _translated("cannot be written"):
            for batch in self._batches(len(keys)):
                self._vectors.add(ids=list(keys[batch]), embeddings=vectors[batch])

    def remove(self, keys: Sequence[str]) -> None:
        """Forgets the vectors of ``keys``."""
        with _translated("cannot be written"):
            for batch in self._batches(len(keys)):
                self._vectors.delete(ids=list(keys[batch]))

    def vectors(self, keys: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of ``keys``, shape (keys, dimension), in their order.

        Raises StoreError if one is missing: a store that has lost vectors must not answer.
        """
        found: dict[str, NDArray[np.float32]] = {}
        wanted = list(dict.fromkeys(keys))
        with _translated("cannot be read"):
            for batch in self._batches(len(wanted)):
                kept = self._vectors.get(ids=wanted[batch], include=["embeddings"])
                vectors = np.asarray(kept["embeddings"], dtype=np.float32)
                found.update(zip(kept["ids"], vectors, strict=True))
        missing = sum(key not in found for key in wanted)
        if missing:
            raise StoreError(f"the vector store has lost {missing} of {len(wanted)} vectors")
        return np.asarray([found[key] for key in keys], dtype=np.float32)

    def nearest(self, vector: NDArray[np.float32], count: int) -> tuple[list[str], _Cosines]:
        """The ``count`` nearest: their keys and their cosines, shape (count,), best first."""
        with _translated("cannot be searched"):
            found = self._vectors.query(
                query_embeddings=vector[None], n_results=count, include=["distances"]
            )
        distances = found["distances"] or [[]]
        return found["ids"][0], 1.0 - np.asarray(distances[0], dtype=np.float64)

    def close(self) -> None:
        """Lets go of the folder's files; no question may be under way."""
        self._close()

    def _batches(self, count: int) -> Iterator[slice]:
        return (slice(start, start + self._batch) for start in range(0, count, self._batch))


class ServerTexts:
    """Plain texts by key, in named collections on a Chroma server. May raise StoreError."""

    def __init__(self, url: str) -> None:
        with _translated("cannot be asked"):
            self._client = _connect(url, _TIME_LIMIT)
        self._close = weakref.finalize(self, _let_go, self._client, None)

    def __contains__(self, collection: str) -> bool:
        """Whether there is such a collection, of texts or of vectors."""
        with _translated("cannot be asked"), contextlib.suppress(NotFoundError):
            self._client.get_collection(collection, embedding_function=None)
            return True
        return False

    def read(self, collection: str) -> dict[str, str]:
        """All texts of a collection; none if there is no such collection."""
        with _translated("cannot be asked"), contextlib.suppress(NotFoundError):
            kept = self._client.get_collection(collection, embedding_function=None)
            found = kept.get(include=["documents"])
            return dict(zip(found["ids"], found["documents"] or [], strict=True))
        return {}

    def write(self, collection: str, texts: Mapping[str, str]) -> None:
        """Adds or replaces texts, one request each: the server refuses those of over 40 MB."""
        with _translated("cannot be written"):
            kept = self._client.get_or_create_collection(collection, embedding_function=None)
            for key, text in texts.items():
                kept.upsert(ids=[key], documents=[text], embeddings=np.ones((1, 1), np.float32))

    def forget(self, collection: str) -> None:
        """Removes a collection, if there is one."""
        with _translated("cannot be written"), contextlib.suppress(NotFoundError):
            self._client.delete_collection(collection)

    def close(self) -> None:
        """Lets go of the connection."""
        self._close()


@contextlib.contextmanager
def _translated(failure: str) -> Iterator[None]:
    """The one boundary where errors of Chroma and of its server become StoreError."""
    try:
        yield
    except httpx.HTTPError as error:
        raise ServerUnreachable(f"the vector store {failure}: {error}") from error
    except ChromaError as error:
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


class _LimitedServer(chromadb.api.fastapi.FastAPI):
    """Chroma's client with a time limit: its own waits for ever, from its first request on."""

    def __init__(self, system: System) -> None:
        super().__init__(system)
        self._session.timeout = httpx.Timeout(_TIME_LIMIT)


def _connect(url: str, limit: float) -> ClientAPI:
    """A client whose every call has a time limit. First asks whether anyone is there at all."""
    try:
        there = Endpoint.of(url)
    except ValueError as error:
        raise StoreError(f"the Chroma server cannot be used: {error}") from error
    httpx.get(there.heartbeat, headers=there.headers, timeout=_TIME_LIMIT).raise_for_status()
    with _connecting:
        before = chromadb.api.fastapi.FastAPI
        # Chroma looks its client up by this name, and accepts no other.
        chromadb.api.fastapi.FastAPI = _LimitedServer  # type: ignore[misc]
        try:
            settings = Settings(anonymized_telemetry=False)
            host, port, tls = there.host, there.port, there.encrypted
            client = chromadb.HttpClient(host, port, tls, there.headers, settings)
        except ValueError as error:  # what Chroma makes of a limit that passes here
            raise ServerUnreachable(f"the Chroma server does not answer: {error}") from error
        finally:
            chromadb.api.fastapi.FastAPI = before  # type: ignore[misc]
    client._server._session.timeout = httpx.Timeout(limit)  # type: ignore[attr-defined]
    return client


def _let_go(client: ClientAPI, copy: PrivateCopy | None) -> None:
    systems = SharedSystemClient._identifier_to_system
    system = systems.get(client._identifier)  # type: ignore[attr-defined]
    client.close()  # type: ignore[attr-defined]  # missing in the published types
    # Chroma enters a client of a server twice and forgets it once, its open connection with it.
    for name, other in list(systems.items()):
        if other is system and name != client._identifier:  # type: ignore[attr-defined]
            systems.pop(name, None)
    if copy:
        copy.remove()
