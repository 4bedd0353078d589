"""Private copies: what Chroma opens it also writes to, so each reader opens a copy of its own."""

import contextlib
import shutil
import tempfile
import weakref
from pathlib import Path

from filelock import FileLock, Timeout

_PREFIX = "lardom-copy-"
_LOCK, _CONTENT = "owner.lock", "content"


class PrivateCopy:
    """A copy of a folder in the temporary folder, held by a lock while its owner lives.

    A process that is killed cannot remove its copies, but the operating system lets go of its
    locks: whoever makes the next copy removes those that nobody holds.
    """

    def __init__(self, source: Path) -> None:
        """Copies ``source``. Raises OSError if there is no room for it."""
        remove_abandoned_copies()
        home, lock = _locked_folder()
        self.folder = home / _CONTENT
        self._removing = weakref.finalize(self, _remove, home, lock)
        try:
            _copy_files(source, self.folder)
        except BaseException:
            self.remove()
            raise

    def remove(self) -> None:
        """Gives the space back; the copy must not be open any more. At the latest at the exit."""
        self._removing()


def remove_abandoned_copies() -> None:
    """Removes the copies of processes that no longer exist."""
    for home in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(Timeout, OSError):  # in use, or another user's to remove
            if home.is_symlink():
                continue
            if (home / _LOCK).is_file():
                lock = FileLock(home / _LOCK, thread_local=False)
                lock.acquire(timeout=0)
                _remove(home, lock)
            else:
                home.rmdir()  # fails if its owner is just making more of it


def _locked_folder() -> tuple[Path, FileLock]:
    while True:
        home = Path(tempfile.mkdtemp(prefix=_PREFIX))
        # The thread that closes a copy is seldom the one that made it.
        lock = FileLock(home / _LOCK, thread_local=False)
        # Someone who clears up may come between; then the next attempt will do.
        with contextlib.suppress(Timeout, FileNotFoundError):
            lock.acquire(timeout=0)
            if (home / _LOCK).exists():
                return home, lock


def _remove(home: Path, lock: FileLock) -> None:
    """The lock goes last: killed in the middle, this leaves a folder that is known as abandoned."""
    shutil.rmtree(home / _CONTENT, ignore_errors=True)
    lock.release()  # or Windows would refuse to remove the locked file
    with contextlib.suppress(OSError):
        (home / _LOCK).unlink(missing_ok=True)
        home.rmdir()


def _copy_files(source: Path, target: Path) -> None:
    """Contents only: copied from a read-only installation, the copy must still be writable."""
    for file in source.rglob("*"):
        copied = target / file.relative_to(source)
        if file.is_file():
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copied)
