"""Replicas that share nothing but a Chroma server: they follow its alias to the new generation."""

import io
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chroma_run import GuardedProxy, Server
from chromadb.api.shared_system_client import SharedSystemClient
from fakes import LESSONS, Processes, WordEmbedder, edition, write_corpus, write_document
from faults import survive_swaps, wait_for
from workers import follow_and_hang

import assistant.__main__ as door
from index import Index, LiveIndex, StoreError, build_index
from index.doctor import Finding, examine
from index.follow import follow
from index.generation import current_generation
from index.publication import discard, published
from index.server_address import ServerAddress
from index.store import ServerTexts, VectorStore

QUESTION, NUMBER = "Hur många lägenheter ska vi bygga?", 3


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asks the server at every question, as a large corpus does, and looks at the alias often."""
    monkeypatch.setattr("index.search._EXACT_UP_TO", 0)
    monkeypatch.setattr("index.follow._LOOK_EVERY", 0.05)


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


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """The index folder of a replica on another machine."""
    return tmp_path / "elsewhere"


@pytest.fixture(scope="session")
def processes() -> Processes:
    return Processes("workers")


def replica(elsewhere: Path, server: Server, lines: list[str] | None = None) -> LiveIndex:
    """On a machine without the documents."""
    nowhere = elsewhere.parent / "nowhere"
    tell = (lambda line: None) if lines is None else lines.append
    return LiveIndex(nowhere, elsewhere, WordEmbedder(), tell, server.url)


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "never came true"
        time.sleep(0.02)


class TestFollowing:
    def test_a_replica_needs_nothing_but_the_server(
        self, corpus: Path, store: Path, elsewhere: Path, server: Server
    ) -> None:
        build_index(corpus, WordEmbedder(), store, server=server.url)
        embedder = WordEmbedder()
        live = LiveIndex(elsewhere / "nowhere", elsewhere, embedder, server=server.url)
        assert live.current().search(QUESTION).hits[0].number == NUMBER
        assert not embedder.embedded, "the vectors come from the server"
        mine, theirs = live.current(), Index.open(store, WordEmbedder())
        assert mine.documents == theirs.documents
        assert live.corpus_state().indexed and not live.corpus_state().faults
        assert mine.search(QUESTION) == theirs.search(QUESTION)
        assert mine.manifest.built == theirs.manifest.built
        assert server.generations() == 1

    def test_it_notices_a_new_generation_by_itself(
        self, corpus: Path, store: Path, elsewhere: Path, server: Server
    ) -> None:
        build_index(corpus, WordEmbedder(), store, server=server.url)
        live = replica(elsewhere, server)
        before = live.current()
        for number in range(3):
            write_document(corpus, [*LESSONS, f"Nyhet {number}."])
            build_index(corpus, WordEmbedder(), store, server=server.url)
            new = f"Nyhet {number}."
            wait_until(lambda new=new: live.current().documents[0].lessons[-1].text == new)  # type: ignore[misc]
            assert live.current().search(QUESTION).hits[0].number == NUMBER
        assert len(before.documents[0].lessons) == len(LESSONS)
        assert len(list(elsewhere.glob("gen-*"))) == 2
        assert server.generations() == 3

    def test_other_processes_follow_without_an_error(
        self, corpus: Path, store: Path, tmp_path: Path, processes: Processes, server: Server
    ) -> None:
        survive_swaps(2, corpus, store, tmp_path, processes, server.url, replicas=True)

    def test_it_stops_looking_when_nobody_holds_it(
        self, corpus: Path, store: Path, elsewhere: Path, server: Server
    ) -> None:
        build_index(corpus, WordEmbedder(), store, server=server.url)
        live = replica(elsewhere, server)
        live.current()
        assert looking() == 1
        del live
        wait_until(lambda: looking() == 0)

    def test_a_new_builder_takes_the_vectors_from_the_server(
        self, corpus: Path, store: Path, elsewhere: Path, server: Server
    ) -> None:
        build_index(corpus, WordEmbedder(), store, server=server.url)
        again = build_index(corpus, WordEmbedder(), elsewhere, server=server.url)
        assert (again.rebuilt, again.embedded) == (False, 0)
        write_document(corpus, [*LESSONS, "En till."])
        report = build_index(corpus, WordEmbedder(), elsewhere, server=server.url)
        assert report.embedded == 1 and report.changes.added == ("smastad 9",)

    def test_a_server_that_was_built_before_there_was_an_alias_gets_one(
        self, corpus: Path, store: Path, elsewhere: Path, server: Server
    ) -> None:
        build_index(corpus, WordEmbedder(), store, server=server.url)
        ServerTexts(server.url).forget("lardom")
        build_index(corpus, WordEmbedder(), store, server=server.url)
        assert replica(elsewhere, server).current().search(QUESTION).hits[0].number == NUMBER


def looking() -> int:
    return sum(thread.name == "follow-server" for thread in threading.enumerate())


class TestFaults:
    def test_a_running_replica_answers_on_when_the_server_is_gone_and_follows_when_it_is_back(
        self, corpus: Path, store: Path, elsewhere: Path, server: Server, tmp_path: Path
    ) -> None:
        build_index(corpus, WordEmbedder(), store, server=server.url)
        lines: list[str] = []
        live = replica(elsewhere, server, lines)
        live.current()
        server.kill()
        try:
            wait_until(lambda: any("går inte att hämta" in line for line in lines))
            with pytest.raises(StoreError):
                live.current().search("en helt ny fråga")
        finally:
            server.start()
        assert live.current().search(QUESTION).hits[0].number == NUMBER
        write_document(corpus, edition(1))
        build_index(corpus, WordEmbedder(), store, server=server.url)
        wait_until(lambda: len(live.current().documents[0].lessons) == len(edition(1)))
        assert sum("går inte att hämta" in line for line in lines) < 4, "told once, not each time"

    def test_a_generation_that_could_not_be_published_changes_nothing(
        self,
        corpus: Path,
        store: Path,
        elsewhere: Path,
        server: Server,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        build_index(corpus, WordEmbedder(), store, server=server.url)
        before = current_generation(store)
        write_document(corpus, edition(1))

        def refuse(*arguments: object) -> None:
            raise StoreError("no")

        with monkeypatch.context() as fault:
            fault.setattr("index.build.publish", refuse)
            with pytest.raises(StoreError):
                build_index(corpus, WordEmbedder(), store, server=server.url)
        assert current_generation(store) == before and server.generations() == 1
        assert len(replica(elsewhere, server).current().documents[0].lessons) == len(LESSONS)

    def test_a_replica_killed_while_it_fetches_costs_the_server_nothing(
        self, corpus: Path, store: Path, elsewhere: Path, server: Server, processes: Processes
    ) -> None:
        build_index(corpus, WordEmbedder(), store, server=server.url)
        held = elsewhere.parent / "held"
        killed = processes.start(follow_and_hang, server.url, elsewhere, held)
        wait_for(held)
        killed.kill()
        killed.join()
        assert server.generations() == 1
        live = replica(elsewhere, server)
        assert live.current().search(QUESTION).hits[0].number == NUMBER
        assert len(list(elsewhere.glob("gen-*"))) == 1 and server.generations() == 1

    def test_a_damaged_replica_fetches_anew(
        self, corpus: Path, store: Path, elsewhere: Path, server: Server
    ) -> None:
        build_index(corpus, WordEmbedder(), store, server=server.url)
        assert follow(server.url, elsewhere, WordEmbedder(), lambda line: None)
        assert not follow(server.url, elsewhere, WordEmbedder(), lambda line: None)
        (current_generation(elsewhere) / "ngrams.json").write_bytes(b"")
        assert replica(elsewhere, server).current().search(QUESTION).hits[0].number == NUMBER

    def test_a_running_replica_with_another_model_does_not_follow(
        self, corpus: Path, store: Path, elsewhere: Path, server: Server
    ) -> None:
        build_index(corpus, WordEmbedder(), store, server=server.url)
        lines: list[str] = []
        live = replica(elsewhere, server, lines)
        opened = live.current()
        write_document(corpus, edition(1))
        build_index(corpus, WordEmbedder("annan"), store, server=server.url)
        wait_until(lambda: any("not with the one in use" in line for line in lines))
        assert live.current() is opened

    @pytest.mark.parametrize("name", ["../utanför.md", "/tmp/x.md", "a\\b.md", "program.py"])
    def test_a_document_of_a_name_that_is_none_is_not_written(
        self, corpus: Path, store: Path, elsewhere: Path, server: Server, name: str
    ) -> None:
        build_index(corpus, WordEmbedder(), store, server=server.url)
        texts = ServerTexts(server.url)
        collection = published(texts)[0].collection
        texts.write(f"{collection}-documents", {name: "en rad"})
        with pytest.raises(StoreError, match="of the name"):
            follow(server.url, elsewhere, WordEmbedder(), lambda line: None)
        assert not list(elsewhere.glob("gen-*")) and server.generations() == 1

    @pytest.mark.parametrize("harm", ["another text", "no texts", "no vectors", "no alias"])
    def test_what_a_server_has_lost_or_changed_is_never_answered_from(
        self, corpus: Path, store: Path, elsewhere: Path, server: Server, harm: str
    ) -> None:
        build_index(corpus, WordEmbedder(), store, server=server.url)
        texts = ServerTexts(server.url)
        collection = published(texts)[0].collection
        if harm == "another text":
            changed = (corpus / "smastad.md").read_text("utf-8").replace("5 000", "6 000")
            texts.write(f"{collection}-documents", {"smastad.md": changed})
        elif harm == "no texts":
            texts.forget(f"{collection}-documents")
        elif harm == "no vectors":
            texts.forget(collection)
        else:
            texts.write("lardom", {"current": "[{"})
        with pytest.raises(Exception, match=r"server|lost|exist|alias") as told:
            follow(server.url, elsewhere, WordEmbedder(), lambda line: None)
        assert type(told.value).__module__.startswith("index.")
        assert not (elsewhere / "current").exists()

    def test_only_what_the_alias_does_not_name_is_discarded(
        self, corpus: Path, store: Path, server: Server
    ) -> None:
        build_index(corpus, WordEmbedder(), store, server=server.url)
        vectors = current_generation(store) / "chroma"
        assert discard(vectors) and server.generations() == 1
        own = store / "killed"
        VectorStore.create(own, server.url).close()
        VectorStore.reading(own).close()
        address = ServerAddress.read(own)
        assert address and address.collection in ServerTexts(server.url)
        assert discard(own) and address.collection not in ServerTexts(server.url)


class TestDoctor:
    def test_it_tells_what_the_server_has_and_whether_it_is_what_is_here(
        self, corpus: Path, store: Path, elsewhere: Path, server: Server
    ) -> None:
        def told(folder: Path, url: str, embedder: WordEmbedder) -> Finding:
            found = examine(corpus, folder, embedder, url)
            return next(finding for finding in found if finding.subject == "Server")

        assert told(store, server.url, WordEmbedder()).remedy == "Kör: python -m index"
        build_index(corpus, WordEmbedder(), store, server=server.url)
        here = told(store, server.url, WordEmbedder())
        assert "det är det som gäller här" in here.state and not here.remedy
        other = told(elsewhere, server.url, WordEmbedder())
        assert "hämtas av sig självt" in other.state and not other.remedy
        assert told(store, server.url, WordEmbedder("annan")).remedy
        down = told(store, "http://anna:hemligt@127.0.0.1:9", WordEmbedder())
        assert "svarar inte" in down.state and "hemligt" not in down.state
        assert "LARDOM_CHROMA_URL" in down.remedy


class TestConnections:
    def test_a_server_that_hangs_after_its_first_answer_is_an_error_within_the_time_limit(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Chroma's client would wait for ever: its first requests come before it can be told."""
        monkeypatch.setattr("index.store._TIME_LIMIT", 0.5)
        with HangingServer() as url, pytest.raises(StoreError, match="timed out"):
            ServerTexts(url)

    def test_a_proxy_lets_in_who_has_the_name_and_the_password_in_the_address(
        self, corpus: Path, store: Path, elsewhere: Path, server: Server
    ) -> None:
        proxy = GuardedProxy(server.url, "Basic YW5uYTpoZW1saWd0")
        try:
            url = f"http://anna:hemligt@{proxy.address}"
            build_index(corpus, WordEmbedder(), store, server=url)
            assert follow(url, elsewhere, WordEmbedder(), lambda line: None)
            index = Index.open(elsewhere, WordEmbedder())
            assert index.search(QUESTION).hits[0].number == NUMBER
            for wrong in (f"http://{proxy.address}", f"http://anna:fel@{proxy.address}"):
                with pytest.raises(StoreError, match="401") as told:
                    build_index(corpus, WordEmbedder(), store, server=wrong)
                assert "fel" not in str(told.value)
        finally:
            proxy.close()

    def test_a_closed_connection_leaves_nothing_behind(self, server: Server) -> None:
        """Other tests' followers may be closing theirs meanwhile; a leak would be one each time."""
        ServerTexts(server.url).close()
        known, files = len(SharedSystemClient._identifier_to_system), open_files()
        for _ in range(15):
            ServerTexts(server.url).close()
        assert len(SharedSystemClient._identifier_to_system) <= known + 5
        assert open_files() <= files + 10


def open_files() -> int:
    handles = Path("/proc/self/fd")
    return sum(1 for _ in handles.iterdir()) if handles.is_dir() else 0


class HangingServer:
    """Answers the first request, and then never again."""

    def __enter__(self) -> str:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def _serve(self) -> None:
        body = b'{"nanosecond heartbeat": 1}'
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._connections.append(connection)
            if len(self._connections) == 1:
                connection.recv(4096)
                connection.sendall(head.encode() + body)

    def __exit__(self, *problem: object) -> None:
        self._listening.close()
        for connection in self._connections:
            connection.close()


class TestDoors:
    def test_the_assistant_follows_the_server_of_the_setting(
        self,
        corpus: Path,
        store: Path,
        elsewhere: Path,
        server: Server,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        build_index(corpus, WordEmbedder(), store, server=server.url)
        monkeypatch.setattr("assistant.opening.SentenceEmbedder", lambda name: WordEmbedder())
        monkeypatch.setenv("LARDOM_CHROMA_URL", server.url)
        monkeypatch.setenv("LARDOM_CORPUS", str(elsewhere / "nowhere"))
        monkeypatch.setenv("LARDOM_INDEX", str(elsewhere))
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        monkeypatch.setattr(sys, "argv", ["assistant", "ask", "lärdom 3"])
        assert door.main() == 0
        assert LESSONS[2] in capsys.readouterr().out
        told = json.loads((current_generation(elsewhere) / "chroma" / "server.json").read_text())
        assert told["url"] == server.url

    def test_a_server_that_is_down_is_a_swedish_sentence(
        self,
        elsewhere: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr("assistant.opening.SentenceEmbedder", lambda name: WordEmbedder())
        monkeypatch.setenv("LARDOM_INDEX", str(elsewhere))
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        monkeypatch.setattr(
            sys, "argv", ["assistant", "--chroma-url", "http://127.0.0.1:9", "ask", "lärdom 3"]
        )
        assert door.main() == 2
        assert "Sökningen fungerar inte just nu." in capsys.readouterr().err
