"""How often a language model may be asked."""

import datetime
import threading
from collections import deque
from collections.abc import Callable

_MINUTE = 60.0


class Allowance:
    """How many questions may go to the model in any minute, and on one day."""

    def __init__(
        self,
        a_minute: int,
        a_day: int,
        clock: Callable[[], float],
        today: Callable[[], datetime.date],
    ) -> None:
        self._a_minute, self._a_day = a_minute, a_day
        self._clock, self._today = clock, today
        self._lock = threading.Lock()
        self._recent: deque[float] = deque()
        self._day, self._count = today(), 0

    def allows(self) -> bool:
        """Counts one question; False if it is one too many, which is not counted."""
        with self._lock:
            now = self._clock()
            while self._recent and self._recent[0] <= now - _MINUTE:
                self._recent.popleft()
            if self._day != self._today():
                self._day, self._count = self._today(), 0
            if len(self._recent) >= self._a_minute or self._count >= self._a_day:
                return False
            self._recent.append(now)
            self._count += 1
            return True
