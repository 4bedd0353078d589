"""What the scripts beside this one share: the task that they read and the figures that they write.

Each runs in an environment of its own, so this module needs nothing but numpy and psutil, and
imports nothing of the project.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

os.environ["HF_HUB_OFFLINE"] = "1"  # the model is a folder; nobody waits for a hub
os.environ["ANONYMIZED_TELEMETRY"] = "False"
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
FOUND = 10  # passages a question
_COUNTED = 3  # among these the right one has to be
_WARM_UP = 3  # questions


@dataclass(frozen=True, slots=True)
class Task:
    """Passages with their given vectors, the questions, and the embedder's folder."""

    passages: tuple[str, ...]
    vectors: NDArray[np.float32]
    questions: tuple[tuple[str, frozenset[int]], ...]
    model: str
    result: Path
    seconds: float
    """The most that one way of retrieving may take."""


def read_task() -> Task:
    """The task on the command line: FOLDER COUNT MODEL RESULT SECONDS."""
    folder, count, model, result, seconds = sys.argv[1:]
    place, most = Path(folder), int(count)
    passages = _rows(place / "passages.jsonl")[:most]
    questions = _rows(place / "questions.jsonl")
    return Task(
        tuple(row["text"] for row in passages),
        np.array(np.load(place / "vectors.npy", mmap_mode="r")[:most]),
        tuple((row["text"], frozenset(row["right"])) for row in questions),
        model,
        Path(result),
        float(seconds),
    )


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def measure(task: Task, retrieve: Callable[[str], Sequence[int]]) -> dict[str, Any]:
    """Asks the questions until they are done or the time is up: milliseconds and recall."""
    asked, taken = _ask_all(task, retrieve)
    rights = [right for _, right in task.questions]
    found = [
        bool(right & set(numbers[:_COUNTED])) for numbers, right in zip(asked, rights, strict=False)
    ]
    return {**_figures(taken), "recall_at_3": float(np.mean(found))}


def measure_embedding(task: Task, embed: Callable[[str], object]) -> dict[str, Any]:
    """What the embedding of the questions alone takes, in milliseconds."""
    return _figures(_ask_all(task, embed)[1])


def _ask_all(task: Task, ask: Callable[[str], Any]) -> tuple[list[Any], list[float]]:
    for text, _ in task.questions[-_WARM_UP:]:
        ask(text)
    replies: list[Any] = []
    taken: list[float] = []
    ends = time.monotonic() + task.seconds
    for text, _ in task.questions:
        started = time.perf_counter()
        replies.append(ask(text))
        taken.append(time.perf_counter() - started)
        if time.monotonic() > ends:
            break
    return replies, taken


def _figures(taken: list[float]) -> dict[str, Any]:
    return {
        "median_ms": float(np.median(taken)) * 1000,
        "p95_ms": float(np.quantile(taken, 0.95)) * 1000,
        "count": len(taken),
    }


def timed(act: Callable[[], Any]) -> tuple[Any, float]:
    """What ``act`` returns and the seconds that it takes."""
    started = time.perf_counter()
    done = act()
    return done, time.perf_counter() - started


def write_result(task: Task, packages: Sequence[str], build: float, **ways: Any) -> None:
    """One JSON file: versions, seconds of the build, memory, and the ``ways`` of retrieving."""
    fields = {
        "versions": {package: version(package) for package in packages},
        "build_seconds": build,
        "memory_mb": _resident_mb(),
        **ways,
    }
    task.result.write_text(json.dumps(fields, ensure_ascii=False), encoding="utf-8")


def _resident_mb() -> float | None:
    """Resident memory of this process; None where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(row for row in status.read_text().splitlines() if row.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
