"""What other processes do in the tests; apart, so that they start without the tests themselves."""

import json
import os
import time
from pathlib import Path

from fakes import WordEmbedder

from index import Index, IndexBroken, IndexMissing, IndexStale, LiveIndex, build_index
from index.generation import builder_lock


def build(corpus: Path, store: Path, from_nothing: bool = False, told: Path | None = None) -> None:
    """One build; how many texts it embedded goes to ``told``."""
    report = build_index(corpus, WordEmbedder(), store, from_nothing=from_nothing)
    if told:
        told.write_text(str(report.embedded), encoding="utf-8")


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


def hold_index(store: Path, held: Path, temporary: Path) -> None:
    """Says when it has opened the index, and keeps it open until it is killed."""
    use_temporary_folder(temporary)
    index = Index.open(store, WordEmbedder())
    held.touch()
    time.sleep(600)
    index.close()


def use_temporary_folder(folder: Path) -> None:
    """For this process; the system's own is full of other people's files."""
    import tempfile

    tempfile.tempdir = str(folder)


def ask_until(stop: Path, corpus: Path, store: Path, told: Path, question: str) -> None:
    """Asks again and again until the file ``stop`` is there.

    Writes to ``told`` how often, the errors, how often an answer was mixed from two editions, and
    the editions in the order they were seen; a first line as soon as the first answer is there.
    """
    live = LiveIndex(corpus, store, WordEmbedder())
    asked, mixed, editions, errors = 0, 0, [], []
    while not stop.exists():
        try:
            index = live.current()
            hits = index.search(question).hits
            lessons = index.documents[0].lessons
            found = {lesson.text.split()[-1] for lesson in lessons}
            mixed += len(found) != 1 or not hits or hits[0].number is None
            if not editions or editions[-1] not in found:
                editions.append(found.pop())
        except Exception as error:
            errors.append(repr(error))
        asked += 1
        told.with_suffix(".started").touch()
    report = {"asked": asked, "errors": errors, "mixed": mixed, "editions": editions}
    told.write_text(json.dumps(report), encoding="utf-8")


def follow(corpus: Path, store: Path, ask: Path, told: Path) -> None:
    """One question for each line that appears in ``ask``; the first lesson found goes to told."""
    live = LiveIndex(corpus, store, WordEmbedder())
    done = 0
    while True:
        lines = ask.read_text(encoding="utf-8").splitlines() if ask.exists() else []
        for line in lines[done:]:
            index = live.current()
            hit = index.search(line).hits[0]
            with told.open("a", encoding="utf-8") as opened:
                opened.write(f"{hit.number} {index.documents[0].lessons[0].text}\n")
        done = len(lines)
        time.sleep(0.01)


def open_damaged(store: Path, harm: str, told: Path) -> None:
    """Harms each file of the index in turn and notes what opening it says, file by file.

    In a process of its own, since a native crash would end the tests.
    """
    from faults import harm_file, index_files

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
