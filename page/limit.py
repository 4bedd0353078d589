"""How often one client may do something in a minute."""

import threading
import time
from collections import deque
from collections.abc import Callable

_MINUTE = 60.0
_MOST_CLIENTS = 10_000


class RateLimit:
    """Allows each client ``per_minute`` events in any minute; 0 means no limit."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._events: dict[str, deque[float]] = {}

    def allows(self, client: str) -> bool:
        """Count one event of ``client``; False if it is one too many (and then not counted)."""
        if not self._per_minute:
            return True
        with self._lock:
            events = self._recent(client)
            if len(events) >= self._per_minute:
                return False
            events.append(self._clock())
            return True

    def exhausted(self, client: str) -> bool:
        """Whether the next event of ``client`` would be one too many; counts nothing."""
        with self._lock:
            return bool(self._per_minute) and len(self._recent(client)) >= self._per_minute

    def _recent(self, client: str) -> deque[float]:
        if client not in self._events and len(self._events) >= _MOST_CLIENTS:
            # The oldest entry goes, so that made-up addresses cannot fill the memory.
            self._events.pop(next(iter(self._events)))
        events = self._events.setdefault(client, deque())
        while events and events[0] <= self._clock() - _MINUTE:
            events.popleft()
        return events
