"""The index: built whole, rebuilt in part, followed by its readers, refused if it does not fit."""

import json
import os
import pickle
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import (
    LESSONS,
    Processes,
    WordEmbedder,
    make_read_only,
    small_disk,
    write_corpus,
    write_document,
    write_questions,
)
from faults import wait_for
from workers import build, build_at_home_nowhere, follow, hold_builder_lock

from corpus import DOCUMENTS, CorpusError
from index import (
    BuilderBusy,
    BuildError,
    Index,
    IndexBroken,
    IndexMissing,
    IndexStale,
    LiveIndex,
    build_index,
)
from index.classifier import QuestionClassifier
from index.generation import builder_lock, current_generation
from index.words import CharacterNgrams, NgramRows

OTHER = "Hyr ut kontor i gamla stationen."


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture(scope="session")
def processes() -> Processes:
    return Processes("workers")


def first_lesson(index: Index, question: str) -> int | None:
    return index.search(question).hits[0].number


def generations(store: Path) -> set[str]:
    return {folder.name for folder in store.glob("gen-*")}


class TestBuilding:
    def test_a_built_index_finds_the_lesson_that_a_question_is_about(
        self, corpus: Path, store: Path
    ) -> None:
        report = build_index(corpus, WordEmbedder(), store)
        assert (report.documents, report.lessons) == (1, len(LESSONS))
        assert report.questions >= 10, "the editor's, and those about the document itself"
        index = Index.open(store, WordEmbedder())
        assert first_lesson(index, "Hur många lägenheter ska vi bygga?") == 3
        assert first_lesson(index, "Vad betyder elnätet för fabriken?") == 1

    def test_each_lessons_own_text_finds_that_lesson_first(self, corpus: Path, store: Path) -> None:
        write_document(corpus, LESSONS[:3])
        write_document(corpus, LESSONS[3:], name="annan", summary="Om något helt annat.")
        build_index(corpus, WordEmbedder(), store)
        index = Index.open(store, WordEmbedder())
        for document in index.documents:
            for lesson in document.lessons:
                hit = index.search(lesson.text).hits[0]
                assert (hit.document, hit.number) == (document.name, lesson.number)

    def test_each_real_lessons_own_text_finds_that_lesson_first(
        self, tmp_path: Path, store: Path
    ) -> None:
        folder = tmp_path / "corpus"
        folder.mkdir()
        shutil.copy(DOCUMENTS / "skelleftea-2020.md", folder)
        build_index(folder, WordEmbedder(dimension=256), store)
        index = Index.open(store, WordEmbedder(dimension=256))
        lessons = index.documents[0].lessons
        assert [first_lesson(index, lesson.text) for lesson in lessons] == list(range(1, 31))

    def test_nothing_is_done_when_nothing_has_changed(self, corpus: Path, store: Path) -> None:
        build_index(corpus, WordEmbedder(), store)
        before, embedder = generations(store), WordEmbedder()
        report = build_index(corpus, embedder, store)
        assert not report.rebuilt and not report.changes
        assert not embedder.embedded and generations(store) == before

    def test_a_changed_lesson_embeds_only_its_own_texts(self, corpus: Path, store: Path) -> None:
        build_index(corpus, WordEmbedder(), store)
        write_document(corpus, [LESSONS[0], f"{OTHER} Men inte alla.", *LESSONS[2:]])
        embedder = WordEmbedder()
        report = build_index(corpus, embedder, store)
        expected = {f"{OTHER} Men inte alla.", OTHER, "Men inte alla."}
        assert set(embedder.embedded) == expected and report.embedded == len(expected)
        lesson = Index.open(store, WordEmbedder()).documents[0].lesson(2)
        assert lesson and lesson.text.startswith(OTHER)

    def test_what_is_added_changed_removed_and_kept_is_reported(
        self, corpus: Path, store: Path
    ) -> None:
        first = build_index(corpus, WordEmbedder(), store)
        assert len(first.changes.added) == len(LESSONS) + 2  # the summary and the front matter
        write_document(corpus, [LESSONS[0], OTHER, *LESSONS[2:-1]])
        write_document(corpus, [OTHER], name="annan")
        changes = build_index(corpus, WordEmbedder(), store).changes
        assert changes.added == ("annan uppgifter", "annan sammanfattning", "annan 1")
        assert changes.changed == ("smastad 2",)
        assert changes.removed == ("smastad 8",)
        assert len(changes.kept) == len(LESSONS)

    def test_a_changed_question_counts_as_a_change_of_its_lesson(
        self, corpus: Path, store: Path
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        file = corpus / "smastad.questions.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace("skaffar", "köper"), "utf-8")
        embedder = WordEmbedder()
        assert build_index(corpus, embedder, store).changes.changed == ("smastad 2",)
        assert embedder.embedded == ["Hur köper man mark?"]

    @pytest.mark.parametrize("what", ["theme", "title"])
    def test_a_change_that_is_not_embedded_reaches_the_readers_too(
        self, corpus: Path, store: Path, what: str
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        if what == "theme":
            write_questions(corpus, more="themes:\n  - {name: Bostäder, lessons: [3], words: []}\n")
        else:
            file = corpus / "smastad.md"
            file.write_text(file.read_text("utf-8").replace("title: Småstad", "title: Ny"), "utf-8")
        embedder = WordEmbedder()
        report = build_index(corpus, embedder, store)
        assert "smastad uppgifter" in report.changes.changed
        document = Index.open(store, WordEmbedder()).documents[0]
        if what == "theme":
            assert document.questions.themes[0].name == "Bostäder" and not embedder.embedded
        else:
            assert document.title == "Ny"

    def test_documents_that_were_altered_in_the_index_are_read_from_the_corpus(
        self, corpus: Path, store: Path
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        kept = current_generation(store) / "documents.json"
        kept.write_text(kept.read_text(encoding="utf-8").replace("5 000", "9 000"), "utf-8")
        assert build_index(corpus, WordEmbedder(), store).rebuilt
        (document,) = Index.open(store, WordEmbedder()).documents
        assert "5 000" in document.lessons[2].text

    def test_rebuilding_from_nothing_embeds_everything(self, corpus: Path, store: Path) -> None:
        first = build_index(corpus, WordEmbedder(), store)
        again = build_index(corpus, WordEmbedder(), store, from_nothing=True)
        assert again.rebuilt and again.embedded == first.embedded > len(LESSONS)

    def test_a_document_that_is_saved_during_the_build_stops_it(
        self, corpus: Path, store: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        write_document(corpus, [*LESSONS, OTHER])
        copy = shutil.copyfile

        def save_meanwhile(source: Path, target: Path) -> Path:
            monkeypatch.undo()
            write_document(corpus, LESSONS[:3])
            return copy(source, target)

        monkeypatch.setattr("index.build.shutil.copyfile", save_meanwhile)
        with pytest.raises(BuildError, match="python -m index"):
            build_index(corpus, WordEmbedder(), store)
        assert len(Index.open(store, WordEmbedder()).documents[0].lessons) == len(LESSONS)

    def test_no_generation_stays_but_the_current_one_and_the_one_before(
        self, corpus: Path, store: Path
    ) -> None:
        seen = []
        for count in range(4, 8):
            write_document(corpus, LESSONS[:count])
            build_index(corpus, WordEmbedder(), store)
            seen.append(current_generation(store).name)
        assert generations(store) == set(seen[-2:])


class TestReaders:
    def test_a_missing_index_is_built_by_whoever_needs_it_first(
        self, corpus: Path, store: Path
    ) -> None:
        lines: list[str] = []
        live = LiveIndex(corpus, store, WordEmbedder(), lines.append)
        assert first_lesson(live.current(), LESSONS[1]) == 2
        assert lines[0].startswith("Bygger indexet") and "no index yet" in lines[0]
        Index.open(store, WordEmbedder())

    def test_without_an_index_and_without_documents_the_documents_are_blamed(
        self, tmp_path: Path, store: Path
    ) -> None:
        with pytest.raises(CorpusError, match="inga dokument"):
            LiveIndex(tmp_path, store, WordEmbedder()).current()

    def test_a_reader_follows_the_new_generation_between_two_questions(
        self, corpus: Path, store: Path
    ) -> None:
        live = LiveIndex(corpus, store, WordEmbedder())
        before = live.current()
        write_document(corpus, [*LESSONS, OTHER])
        build_index(corpus, WordEmbedder(), store)
        assert live.current().documents[0].lessons[-1].text == OTHER
        assert first_lesson(live.current(), LESSONS[0]) == 1
        assert first_lesson(before, LESSONS[0]) == 1, "a question under way goes on with the old"

    def test_a_reader_in_another_process_follows_too(
        self, corpus: Path, store: Path, tmp_path: Path, processes: Processes
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        ask, told = tmp_path / "ask", tmp_path / "told"
        reader = processes.start(follow, corpus, store, ask, told)
        ask.write_text(f"{LESSONS[1]}\n", encoding="utf-8")
        wait_for(told)
        write_document(corpus, [*LESSONS, OTHER])
        build_index(corpus, WordEmbedder(), store)
        ask.write_text(f"{LESSONS[1]}\n{LESSONS[1]}\n", encoding="utf-8")
        while len(answers := told.read_text(encoding="utf-8").splitlines()) < 2:
            assert reader.is_alive()
        reader.kill()
        assert answers == [f"2 {LESSONS[-1]}", f"2 {OTHER}"]

    def test_many_threads_get_one_index_and_build_it_once(self, corpus: Path, store: Path) -> None:
        embedder = WordEmbedder()
        live = LiveIndex(corpus, store, embedder)
        found: list[Index] = []
        threads = [threading.Thread(target=lambda: found.append(live.current())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 4 and len({id(index) for index in found}) == 1
        assert len(embedder.embedded) == len(set(embedder.embedded))

    def test_an_open_index_answers_when_the_one_on_disk_is_removed(
        self, corpus: Path, store: Path
    ) -> None:
        live = LiveIndex(corpus, store, WordEmbedder())
        live.current()
        shutil.rmtree(store)
        assert first_lesson(live.current(), LESSONS[2]) == 3


class TestRefusing:
    def test_an_index_of_another_model_of_the_same_dimension_is_refused(
        self, corpus: Path, store: Path
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        with pytest.raises(IndexStale, match=r"model words .*; run: python -m index"):
            Index.open(store, WordEmbedder("annan"))

    def test_who_needs_an_index_of_another_model_builds_it(self, corpus: Path, store: Path) -> None:
        build_index(corpus, WordEmbedder(), store)
        embedder, lines = WordEmbedder("annan"), list[str]()
        live = LiveIndex(corpus, store, embedder, lines.append)
        assert first_lesson(live.current(), LESSONS[2]) == 3
        assert "python -m index" in lines[0] and len(embedder.embedded) > len(LESSONS)

    def test_an_open_index_answers_when_another_program_builds_with_another_model(
        self, corpus: Path, store: Path
    ) -> None:
        """Two programs with different models must not rebuild in turn at every question."""
        lines: list[str] = []
        live = LiveIndex(corpus, store, WordEmbedder(), lines.append)
        opened = live.current()
        lines.clear()
        build_index(corpus, WordEmbedder("annan"), store)
        others = current_generation(store)
        assert live.current() is opened and live.current() is opened
        assert current_generation(store) == others
        assert len(lines) == 1 and "det förra gäller" in lines[0]

    @pytest.mark.parametrize(("field", "value"), [("schema", 1), ("schema", 99), ("schema", None)])
    def test_an_index_of_another_schema_is_refused(
        self, corpus: Path, store: Path, field: str, value: object
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        edit_manifest(store, field, value)
        with pytest.raises(IndexStale, match=r"schema .* run: python -m index"):
            Index.open(store, WordEmbedder())
        assert build_index(corpus, WordEmbedder(), store).rebuilt

    def test_an_index_of_another_release_of_chroma_is_refused(
        self, corpus: Path, store: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        monkeypatch.setattr("index.manifest.version", lambda package: "9.9.9")
        with pytest.raises(IndexStale, match="chromadb"):
            Index.open(store, WordEmbedder())

    def test_a_changed_manifest_is_refused(self, corpus: Path, store: Path) -> None:
        build_index(corpus, WordEmbedder(), store)
        edit_manifest(store, "fingerprint", WordEmbedder("annan").fingerprint)
        with pytest.raises(IndexBroken, match="not as it was written"):
            Index.open(store, WordEmbedder("annan"))

    @pytest.mark.parametrize("pointed_to", ["", "..", "/etc", "gen-000000000000", "gen-\x00", "."])
    def test_a_pointer_to_no_generation_counts_as_no_index(
        self, corpus: Path, store: Path, pointed_to: str
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        (store / "current").write_text(pointed_to, encoding="utf-8")
        with pytest.raises(IndexMissing, match="python -m index"):
            Index.open(store, WordEmbedder())
        assert build_index(corpus, WordEmbedder(), store).rebuilt


def edit_manifest(store: Path, field: str, value: object) -> None:
    file = current_generation(store) / "manifest.json"
    fields = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**fields, field: value}), encoding="utf-8")


class TestNoPickle:
    def test_ngrams_and_classifiers_are_read_without_pickle(
        self, corpus: Path, store: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build_index(corpus, WordEmbedder(), store)

        def refuse(*arguments: object, **settings: object) -> None:
            raise AssertionError("a pickle was opened")

        for name in ("load", "loads", "Unpickler"):
            monkeypatch.setattr(pickle, name, refuse)
        folder = current_generation(store)
        question = CharacterNgrams.load(folder).vector("fabrik")
        assert len(question.places)
        assert QuestionClassifier.load(folder, "smastad").targets[:3] == (1, 2, 3)
        assert NgramRows.load(folder).cosines(question).max() > 0

    def test_a_pickle_that_was_slipped_in_is_not_run(self, corpus: Path, store: Path) -> None:
        build_index(corpus, WordEmbedder(), store)
        folder = current_generation(store)
        trap = np.array([_Trap(store / "sprung")], dtype=object)
        np.save(folder / "ngram-rarity.npy", trap, allow_pickle=True)
        np.save(folder / "smastad.weights.npy", trap, allow_pickle=True)
        with pytest.raises(ValueError, match="allow_pickle"):
            CharacterNgrams.load(folder)
        with pytest.raises(ValueError, match="allow_pickle"):
            QuestionClassifier.load(folder, "smastad")
        assert not (store / "sprung").exists()


class _Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


class TestBuilders:
    def test_of_two_builders_at_once_the_second_has_nothing_left_to_do(
        self, corpus: Path, store: Path, tmp_path: Path, processes: Processes
    ) -> None:
        told = [tmp_path / "one", tmp_path / "other"]
        running = [processes.start(build, corpus, store, False, file) for file in told]
        for process in running:
            process.join()
        assert [process.exitcode for process in running] == [0, 0]
        one, other = sorted(int(file.read_text(encoding="utf-8")) for file in told)
        assert one == 0 and other > len(LESSONS)
        assert len(generations(store)) == 1

    def test_a_builder_says_that_it_waits_and_gives_up(
        self, store: Path, tmp_path: Path, processes: Processes
    ) -> None:
        held = tmp_path / "held"
        holder = processes.start(hold_builder_lock, store, held)
        wait_for(held)
        lines: list[str] = []
        with pytest.raises(BuilderBusy), builder_lock(store, lines.append, wait=0.1):
            pass
        holder.kill()
        assert lines == ["Väntar på ett annat program som bygger indexet …"]

    def test_the_lock_of_a_dead_process_is_taken_over(
        self, corpus: Path, store: Path, tmp_path: Path, processes: Processes
    ) -> None:
        held = tmp_path / "held"
        holder = processes.start(hold_builder_lock, store, held)
        wait_for(held)
        holder.kill()
        holder.join()
        assert (store / "builder.lock").exists()
        assert build_index(corpus, WordEmbedder(), store).rebuilt


class TestPlaces:
    def test_a_path_with_spaces_and_swedish_letters_works(self, tmp_path: Path) -> None:
        home = tmp_path / "Åsas mapp – på väg"
        live = LiveIndex(write_corpus(home / "källor ö"), home / "index å", WordEmbedder())
        assert first_lesson(live.current(), LESSONS[0]) == 1

    def test_a_home_folder_that_cannot_be_written_does_not_matter(
        self, corpus: Path, store: Path, processes: Processes
    ) -> None:
        assert processes.run(build_at_home_nowhere, corpus, store) == 0

    def test_a_read_only_index_answers(self, corpus: Path, read_only_store: Path) -> None:
        live = LiveIndex(corpus, read_only_store, WordEmbedder())
        assert first_lesson(live.current(), LESSONS[2]) == 3
        assert not build_index(corpus, WordEmbedder(), read_only_store).rebuilt

    def test_a_read_only_index_that_is_out_of_date_says_that_it_cannot_be_written(
        self, corpus: Path, read_only_store: Path
    ) -> None:
        write_document(corpus, [*LESSONS, OTHER])
        with pytest.raises(BuildError, match="Read-only"):
            build_index(corpus, WordEmbedder(), read_only_store)
        live = LiveIndex(corpus, read_only_store, WordEmbedder())
        assert first_lesson(live.current(), LESSONS[2]) == 3

    def test_a_clock_that_was_set_back_takes_no_index_away(self, corpus: Path, store: Path) -> None:
        build_index(corpus, WordEmbedder(), store)
        os.utime(current_generation(store), (4e9, 4e9))
        names = [current_generation(store).name]
        for count in (5, 6, 7):
            write_document(corpus, LESSONS[:count])
            build_index(corpus, WordEmbedder(), store)
            # Each generation seems older than the one that it replaced.
            os.utime(current_generation(store), (1e9 - count, 1e9 - count))
            names.append(current_generation(store).name)
            assert generations(store) == set(names[-2:])
        live = LiveIndex(corpus, store, WordEmbedder())
        assert len(live.current().documents[0].lessons) == 7


@pytest.fixture
def read_only_store(corpus: Path, tmp_path: Path) -> Iterator[Path]:
    """An index on a disk that nobody can write to."""
    with small_disk(tmp_path / "disk", 16) as disk:
        build_index(corpus, WordEmbedder(), disk / "store")
        make_read_only(disk)
        yield disk / "store"
