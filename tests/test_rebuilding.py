"""A rebuild does again only what a change calls for, and starts over when that does not do."""

import sqlite3
from pathlib import Path

import pytest
from fakes import LESSONS, WordEmbedder, write_corpus, write_document, write_questions

from corpus import Document, read_document
from index import BuildError, Index, StoreError, build_index
from index.entry_file import read_entries
from index.generation import current_generation
from index.store import VectorStore

OTHER = "Hyr ut kontor i gamla stationen."
CHANGED = (OTHER, *LESSONS[1:])


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Six documents of their own words, so that a lesson is a small part of them."""
    folder = write_corpus(tmp_path / "corpus")
    for number in range(5):
        lessons = [f"{lesson} På ort {number}{place}." for place, lesson in enumerate(LESSONS)]
        write_document(folder, lessons, name=f"ort-{number}", summary=f"Om ort {number}.")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the documents that are parsed."""
    names: list[str] = []

    def watched(file: Path) -> Document:
        names.append(file.stem)
        return read_document(file)

    monkeypatch.setattr("corpus.folder.read_document", watched)
    return names


def _vectors(store: Path) -> VectorStore:
    return VectorStore.reading(current_generation(store) / "chroma")


def _count(store: Path) -> int:
    database = current_generation(store) / "chroma" / "chroma.sqlite3"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as opened:
        return int(opened.execute("SELECT count(*) FROM embeddings").fetchone()[0])


def test_only_what_has_changed_is_parsed_again(
    corpus: Path, store: Path, parsed: list[str]
) -> None:
    build_index(corpus, WordEmbedder(), store)
    assert len(parsed) == 6
    parsed.clear()
    assert not build_index(corpus, WordEmbedder(), store).rebuilt
    assert parsed == []
    write_document(corpus, CHANGED)
    assert build_index(corpus, WordEmbedder(), store).rebuilt
    assert set(parsed) == {"smastad"}
    parsed.clear()
    write_questions(corpus, "ort-3")
    assert build_index(corpus, WordEmbedder(), store).rebuilt
    assert set(parsed) == {"ort-3"}
    parsed.clear()
    (corpus / "ort-3.questions.yaml").unlink()
    assert build_index(corpus, WordEmbedder(), store).rebuilt
    assert set(parsed) == {"ort-3"}


def test_vectors_of_what_is_gone_go_and_the_others_stay(corpus: Path, store: Path) -> None:
    build_index(corpus, WordEmbedder(), store)
    before = {entry.text_key for entry in read_entries(current_generation(store))}
    write_document(corpus, CHANGED)
    embedder = WordEmbedder()
    assert build_index(corpus, embedder, store).embedded == len(embedder.embedded) < 5
    after = {entry.text_key for entry in read_entries(current_generation(store))}
    assert _count(store) == len(after) and before - after and after - before
    vectors = _vectors(store)
    with pytest.raises(StoreError, match="lost 1 of"):
        vectors.vectors(sorted(before - after)[:1] + sorted(after))
    hits = Index.open(store, WordEmbedder()).search(OTHER, ["smastad"]).hits
    assert hits[0].number == 1


def test_a_corpus_that_is_mostly_new_is_begun_anew(
    corpus: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(before: Path, folder: Path) -> VectorStore:
        raise AssertionError("the vectors before were built upon")

    build_index(corpus, WordEmbedder(), store)
    monkeypatch.setattr(VectorStore, "continuing", refuse)
    for number in range(4):
        (corpus / f"ort-{number}.md").unlink()
    embedder = WordEmbedder()
    report = build_index(corpus, embedder, store)
    assert report.rebuilt and not embedder.embedded, "what is known need not be embedded even so"


def test_what_cannot_be_built_upon_is_begun_anew(
    corpus: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(corpus, WordEmbedder(), store)
    continued = VectorStore.continuing

    def losing(before: Path, folder: Path) -> VectorStore:
        copy = continued(before, folder)
        copy.remove([entry.text_key for entry in read_entries(before.parent)][:3])
        return copy

    monkeypatch.setattr(VectorStore, "continuing", losing)
    write_document(corpus, CHANGED)
    told: list[str] = []
    assert build_index(corpus, WordEmbedder(), store, told.append).rebuilt
    assert any("bygga vidare" in line for line in told)
    kept = {entry.text_key for entry in read_entries(current_generation(store))}
    assert len(_vectors(store).vectors(sorted(kept))) == len(kept)


def test_a_text_that_stands_in_many_documents_has_one_vector_and_is_found_in_each(
    tmp_path: Path, store: Path
) -> None:
    folder = tmp_path / "corpus"
    for number in range(40):
        write_document(folder, LESSONS, name=f"ort-{number}", summary=f"Om ort {number}.")
    build_index(folder, WordEmbedder(), store)
    entries = read_entries(current_generation(store))
    assert _count(store) == len({entry.text for entry in entries}) < len(entries) / 5
    index = Index.open(store, WordEmbedder())
    hits = index.search(LESSONS[2]).hits
    assert {hit.document for hit in hits[:40]} == {f"ort-{number}" for number in range(40)}
    assert {hit.number for hit in hits[:40]} == {3}


def test_an_index_that_does_not_find_its_own_texts_is_not_put_to_use(
    corpus: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a lost part of Chroma's graph would look like: another text is nearest."""
    build_index(corpus, WordEmbedder(), store)
    kept = current_generation(store)
    nearest = VectorStore.nearest

    def lost(self: VectorStore, vector: object, count: int) -> object:
        keys, cosines = nearest(self, vector, count)  # type: ignore[arg-type]  # passed on
        return keys, cosines - 0.3

    monkeypatch.setattr(VectorStore, "nearest", lost)
    write_document(corpus, CHANGED)
    with pytest.raises(BuildError, match="does not find"):
        build_index(corpus, WordEmbedder(), store)
    assert current_generation(store) == kept
