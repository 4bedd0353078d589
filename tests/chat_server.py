"""A server on loopback that speaks the OpenAI chat protocol and plays scripted models.

Real HTTP, streamed as server-sent events. What a model says is told by its name: ``script``, a
reply for each call in turn.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Says:
    """A reply: its text in small pieces, then why it ended; None for a stream that just stops."""

    text: str
    ended: str | None = "stop"
    pause: float = 0.0
    """Seconds between two pieces."""


@dataclass(frozen=True)
class Fails:
    """A reply of that HTTP status."""

    status: int


@dataclass(frozen=True)
class Hangs:
    """No byte of the reply ever comes."""


Reply = Says | Fails | Hangs
Script = Callable[[str], Reply]
"""The reply to a prompt, all of its messages as one text."""


@dataclass
class ChatServer:
    """What was asked, what is to be said, and whether a caller hung up before the end."""

    url: str = ""
    script: Script = lambda prompt: Says("")
    prompts: list[str] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)

    def plays(self, *replies: Reply) -> None:
        """Forget what was asked; say ``replies`` one after the other, the last one for ever."""
        self.prompts.clear()
        self.requests.clear()
        self.hung_up.clear()
        self.script = lambda prompt: replies[min(len(self.prompts), len(replies)) - 1]


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """The server on a free port."""
    state = ChatServer()

    class Handler(_Handler):
        chat = state

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield state
    finally:
        state.closing.set()
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    chat: ChatServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.path == "/v1/chat/completions", self.path
        prompt = "\n".join(message["content"] for message in request["messages"])
        self.chat.prompts.append(prompt)
        self.chat.requests.append(request)
        self.chat.headers.append(dict(self.headers))
        reply = self.chat.script(prompt)
        if isinstance(reply, Hangs):
            self._wait_for_hanging_up()
        elif isinstance(reply, Fails):
            self._fail(reply.status)
        else:
            self._stream(reply)

    def _fail(self, status: int) -> None:
        body = json.dumps({"error": {"message": "no", "type": "server_error"}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, reply: Says) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            self._event({"role": "assistant", "content": ""})
            for start in range(0, len(reply.text), 9):
                self._event({"content": reply.text[start : start + 9]})
                time.sleep(reply.pause)
            if reply.ended is None:
                self.close_connection = True  # in the middle of a chunked body
                return
            self._event({}, reply.ended)
            self._chunk(b"data: [DONE]\n\n")
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.chat.hung_up.set()
            self.close_connection = True

    def _event(self, delta: dict[str, str], ended: str | None = None) -> None:
        event = {
            "id": "chat-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "scripted",
            "choices": [{"index": 0, "delta": delta, "finish_reason": ended}],
        }
        self._chunk(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _wait_for_hanging_up(self) -> None:
        self.connection.settimeout(0.05)
        while not self.chat.closing.is_set():
            try:
                if self.connection.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        self.chat.hung_up.set()
        self.close_connection = True
