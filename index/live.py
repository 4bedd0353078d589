"""An index that is always the current one: built if missing, exchanged when rebuilt."""

import threading
from pathlib import Path

from index.build import build_index
from index.embedder import SentenceEmbedder
from index.generation import IndexMissing, current_generation
from index.manifest import IndexBroken, IndexStale
from index.search import Index
from index.store import StoreError
from index.writer import Progress


class LiveIndex:
    """Looks at the pointer before each question and follows it; any thread may ask."""

    def __init__(
        self,
        corpus: Path,
        store: Path,
        embedder: SentenceEmbedder,
        progress: Progress = lambda line: None,
    ) -> None:
        self.corpus = corpus
        self.store = store
        self.embedder = embedder
        self._progress = progress
        self._opening = threading.Lock()
        self._opened: Index | None = None
        self._before: Index | None = None

    def current(self) -> Index:
        """The opened current generation.

        Builds one if there is none or if it cannot be used. While a damaged or removed generation
        is on disk, the one that is open goes on answering.
        """
        try:
            folder = current_generation(self.store)
        except IndexMissing:
            if self._opened:
                return self._opened
            folder = None
        opened = self._opened
        if opened and opened.folder == folder:
            return opened
        with self._opening:
            if self._opened is None or self._opened.folder != folder:
                self._exchange(self._open())
            assert self._opened
            return self._opened

    def _open(self) -> Index:
        try:
            return Index.open(self.store, self.embedder)
        except (IndexMissing, IndexStale, IndexBroken, StoreError) as error:
            if self._opened and not isinstance(error, IndexStale):
                return self._opened
            self._progress(f"building the index: {error}")
        build_index(self.corpus, self.embedder, self.store, self._progress)
        return Index.open(self.store, self.embedder)

    def _exchange(self, index: Index) -> None:
        """Keeps the one before open: a question in another thread may still be using it."""
        if index is self._opened:
            return
        if self._before:
            self._before.close()
        self._before, self._opened = self._opened, index
