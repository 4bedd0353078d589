"""Follows a Chroma server: a replica has the generation there, without the documents' folder."""

import datetime
import threading
import time
from pathlib import Path

from corpus import CorpusError, read_corpus
from index.contents import Contents
from index.document_file import write_documents
from index.embedder import SentenceEmbedder
from index.generation import (
    DOCUMENTS_COPY,
    BuilderBusy,
    IndexMissing,
    builder_lock,
    current_generation,
    new_generation,
)
from index.manifest import IndexBroken, IndexStale, Manifest
from index.publication import Publication, discard, fetch_documents, published
from index.server_address import ServerAddress, StoreError
from index.store import ServerTexts
from index.writer import VECTORS, BuildError, Progress, write_learnt

_LOOK_EVERY = 2.0
NOT_FOLLOWED = (StoreError, IndexStale, IndexBroken, BuildError, CorpusError, OSError)
"""Why a generation on a server could not be taken over."""


def follow(
    server: str, store: Path, embedder: SentenceEmbedder, progress: Progress, again: bool = False
) -> bool:
    """Makes the server's current generation the one in ``store`` too; whether there was need to.

    A replica needs nothing but the server: documents and vectors come from there, the rest is
    learnt from them anew. ``again``: also if it is here already, but damaged. Raises one of
    NOT_FOLLOWED, or BuilderBusy; then nothing has changed.
    """
    texts = ServerTexts(server)
    if not again and not _behind(texts, server, store):
        return False
    with builder_lock(store, wait=600 if again else 0):
        return follow_locked(texts, server, store, embedder, progress, again)


def follow_locked(
    texts: ServerTexts,
    server: str,
    store: Path,
    embedder: SentenceEmbedder,
    progress: Progress,
    again: bool = False,
) -> bool:
    """The same under ``builder_lock``."""
    started = time.monotonic()
    publication = _behind(texts, server, store, again)
    if publication is None:
        return False
    publication.check(embedder.fingerprint)
    progress("Hämtar indexet från servern …")
    with new_generation(store, lambda folder: discard(folder / VECTORS)) as folder:
        copy = folder / DOCUMENTS_COPY
        copy.mkdir()
        fetch_documents(texts, publication, copy)
        contents = Contents(read_corpus(copy))
        write_documents(folder, contents.documents)
        if contents.digest != publication.corpus:
            raise IndexBroken("the server's documents are not those that its index was built from")
        (folder / VECTORS).mkdir()
        ServerAddress(server, publication.collection).write(folder / VECTORS)
        write_learnt(folder, contents.entries, progress)
        Manifest.describing(
            folder,
            contents,
            embedder,
            built=datetime.datetime.fromisoformat(publication.built),
            seconds=time.monotonic() - started,
        ).write(folder)
    return True


def keep_following(
    server: str, store: Path, embedder: SentenceEmbedder, progress: Progress, stop: threading.Event
) -> None:
    """Follows until ``stop`` is set; looks every other second, and tells each obstacle once."""
    told = ""
    texts: ServerTexts | None = None
    refused: Publication | None = None
    while not stop.wait(_LOOK_EVERY):
        wanted = None
        try:
            texts = texts or ServerTexts(server)
            wanted = _behind(texts, server, store)
            if wanted and wanted != refused:
                with builder_lock(store, wait=0):
                    follow_locked(texts, server, store, embedder, progress)
            told = ""
        except BuilderBusy:
            continue
        except Exception as error:  # whatever it is, the next generation must be followed again
            if str(error) != told:
                progress(f"Serverns index går inte att hämta, det förra gäller ({error})")
            told = str(error)
            if isinstance(error, StoreError):
                texts = None
            elif not isinstance(error, OSError):  # room on the disk may come back
                refused = wanted


def _behind(
    texts: ServerTexts, server: str, store: Path, again: bool = False
) -> Publication | None:
    """What the server would have everyone answer from, if ``store`` does not yet."""
    current = published(texts)[:1]
    if not current:
        return None
    try:
        here = ServerAddress.read(current_generation(store) / VECTORS)
    except (IndexMissing, StoreError):
        here = None
    same = here == ServerAddress(server, current[0].collection)
    return None if same and not again else current[0]
