"""How the documents stand to the index that answers from them, for whoever has to tell people."""

from dataclasses import dataclass
from pathlib import Path

from corpus import CorpusError, Reading, document_name, read_folder
from index.changes import Changes, document_names
from index.contents import Contents
from index.document_file import corpus_checksums, unchanged_documents
from index.embedder import SentenceEmbedder
from index.generation import IndexMissing, current_generation
from index.manifest import IndexBroken, IndexStale, Manifest


@dataclass(frozen=True, slots=True)
class CorpusFault:
    """A file that cannot be read, without its folder: this may be shown to anyone."""

    file: str
    line: int | None
    problem: str
    answered_from: bool
    """Whether the index goes on with the document as it was; else it is left out."""

    @property
    def sentence(self) -> str:
        """Where it is and what to mend."""
        place = f"{self.file}, rad {self.line}" if self.line else self.file
        return f"{place}: {self.problem}"


@dataclass(frozen=True, slots=True)
class CorpusState:
    """What can be read in the folder, and what differs from what the index was built from.

    ``added``, ``changed`` and ``removed`` are names of passages ("skelleftea-2020 7").
    """

    documents: int
    lessons: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    faults: tuple[CorpusFault, ...]

    @property
    def indexed(self) -> bool:
        """Whether the index is up to all that can be read."""
        return not (self.added or self.changed or self.removed)


def corpus_state(corpus: Path, store: Path) -> CorpusState:
    """Compares the folder ``corpus`` with the current generation in ``store``; changes nothing.

    Never raises for what is wrong with the documents or the index: that is what it tells.
    """
    try:
        reading = read_folder(corpus, unchanged_documents(store, corpus_checksums(corpus)))
    except CorpusError as error:
        reading = Reading((), (error,))
    passages = _indexed_passages(store)
    answered = document_names(passages)
    kept = {document_name(error.file.name) for error in reading.broken}
    if not reading.documents:  # one fault, not the removal of all that there was
        kept |= answered
    old = {name: told for name, told in passages.items() if document_names([name]).isdisjoint(kept)}
    changes = Changes.between(old, Contents(reading.documents).passages)
    return CorpusState(
        documents=len(reading.documents),
        lessons=sum(len(document.lessons) for document in reading.documents),
        added=changes.added,
        changed=changes.changed,
        removed=changes.removed,
        faults=tuple(
            CorpusFault(
                error.file.name,
                error.line,
                error.problem,
                # The folder itself is at fault when it holds no document.
                answered_from=bool(answered & {document_name(error.file.name)})
                or (error.file == corpus and bool(answered)),
            )
            for error in reading.broken
        ),
    )


def keep_what_is_answered(
    broken: tuple[CorpusError, ...], store: Path, embedder: SentenceEmbedder
) -> None:
    """Raises the first of ``broken`` that a sound index answers from; others follow in its notes.

    A slip of the editor's must not take away what is answered today.
    """
    if not broken:
        return
    try:
        folder = current_generation(store)
        manifest = Manifest.read(folder)
        manifest.check_embedder(embedder.fingerprint)
        manifest.check_files(folder)
    except (IndexMissing, IndexStale, IndexBroken):
        return
    answered = document_names(manifest.entries)
    lost = [error for error in broken if document_name(error.file.name) in answered]
    if lost:
        for other in lost[1:]:
            lost[0].add_note(str(other))
        raise lost[0]


def _indexed_passages(store: Path) -> dict[str, str]:
    """Of the current generation; none if it cannot be read."""
    try:
        return Manifest.read(current_generation(store)).entries
    except (IndexMissing, IndexStale, IndexBroken):
        return {}
