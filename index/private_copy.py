"""Private copies: what Chroma opens it also writes to, so each reader opens a copy of its own."""

import contextlib
import shutil
import tempfile
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
        self._home, self._lock = _locked_folder()
        self.folder = self._home / _CONTENT
        try:
            _copy_files(source, self.folder)
        except BaseException:
            self.remove()
            raise

    def remove(self) -> None:
        """Gives the space back; the copy must not be open any more."""
        self._lock.release()  # first, or Windows would refuse to remove the locked file
        shutil.rmtree(self._home, ignore_errors=True)


def remove_abandoned_copies() -> None:
    """Removes the copies of processes that no longer exist."""
    for home in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        lock = home / _LOCK
        # Another user's copy is his to remove, and one without a lock is just being made.
        with contextlib.suppress(Timeout, OSError):
            if lock.is_file() and not home.is_symlink():
                with FileLock(lock, timeout=0):
                    shutil.rmtree(home, ignore_errors=True)


def _locked_folder() -> tuple[Path, FileLock]:
    while True:
        home = Path(tempfile.mkdtemp(prefix=_PREFIX))
        # The thread that closes a copy is seldom the one that made it.
        lock = FileLock(home / _LOCK, thread_local=False)
        with contextlib.suppress(Timeout):
            lock.acquire(timeout=0)
            if (home / _LOCK).exists():
                return home, lock
        # Someone who clears up has taken the lock between its making and its closing.


def _copy_files(source: Path, target: Path) -> None:
    """Contents only: copied from a read-only installation, the copy must still be writable."""
    for file in source.rglob("*"):
        copied = target / file.relative_to(source)
        if file.is_file():
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copied)
