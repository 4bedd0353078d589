"""Writes the files of one generation and checks that they find what they hold."""

import shutil
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from index.classifier import QuestionClassifier
from index.entry import Entry
from index.entry_file import read_entries, write_entries
from index.server_address import ServerAddress, StoreError
from index.store import VectorStore
from index.words import CharacterNgrams, NgramRows

if TYPE_CHECKING:
    from scipy import sparse

Progress = Callable[[str], None]
VECTORS = "chroma"
_SELF_QUERIES = 200
_MAY_MISS = 0.10
"""Chroma's search is approximate; but what a lost segment held is not found at all."""
_EMBEDDED_AT_ONCE = 512
_WRITTEN_AT_ONCE = 4_096
"""Chroma writes its whole graph to disk after each thousand."""
_FEW = 0.2
"""The share of texts that may be new or gone for the vectors before to be built upon."""


class BuildError(Exception):
    """The new index did not pass its own check; the old one stays."""


def write_generation(
    folder: Path,
    entries: list[Entry],
    embedder: Embeddings,
    before: Path | None,
    progress: Progress,
    server: str = "",
) -> int:
    """Writes all files of a generation but its manifest; returns how many texts were embedded.

    ``before``: the generation whose vectors need no embedding. ``server``: the Chroma server that
    keeps the vectors, if not the generation itself. Raises BuildError or StoreError.
    """
    texts = {entry.text_key: entry.text for entry in entries}
    embedding = _Embedding(embedder, progress)
    if before and not server:
        try:
            if _continue(folder / VECTORS, before, texts, embedding):
                write_learnt(folder, entries, progress)
                return embedding.done
        except (BuildError, StoreError) as error:
            progress(f"Det förra indexet går inte att bygga vidare på: {error}")
            shutil.rmtree(folder / VECTORS, ignore_errors=True)
    known = _vectors_of(before, texts, progress) if before else {}
    written = VectorStore.create(folder / VECTORS, server)
    try:
        embedding.add(written, texts, known)
    finally:
        written.close()
    write_learnt(folder, entries, progress)
    return embedding.done


class _Embedding:
    """Adds texts to a store, and counts those that it embeds."""

    def __init__(self, embedder: Embeddings, progress: Progress) -> None:
        self._embedder = embedder
        self._progress = progress
        self.done = 0

    def add(
        self,
        store: VectorStore,
        texts: Mapping[str, str],
        known: Mapping[str, NDArray[np.float32]] = MappingProxyType({}),
    ) -> None:
        """Adds all of ``texts`` by key; ``known`` are vectors that some of them have already."""
        keys = list(texts)
        total = self.done + sum(key not in known for key in keys)
        for start in range(0, len(keys), _WRITTEN_AT_ONCE):
            batch = keys[start : start + _WRITTEN_AT_ONCE]
            made = self._embedded({key: texts[key] for key in batch if key not in known}, total)
            rows = [made[key] if key in made else known[key] for key in batch]
            store.add(batch, np.asarray(rows, dtype=np.float32))

    def _embedded(self, texts: Mapping[str, str], total: int) -> dict[str, list[float]]:
        """By key; tells how far it has come of ``total``."""
        made: dict[str, list[float]] = {}
        keys = list(texts)
        for start in range(0, len(keys), _EMBEDDED_AT_ONCE):
            batch = keys[start : start + _EMBEDDED_AT_ONCE]
            vectors = self._embedder.embed_documents([texts[key] for key in batch])
            made.update(zip(batch, vectors, strict=True))
            self.done += len(batch)
            self._progress(f"Bäddar in texter: {self.done} av {total}")
        return made


def _continue(folder: Path, before: Path, texts: Mapping[str, str], embedding: _Embedding) -> bool:
    """Whether little enough has changed for a copy of the vectors before to be brought up to it."""
    old = {entry.text_key for entry in read_entries(before)}
    gone, new = sorted(old - texts.keys()), [key for key in texts if key not in old]
    if len(gone) + len(new) > _FEW * len(texts) or ServerAddress.read(before / VECTORS):
        return False
    store = VectorStore.continuing(before / VECTORS, folder)
    try:
        store.remove(gone)
        embedding.add(store, {key: texts[key] for key in new})
    finally:
        store.close()
    return True


def _vectors_of(
    before: Path, texts: Mapping[str, str], progress: Progress
) -> dict[str, NDArray[np.float32]]:
    """Those that ``texts`` have in the generation before, by key; none if it cannot be read."""
    try:
        keys = list({entry.text_key for entry in read_entries(before)} & texts.keys())
        store = VectorStore.reading(before / VECTORS)
        try:
            return dict(zip(keys, store.vectors(keys), strict=True))
        finally:
            store.close()
    except (StoreError, OSError, ValueError) as error:
        progress(f"Det förra indexet går inte att återanvända: {error}")
        return {}


def write_learnt(folder: Path, entries: list[Entry], progress: Progress) -> None:
    """Checks the vectors of a generation and writes all that is learnt from them and the entries.

    Raises BuildError or StoreError.
    """
    vectors = _checked_vectors(folder / VECTORS, entries)
    progress("Lär in ord och frågor …")
    words, ngrams = CharacterNgrams.learn([entry.text for entry in entries])
    words.save(folder)
    NgramRows.of(ngrams).save(folder)
    write_entries(folder, entries)
    _teach(folder, entries, ngrams, vectors)


def _checked_vectors(chroma: Path, entries: list[Entry]) -> NDArray[np.float32]:
    """The vectors as a reader will find them: nothing may be lost, texts must find themselves."""
    store = VectorStore.reading(chroma)
    try:
        vectors = store.vectors([entry.text_key for entry in entries])
        keys = {entry.text_key for entry in entries}
        own = [(e, v) for e, v in zip(entries, vectors, strict=True) if e.kind == "text"]
        sample = own[:: max(1, len(own) // _SELF_QUERIES)]
        missed = [e.text for e, v in sample if not _finds_itself(store, v, keys)]
        if len(missed) > _MAY_MISS * len(sample):
            raise BuildError(
                f"the new index does not find {len(missed)} of {len(sample)} of its own texts, "
                f"such as {missed[0][:60]!r}"
            )
    finally:
        store.close()
    return vectors


def _finds_itself(store: VectorStore, vector: NDArray[np.float32], keys: Collection[str]) -> bool:
    """Another text may have the same vector, but none may be nearer."""
    found, cosines = store.nearest(vector, 1)
    return bool(found) and found[0] in keys and cosines[0] >= 0.999


def _teach(
    folder: Path, entries: list[Entry], ngrams: "sparse.csr_matrix", vectors: NDArray[np.float32]
) -> None:
    """One classifier for each document whose editor has written questions of both kinds."""
    rows_of: dict[str, list[int]] = {}
    for row, entry in enumerate(entries):
        if entry.kind != "text":
            rows_of.setdefault(entry.document, []).append(row)
    for document, rows in rows_of.items():
        if {entries[row].kind for row in rows} == {"answered", "unanswered"}:
            taught = QuestionClassifier.learn(
                [entries[row] for row in rows], ngrams[rows], vectors[rows]
            )
            taught.save(folder, document)
