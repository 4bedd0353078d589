"""Stand-ins that mean something: an embedder that counts words, a small corpus, processes."""

import contextlib
import multiprocessing
import os
import re
import subprocess
import zlib
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import SentenceEmbedder

LESSONS = (
    "Energibolaget måste vara med tidigt. Elnätet avgör var fabriken kan ligga.",
    "Förbered byggbara tomter i god tid.",
    "Vi ska bygga 5 000 lägenheter till 2025.",
    "Politiker och tjänstemän behöver samverka utan käbbel.",
    "Taxichaufförerna är stadens ambassadörer. Ge dem en berättelse.",
    "Engelska skolan lockar familjer från andra länder.",
    "Grannkommunerna och universitetet hör till nätverket.",
    "Fira varje delmål med tårta.",
)
"""Short lessons that share few words, so that it can be foreseen which one a question finds."""

SUMMARY = "Mötet hölls i Småstad. Det handlade om en ny fabrik."


class WordEmbedder(SentenceEmbedder):
    """A bag of hashed words: texts are as alike as the words that they share.

    ``accent`` makes another model of the same dimension: its words fall in other places.
    """

    def __init__(self, accent: str = "", dimension: int = 128) -> None:
        super().__init__(f"words{accent}")
        self._accent = accent
        self._dimension = dimension
        self.embedded: list[str] = []

    @property
    def label(self) -> str:
        return self.name

    @property
    def fingerprint(self) -> str:  # type: ignore[override]  # cached there, constant here
        return f"words-{self._accent}-{self._dimension}"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        vector = np.full(self._dimension, 1e-3)
        for word in re.findall(r"\w+", text.lower()):
            vector[zlib.crc32(f"{self._accent}{word}".encode()) % self._dimension] += 1
        return [float(part) for part in vector / np.linalg.norm(vector)]

    def load(self) -> None:
        """Nothing to load."""


def write_document(
    folder: Path, lessons: Sequence[str] = LESSONS, name: str = "smastad", summary: str = SUMMARY
) -> Path:
    """One document of ``lessons`` without an editor's file."""
    folder.mkdir(parents=True, exist_ok=True)
    numbered = "\n".join(f"{number}. {text}" for number, text in enumerate(lessons, 1))
    file = folder / f"{name}.md"
    file.write_text(f"---\ntitle: Småstad\n---\n\n{summary}\n\n{numbered}\n", encoding="utf-8")
    return file


def write_questions(folder: Path, name: str = "smastad", more: str = "") -> Path:
    """An editor's file of both kinds of question for the first lessons of LESSONS.

    ``more``: lines to follow it.
    """
    file = folder / f"{name}.questions.yaml"
    file.write_text(
        """answered:
  1: ["Vem ska med från början?", "När ska elen planeras?"]
  2: ["Behöver marken vara klar?", "Hur skaffar man mark?"]
  3: ["Hur mycket bostäder behövs?", "Var ska folk bo?"]
unanswered:
  - {questions: ["Vad kostar elen?", "Vem äger elnätet?"], nearest: [1]}
  - {questions: ["Vad blir det för väder?", "Vem vann matchen?"], nearest: []}
"""
        + more,
        encoding="utf-8",
    )
    return file


def write_corpus(folder: Path, lessons: Sequence[str] = LESSONS) -> Path:
    """A document with its editor's file; returns ``folder``."""
    write_document(folder, lessons)
    write_questions(folder)
    return folder


def edition(number: int, count: int = 3) -> tuple[str, ...]:
    """The lessons with questions, all telling their edition, so that a mixture would show."""
    return tuple(f"{text} Utgåva nummer{number}." for text in LESSONS[:count])


class Processes:
    """Starts processes in a moment: they fork from a server that has imported the index.

    The server itself never opens Chroma, whose threads would not survive a fork.
    """

    def __init__(self, *modules: str) -> None:
        self.context: ForkServerContext = multiprocessing.get_context("forkserver")
        root = Path(__file__).resolve().parent
        before = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = os.pathsep.join([str(root.parent), str(root)])
        try:
            self.context.set_forkserver_preload(["index", "fakes", *modules])
            self.start(_nothing).join()
        finally:
            if before is None:
                del os.environ["PYTHONPATH"]
            else:
                os.environ["PYTHONPATH"] = before

    def start(self, work: Callable[..., Any], *arguments: Any) -> BaseProcess:
        """Runs ``work`` in a process of its own."""
        process = self.context.Process(target=work, args=arguments, daemon=True)
        process.start()
        return process

    def run(self, work: Callable[..., Any], *arguments: Any) -> int | None:
        """Runs ``work`` to its end; the exit status, negative for a signal."""
        process = self.start(work, *arguments)
        process.join()
        return process.exitcode


def _nothing() -> None:
    """Makes the server start."""


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: float) -> Iterator[Path]:
    """A disk of that size in memory; skips the test where nothing can be mounted."""
    folder.mkdir(parents=True)
    options = f"size={int(megabytes * 1024)}k"
    command = ["mount", "-t", "tmpfs", "-o", options, "lardom-test", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a small disk cannot be mounted here: {error}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def make_read_only(disk: Path) -> None:
    """No one can write to ``disk``, a ``small_disk``, any more; not root either."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
