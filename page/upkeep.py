"""Rebuilds the index in the background while the old one answers, and tells how far it has come."""

import logging
import re
import threading
from dataclasses import dataclass, replace

from page.loading import Loading

DONE = "Indexet är ombyggt. Svaren kommer nu ur det nya."
UNCHANGED = "Inget hade ändrats, så indexet är som det var."
_BEGINNING = "Läser dokumenten …"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """The latest rebuild: going on, or over. ``done`` of ``whole`` texts; 0 of 0: not known."""

    going_on: bool
    sentence: str
    done: int = 0
    whole: int = 0
    failed: bool = False


class Upkeep:
    """One rebuild at a time, in a thread of its own; nobody waits for it."""

    def __init__(self, loading: Loading) -> None:
        self._loading = loading
        self._lock = threading.Lock()
        self._latest: Rebuilding | None = None

    @property
    def latest(self) -> Rebuilding | None:
        """The rebuild that goes on or was the last one; None if there was none yet."""
        return self._latest

    def start(self) -> bool:
        """Begins a rebuild; False if one goes on already or the assistant is not there yet."""
        with self._lock:
            if self._loading.ready is None or (self._latest and self._latest.going_on):
                return False
            self._latest = Rebuilding(True, _BEGINNING)
        threading.Thread(target=self._rebuild, name="rebuild-index", daemon=True).start()
        return True

    def _rebuild(self) -> None:
        try:
            assistant = self._loading.ready
            assert assistant is not None
            rebuilt = assistant.rebuild(self._tell)
            self._latest = Rebuilding(False, DONE if rebuilt else UNCHANGED)
        except Exception as error:  # told on the page; the details are for the log
            _log.exception("the index could not be rebuilt")
            self._latest = Rebuilding(False, _sentence(error), failed=True)

    def _tell(self, line: str) -> None:
        begun = self._latest or Rebuilding(True, _BEGINNING)
        if counted := re.search(r"(\d+) av (\d+)", line):
            self._latest = replace(
                begun, sentence=line, done=int(counted[1]), whole=int(counted[2])
            )
        else:
            self._latest = replace(begun, sentence=line)


def _sentence(error: Exception) -> str:
    from assistant.failures import sentence_for  # imported here: it brings the whole index along

    return f"Indexet byggdes inte om, det gamla gäller. {sentence_for(error)}"
