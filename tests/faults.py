"""The faults themselves, in as many repetitions as a test has time for."""

import contextlib
import json
import random
import time
from pathlib import Path

import pytest
from fakes import Processes, WordEmbedder, edition, write_document

from index import LiveIndex, build_index
from index.generation import current_generation

HARMS = ("truncated", "zeroed", "deleted", "garbled")
_QUESTION, _NUMBER = "Hur många lägenheter ska vi bygga?", 3


def wait_for(file: Path, patience: float = 60) -> None:
    """Until another process has made ``file``."""
    end = time.monotonic() + patience
    while not file.exists():
        assert time.monotonic() < end, f"{file.name} never came"
        time.sleep(0.01)


def survive_kills(
    kills: int,
    corpus: Path,
    store: Path,
    temporary: Path,
    processes: Processes,
    dice: random.Random,
) -> int:
    """Kills ``kills`` builders at random moments, and looks after each at what is left.

    Every other builder builds from nothing. Returns how many were killed before they were done.
    """
    from workers import build_with_copies_in, check

    write_document(corpus, edition(0))
    started = time.monotonic()
    assert processes.run(build_with_copies_in, temporary, corpus, store, True) == 0
    longest = time.monotonic() - started
    live = LiveIndex(corpus, store, WordEmbedder())
    live.current()
    unfinished = 0
    for kill in range(kills):
        write_document(corpus, edition(kill + 1))
        before = current_generation(store)
        work = (temporary, corpus, store, kill % 2 == 0)
        builder = processes.start(build_with_copies_in, *work)
        time.sleep(dice.uniform(0, longest))
        builder.kill()
        builder.join()
        unfinished += current_generation(store) == before
        assert live.current().search(_QUESTION).hits[0].number == _NUMBER
        assert processes.run(check, store, _QUESTION, _NUMBER) == 0
        assert len(list(store.glob("gen-*"))) <= 3
        assert len(list(store.iterdir())) <= 6
        # The copies of this reader and the one before, and of one killed builder.
        assert len(list(temporary.iterdir())) <= 4
    assert processes.run(build_with_copies_in, temporary, corpus, store, False) == 0
    assert len(list(store.glob("gen-*"))) <= 2
    assert not list(store.glob("current.*"))
    return unfinished


def survive_swaps(
    swaps: int,
    corpus: Path,
    store: Path,
    folder: Path,
    processes: Processes,
    server: str = "",
    replicas: bool = False,
) -> int:
    """Exchanges the index while two other processes ask; returns how many questions they asked.

    ``replicas``: they share neither the index's folder nor the documents', only the server.
    """
    from workers import ask_until

    write_document(corpus, edition(0))
    build_index(corpus, WordEmbedder(), store, server=server)
    stop, told = folder / "stop", [folder / "one.json", folder / "other.json"]
    readers = [
        processes.start(
            ask_until,
            stop,
            folder / "no corpus" if replicas else corpus,
            file.with_suffix(".store") if replicas else store,
            file,
            _QUESTION,
            _NUMBER,
            server if replicas else "",
        )
        for file in told
    ]
    for file in told:
        wait_for(file.with_suffix(".started"))
    for number in range(1, swaps + 1):
        write_document(corpus, edition(number))
        build_index(corpus, WordEmbedder(), store, server=server)
    stop.write_text(f"nummer{swaps}.", encoding="utf-8")
    for reader in readers:
        reader.join()
    reports = [json.loads(file.read_text(encoding="utf-8")) for file in told]
    for report in reports:
        assert report["errors"] == [] and report["wrong"] == 0
        numbers = [int(seen.removeprefix("nummer").rstrip(".")) for seen in report["editions"]]
        assert numbers == sorted(numbers) and numbers[-1] == swaps
    return sum(report["asked"] for report in reports)


def removed_files_still_open(folder: Path, patience: float = 20) -> int:
    """How many removed files below ``folder`` this process holds open, after some patience.

    Skips the test where the system does not tell. Chroma closes its files in threads of its own,
    and keeps a varying number of connections to those that are in use.
    """
    handles = Path("/proc/self/fd")
    if not handles.is_dir():
        pytest.skip("this system does not list open files in /proc")
    end = time.monotonic() + patience
    while True:
        names = []
        for handle in handles.iterdir():
            with contextlib.suppress(OSError):  # the handle that lists them is gone by now
                names.append(str(handle.readlink()))
        count = sum(str(folder) in name and name.endswith("(deleted)") for name in names)
        if not count or time.monotonic() > end:
            return count
        time.sleep(0.05)


def index_files(store: Path) -> list[Path]:
    """The pointer, and every file of the generation that it names that holds anything."""
    folder = current_generation(store)
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.stat().st_size)
    return [store / "current", *files]


def harm_file(file: Path, harm: str) -> None:
    """Does one of HARMS to ``file``."""
    sound = file.read_bytes()
    middle = len(sound) // 2
    if harm == "deleted":
        file.unlink()
    elif harm == "truncated":
        file.write_bytes(sound[:middle])
    elif harm == "zeroed":
        file.write_bytes(bytes(len(sound)))
    else:
        file.write_bytes(sound[:middle] + bytes([sound[middle] ^ 0x55]) + sound[middle + 1 :])


def answers_over_damage(
    corpus: Path, store: Path, folder: Path, processes: Processes, harm: str, name: str
) -> bool:
    """Harms the file called ``name``; whether a new process answers all the same."""
    from workers import answer_over_damage

    told = folder / "answered"
    told.unlink(missing_ok=True)
    file = next(file for file in index_files(store) if file.name == name)
    harm_file(file, harm)
    status = processes.run(answer_over_damage, corpus, store, _QUESTION, told)
    return status == 0 and told.read_text(encoding="utf-8") == str(_NUMBER)


def fill_disk_while_building(
    disk: Path, share: float, corpus: Path, folder: Path, processes: Processes
) -> str:
    """Builds where only ``share`` of what an index takes is free; returns what the builder said."""
    from workers import build, check

    store, told = disk / "store", folder / "told"
    write_document(corpus, edition(0))
    assert processes.run(build, corpus, store) == 0
    generation = current_generation(store)
    size = sum(file.stat().st_size for file in generation.rglob("*") if file.is_file())
    _fill(disk, leave=int(size * share))
    write_document(corpus, edition(1))
    assert processes.run(build, corpus, store, False, told) == 0, "no native crash"
    assert current_generation(store) == generation
    assert processes.run(check, store, _QUESTION, _NUMBER) == 0
    assert len(list(store.glob("gen-*"))) == 1
    return told.read_text(encoding="utf-8")


def _fill(disk: Path, leave: int) -> None:
    """Takes all room on ``disk`` but about ``leave`` bytes."""
    block = 4096
    reserve = disk / "reserve"
    reserve.write_bytes(bytes(leave))
    with (disk / "ballast").open("wb", buffering=0) as ballast:
        try:
            while ballast.write(bytes(block)) == block:
                pass
        except OSError:
            pass
    reserve.unlink()
