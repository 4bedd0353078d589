"""Generations: complete index folders, one of which the pointer file names.

A rebuild writes a new folder and then replaces the pointer in one step, so that readers see the
old index or the new one, never something between (chromadb 1.5.9 lost 3 of 68 stores that were
killed during an update in place).
"""

import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

DOCUMENTS_COPY = "documents"
"""The folder of a generation with its documents as they were."""
_POINTER = "current"
_NAME = re.compile(r"gen-[0-9a-f]{12}")


class IndexMissing(Exception):
    """No index has been built yet; says what to run."""


class BuilderBusy(Exception):
    """Another process is building the index."""


def current_generation(store: Path) -> Path:
    """The folder that the pointer names. Raises IndexMissing."""
    name = _pointed_to(store)
    if name is None:
        raise IndexMissing("no index yet; run: python -m index")
    folder = store / name
    if not folder.is_dir():
        raise IndexMissing("the index has been removed; run: python -m index")
    return folder


@contextmanager
def builder_lock(
    store: Path, tell: Callable[[str], None] = lambda line: None, wait: float = 600
) -> Iterator[None]:
    """One builder at a time: another one waits up to ``wait`` seconds, then raises BuilderBusy.

    The lock is the operating system's, so it goes when its process does. ``tell`` hears of a wait.
    """
    store.mkdir(parents=True, exist_ok=True)
    lock = FileLock(store / "builder.lock")
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell("Väntar på ett annat program som bygger indexet …")
            lock.acquire(timeout=wait)
    except Timeout as error:
        raise BuilderBusy(f"another process has been building for {wait:.0f} s") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def new_generation(
    store: Path, discard: Callable[[Path], bool] = lambda folder: True
) -> Iterator[Path]:
    """An empty folder to build in; becomes the current one when the block ends without error.

    Only under ``builder_lock``. First removes what killed builders left, and all generations but
    the current one. That one stays beside the new one, for readers who are just opening it.
    ``discard`` frees what a generation keeps elsewhere; what it cannot free is tried again.
    """
    _remove_all_but_current(store, discard)
    folder = store / f"gen-{uuid.uuid4().hex[:12]}"
    folder.mkdir()
    try:
        yield folder
        _flush(folder)
        _point_to(store, folder)
    except BaseException:
        if _pointed_to(store) != folder.name:  # else interrupted just after it had become current
            _remove(folder, discard)
        raise


def _pointed_to(store: Path) -> str | None:
    try:
        name = (store / _POINTER).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if _NAME.fullmatch(name) else None


def _flush(folder: Path) -> None:
    """The files reach the disk before the pointer does, whatever happens to the power."""
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb+") as opened:
                os.fsync(opened.fileno())


def _point_to(store: Path, folder: Path) -> None:
    draft = store / f"{_POINTER}.{uuid.uuid4().hex[:8]}"
    with draft.open("w", encoding="utf-8") as opened:
        opened.write(folder.name)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(store / _POINTER)


def _remove_all_but_current(store: Path, discard: Callable[[Path], bool]) -> None:
    """By the pointer, not by age: the clock of a machine may be set back."""
    current = _pointed_to(store)
    for folder in store.glob("gen-*"):
        if folder.name != current:
            _remove(folder, discard)
    for draft in store.glob(f"{_POINTER}.*"):
        draft.unlink(missing_ok=True)


def _remove(folder: Path, discard: Callable[[Path], bool]) -> None:
    if discard(folder):
        shutil.rmtree(folder, ignore_errors=True)
