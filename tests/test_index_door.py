"""``python -m index``: what it tells, its exit status, its doctor and its watch."""

import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import LESSONS, WordEmbedder, edition, small_disk, write_corpus, write_document

import index.__main__ as door
from index import Index, build_index
from index.doctor import examine
from index.generation import current_generation
from index.watch import watch


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
    """``python -m index`` with some arguments: its exit status and all that it printed."""
    monkeypatch.setattr(door, "SentenceEmbedder", lambda name: WordEmbedder())

    def run_door(*arguments: str) -> tuple[int, str]:
        places = ["--corpus", str(corpus), "--index", str(store)]
        monkeypatch.setattr(sys, "argv", ["index", *arguments, *places])
        status = door.main()
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return run_door


class TestBuild:
    def test_it_tells_what_it_did_document_by_document(
        self, run: Callable[..., tuple[int, str]], corpus: Path
    ) -> None:
        status, told = run()
        assert status == 0 and "1 dokument, 8 lärdomar" in told and "smastad: 10 nya" in told
        write_document(corpus, ["Ändrad.", *LESSONS[1:7]])
        status, told = run()
        assert status == 0
        assert "smastad: 1 ändrad (1); 1 borttagen (8); 8 oförändrade" in told

    def test_it_says_so_when_nothing_has_changed(self, run: Callable[..., tuple[int, str]]) -> None:
        run()
        status, told = run()
        assert status == 0 and told.startswith("Inget har ändrats: 1 dokument")

    def test_progress_is_plain_lines_away_from_a_terminal(
        self, run: Callable[..., tuple[int, str]]
    ) -> None:
        told = run()[1]
        assert "Bäddar in texter: " in told and "\r" not in told and "\x1b" not in told

    def test_progress_is_a_bar_on_a_terminal(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        door._show_progress("Bäddar in texter: 5 av 10")
        door._clear_progress()
        drawn = capsys.readouterr().err
        assert f"[{'#' * 15}{'.' * 15}] Bäddar in texter: 5 av 10" in drawn
        assert "\n" not in drawn and drawn.endswith("\r\x1b[K")

    def test_a_broken_document_is_exit_status_2_and_the_old_index_stays(
        self, run: Callable[..., tuple[int, str]], corpus: Path, store: Path
    ) -> None:
        run()
        write_document(corpus, ["Ett.", "", "Tre."])
        status, told = run()
        assert status == 2 and "Ett dokument går inte att läsa." in told
        assert "smastad.md:" in told and "Det gamla indexet gäller." in told
        assert len(Index.open(store, WordEmbedder()).documents[0].lessons) == len(LESSONS)

    def test_without_an_old_index_it_does_not_speak_of_one(
        self, run: Callable[..., tuple[int, str]], corpus: Path
    ) -> None:
        shutil.rmtree(corpus)
        status, told = run()
        assert status == 2 and "gamla" not in told and "Traceback" not in told

    def test_a_full_disk_is_told_in_a_sentence(
        self, run: Callable[..., tuple[int, str]], store: Path
    ) -> None:
        with small_disk(store, 0.2):
            status, told = run()
        assert status == 2 and "Disken är full." in told

    def test_check_is_exit_status_1_when_the_index_is_damaged(
        self, run: Callable[..., tuple[int, str]], store: Path
    ) -> None:
        assert run("--check")[0] == 1
        run()
        status, told = run("--check")
        assert status == 0 and told.startswith("Indexet är i ordning, byggt")
        (current_generation(store) / "entries.jsonl").write_bytes(b"")
        status, told = run("--check")
        assert status == 1 and "Indexet är inte i ordning." in told and "entries.jsonl" in told

    def test_the_help_tells_every_exit_status(
        self, run: Callable[..., tuple[int, str]], capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit):
            run("--help")
        told = capsys.readouterr().out
        assert all(f"\n  {status}  " in told for status in (0, 1, 2))


class TestDoctor:
    def test_a_sound_installation_is_exit_status_0_without_remedies(
        self, run: Callable[..., tuple[int, str]]
    ) -> None:
        run()
        status, told = run("doctor")
        assert status == 0 and "FEL" not in told
        for subject in ("Index", "Modell", "Underlag", "Disk", "Nät", "Versioner"):
            assert f"OK   {subject}: " in told

    def test_without_an_index_it_says_what_to_run(
        self, run: Callable[..., tuple[int, str]]
    ) -> None:
        status, told = run("doctor")
        assert status == 1 and "FEL  Index: det finns inget index\n" in told
        assert "Kör: python -m index" in told

    def test_a_changed_corpus_is_told(
        self, run: Callable[..., tuple[int, str]], corpus: Path
    ) -> None:
        run()
        write_document(corpus, [*LESSONS, "En till."])
        status, told = run("doctor")
        assert status == 1 and "1 nya, 0 ändrade, 0 borta sedan indexet byggdes" in told

    def test_another_model_is_told(self, corpus: Path, store: Path) -> None:
        build_index(corpus, WordEmbedder(), store)
        found = {finding.subject: finding for finding in examine(corpus, store, WordEmbedder("x"))}
        assert "indexet är byggt med words" in found["Modell"].state
        assert "LARDOM_EMBEDDER" in found["Modell"].remedy

    def test_a_damaged_index_is_told(self, corpus: Path, store: Path) -> None:
        build_index(corpus, WordEmbedder(), store)
        (current_generation(store) / "ngrams.json").unlink()
        found = examine(corpus, store, WordEmbedder())[0]
        assert "skadat" in found.state and "ngrams.json" in found.state and found.remedy

    def test_an_index_from_the_future_points_at_the_clock(
        self, corpus: Path, store: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import datetime

        class Tomorrow(datetime.datetime):
            @classmethod
            def now(cls, tz: datetime.tzinfo | None = None) -> "Tomorrow":
                return cls.fromtimestamp(super().now(tz).timestamp() + 86_400, tz)

        with monkeypatch.context() as clock:
            clock.setattr("index.build.datetime.datetime", Tomorrow)
            build_index(corpus, WordEmbedder(), store)
        assert "klocka" in examine(corpus, store, WordEmbedder())[0].remedy

    def test_another_library_version_is_told(
        self, corpus: Path, store: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        monkeypatch.setattr(
            "index.doctor.library_versions", lambda: {"chromadb": "1.5.9", "torch": "9.0"}
        )
        found = examine(corpus, store, WordEmbedder())[-1]
        assert (
            "torch 9.0; indexet byggdes med torch 2" in found.state and "--rebuild" in found.remedy
        )

    def test_a_full_disk_is_told(self, corpus: Path, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", 4) as disk:
            build_index(corpus, WordEmbedder(), disk / "store")
            found = examine(corpus, disk / "store", WordEmbedder())
        disks = {finding.subject: finding.remedy for finding in found}
        assert disks["Disk"].startswith("Frigör minst")

    def test_it_changes_nothing(self, corpus: Path, store: Path) -> None:
        examine(corpus, store, WordEmbedder())
        assert not store.exists()


class TestWatch:
    def test_it_builds_at_once_and_again_when_a_file_is_saved(
        self, corpus: Path, store: Path
    ) -> None:
        with Watched(corpus, store) as watched:
            watched.wait_for(1)
            write_document(corpus, edition(1))
            watched.wait_for(2)
        assert len(Index.open(store, WordEmbedder()).documents[0].lessons) == len(edition(1))

    def test_a_file_that_is_still_being_written_is_left_alone(self, tmp_path: Path) -> None:
        """Every look finds another file: nothing is built until two looks agree."""
        stop = _Steps(
            [
                lambda: write_document(tmp_path, LESSONS[:1]),
                lambda: write_document(tmp_path, LESSONS[:2]),
                lambda: write_document(tmp_path, LESSONS[:3]),
                lambda: None,
                lambda: None,
                lambda: None,
            ]
        )
        built: list[int] = []
        watch(tmp_path, lambda: built.append(stop.taken), stop, interval=0)
        assert built == [0, 4]

    def test_a_removed_and_returned_folder_is_followed(self, tmp_path: Path) -> None:
        corpus = tmp_path / "corpus"
        write_document(corpus)
        stop = _Steps(
            [
                lambda: shutil.rmtree(corpus),
                lambda: None,
                lambda: write_document(corpus, LESSONS[:2]),
                lambda: None,
            ]
        )
        built: list[int] = []
        watch(corpus, lambda: built.append(stop.taken), stop, interval=0)
        assert built == [0, 2, 4]

    def test_a_broken_file_is_told_once_and_the_old_index_goes_on(
        self, run: Callable[..., tuple[int, str]], corpus: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        steps = _Steps(
            [
                lambda: (corpus / "smastad.md").write_text("trasig", encoding="utf-8"),
                lambda: None,
                lambda: None,
                lambda: write_document(corpus, LESSONS),
                lambda: None,
            ]
        )
        monkeypatch.setattr(door.threading, "Event", lambda: steps)
        status, told = run("--watch")
        assert status == 0
        assert told.count("Det gamla indexet gäller.") == 1
        assert told.count("Indexet är byggt") == 1 and told.count("Inget har ändrats") == 1

    def test_ctrl_c_ends_it_quietly(
        self, run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(door.threading, "Event", lambda: _Steps([_interrupt]))
        status, told = run("--watch")
        assert status == 0 and "Traceback" not in told


def _interrupt() -> None:
    raise KeyboardInterrupt


class _Steps(threading.Event):
    """Instead of waiting, does the next step; set when there is none left."""

    def __init__(self, steps: list[Callable[[], object]]) -> None:
        super().__init__()
        self._steps = steps
        self.taken = 0

    def wait(self, timeout: float | None = None) -> bool:
        if self.taken == len(self._steps):
            return True
        self._steps[self.taken]()
        self.taken += 1
        return False


class Watched:
    """A watch in a thread that builds, and can be waited for."""

    def __init__(self, corpus: Path, store: Path) -> None:
        self._corpus, self._store = corpus, store
        self._stop, self._built = threading.Event(), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._work)
        self._count = 0

    def __enter__(self) -> "Watched":
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._stop.set()
        self._thread.join()

    def wait_for(self, count: int) -> None:
        """Until it has built ``count`` times."""
        while self._count < count:
            assert self._built.acquire(timeout=60)
            self._count += 1

    def _work(self) -> None:
        watch(self._corpus, self._build, self._stop, interval=0.05)

    def _build(self) -> None:
        build_index(self._corpus, WordEmbedder(), self._store)
        self._built.release()
