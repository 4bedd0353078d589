"""What other processes do in the tests; apart, so that they start without the tests themselves."""

import json
import os
import tempfile
import time
from pathlib import Path

from fakes import WordEmbedder
from faults import harm_file, index_files

import index.follow as follow_module
from index import Index, IndexBroken, IndexMissing, IndexStale, LiveIndex, build_index
from index.generation import builder_lock, current_generation
from index.store import VectorStore


def use_temporary_folder(folder: Path) -> None:
    """For this process; the system's own is full of other people's files."""
    tempfile.tempdir = str(folder)


def build(
    corpus: Path,
    store: Path,
    from_nothing: bool = False,
    told: Path | None = None,
    server: str = "",
) -> None:
    """One build; how many texts it embedded, or its error, goes to ``told``."""
    try:
        report = build_index(
            corpus, WordEmbedder(), store, from_nothing=from_nothing, server=server
        )
        outcome = str(report.embedded)
    except Exception as error:
        outcome = f"{type(error).__name__}: {error}"
    if told:
        told.write_text(outcome, encoding="utf-8")


def build_with_copies_in(temporary: Path, corpus: Path, store: Path, from_nothing: bool) -> None:
    """One build that makes its private copies in ``temporary``."""
    use_temporary_folder(temporary)
    build_index(corpus, WordEmbedder(), store, from_nothing=from_nothing)


def check(store: Path, question: str, number: int) -> None:
    """A restart: opens the index, whose lessons must be of one edition and find themselves."""
    index = Index.open(store, WordEmbedder())
    lessons = index.documents[0].lessons
    assert len({lesson.text.split()[-1] for lesson in lessons}) == 1
    assert index.search(question).hits[0].number == number
    for lesson in lessons:
        assert index.search(lesson.text).hits[0].number == lesson.number
    index.close()


def build_at_home_nowhere(corpus: Path, store: Path) -> None:
    """A build and a question where the home folder can be neither read nor written."""
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        os.environ[name] = "/proc/none"
    build_index(corpus, WordEmbedder(), store)
    index = Index.open(store, WordEmbedder())
    assert index.search("Hur många lägenheter?").hits


def hold_builder_lock(store: Path, held: Path) -> None:
    """Says when it has the lock, and keeps it until it is killed."""
    with builder_lock(store):
        held.touch()
        time.sleep(600)


def hold_vectors(store: Path, held: Path, temporary: Path) -> None:
    """Says when it has opened the vectors, and keeps them open until it is killed."""
    use_temporary_folder(temporary)
    vectors = VectorStore.reading(current_generation(store) / "chroma")
    held.touch()
    time.sleep(600)
    vectors.close()


def ask_until(
    stop: Path, corpus: Path, store: Path, told: Path, question: str, number: int, server: str = ""
) -> None:
    """Asks again and again, the last time when the file ``stop`` is there; ``number`` answers it.

    A replica of a ``server`` goes on until it has seen the edition that stands in the file.

    Writes to ``told`` how often it asked, the errors, how many answers were wrong or mixed from
    several editions, and the editions in the order they were seen.
    """
    live = LiveIndex(corpus, store, WordEmbedder(), server=server)
    asked, wrong = 0, 0
    editions: list[str] = []
    errors: list[str] = []
    last = False
    while not last:
        last = stop.exists() and (not server or editions[-1:] == [stop.read_text("utf-8")])
        try:
            index = live.current()
            found = {lesson.text.split()[-1] for lesson in index.documents[0].lessons}
            wrong += len(found) != 1 or index.search(question).hits[0].number != number
            if not editions or editions[-1] not in found:
                editions.append(found.pop())
        except Exception as error:
            errors.append(repr(error))
        asked += 1
        told.with_suffix(".started").touch()
        time.sleep(0.002)  # the builder wants a turn too
    report = {"asked": asked, "errors": errors, "wrong": wrong, "editions": editions}
    told.write_text(json.dumps(report), encoding="utf-8")


def follow(corpus: Path, store: Path, ask: Path, told: Path) -> None:
    """One question for each line that appears in ``ask``; what was found goes to told."""
    live = LiveIndex(corpus, store, WordEmbedder())
    done = 0
    while True:
        lines = ask.read_text(encoding="utf-8").splitlines() if ask.exists() else []
        for line in lines[done:]:
            index = live.current()
            hit = index.search(line).hits[0]
            with told.open("a", encoding="utf-8") as opened:
                opened.write(f"{hit.number} {index.documents[0].lessons[-1].text}\n")
        done = len(lines)
        time.sleep(0.01)


def open_damaged(store: Path, harm: str, told: Path) -> None:
    """Harms each file of the index in turn and notes what opening it says, file by file.

    In a process of its own, since a native crash would end the tests.
    """
    outcomes = {}
    for file in index_files(store):
        sound = file.read_bytes()
        harm_file(file, harm)
        try:
            Index.open(store, WordEmbedder()).close()
            outcomes[file.name] = "opened"
        except (IndexBroken, IndexMissing, IndexStale) as error:
            outcomes[file.name] = str(error)
        file.write_bytes(sound)
    Index.open(store, WordEmbedder()).close()
    told.write_text(json.dumps(outcomes), encoding="utf-8")


def answer_over_damage(corpus: Path, store: Path, question: str, told: Path) -> None:
    """What a new process answers over a damaged index: it has to mend it first."""
    found = LiveIndex(corpus, store, WordEmbedder()).current().search(question)
    told.write_text(str(found.hits[0].number), encoding="utf-8")


def follow_and_hang(server: str, store: Path, held: Path) -> None:
    """Says when it has fetched a server's documents, and goes on no further until it is killed."""

    def hang(*arguments: object) -> None:
        held.touch()
        time.sleep(600)

    follow_module.write_learnt = hang  # type: ignore[assignment]
    follow_module.follow(server, store, WordEmbedder(), lambda line: None)
