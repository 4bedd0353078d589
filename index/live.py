"""An index that is always the current one: built if missing, exchanged when rebuilt."""

import threading
import weakref
from pathlib import Path

from corpus import CorpusError
from index.build import BuildReport, build_index
from index.corpus_state import CorpusState, corpus_state
from index.embedder import SentenceEmbedder
from index.follow import NOT_FOLLOWED, follow, keep_following
from index.generation import IndexMissing, current_generation
from index.manifest import IndexBroken, IndexStale
from index.memory import return_memory
from index.search import Index
from index.server_address import StoreError
from index.store import ServerUnreachable
from index.watch import snapshot
from index.writer import Progress

_ATTEMPTS = 5
_UNUSABLE = (IndexMissing, IndexStale, IndexBroken, StoreError, OSError, CorpusError)


class LiveIndex:
    """Looks at the pointer before each question and follows it; any thread may ask."""

    def __init__(
        self,
        corpus: Path,
        store: Path,
        embedder: SentenceEmbedder,
        progress: Progress = lambda line: None,
        server: str = "",
    ) -> None:
        """``server``: the Chroma server whose index is followed, and built if it has none yet."""
        self.corpus = corpus
        self.store = store
        self.embedder = embedder
        self._progress = progress
        self._server = server
        self._opening = threading.Lock()
        self._opened: Index | None = None
        self._refused: Path | None = None
        self._stop = threading.Event()
        weakref.finalize(self, self._stop.set)
        self._state: tuple[object, CorpusState] | None = None

    def current(self) -> Index:
        """The opened current generation; hold on to it for one question, not longer.

        Builds one if there is none or if it cannot be used. Once one is open, it goes on
        answering for as long as the one on disk is damaged, removed or of another model.
        An index that was exchanged closes when the last question lets go of it.
        """
        opened = self._opened
        if opened and self._pointed_to() in (opened.folder, self._refused, None):
            return opened
        # While one thread opens the new generation, the others go on asking the one before.
        if not self._opening.acquire(blocking=opened is None):
            assert opened
            return opened
        try:
            opened = self._opened
            if opened is None:
                self._opened = opened = self._open_or_build()
                return_memory()
                self._follow_from_now_on()
            elif self._pointed_to() not in (opened.folder, self._refused, None):
                self._opened = opened = self._exchange(opened)
                return_memory()
            return opened
        finally:
            self._opening.release()

    def corpus_state(self) -> CorpusState:
        """How the documents stand to the index; read again only when a file or the index changes.

        Takes some seconds for hundreds of documents that have changed, else next to no time.
        A replica without documents of its own has nothing to tell.
        """
        if self._server and not self.corpus.is_dir():
            return CorpusState(0, 0, (), (), (), ())
        seen = (self._pointed_to(), snapshot(self.corpus))
        if self._state is None or self._state[0] != seen:
            self._state = (seen, corpus_state(self.corpus, self.store))
        return self._state[1]

    def rebuild(self, progress: Progress) -> BuildReport:
        """Builds what the next question will follow; see ``build_index``."""
        return build_index(self.corpus, self.embedder, self.store, progress, server=self._server)

    def _pointed_to(self) -> Path | None:
        try:
            return current_generation(self.store)
        except IndexMissing:
            return None

    def _exchange(self, opened: Index) -> Index:
        """The new generation, or ``opened`` if it cannot be used; then it is not tried again."""
        folder = self._pointed_to()
        try:
            return self._open()
        except _UNUSABLE as error:
            self._progress(f"Det nya indexet går inte att använda, det förra gäller ({error})")
            self._refused = folder
            return opened

    def _open_or_build(self) -> Index:
        try:
            return self._open()
        except ServerUnreachable:
            raise  # what is on a server that is down cannot be built anew there either
        except _UNUSABLE as error:
            self._progress(f"Bygger indexet ({error}) …")
        if not self._followed():
            build_index(self.corpus, self.embedder, self.store, self._progress, server=self._server)
        return self._open()

    def _followed(self) -> bool:
        """Whether a server's index is here now; one that does not fit is no reason to give up."""
        if not self._server:
            return False
        try:
            return follow(self._server, self.store, self.embedder, self._progress, again=True)
        except ServerUnreachable:
            raise
        except NOT_FOLLOWED as error:
            self._progress(f"Serverns index går inte att hämta ({error})")
            return False

    def _follow_from_now_on(self) -> None:
        """In a thread that ends when nobody holds this any more; no question waits for it."""
        if self._server:
            followed = (self._server, self.store, self.embedder, self._progress, self._stop)
            threading.Thread(
                target=keep_following, args=followed, name="follow-server", daemon=True
            ).start()

    def _open(self) -> Index:
        """Opens the current generation, again if it is replaced and removed meanwhile."""
        for _ in range(_ATTEMPTS):
            folder = self._pointed_to()
            try:
                index = Index.open(self.store, self.embedder)
                _ = index.documents  # now, while their files are there
            except (IndexBroken, StoreError, OSError, CorpusError):
                if folder == self._pointed_to():
                    raise
            else:
                return index
        raise IndexBroken("the index is replaced faster than it can be opened")
