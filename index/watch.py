"""Watches a corpus: tells when its files have changed and then lain still."""

import threading
from collections.abc import Callable
from pathlib import Path

Snapshot = dict[str, tuple[int, int, int]]


def watch(
    corpus: Path, on_change: Callable[[], object], stop: threading.Event, interval: float = 1.0
) -> None:
    """Calls ``on_change`` at once, and whenever the files have changed; until ``stop`` is set.

    Looks every ``interval`` seconds instead of asking the operating system to tell: some dozens
    of files cost nothing to look at, and it works on network shares, in containers, and when the
    folder itself is removed and comes back. A change counts when two looks see the same, so a file
    that is being written is left alone.
    """
    built = seen = snapshot(corpus)
    on_change()
    while not stop.wait(interval):
        now = snapshot(corpus)
        if now == seen and now != built:
            built = now
            on_change()
        seen = now


def snapshot(corpus: Path) -> Snapshot:
    """What tells whether the files of ``corpus`` have changed, without reading them."""
    found: Snapshot = {}
    for pattern in ("*.md", "*.questions.yaml"):
        for file in corpus.glob(pattern):
            try:
                about = file.stat()
            except OSError:  # removed since it was listed
                continue
            found[file.name] = (about.st_mtime_ns, about.st_size, about.st_ino)
    return found
