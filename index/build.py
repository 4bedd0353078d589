"""Builds the index: everything that answering needs, complete and verified before it counts."""

import contextlib
import datetime
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus import CorpusError, document_name, read_folder
from index.changes import Changes
from index.contents import Contents
from index.corpus_state import keep_what_is_answered
from index.document_file import corpus_checksums, unchanged_documents, write_documents
from index.embedder import SentenceEmbedder
from index.follow import follow_locked
from index.generation import (
    DOCUMENTS_COPY,
    IndexMissing,
    builder_lock,
    current_generation,
    new_generation,
)
from index.manifest import IndexBroken, IndexStale, Manifest
from index.publication import discard, is_kept, publish, published
from index.server_address import ServerAddress, StoreError
from index.store import ServerTexts
from index.writer import VECTORS, BuildError, Progress, write_generation

_FULL = 1 << 20  # bytes left on a disk that counts as full: the next file does not fit either


class DiskFull(BuildError):
    """There is no room for the new index; the old one stays."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did, passage by passage."""

    documents: int
    lessons: int
    questions: int
    changes: Changes
    embedded: int
    seconds: float
    rebuilt: bool
    left_out: tuple[CorpusError, ...]
    """What is wrong with the documents that are not in the index."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A corpus as it was read, the checksums of its files just before, and where its vectors go."""

    folder: Path
    contents: Contents
    broken: tuple[CorpusError, ...]
    checksums: Mapping[str, str]
    server: str


def build_index(
    corpus: Path,
    embedder: SentenceEmbedder,
    store: Path,
    progress: Progress = lambda line: None,
    from_nothing: bool = False,
    server: str = "",
) -> BuildReport:
    """Brings the index in ``store`` up to the folder ``corpus``; nothing to do if it is so already.

    A document that cannot be read is left out and reported. But one that the index already answers
    from stops the build: a slip of the editor's must not take away what is answered today.

    A generation keeps a copy of its documents, so that it can answer whatever happens to them.
    Vectors of unchanged texts are taken from the generation before. ``server``: the address of a
    Chroma server that keeps the vectors, if not the folder itself. Raises CorpusError,
    EmbedderError, BuildError, StoreError or BuilderBusy; then the generation before goes on
    answering.
    """
    started = time.monotonic()
    source = _read(corpus, server, None if from_nothing else store)
    keep_what_is_answered(source.broken, store, embedder)
    before = None if from_nothing else _usable_generation(store, embedder)
    if _is_current(before, source):
        return _report(source, before, 0, started, rebuilt=False)
    try:
        with builder_lock(store, progress):
            if not from_nothing:  # what another builder has just done need not be done again
                _take_over(source.server, store, embedder, progress)
                keep_what_is_answered(source.broken, store, embedder)
                before = _usable_generation(store, embedder)
                if _is_current(before, source):
                    return _report(source, before, 0, started, rebuilt=False)
            with new_generation(store, _discard) as folder:
                embedded = _fill(folder, source, embedder, before and before[0], progress)
    except OSError as error:
        raise BuildError(f"cannot write the index in {store}: {error}") from error
    return _report(source, before, embedded, started, rebuilt=True)


def _read(corpus: Path, server: str, store: Path | None) -> _Source:
    """Files that are still as the index in ``store`` was made from them are not parsed again."""
    checksums = corpus_checksums(corpus)
    known = unchanged_documents(store, checksums) if store else {}
    reading = read_folder(corpus, known)
    if not reading.documents:
        raise reading.broken[0]
    names = {document.name for document in reading.documents}
    checksums = {file: told for file, told in checksums.items() if document_name(file) in names}
    return _Source(corpus, Contents(reading.documents), reading.broken, checksums, server)


def _fill(
    folder: Path,
    source: _Source,
    embedder: SentenceEmbedder,
    before: Path | None,
    progress: Progress,
) -> int:
    """Writes a whole generation into ``folder``; returns how many texts were embedded."""
    started = time.monotonic()
    contents = source.contents
    try:
        _copy_documents(source, folder / DOCUMENTS_COPY)
        write_documents(folder, contents.documents)
        embedded = write_generation(
            folder, contents.entries, embedder, before, progress, source.server
        )
        now = datetime.datetime.now(datetime.UTC)
        seconds = time.monotonic() - started
        manifest = Manifest.describing(folder, contents, embedder, now, seconds)
        manifest.write(folder)
        _publish(folder, manifest)
    except (StoreError, OSError) as error:
        free = shutil.disk_usage(folder).free
        if free < _FULL:
            raise DiskFull(f"the disk of {folder.parent} is full ({free} bytes left)") from error
        raise
    return embedded


def _publish(folder: Path, manifest: Manifest) -> None:
    """Lets the replicas of the generation's server, if it has one, follow to it."""
    if address := ServerAddress.read(folder / VECTORS):
        files = (folder / DOCUMENTS_COPY).iterdir()
        publish(address, manifest, {file.name: file.read_bytes().decode() for file in files})


def _take_over(server: str, store: Path, embedder: SentenceEmbedder, progress: Progress) -> None:
    """What was last published on ``server``, so that its vectors need not be embedded again."""
    if not server:
        return
    with contextlib.suppress(IndexStale, IndexBroken, CorpusError):
        follow_locked(ServerTexts(server), server, store, embedder, progress)


def _is_current(before: tuple[Path, Manifest] | None, source: _Source) -> bool:
    if before is None:
        return False
    folder, manifest = before
    address = ServerAddress.read(folder / VECTORS)
    if (
        manifest.corpus != source.contents.digest
        or (address.url if address else "") != source.server
    ):
        return False
    if address is None:
        return True
    followed = published(ServerTexts(address.url))[:1]
    return [each.collection for each in followed] == [address.collection]


def _report(
    source: _Source,
    before: tuple[Path, Manifest] | None,
    embedded: int,
    started: float,
    rebuilt: bool,
) -> BuildReport:
    documents = source.contents.documents
    old = before[1].entries if before else {}
    return BuildReport(
        documents=len(documents),
        lessons=sum(len(document.lessons) for document in documents),
        questions=sum(entry.kind != "text" for entry in source.contents.entries),
        changes=Changes.between(old, source.contents.passages),
        embedded=embedded,
        seconds=time.monotonic() - started,
        rebuilt=rebuilt,
        left_out=source.broken,
    )


def _copy_documents(source: _Source, folder: Path) -> None:
    folder.mkdir()
    for name in source.checksums:
        shutil.copyfile(source.folder / name, folder / name)
    if corpus_checksums(folder) != source.checksums:
        raise BuildError("a document was saved while the index was built; run: python -m index")


def _usable_generation(store: Path, embedder: SentenceEmbedder) -> tuple[Path, Manifest] | None:
    """The current generation, if it is whole and of the same model.

    Raises StoreError if a server keeps its vectors and does not answer: that is no reason to
    build everything again.
    """
    try:
        folder = current_generation(store)
        manifest = Manifest.read(folder)
        manifest.check_embedder(embedder.fingerprint)
        manifest.check_files(folder)
    except (IndexMissing, IndexStale, IndexBroken):
        return None
    return (folder, manifest) if is_kept(folder / VECTORS) else None


def _discard(folder: Path) -> bool:
    return discard(folder / VECTORS)
