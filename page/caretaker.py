"""Who may look after the page: rebuild the index, that is."""

import hmac

from starlette.requests import Request

from page.limit import RateLimit

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_GUESSES_A_MINUTE = 5


class Caretaker:
    """Knows a caretaker by the password, or, where there is none, by sitting at the machine.

    At the machine means: called from the loopback address, by a loopback name, and not through a
    proxy that says so. A proxy that says nothing looks the same, so behind one a password is due.
    """

    def __init__(self, password: str = "") -> None:
        self._password = password.encode()
        self._guesses = RateLimit(_GUESSES_A_MINUTE)

    @property
    def asks_password(self) -> bool:
        """Whether a password is what it takes."""
        return bool(self._password)

    def may_ask(self, request: Request) -> bool:
        """Whether this visitor is shown the button."""
        return self.asks_password or _is_at_the_machine(request)

    def knows(self, request: Request, password: str) -> bool:
        """Whether this visitor may press it. Five wrong passwords a minute, and then none."""
        if not self.asks_password:
            return _is_at_the_machine(request)
        client = request.client.host if request.client else ""
        if self._guesses.exhausted(client):
            return False
        right = hmac.compare_digest(password.encode(), self._password)
        if not right:
            self._guesses.allows(client)
        return right


def _is_at_the_machine(request: Request) -> bool:
    forwarded = any(name in request.headers for name in ("forwarded", "x-forwarded-for"))
    client = request.client.host if request.client else ""
    return client in _LOOPBACK and request.url.hostname in _LOOPBACK and not forwarded
