"""A soak: clients ask for half an hour while the index is rebuilt every minute (``make soak``).

Prints memory and open files each minute, and in the end whether they have grown. Exit status 1
if the memory at the end is not within 10 % of that after five minutes, if files stay open, or if
anything went wrong. ``--quick`` has a small corpus and a model of counted words instead of the real
ones: it finds what leaks in minutes, on any machine.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from fakes import Processes, WordEmbedder, write_corpus
from workers import build

from assistant import Answer, Assistant, Question, Turn, open_assistant
from corpus import DOCUMENTS
from index import LiveIndex

_ROOT = Path(__file__).resolve().parent.parent
_SETTLED = 5.0  # minutes, until all that is read once has been read
_GROWTH = 1.10
_FILES = 8  # open files more or fewer: Chroma keeps a varying number of connections
_EVERY = 10.0  # seconds between two looks at the memory


@dataclass
class Tally:
    """What the clients and the builder have seen."""

    asked: int = 0
    answered: int = 0
    rebuilt: int = 0
    followed: int = 0
    errors: list[str] = field(default_factory=list)
    slowest: float = 0.0


@dataclass(frozen=True)
class Sample:
    """One look at this process."""

    minutes: float
    megabytes: float
    files: int


def main() -> int:
    arguments = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="lardom-soak-") as folder:
        corpus, store = Path(folder) / "corpus", Path(folder) / "store"
        url, rebuild = arguments.chroma_url, _rebuilding(arguments)
        if arguments.quick:
            write_corpus(corpus)
            assistant = Assistant(LiveIndex(corpus, store, WordEmbedder(), server=url))
        else:
            shutil.copytree(DOCUMENTS, corpus)
            assistant = open_assistant(corpus, store, server=url)
        rebuild(corpus, store)
        assistant.invoke("etablering")
        tally, stop = Tally(), threading.Event()
        work = [
            threading.Thread(target=_ask, args=(assistant, client, arguments.pause, tally, stop))
            for client in range(arguments.clients)
        ]
        edit = partial(rebuild, corpus, store)
        builder = (assistant, corpus, edit, arguments.every, tally, stop)
        work.append(threading.Thread(target=_build_again_and_again, args=builder))
        for thread in work:
            thread.start()
        samples = _watch(arguments.minutes, tally)
        stop.set()
        for thread in work:
            thread.join()
    return _verdict(samples, tally)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="soak.py", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--pause", type=float, default=1, help="seconds between two questions")
    parser.add_argument("--every", type=float, default=60, help="seconds between two rebuilds")
    parser.add_argument("--quick", action="store_true", help="a small corpus and no real model")
    parser.add_argument("--chroma-url", default="", help="a Chroma server to build on and follow")
    return parser


def _ask(
    assistant: Assistant, client: int, pause: float, tally: Tally, stop: threading.Event
) -> None:
    """Asks the questions of tests/dev.jsonl in random order, now and then as a follow-up."""
    dice = random.Random(client)
    file = _ROOT / "tests" / "dev.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    questions = [row["question"] for row in rows if "question" in row]
    history: tuple[Turn, ...] = ()
    while not stop.wait(dice.uniform(0, 2 * pause)):
        text = f"{dice.choice(questions)} {dice.choice(['', 'tack', str(dice.random())])}"
        started = time.monotonic()
        try:
            reply = assistant.invoke(Question(text, history))
            assistant.follow_ups(reply)
            assistant.corpus_state()
        except Exception as error:
            tally.errors.append(repr(error))
            continue
        tally.slowest = max(tally.slowest, time.monotonic() - started)
        tally.asked += 1
        tally.answered += isinstance(reply, Answer)
        history = (*history, Turn(text, reply))[-dice.randrange(1, 5) :]


def _build_again_and_again(
    assistant: Assistant,
    corpus: Path,
    rebuild: Callable[[], None],
    every: float,
    tally: Tally,
    stop: threading.Event,
) -> None:
    """Changes the last lesson and rebuilds in another process, as an editor would."""
    file = next(corpus.glob("*.md"))
    sound = file.read_text(encoding="utf-8")
    while not stop.wait(every):
        mark = f"Ändring nummer {tally.rebuilt + 1}."
        file.write_text(f"{sound.rstrip()} {mark}\n", encoding="utf-8")
        try:
            rebuild()
        except (subprocess.CalledProcessError, AssertionError) as error:
            tally.errors.append(f"{error} {getattr(error, 'stderr', '')}")
            continue
        tally.rebuilt += 1
        for _ in range(1_200):
            if assistant.documents[0].lessons[-1].text.endswith(mark):
                tally.followed += 1
                break
            time.sleep(0.1)


def _rebuilding(arguments: argparse.Namespace) -> Callable[[Path, Path], None]:
    """What brings an index up to its corpus, in a process of its own."""
    url = arguments.chroma_url
    if arguments.quick:
        processes = Processes("workers")

        def build_words(corpus: Path, store: Path) -> None:
            told = store.parent / "told"
            assert processes.run(build, corpus, store, False, told, url) == 0
            assert told.read_text(encoding="utf-8").isdecimal(), told.read_text(encoding="utf-8")

        return build_words
    environment = {**os.environ, "LARDOM_CHROMA_URL": url, "PYTHONPATH": str(_ROOT)}

    def build_real(corpus: Path, store: Path) -> None:
        command = [sys.executable, "-m", "index", "--corpus", str(corpus), "--index", str(store)]
        subprocess.run(
            command, check=True, capture_output=True, cwd=_ROOT, env=environment, encoding="utf-8"
        )

    return build_real


def _watch(minutes: float, tally: Tally) -> list[Sample]:
    samples: list[Sample] = []
    started = told = time.monotonic()
    while (now := time.monotonic()) < started + minutes * 60:
        samples.append(Sample((now - started) / 60, _megabytes(), _open_files()))
        if now >= told:
            told += 60
            print(
                f"{samples[-1].minutes:5.1f} min  {samples[-1].megabytes:7.1f} MB  "
                f"{samples[-1].files:3d} files  {tally.asked} asked, {tally.rebuilt} rebuilt, "
                f"{tally.followed} followed, {len(tally.errors)} errors",
                flush=True,
            )
        time.sleep(_EVERY)
    return samples


def _megabytes() -> float:
    """Of memory in use by this process."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def _verdict(samples: list[Sample], tally: Tally) -> int:
    """Medians of a minute and a half, for a rebuild holds two generations for a moment."""
    last = samples[-1].minutes
    settled = min(_SETTLED, last / 2)
    before = [each for each in samples if settled - 0.75 <= each.minutes <= settled + 0.75]
    after = [each for each in samples if each.minutes >= last - 1.5]
    memory = [statistics.median(each.megabytes for each in part) for part in (before, after)]
    files = [statistics.median(each.files for each in part) for part in (before, after)]
    print(
        f"memory {memory[0]:.0f} MB after {settled:.1f} min, {memory[1]:.0f} MB after {last:.1f} "
        f"({memory[1] / memory[0] - 1:+.1%}); open files {files[0]:.0f}, then {files[1]:.0f}\n"
        f"{tally.asked} questions, {tally.answered} answered, slowest {tally.slowest:.2f} s; "
        f"{tally.rebuilt} rebuilds, {tally.followed} followed; {len(tally.errors)} errors"
    )
    for error in tally.errors[:10]:
        print(f"  {error}")
    sound = (
        memory[1] <= memory[0] * _GROWTH
        and files[1] <= files[0] + _FILES
        and not tally.errors
        and tally.followed == tally.rebuilt
    )
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
