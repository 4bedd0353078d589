"""What happens to disks, processes and people: each fault is made to happen, in a short form."""

import random
import shutil
import tempfile
from pathlib import Path

import pytest
from fakes import (
    LESSONS,
    Processes,
    WordEmbedder,
    edition,
    small_disk,
    write_corpus,
    write_document,
)
from faults import (
    HARMS,
    answers_over_damage,
    fill_disk_while_building,
    harm_file,
    index_files,
    removed_files_still_open,
    survive_kills,
    survive_swaps,
    wait_for,
)
from workers import hold_vectors, open_damaged

from corpus import CorpusError
from index import Index, LiveIndex, build_index
from index.doctor import examine
from index.generation import current_generation
from index.private_copy import PrivateCopy
from index.store import VectorStore

QUESTION, NUMBER = "Hur många lägenheter ska vi bygga?", 3


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary folder of this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture(scope="session")
def processes() -> Processes:
    return Processes("workers")


class TestKilled:
    def test_a_builder_killed_at_any_moment_leaves_an_index_that_answers(
        self, corpus: Path, store: Path, temporary: Path, processes: Processes
    ) -> None:
        survive_kills(5, corpus, store, temporary, processes, random.Random(6))

    def test_copies_of_killed_readers_are_removed_by_the_next_one(
        self, corpus: Path, store: Path, temporary: Path, tmp_path: Path, processes: Processes
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        for attempt in range(4):
            held = tmp_path / f"held-{attempt}"
            reader = processes.start(hold_vectors, store, held, temporary)
            wait_for(held)
            assert len(list(temporary.iterdir())) == 1
            reader.kill()
            reader.join()
        vectors = VectorStore.reading(current_generation(store) / "chroma")
        assert len(list(temporary.iterdir())) == 1
        vectors.close()
        assert not list(temporary.iterdir())

    @pytest.mark.parametrize("left", ["nothing", "lock", "content"])
    def test_what_was_left_half_made_or_half_removed_goes_too(
        self, corpus: Path, temporary: Path, left: str
    ) -> None:
        home = temporary / "lardom-copy-dead"
        home.mkdir()
        if left != "nothing":
            (home / "owner.lock").touch()
        if left == "content":
            (home / "content").mkdir()
            (home / "content" / "half").write_text("half", encoding="utf-8")
        PrivateCopy(corpus).remove()
        assert not list(temporary.iterdir())

    def test_a_copy_that_is_in_use_stays_until_its_owner_lets_go(
        self, corpus: Path, temporary: Path
    ) -> None:
        one, other = PrivateCopy(corpus), PrivateCopy(corpus)
        assert one.folder != other.folder
        assert (one.folder / "smastad.md").is_file() and (other.folder / "smastad.md").is_file()
        one.remove()
        other.remove()
        assert not list(temporary.iterdir())

    def test_vectors_close_when_nobody_holds_them(
        self, corpus: Path, store: Path, temporary: Path
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        vectors = VectorStore.reading(current_generation(store) / "chroma")
        assert list(temporary.iterdir())
        del vectors
        assert not list(temporary.iterdir())


class TestSwapped:
    def test_two_other_processes_ask_without_an_error_while_the_index_is_exchanged(
        self, corpus: Path, store: Path, tmp_path: Path, processes: Processes
    ) -> None:
        survive_swaps(5, corpus, store, tmp_path, processes)

    def test_an_exchanged_index_is_closed_when_the_last_question_lets_go_of_it(
        self, corpus: Path, store: Path, temporary: Path
    ) -> None:
        live = LiveIndex(corpus, store, WordEmbedder())
        for number in range(5):
            write_document(corpus, edition(number))
            build_index(corpus, WordEmbedder(), store)
            live.current().search(QUESTION)
        assert removed_files_still_open(temporary) == 0
        assert len(list(temporary.iterdir())) == 1


class TestDamaged:
    @pytest.mark.parametrize("harm", HARMS)
    def test_damage_to_any_file_is_found_before_it_is_used(
        self, corpus: Path, store: Path, tmp_path: Path, processes: Processes, harm: str
    ) -> None:
        """In a process of its own: a native crash would be its exit status."""
        build_index(corpus, WordEmbedder(), store)
        told = tmp_path / "told.json"
        assert processes.run(open_damaged, store, harm, told) == 0
        outcomes = told.read_text(encoding="utf-8")
        assert '"opened"' not in outcomes
        assert outcomes.count("run: python -m index") == len(index_files(store)) >= 12

    @pytest.mark.parametrize("harm", HARMS)
    def test_a_new_process_mends_a_damaged_index_and_answers(
        self, corpus: Path, store: Path, tmp_path: Path, processes: Processes, harm: str
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        for name in ("header.bin", "manifest.json"):
            assert answers_over_damage(corpus, store, tmp_path, processes, harm, name)

    def test_a_running_reader_answers_though_every_file_is_damaged(
        self, corpus: Path, store: Path
    ) -> None:
        live = LiveIndex(corpus, store, WordEmbedder())
        live.current()
        for file in index_files(store)[1:]:
            harm_file(file, "garbled")
        assert live.current().search(QUESTION).hits[0].number == NUMBER
        assert live.current().documents[0].lessons

    def test_a_damaged_index_without_readable_documents_is_a_clear_error(
        self, corpus: Path, store: Path
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        harm_file(current_generation(store) / "entries.jsonl", "truncated")
        (corpus / "smastad.md").write_text("", encoding="utf-8")
        with pytest.raises(CorpusError, match=r"smastad\.md"):
            LiveIndex(corpus, store, WordEmbedder()).current()


class TestBrokenCorpus:
    @pytest.mark.parametrize("fault", ["deleted", "emptied", "latin-1", "twice", "no folder"])
    def test_the_old_index_answers_and_the_doctor_tells_why(
        self, corpus: Path, store: Path, fault: str
    ) -> None:
        live = LiveIndex(corpus, store, WordEmbedder())
        live.current()
        break_corpus(corpus, fault)
        with pytest.raises(CorpusError, match="corpus"):
            build_index(corpus, WordEmbedder(), store)
        for reader in (live, LiveIndex(corpus, store, WordEmbedder())):
            assert reader.current().search(QUESTION).hits[0].number == NUMBER
            assert len(reader.current().documents[0].lessons) == len(LESSONS)
        told = {finding.subject: finding for finding in examine(corpus, store, WordEmbedder())}
        assert "går inte att läsa" in told["Underlag"].state
        assert "det förra indexet gäller" in told["Underlag"].remedy
        assert not told["Index"].remedy


def break_corpus(corpus: Path, fault: str) -> None:
    file = corpus / "smastad.md"
    text = file.read_text(encoding="utf-8")
    if fault == "deleted":
        file.unlink()
    elif fault == "emptied":
        file.write_text("", encoding="utf-8")
    elif fault == "latin-1":
        file.write_bytes(text.encode("latin-1"))
    elif fault == "twice":
        file.write_text(text.replace("\n3. ", "\n2. "), encoding="utf-8")
    else:
        shutil.rmtree(corpus)


class TestDiskFull:
    @pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
    def test_a_build_that_finds_no_room_stops_and_the_old_index_answers(
        self, corpus: Path, tmp_path: Path, processes: Processes, share: float
    ) -> None:
        with small_disk(tmp_path / "disk", 4) as disk:
            told = fill_disk_while_building(disk, share, corpus, tmp_path, processes)
            assert told.startswith("DiskFull"), told

    def test_a_full_temporary_folder_is_a_clear_error(
        self, corpus: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_document(corpus, edition(1))
        build_index(corpus, WordEmbedder(), store)
        with small_disk(tmp_path / "disk", 0.05) as disk:
            monkeypatch.setattr(tempfile, "tempdir", str(disk))
            with pytest.raises(Exception, match=r"temporary folder|No space left"):
                LiveIndex(corpus, store, WordEmbedder()).current()
            monkeypatch.undo()
        assert Index.open(store, WordEmbedder()).search(QUESTION).hits
