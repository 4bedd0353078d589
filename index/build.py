"""Builds the index: everything that answering needs, complete and verified before it counts."""

import datetime
import hashlib
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from corpus import Document, read_corpus
from index.embedder import SentenceEmbedder
from index.entry import Entry, document_entries
from index.generation import IndexMissing, current_generation, new_generation
from index.manifest import (
    SCHEMA,
    IndexBroken,
    IndexStale,
    Manifest,
    checksums_of,
)
from index.store import StoreError, VectorStore
from index.writer import Progress, write_generation
from index.entry_file import read_entries

DOCUMENTS_COPY = "documents"
_VERSIONS = ("chromadb", "sentence-transformers", "scikit-learn", "torch")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did, passage by passage ("skelleftea-2020 7")."""

    documents: int
    lessons: int
    questions: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: int
    embedded: int
    seconds: float
    rebuilt: bool


def build_index(
    corpus: Path,
    embedder: SentenceEmbedder,
    store: Path,
    progress: Progress = lambda line: None,
    from_nothing: bool = False,
) -> BuildReport:
    """Brings the index in ``store`` up to the folder ``corpus``; does nothing if it is so already.

    A generation keeps a copy of its documents, so that it can answer whatever happens to them. Vectors of unchanged texts are taken from the generation before. Raises CorpusError,
    BuildError, StoreError or BuilderBusy; then the generation before goes on answering.
    """
    started = time.monotonic()
    documents = read_corpus(corpus)
    entries = [entry for document in documents for entry in document_entries(document)]
    before = None if from_nothing else _usable_generation(store, embedder)
    old = before[1].entries if before else {}
    new = passage_hashes(documents)
    fingerprint = corpus_hash(entries)
    unchanged = before is not None and before[1].corpus == fingerprint
    embedded = 0
    if not unchanged:
        with new_generation(store) as folder:
            _copy_documents(corpus, folder / DOCUMENTS_COPY)
            known = _known_vectors(before[0], embedder, progress) if before else {}
            embedded = write_generation(folder, entries, embedder, known, progress)
            Manifest(
                schema=SCHEMA,
                embedder=embedder.label,
                fingerprint=embedder.fingerprint,
                dimension=len(embedder.embed_query("dimension")),
                corpus=fingerprint,
                entries=new,
                built=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                seconds=round(time.monotonic() - started, 2),
                versions={name: version(name) for name in _VERSIONS},
                checksums=checksums_of(folder),
            ).write(folder)
    return BuildReport(
        documents=len(documents),
        lessons=sum(len(document.lessons) for document in documents),
        questions=sum(entry.kind != "text" for entry in entries),
        added=tuple(name for name in new if name not in old),
        changed=tuple(name for name in new if name in old and new[name] != old[name]),
        removed=tuple(name for name in old if name not in new),
        kept=sum(new[name] == old.get(name) for name in new),
        embedded=embedded,
        seconds=time.monotonic() - started,
        rebuilt=not unchanged,
    )


def _copy_documents(corpus: Path, folder: Path) -> None:
    folder.mkdir()
    for file in [*corpus.glob("*.md"), *corpus.glob("*.questions.yaml")]:
        shutil.copyfile(file, folder / file.name)


def corpus_hash(entries: Sequence[Entry]) -> str:
    """The same exactly for the same entries in the same order."""
    return hashlib.sha256("".join(entry.key for entry in entries).encode()).hexdigest()[:16]


def passage_hashes(documents: Sequence[Document]) -> dict[str, str]:
    """Per lesson (and summary) a hash of its text and its questions."""
    hashes: dict[str, str] = {}
    for document in documents:
        parts: dict[str, list[str]] = {f"{document.name} sammanfattning": []}
        parts.update({f"{document.name} {lesson.number}": [] for lesson in document.lessons})
        for entry in document_entries(document):
            numbers = [target for target in entry.targets if isinstance(target, int)]
            for owner in numbers or ["sammanfattning"]:
                parts[f"{document.name} {owner}"].append(entry.key)
        for name, keys in parts.items():
            hashes[name] = hashlib.sha256("".join(keys).encode()).hexdigest()[:16]
    return hashes


def _usable_generation(store: Path, embedder: SentenceEmbedder) -> tuple[Path, Manifest] | None:
    """The current generation, if it is whole and of the same model."""
    try:
        folder = current_generation(store)
        manifest = Manifest.read(folder)
        manifest.check_embedder(embedder.fingerprint)
        manifest.check_files(folder)
    except (IndexMissing, IndexStale, IndexBroken):
        return None
    return folder, manifest


def _known_vectors(
    folder: Path, embedder: SentenceEmbedder, progress: Progress
) -> dict[str, list[float]]:
    """Text to vector, from the generation before; none if it cannot be read."""
    try:
        entries = read_entries(folder)
        with tempfile.TemporaryDirectory(prefix="lardom-", ignore_cleanup_errors=True) as copy:
            shutil.copytree(folder / "chroma", copy, dirs_exist_ok=True)
            store = VectorStore(Path(copy), embedder)
            vectors = store.vectors([entry.key for entry in entries])
            store.close()
    except (StoreError, OSError, ValueError) as error:
        progress(f"the generation before cannot be reused: {error}")
        return {}
    return {entry.text: vector.tolist() for entry, vector in zip(entries, vectors, strict=True)}
