"""The gate in front of everything: known hosts, open routes, small bodies, and strict headers.

Gradio leaves routes open that this page has no use for: uploads, runs that pass by the queue, a
proxy. So the open ones are listed here, and the rest does not exist.
"""

import secrets
from collections.abc import Iterable

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from page.limit import RateLimit

NONCE = "lardom.nonce"
_LARGEST_BODY = 64 * 1024

# The page's own endpoints for programs. Both ways lead through the queue.
_ENDPOINTS = ("/gradio_api/call/v2/question", "/gradio_api/call/v2/search")
_TOOLS = "/mcp"

_GET = frozenset(
    [
        "/",
        "/config",
        "/theme.css",
        "/favicon.ico",
        "/page.js",
        "/style.css",
        "/source-serif-4.woff2",
        "/logga-in",
        "/readyz",
        "/tillganglighet",
        "/integritet",
        "/gradio_api/startup-events",
        "/gradio_api/app_id",
        "/gradio_api/info",
        "/gradio_api/queue/data",
    ]
)
_GET_BELOW = (
    "/assets/",
    "/static/",
    "/panel/",
    "/gradio_api/heartbeat/",
    *(f"{endpoint}/" for endpoint in _ENDPOINTS),
)
_POST = frozenset(
    [
        "/logga-in",
        "/omdome",
        "/underlag/bygg",
        "/gradio_api/queue/join",
        *_ENDPOINTS,
        "/gradio_api/cancel",
        "/gradio_api/reset",
    ]
)

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


class Safety:
    """ASGI middleware; the outermost one."""

    def __init__(
        self, app: ASGIApp, hosts: Iterable[str], posts: RateLimit, with_tools: bool = False
    ) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._posts = posts
        self._with_tools = with_tools

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through if it passes every gate."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        scope[NONCE] = secrets.token_urlsafe(16)
        send = _with_headers(send, scope[NONCE])
        refusal = self._refusal(scope)
        if refusal is None and scope["method"] == "POST":
            bounded = await _bounded(receive)
            if bounded is None:
                refusal = PlainTextResponse("För mycket på en gång.", 413)
            else:
                receive = bounded
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if "*" not in self._hosts and _without_port(host) not in self._hosts:
            return PlainTextResponse("Okänd adress.", 400)
        tools = self._with_tools and scope["path"] == _TOOLS
        if not tools and not _is_open(scope["method"], scope["path"]):
            return PlainTextResponse("Sidan finns inte.", 404)
        if scope["method"] == "POST" and not self._posts.allows((scope["client"] or ("",))[0]):
            return PlainTextResponse("Vänta en minut och försök igen.", 429)
        return None


def _is_open(method: str, path: str) -> bool:
    if method in ("GET", "HEAD"):
        return path in _GET or path.startswith(_GET_BELOW)
    return method == "POST" and path in _POST


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0][1:]
    return host.partition(":")[0]


async def _bounded(receive: Receive) -> Receive | None:
    """A ``receive`` that gives the body again, or None if there is too much of it."""
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > _LARGEST_BODY:
            return None
    kept: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return kept.pop() if kept else await receive()

    return again


def _with_headers(send: Send, nonce: str) -> Send:
    policy = (
        "default-src 'self'; "
        # With a nonce no script runs that the page did not bring: not even from an answer.
        f"script-src 'self' 'nonce-{nonce}'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'self'; "
        "object-src 'none'"
    )
    added = (*_HEADERS, (b"content-security-policy", policy.encode()))

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await send(message)

    return send_with_headers
