"""Generations: complete index folders, one of which the pointer file names.

A rebuild writes a new folder and then replaces the pointer in one step, so that readers see the
old index or the new one, never something between (chromadb 1.5.9 lost 3 of 68 stores that were
killed during an update in place).
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

_POINTER = "current"
_KEPT = 2  # the current generation, and the one that readers may still have open


class IndexMissing(Exception):
    """No index has been built yet; says what to run."""


class BuilderBusy(Exception):
    """Another process is building the index."""


def current_generation(store: Path) -> Path:
    """The folder that the pointer names. Raises IndexMissing."""
    try:
        name = (store / _POINTER).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise IndexMissing("no index yet; run: python -m index") from error
    folder = store / name
    if not name or not folder.is_dir():
        raise IndexMissing("the index has been removed; run: python -m index")
    return folder


@contextmanager
def new_generation(store: Path, wait: float = 600) -> Iterator[Path]:
    """An empty folder to build in; becomes the current one when the block ends without error.

    One builder at a time: another one waits up to ``wait`` seconds, then raises BuilderBusy. The
    lock is the operating system's, so it goes when its process does.
    """
    store.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(store / "builder.lock", timeout=wait):
            folder = store / f"gen-{uuid.uuid4().hex[:12]}"
            folder.mkdir()
            try:
                yield folder
                _point_to(store, folder)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            _remove_old(store, folder)
    except Timeout as error:
        raise BuilderBusy(f"another process has been building for {wait:.0f} s") from error


def _point_to(store: Path, folder: Path) -> None:
    draft = store / f"{_POINTER}.{uuid.uuid4().hex[:8]}"
    with draft.open("w", encoding="utf-8") as opened:
        opened.write(folder.name)
        opened.flush()
        os.fsync(opened.fileno())
    os.replace(draft, store / _POINTER)


def _remove_old(store: Path, current: Path) -> None:
    """Removes all but the newest generations, and what killed builders left behind."""
    generations = sorted(store.glob("gen-*"), key=lambda folder: folder.stat().st_mtime_ns)
    older = [folder for folder in generations if folder != current]
    for folder in older[: len(older) - (_KEPT - 1)]:
        shutil.rmtree(folder, ignore_errors=True)
    for draft in store.glob(f"{_POINTER}.*"):
        draft.unlink(missing_ok=True)
