"""A document that cannot be read: it costs no other, and takes nothing away that is answered."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import LESSONS, WordEmbedder, write_corpus, write_document

import index.__main__ as door
from corpus import CorpusError, read_corpus, read_folder
from index import Index, LiveIndex, build_index, indexed_documents
from index.corpus_state import corpus_state
from index.doctor import examine

TWICE = ["Ett.", "Två.", "Tre."]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def run(
    corpus: Path, store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    monkeypatch.setattr(door, "SentenceEmbedder", lambda name: WordEmbedder())

    def run_door(*arguments: str) -> tuple[int, str]:
        places = ["--corpus", str(corpus), "--index", str(store)]
        monkeypatch.setattr(sys, "argv", ["index", *arguments, *places])
        status = door.main()
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return run_door


def write_broken(corpus: Path, name: str) -> Path:
    """A document with lesson 2 twice."""
    file = write_document(corpus, TWICE, name=name)
    file.write_text(file.read_text(encoding="utf-8").replace("3. ", "2. "), encoding="utf-8")
    return file


def names(store: Path) -> list[str]:
    return [document.name for document in Index.open(store, WordEmbedder()).documents]


class TestReading:
    def test_a_broken_document_costs_no_other(self, corpus: Path) -> None:
        write_broken(corpus, "trasig")
        (corpus / "latin.md").write_bytes("---\ntitle: Å\n---\n".encode("latin-1"))
        (corpus / "ingens.questions.yaml").write_text("answered: {}\n", encoding="utf-8")
        reading = read_folder(corpus)
        assert [document.name for document in reading.documents] == ["smastad"]
        told = [(error.file.name, error.line) for error in reading.broken]
        assert told == [("latin.md", 2), ("trasig.md", 9), ("ingens.questions.yaml", None)]

    def test_a_broken_editors_file_leaves_its_document_out(self, corpus: Path) -> None:
        write_document(corpus, name="annan")
        (corpus / "annan.questions.yaml").write_text("answered: {99: [Va?]}\n", encoding="utf-8")
        reading = read_folder(corpus)
        assert [document.name for document in reading.documents] == ["smastad"]
        assert reading.broken[0].file.name == "annan.questions.yaml"

    def test_a_corpus_that_must_be_whole_is_not_read_in_part(self, corpus: Path) -> None:
        write_broken(corpus, "trasig")
        with pytest.raises(CorpusError, match="trasig"):
            read_corpus(corpus)


class TestBuilding:
    def test_a_new_broken_document_is_left_out_and_reported(
        self, corpus: Path, store: Path
    ) -> None:
        write_broken(corpus, "trasig")
        report = build_index(corpus, WordEmbedder(), store)
        assert report.rebuilt and report.documents == 1
        assert [error.file.name for error in report.left_out] == ["trasig.md"]
        assert names(store) == ["smastad"]

    def test_it_is_indexed_when_it_has_been_mended(self, corpus: Path, store: Path) -> None:
        write_broken(corpus, "trasig")
        build_index(corpus, WordEmbedder(), store)
        again = build_index(corpus, WordEmbedder(), store)
        assert not again.rebuilt and again.left_out
        write_document(corpus, TWICE, name="trasig")
        report = build_index(corpus, WordEmbedder(), store)
        assert not report.left_out and names(store) == ["smastad", "trasig"]

    @pytest.mark.parametrize("from_nothing", [False, True])
    def test_one_that_is_answered_from_stops_the_build(
        self, corpus: Path, store: Path, from_nothing: bool
    ) -> None:
        write_document(corpus, TWICE, name="annan")
        build_index(corpus, WordEmbedder(), store)
        write_broken(corpus, "annan")
        write_document(corpus, [*LESSONS, "En till."])
        with pytest.raises(CorpusError, match=r"annan\.md:9: lärdom 2 står två gånger"):
            build_index(corpus, WordEmbedder(), store, from_nothing=from_nothing)
        assert names(store) == ["annan", "smastad"]

    def test_an_editors_file_whose_document_is_gone_stops_the_build(
        self, corpus: Path, store: Path
    ) -> None:
        write_document(corpus, TWICE, name="annan")
        build_index(corpus, WordEmbedder(), store)
        (corpus / "smastad.md").unlink()
        with pytest.raises(CorpusError, match="hör inte till något dokument"):
            build_index(corpus, WordEmbedder(), store)

    def test_a_document_that_is_removed_with_its_editors_file_is_removed(
        self, corpus: Path, store: Path
    ) -> None:
        write_document(corpus, TWICE, name="annan")
        build_index(corpus, WordEmbedder(), store)
        for file in corpus.glob("smastad.*"):
            file.unlink()
        assert "smastad 1" in build_index(corpus, WordEmbedder(), store).changes.removed
        assert names(store) == ["annan"]

    def test_without_an_index_that_can_be_used_what_can_be_read_is_indexed(
        self, corpus: Path, store: Path
    ) -> None:
        write_document(corpus, TWICE, name="annan")
        build_index(corpus, WordEmbedder("annan"), store)
        write_broken(corpus, "annan")
        live = LiveIndex(corpus, store, WordEmbedder())
        assert [document.name for document in live.current().documents] == ["smastad"]

    def test_nothing_that_can_be_read_is_an_error(self, corpus: Path, store: Path) -> None:
        write_broken(corpus, "smastad")
        with pytest.raises(CorpusError, match="smastad"):
            build_index(corpus, WordEmbedder(), store)


class TestTelling:
    def test_the_state_tells_what_is_new_changed_and_removed(
        self, corpus: Path, store: Path
    ) -> None:
        assert corpus_state(corpus, store).added
        build_index(corpus, WordEmbedder(), store)
        assert corpus_state(corpus, store).indexed
        write_document(corpus, ["Ändrad.", *LESSONS[1:-1]])
        write_document(corpus, TWICE, name="annan")
        state = corpus_state(corpus, store)
        assert (state.documents, state.lessons, state.indexed) == (2, 10, False)
        assert "annan 3" in state.added and not state.faults
        assert (state.changed, state.removed) == (("smastad 1",), ("smastad 8",))

    def test_it_tells_a_lost_document_from_one_that_is_left_out(
        self, corpus: Path, store: Path
    ) -> None:
        write_document(corpus, TWICE, name="annan")
        build_index(corpus, WordEmbedder(), store)
        write_broken(corpus, "annan")
        write_broken(corpus, "trasig")
        state = corpus_state(corpus, store)
        assert state.indexed, "the index goes on with what it has of the lost one"
        assert [(fault.file, fault.answered_from) for fault in state.faults] == [
            ("annan.md", True),
            ("trasig.md", False),
        ]
        assert state.faults[0].sentence.startswith("annan.md, rad 9: lärdom 2 står två gånger")

    def test_an_empty_folder_is_one_fault_and_names_no_path(
        self, corpus: Path, store: Path
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        for file in corpus.iterdir():
            file.unlink()
        (fault,) = corpus_state(corpus, store).faults
        assert fault.answered_from and not corpus_state(corpus, store).removed
        assert fault.sentence.startswith("corpus: inga dokument")

    def test_a_running_reader_tells_anew_when_a_file_has_changed(
        self, corpus: Path, store: Path
    ) -> None:
        live = LiveIndex(corpus, store, WordEmbedder())
        live.current()
        assert live.corpus_state() is live.corpus_state() and live.corpus_state().indexed
        write_broken(corpus, "smastad")
        assert live.corpus_state().faults[0].answered_from
        assert live.current().search("Hur många lägenheter?").hits[0].number == 3
        write_document(corpus, [*LESSONS, "En till."])
        assert live.corpus_state().added == ("smastad 9",)
        build_index(corpus, WordEmbedder(), store)
        assert live.corpus_state().indexed

    def test_the_doctor_tells_what_is_left_out(self, corpus: Path, store: Path) -> None:
        write_broken(corpus, "trasig")
        build_index(corpus, WordEmbedder(), store)
        found = {finding.subject: finding for finding in examine(corpus, store, WordEmbedder())}
        assert "1 dokument, 8 lärdomar" in found["Underlag"].state
        assert "går inte att läsa: trasig.md, rad 9" in found["Underlag"].state
        assert "utelämnad" in found["Underlag"].remedy

    def test_the_door_tells_what_is_left_out_and_is_done(
        self, run: Callable[..., tuple[int, str]], corpus: Path
    ) -> None:
        write_broken(corpus, "trasig")
        status, told = run()
        assert status == 0 and "Indexet är byggt: 1 dokument" in told
        assert "Utelämnat, för det går inte att läsa:" in told and "trasig.md:9" in told

    def test_the_door_names_every_document_that_stops_the_build(
        self, run: Callable[..., tuple[int, str]], corpus: Path
    ) -> None:
        write_document(corpus, TWICE, name="annan")
        run()
        write_broken(corpus, "annan")
        write_broken(corpus, "smastad")
        write_document(corpus, TWICE, name="tredje")
        status, told = run()
        assert status == 2 and "annan.md:9" in told and "smastad.md:9" in told
        assert "Det gamla indexet gäller." in told

    def test_the_indexed_documents_are_there_when_the_files_are_not(
        self, corpus: Path, store: Path
    ) -> None:
        assert indexed_documents(store) == ()
        build_index(corpus, WordEmbedder(), store)
        for file in corpus.iterdir():
            file.unlink()
        assert [document.name for document in indexed_documents(store)] == ["smastad"]
