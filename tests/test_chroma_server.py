"""A real ``chroma run`` on loopback keeps the vectors: the promises of the index hold there too."""

import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chroma_run import Server
from fakes import LESSONS, Processes, WordEmbedder, edition, write_corpus, write_document
from faults import survive_swaps
from workers import build

from assistant import Assistant
from assistant.failures import FAILURES, sentence_for
from index import Index, LiveIndex, StoreError, build_index
from index.doctor import examine
from index.generation import current_generation
from index.server_address import Endpoint

QUESTION, NUMBER = "Hur många lägenheter ska vi bygga?", 3


@pytest.fixture(autouse=True)
def large_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asks the server at every question, as a large corpus does; a small one is held in memory."""
    monkeypatch.setattr("index.search._EXACT_UP_TO", 0)


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.kill()


@pytest.fixture
def server(shared_server: Server) -> Server:
    shared_server.forget_all()
    return shared_server


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture(scope="session")
def processes() -> Processes:
    return Processes("workers")


@pytest.fixture
def rebuild(corpus: Path, store: Path, server: Server) -> Callable[[], int]:
    """Brings the index on the server up to the corpus; says how many texts it embedded."""
    return lambda: build_index(corpus, WordEmbedder(), store, server=server.url).embedded


def first_lesson(live: LiveIndex, question: str = QUESTION) -> int | None:
    return live.current().search(question).hits[0].number


class TestAnswering:
    def test_the_vectors_are_on_the_server_and_not_in_the_folder(
        self, rebuild: Callable[[], int], store: Path, server: Server
    ) -> None:
        assert rebuild() > len(LESSONS) and rebuild() == 0
        assert server.generations() == 1
        vectors = current_generation(store) / "chroma"
        assert [file.name for file in vectors.iterdir()] == ["server.json"]
        index = Index.open(store, WordEmbedder())
        for lesson in index.documents[0].lessons[:3]:
            assert index.search(lesson.text).hits[0].number == lesson.number

    def test_a_missing_index_is_built_there_by_whoever_needs_it_first(
        self, corpus: Path, store: Path, server: Server
    ) -> None:
        live = LiveIndex(corpus, store, WordEmbedder(), server=server.url)
        assert first_lesson(live) == NUMBER and server.generations() == 1

    def test_a_changed_lesson_embeds_only_itself_and_old_collections_go(
        self, rebuild: Callable[[], int], corpus: Path, store: Path, server: Server
    ) -> None:
        rebuild()
        live = LiveIndex(corpus, store, WordEmbedder())
        for number in range(5):
            write_document(corpus, [*LESSONS, f"Nyhet {number} om hamnen."])
            assert rebuild() == 1
            assert live.current().documents[0].lessons[-1].text == f"Nyhet {number} om hamnen."
            assert first_lesson(live) == NUMBER
            # The current one and two before it, each with its documents, and the alias.
            kept = min(number + 2, 3)
            assert (server.generations(), server.collections()) == (kept, 2 * kept + 1)

    def test_moving_to_the_server_and_back_embeds_nothing(
        self, rebuild: Callable[[], int], corpus: Path, store: Path, server: Server
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        assert rebuild() == 0 and server.generations() == 1
        back = build_index(corpus, WordEmbedder(), store)
        assert back.rebuilt and back.embedded == 0
        assert (current_generation(store) / "chroma" / "chroma.sqlite3").is_file()

    def test_two_other_processes_ask_without_an_error_while_the_index_is_exchanged(
        self, corpus: Path, store: Path, tmp_path: Path, processes: Processes, server: Server
    ) -> None:
        survive_swaps(2, corpus, store, tmp_path, processes, server.url)


class TestFaults:
    def test_a_restarted_server_is_an_error_meanwhile_and_the_next_question_works(
        self, rebuild: Callable[[], int], corpus: Path, store: Path, server: Server
    ) -> None:
        rebuild()
        live = LiveIndex(corpus, store, WordEmbedder())
        assert first_lesson(live) == NUMBER
        server.kill()
        try:
            with pytest.raises(StoreError, match="cannot be searched"):
                first_lesson(live)
            with pytest.raises(StoreError, match="cannot be"):
                first_lesson(LiveIndex(corpus, store, WordEmbedder()))
            with pytest.raises(StoreError):
                rebuild()
            told = examine(corpus, store, WordEmbedder())[0]
            assert "svarar inte" in told.state and "LARDOM_CHROMA_URL" in told.remedy
        finally:
            server.start()
        assert first_lesson(live) == NUMBER
        assert not examine(corpus, store, WordEmbedder())[0].remedy

    def test_a_server_restarted_in_the_middle_of_a_question_costs_that_question_at_most(
        self, rebuild: Callable[[], int], corpus: Path, store: Path, server: Server
    ) -> None:
        """The question gets an answer or a Swedish sentence, and the next one an answer."""
        rebuild()
        assistant = Assistant(LiveIndex(corpus, store, WordEmbedder()))
        assistant.invoke(QUESTION)
        told: list[str] = []

        def ask() -> None:
            try:
                told.append(assistant.invoke("Hur många lägenheter behövs det?").text)
            except FAILURES as error:
                told.append(sentence_for(error))

        server.signal(signal.SIGSTOP)
        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.2)  # so that the question has reached the server
        server.kill()
        server.start()
        asking.join()
        assert told[0] == "Sökningen fungerar inte just nu." or "lägenheter" in told[0]
        assert "lägenheter" in assistant.invoke("Hur många lägenheter behövs det nu?").text

    def test_a_server_that_hangs_is_an_error_within_the_time_limit(
        self,
        rebuild: Callable[[], int],
        corpus: Path,
        store: Path,
        server: Server,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Without a limit the client would wait until pytest's own time limit."""
        rebuild()
        monkeypatch.setattr("index.store._TIME_LIMIT", 3.0)
        live = LiveIndex(corpus, store, WordEmbedder())
        assert first_lesson(live) == NUMBER
        server.signal(signal.SIGSTOP)
        try:
            with pytest.raises(StoreError, match="timed out"):
                first_lesson(live)
            with pytest.raises(StoreError, match="timed out"):
                first_lesson(LiveIndex(corpus, store, WordEmbedder()))
        finally:
            server.signal(signal.SIGCONT)
        assert first_lesson(live) == NUMBER

    def test_a_server_that_has_lost_the_vectors_gets_them_again(
        self, rebuild: Callable[[], int], corpus: Path, store: Path, server: Server
    ) -> None:
        rebuild()
        server.forget_all()
        assert "har inte vektorerna" in examine(corpus, store, WordEmbedder())[0].state
        live = LiveIndex(corpus, store, WordEmbedder(), server=server.url)
        assert first_lesson(live) == NUMBER and server.generations() == 1

    def test_a_build_without_a_server_leaves_the_old_index_and_nothing_else(
        self, corpus: Path, store: Path
    ) -> None:
        build_index(corpus, WordEmbedder(), store)
        before = sorted(store.iterdir())
        for url in ("http://127.0.0.1:9", "ftp://127.0.0.1", "chroma"):
            with pytest.raises(StoreError):
                build_index(corpus, WordEmbedder(), store, server=url)
        assert sorted(store.iterdir()) == before
        assert first_lesson(LiveIndex(corpus, store, WordEmbedder())) == NUMBER

    def test_killed_builders_leave_no_collections_behind(
        self,
        rebuild: Callable[[], int],
        corpus: Path,
        store: Path,
        server: Server,
        processes: Processes,
    ) -> None:
        rebuild()
        live = LiveIndex(corpus, store, WordEmbedder())
        dice = random.Random(6)
        for number in range(6):
            write_document(corpus, edition(number))
            builder = processes.start(build, corpus, store, True, None, server.url)
            time.sleep(dice.uniform(0, 0.6))
            builder.kill()
            builder.join()
            assert first_lesson(live) == NUMBER
            assert server.generations() <= 5 and len(list(store.glob("gen-*"))) <= 3
        write_document(corpus, LESSONS)
        rebuild()
        assert server.generations() <= 3


def test_a_name_and_a_password_become_a_header_and_are_not_shown() -> None:
    endpoint = Endpoint.of("https://anna:hemligt%40@chroma.example")
    assert endpoint.headers == {"Authorization": "Basic YW5uYTpoZW1saWd0QA=="}
    assert (endpoint.host, endpoint.port, endpoint.encrypted) == ("chroma.example", 443, True)
    assert "hemligt" not in endpoint.heartbeat


def test_the_address_is_only_for_the_owners_eyes(rebuild: Callable[[], int], store: Path) -> None:
    rebuild()
    file = current_generation(store) / "chroma" / "server.json"
    assert file.stat().st_mode & 0o077 == 0
