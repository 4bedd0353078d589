"""Writes the files of one generation and checks that they find what they hold."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from index.classifier import QuestionClassifier
from index.entry import Entry
from index.entry_file import write_entries
from index.store import VectorStore
from index.words import CharacterNgrams, NgramRows

if TYPE_CHECKING:
    from scipy import sparse

Progress = Callable[[str], None]
VECTORS = "chroma"
DOCUMENTS_COPY = "documents"
_SELF_QUERIES = 1_000
# A text that stands in hundreds of documents hides others from the approximate search (15 % of
# them in a measured corpus); the n-grams still find those. A lost segment hides nearly all.
_MAY_MISS = 0.25
_BATCH = 512


class BuildError(Exception):
    """The new index did not pass its own check; the old one stays."""


class _KnownVectors(Embeddings):
    """Embeds only texts that have no vector yet, and counts them."""

    def __init__(
        self,
        embedder: Embeddings,
        known: dict[str, NDArray[np.float32]],
        texts: set[str],
        progress: Progress,
    ) -> None:
        """``texts``: all that will be asked for."""
        self._embedder = embedder
        self._known = known
        self._progress = progress
        self._total = len(texts - known.keys())
        self.embedded = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        missing = list(dict.fromkeys(text for text in texts if text not in self._known))
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            vectors = np.asarray(self._embedder.embed_documents(batch), dtype=np.float32)
            self._known.update(zip(batch, vectors, strict=True))
            self.embedded += len(batch)
            self._progress(f"Bäddar in texter: {self.embedded} av {self._total}")
        return [self._known[text].tolist() for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._embedder.embed_query(text)


def write_generation(
    folder: Path,
    entries: list[Entry],
    embedder: Embeddings,
    known: dict[str, NDArray[np.float32]],
    progress: Progress,
    server: str = "",
) -> int:
    """Writes all files of a generation but its manifest; returns how many texts were embedded.

    ``known``: vectors of texts that need no embedding. ``server``: the Chroma server that keeps the
    vectors, if not the generation itself. Raises BuildError or StoreError.
    """
    texts = {entry.text for entry in entries}
    embeddings = _KnownVectors(embedder, known, texts, progress)
    written = VectorStore.create(folder / VECTORS, embeddings, server)
    try:
        written.add(entries)
    finally:
        written.close()
    write_learnt(folder, entries, embedder, progress)
    return embeddings.embedded


def write_learnt(
    folder: Path, entries: list[Entry], embedder: Embeddings, progress: Progress
) -> None:
    """Checks the vectors of a generation and writes all that is learnt from them and the entries.

    Raises BuildError or StoreError.
    """
    texts = [entry.text for entry in entries]
    vectors = _checked_vectors(folder / VECTORS, entries, embedder)
    progress("Lär in ord och frågor …")
    words, ngrams = CharacterNgrams.learn(texts)
    words.save(folder)
    NgramRows.of(ngrams).save(folder)
    write_entries(folder, entries)
    _teach(folder, entries, ngrams, vectors)


def _checked_vectors(
    chroma: Path, entries: list[Entry], embedder: Embeddings
) -> NDArray[np.float32]:
    """The vectors as a reader will find them: nothing may be lost, texts must find themselves."""
    store = VectorStore.reading(chroma, embedder)
    try:
        vectors = store.vectors([entry.key for entry in entries])
        keys = {entry.key for entry in entries}
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
    first = store.nearest(vector.tolist(), 1)
    return bool(first) and first[0][0] in keys and first[0][1] >= 0.999


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
