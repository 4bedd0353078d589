"""A password in front of the page, for those who set one; guessing is slow."""

import hmac
import secrets
import time
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from page.limit import RateLimit

LOGIN_PATH = "/logga-in"
_COOKIE = "lardom"
_HOURS = 12
_GUESSES_A_MINUTE = 5
_GUESSES_A_MINUTE_FROM_ALL = 60
_OPEN = (
    "/style.css",
    "/source-serif-4.woff2",
    "/favicon.ico",
    "/readyz",
    # Whoever is about to log in may want to know what becomes of the data.
    "/tillganglighet",
    "/integritet",
)
_OPEN_BELOW = "/static/fonts/"


class Login:
    """ASGI middleware that lets in whoever holds a session, and hands out sessions."""

    def __init__(self, app: ASGIApp, password: str) -> None:
        self._app = app
        self._password = password.encode()
        self._sessions: dict[str, float] = {}
        self._guesses = RateLimit(_GUESSES_A_MINUTE)
        self._all_guesses = RateLimit(_GUESSES_A_MINUTE_FROM_ALL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or ask for the password."""
        if scope["type"] != "http" or self._is_known(scope) or self._brings_password(scope):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        response: Response
        if scope["path"] == LOGIN_PATH:
            response = await self._log_in(request)
        elif scope["path"] == "/":
            response = RedirectResponse(LOGIN_PATH, 303)
        else:
            response = PlainTextResponse("Logga in först.", 401)
        await response(scope, receive, send)

    def _is_known(self, scope: Scope) -> bool:
        if scope["path"] in _OPEN or scope["path"].startswith(_OPEN_BELOW):
            return True
        ends = self._sessions.get(Request(scope).cookies.get(_COOKIE, ""), 0.0)
        return ends > time.monotonic() and scope["path"] != LOGIN_PATH

    def _brings_password(self, scope: Scope) -> bool:
        """Programs have no form to fill in: they send the password along, as a bearer's token."""
        request = Request(scope)
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return False
        client = request.client.host if request.client else ""
        if self._guesses.exhausted(client):
            return False
        right = hmac.compare_digest(given.encode(), self._password)
        if not right:
            self._guesses.allows(client)
        return right

    async def _log_in(self, request: Request) -> Response:
        if request.method != "POST":
            return HTMLResponse(_form(""))
        client = request.client.host if request.client else ""
        if self._guesses.exhausted(client) or not self._all_guesses.allows("everyone"):
            return HTMLResponse(_form("För många försök. Vänta en minut och försök igen."), 429)
        fields = parse_qs((await request.body()).decode("utf-8", "replace"))
        given = fields.get("losenord", [""])[0].encode()
        if not hmac.compare_digest(given, self._password):
            self._guesses.allows(client)
            return HTMLResponse(_form("Fel lösenord. Försök igen."), 401)
        response = RedirectResponse("/", 303)
        response.set_cookie(
            _COOKIE,
            self._new_session(),
            max_age=_HOURS * 3600,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response

    def _new_session(self) -> str:
        now = time.monotonic()
        self._sessions = {key: ends for key, ends in self._sessions.items() if ends > now}
        session = secrets.token_urlsafe(32)
        self._sessions[session] = now + _HOURS * 3600
        return session


def _form(complaint: str) -> str:
    said = f'<p class="notice" role="alert">{complaint}</p>' if complaint else ""
    return (
        '<!doctype html><html lang="sv"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Logga in – Lärdomsassistenten</title>"
        '<link rel="icon" href="favicon.ico" type="image/svg+xml">'
        '<link rel="stylesheet" href="style.css"></head><body class="login"><main>'
        f"<h1>Lärdomsassistenten</h1>{said}"
        f'<form method="post" action="{LOGIN_PATH}"><label for="losenord">Lösenord</label>'
        '<input id="losenord" name="losenord" type="password" required '
        'autocomplete="current-password">'
        '<button type="submit">Logga in</button></form>'
        '<p><a href="tillganglighet">Tillgänglighet</a> <a href="integritet">Integritet</a></p>'
        "</main></body></html>"
    )
