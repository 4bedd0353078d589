"""The faults themselves: harmed files, killed builders."""

import random
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

HARMS = ("truncated", "zeroed", "deleted", "garbled")


def index_files(store: Path) -> list[Path]:
    """The pointer, and every file of the generation that it names that holds anything."""
    pointer = store / "current"
    folder = store / pointer.read_text(encoding="utf-8")
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.stat().st_size)
    return [pointer, *files]


def harm_file(file: Path, harm: str) -> None:
    """Does one of HARMS to ``file``."""
    sound = file.read_bytes()
    if harm == "deleted":
        file.unlink()
    elif harm == "truncated":
        file.write_bytes(sound[: len(sound) // 2])
    elif harm == "zeroed":
        file.write_bytes(bytes(len(sound)))
    else:
        middle = len(sound) // 2
        file.write_bytes(sound[:middle] + bytes([sound[middle] ^ 0x55]) + sound[middle + 1 :])


def kill_at_random(start: Callable[[], BaseProcess], longest: float, dice: random.Random) -> bool:
    """Starts a process and kills it within ``longest`` seconds; whether it was still running."""
    process = start()
    time.sleep(dice.uniform(0, longest))
    running = process.is_alive()
    process.kill()
    process.join()
    return running


def wait_for(file: Path, patience: float = 60) -> None:
    """Until another process has made ``file``."""
    end = time.monotonic() + patience
    while not file.exists():
        assert time.monotonic() < end, f"{file.name} never came"
        time.sleep(0.01)
