"""Makes Gradio's HTML page ours: Swedish, our style and script, nothing foreign."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from page.safety import NONCE

# Gradio's social tags name its own site and pictures; its manifest is not served here.
_FOREIGN = re.compile(rb'<meta\s+(?:property="og:|name="twitter:)[^>]*>|<link rel="manifest"[^>]*>')
_OURS = (
    b'<link rel="icon" href="favicon.ico" type="image/svg+xml">'
    b'<link rel="stylesheet" href="style.css">'
    b'<meta name="description" content="Fr\xc3\xa5ga l\xc3\xa4rdomarna.">'
    b'<script src="page.js"></script>'
)
_WITHOUT_SCRIPT = (
    "<noscript><p>Sidan behöver JavaScript för att visa chatten.</p></noscript>"
).encode()


class Shell:
    """ASGI middleware that rewrites the page at ``/``, and only that."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through; rewrite what comes back for ``/``."""
        if scope["type"] != "http" or scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        start: Message = {}
        page = b""

        async def rewrite(message: Message) -> None:
            nonlocal start, page
            if message["type"] == "http.response.start":
                start = message
                return
            if message["type"] != "http.response.body":
                return
            page += message.get("body", b"")
            if message.get("more_body"):
                return
            written = rewritten(page, scope[NONCE])
            headers = [each for each in start["headers"] if each[0] != b"content-length"]
            headers += [
                (b"content-length", str(len(written)).encode()),
                (b"cache-control", b"no-store"),
            ]
            await send({**start, "headers": headers})
            await send({"type": "http.response.body", "body": written})

        # A compressed page could not be rewritten.
        plain = [each for each in scope["headers"] if each[0] != b"accept-encoding"]
        await self._app({**scope, "headers": plain}, receive, rewrite)


def rewritten(page: bytes, nonce: str) -> bytes:
    """Gradio's HTML with our language, style and script, and ``nonce`` on every script."""
    page = _FOREIGN.sub(b"", page)
    page = re.sub(rb'<html\s+lang="[^"]*"', b'<html lang="sv"', page, count=1)
    page = page.replace(b'<meta charset="utf-8" />', b'<meta charset="utf-8" />' + _OURS, 1)
    page = page.replace(b"</body>", _WITHOUT_SCRIPT + b"</body>", 1)
    return page.replace(b"<script", b'<script nonce="' + nonce.encode() + b'"')
