"""The faults of test_faults.py in full; run by ``make test-slow``, which shows the figures."""

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from chroma_run import Server
from fakes import Processes, WordEmbedder, edition, small_disk, write_corpus, write_document
from faults import (
    HARMS,
    answers_over_damage,
    fill_disk_while_building,
    index_files,
    removed_files_still_open,
    survive_kills,
    survive_swaps,
)

from index import LiveIndex, build_index

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


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
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "server")
    yield running
    running.kill()


def test_a_hundred_killed_builders_leave_an_index_that_answers(
    corpus: Path,
    store: Path,
    tmp_path: Path,
    processes: Processes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    dice = random.Random(20201028)
    unfinished = survive_kills(100, corpus, store, temporary, processes, dice)
    print(f"\n100 kills, {unfinished} of them before the new index had become current")
    assert unfinished >= 20


def test_two_other_processes_ask_without_an_error_during_twenty_exchanges(
    corpus: Path, store: Path, tmp_path: Path, processes: Processes
) -> None:
    asked = survive_swaps(20, corpus, store, tmp_path, processes)
    print(f"\n20 exchanges, {asked} questions from two other processes, no error")


@pytest.mark.parametrize("harm", HARMS)
def test_a_new_process_answers_over_damage_to_any_file(
    corpus: Path, store: Path, tmp_path: Path, processes: Processes, harm: str
) -> None:
    build_index(corpus, WordEmbedder(), store)
    names = [file.name for file in index_files(store)]
    for name in names:
        assert answers_over_damage(corpus, store, tmp_path, processes, harm, name), name
    print(f"\n{len(names)} files {harm}, each mended by the next process")


@pytest.mark.parametrize("share", [tenths / 10 for tenths in range(11)])
def test_a_disk_that_fills_at_any_point_of_a_build_leaves_the_old_index(
    corpus: Path, tmp_path: Path, processes: Processes, share: float
) -> None:
    with small_disk(tmp_path / "disk", 4) as disk:
        told = fill_disk_while_building(disk, share, corpus, tmp_path, processes)
        assert told.startswith("DiskFull"), told


def test_a_reader_of_many_generations_keeps_no_files_of_theirs_open(
    corpus: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    live = LiveIndex(corpus, store, WordEmbedder())
    for number in range(50):
        write_document(corpus, edition(number))
        build_index(corpus, WordEmbedder(), store)
        live.current().search("Hur många lägenheter?")
    assert removed_files_still_open(tmp_path) == 0
    assert len(list(tmp_path.glob("lardom-*"))) == 1


def test_two_other_processes_ask_a_server_without_an_error_during_twenty_exchanges(
    corpus: Path, store: Path, tmp_path: Path, processes: Processes, server: Server
) -> None:
    asked = survive_swaps(20, corpus, store, tmp_path, processes, server.url)
    print(f"\n20 exchanges on a server, {asked} questions from two other processes, no error")


def test_two_replicas_follow_a_server_without_an_error_during_twenty_exchanges(
    corpus: Path,
    store: Path,
    tmp_path: Path,
    processes: Processes,
    server: Server,
) -> None:
    asked = survive_swaps(20, corpus, store, tmp_path, processes, server.url, replicas=True)
    print(f"\n20 exchanges on a server, {asked} questions from two replicas, no error")
